#pragma once
// http/socket: addresses, listening and connecting over TCP and Unix sockets.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace matinee::http {

/// An owned file descriptor; -1 when it holds none.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&& other) noexcept;
  ~Socket() { close(); }

  [[nodiscard]] int fd() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  /// Gives up ownership.
  int release() { return std::exchange(fd_, -1); }
  void close();

 private:
  int fd_ = -1;
};

/// Where a server listens: a Unix socket's path (any length), or an IP address and port.
struct Address {
  enum class Kind { unix_path, tcp };
  Kind kind = Kind::tcp;
  std::string host;  // the path for unix_path; else an IPv4 or IPv6 address or "localhost"
  std::uint16_t port = 0;

  static Address unix_path(std::string path) { return {Kind::unix_path, std::move(path), 0}; }
  static Address tcp(std::string host, std::uint16_t port) {
    return {Kind::tcp, std::move(host), port};
  }
  /// "unix:/path", "127.0.0.1:8080", "[::1]:8080", "localhost:80". Errors: invalid.
  static Result<Address> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Address&, const Address&) = default;
};

/// A non-blocking listening socket at `path`, replacing a socket file that nobody listens on.
/// Errors: conflict when somebody listens there; unavailable for the rest.
Result<Socket> listen_unix(const std::string& path, unsigned mode);
/// `port` 0 = any free one; see port_of(). Errors: conflict when in use, invalid, unavailable.
Result<Socket> listen_tcp(const std::string& host, std::uint16_t port);
/// Either kind; Unix sockets get mode 0600.
Result<Socket> listen_on(const Address& address);
/// The local port of a bound socket; 0 for a Unix socket.
std::uint16_t port_of(const Socket& socket);

/// A connected non-blocking socket. Errors: unavailable (refused, no such file, deadline).
Result<Socket> connect_to(const Address& address, const Clock& clock, Deadline deadline);
/// Begins to connect: the socket is writable once that ended; then ask connect_result().
Result<Socket> start_connect(const Address& address);
/// Errors: unavailable when connecting failed.
Result<void> connect_result(const Socket& socket);

/// Makes every read and write return at once.
void set_non_blocking(int fd);

}  // namespace matinee::http
