#include "http/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/check.h"

namespace matinee::http {
namespace {

constexpr int kBacklog = 4096;

std::string reason(int error) { return std::strerror(error); }

// A socket address with what must stay open while it is used.
struct Resolved {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
  Socket folder;
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

// sun_path holds 107 characters; a longer path goes through its folder's descriptor.
Result<Resolved> resolve_unix(const std::string& path) {
  Resolved resolved;
  auto* address = reinterpret_cast<sockaddr_un*>(&resolved.storage);
  address->sun_family = AF_UNIX;
  std::string name = path;
  if (name.size() >= sizeof address->sun_path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos)
      return fail(ErrorCode::invalid, "socket name too long: " + path);
    resolved.folder =
        Socket(::open(path.substr(0, slash + 1).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!resolved.folder.is_open()) {
      return fail(ErrorCode::unavailable, "opening the folder of " + path + ": " + reason(errno));
    }
    name = "/proc/self/fd/" + std::to_string(resolved.folder.fd()) + path.substr(slash);
    if (name.size() >= sizeof address->sun_path) {
      return fail(ErrorCode::invalid, "socket name too long: " + path);
    }
  }
  std::memcpy(address->sun_path, name.c_str(), name.size() + 1);
  resolved.bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + 1);
  return resolved;
}

Result<Resolved> resolve(const Address& address) {
  if (address.kind == Address::Kind::unix_path) return resolve_unix(address.host);
  Resolved resolved;
  const std::string host = address.host == "localhost" ? "127.0.0.1" : address.host;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&resolved.storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&resolved.storage);
  if (inet_pton(AF_INET, host.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(address.port);
    resolved.bytes = sizeof *v4;
  } else if (inet_pton(AF_INET6, host.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(address.port);
    resolved.bytes = sizeof *v6;
  } else {
    return fail(ErrorCode::invalid, "no IP address: " + address.host);
  }
  return resolved;
}

Result<Socket> open_socket(const Address& address, const Resolved& resolved, int flags) {
  Socket socket(::socket(resolved.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
  if (!socket.is_open()) {
    return fail(ErrorCode::unavailable,
                "opening a socket for " + address.to_string() + ": " + reason(errno));
  }
  if (address.kind == Address::Kind::tcp) {
    const int on = 1;
    (void)::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return socket;
}

Result<Socket> bind_and_listen(const Address& address, const Resolved& resolved, unsigned mode) {
  auto socket = open_socket(address, resolved, SOCK_NONBLOCK);
  if (!socket) return socket;
  const int on = 1;
  if (address.kind == Address::Kind::tcp) {
    (void)::setsockopt(socket->fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  } else {
    (void)::fchmod(socket->fd(), mode);  // the file is made with this mode, never wider
  }
  if (::bind(socket->fd(), resolved.get(), resolved.bytes) != 0) {
    return fail(errno == EADDRINUSE ? ErrorCode::conflict : ErrorCode::unavailable,
                "binding " + address.to_string() + ": " + reason(errno));
  }
  if (::listen(socket->fd(), kBacklog) != 0) {
    return fail(errno == EADDRINUSE ? ErrorCode::conflict : ErrorCode::unavailable,
                "listening on " + address.to_string() + ": " + reason(errno));
  }
  return socket;
}

// A Unix connect waits for room in the backlog; SO_SNDTIMEO bounds that wait.
Result<Socket> connect_unix(const Address& address, const Resolved& resolved, const Clock& clock,
                            Deadline deadline) {
  auto socket = open_socket(address, resolved, 0);
  if (!socket) return socket;
  const auto left = deadline.left(clock);
  timeval wait{};
  wait.tv_sec = static_cast<time_t>(std::min<std::int64_t>(left.count() / 1000, 86'400));
  wait.tv_usec = static_cast<suseconds_t>(left.count() % 1000 * 1000);
  if (left.count() == 0) wait.tv_usec = 1000;
  (void)::setsockopt(socket->fd(), SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  int done = 0;
  do {
    done = ::connect(socket->fd(), resolved.get(), resolved.bytes);
  } while (done != 0 && errno == EINTR && deadline.left(clock).count() > 0);
  if (done != 0) {
    return fail(ErrorCode::unavailable,
                "connecting to " + address.to_string() + ": " + reason(errno));
  }
  set_non_blocking(socket->fd());
  return socket;
}

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = other.release();
  }
  return *this;
}

void Socket::close() {
  if (fd_ >= 0) (void)::close(std::exchange(fd_, -1));
}

Result<Address> Address::parse(std::string_view text) {
  if (text.starts_with("unix:") && text.size() > 5) return unix_path(std::string(text.substr(5)));
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string_view::npos) {
    const std::string_view digits = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error == std::errc{} && end == digits.data() + digits.size() && !digits.empty()) {
      std::string_view host = text.substr(0, colon);
      if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
      }
      Address address = tcp(std::string(host), port);
      if (resolve(address)) return address;
    }
  }
  return fail(ErrorCode::invalid,
              "address \"" + std::string(text) + "\": expected unix:/path or IP:port");
}

std::string Address::to_string() const {
  if (kind == Kind::unix_path) return "unix:" + host;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<Socket> listen_unix(const std::string& path, unsigned mode) {
  const Address address = Address::unix_path(path);
  auto resolved = resolve(address);
  if (!resolved) return std::unexpected(resolved.error());
  const auto* name = reinterpret_cast<const sockaddr_un*>(&resolved->storage)->sun_path;
  struct stat status{};
  if (::lstat(name, &status) == 0 && S_ISSOCK(status.st_mode)) {
    auto probe = open_socket(address, *resolved, SOCK_NONBLOCK);
    if (!probe) return probe;
    if (::connect(probe->fd(), resolved->get(), resolved->bytes) == 0 || errno == EAGAIN) {
      return fail(ErrorCode::conflict, "listening on " + path + ": somebody listens there");
    }
    (void)::unlink(name);
  }
  auto socket = bind_and_listen(address, *resolved, mode);
  if (socket && ::chmod(name, mode) != 0) {
    return fail(ErrorCode::unavailable, "setting the mode of " + path + ": " + reason(errno));
  }
  return socket;
}

Result<Socket> listen_tcp(const std::string& host, std::uint16_t port) {
  const Address address = Address::tcp(host, port);
  const auto resolved = resolve(address);
  if (!resolved) return std::unexpected(resolved.error());
  return bind_and_listen(address, *resolved, 0);
}

Result<Socket> listen_on(const Address& address) {
  return address.kind == Address::Kind::unix_path ? listen_unix(address.host, 0600)
                                                  : listen_tcp(address.host, address.port);
}

std::uint16_t port_of(const Socket& socket) {
  sockaddr_storage storage{};
  socklen_t bytes = sizeof storage;
  if (::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&storage), &bytes) != 0) return 0;
  if (storage.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in*>(&storage)->sin_port);
  }
  if (storage.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6*>(&storage)->sin6_port);
  }
  return 0;
}

Result<Socket> start_connect(const Address& address) {
  const auto resolved = resolve(address);
  if (!resolved) return std::unexpected(resolved.error());
  auto socket = open_socket(address, *resolved, SOCK_NONBLOCK);
  if (!socket) return socket;
  if (::connect(socket->fd(), resolved->get(), resolved->bytes) != 0 && errno != EINPROGRESS) {
    return fail(ErrorCode::unavailable,
                "connecting to " + address.to_string() + ": " + reason(errno));
  }
  return socket;
}

Result<void> connect_result(const Socket& socket) {
  int error = 0;
  socklen_t bytes = sizeof error;
  if (::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &bytes) != 0) error = errno;
  if (error != 0) return fail(ErrorCode::unavailable, "connecting: " + reason(error));
  return {};
}

Result<Socket> connect_to(const Address& address, const Clock& clock, Deadline deadline) {
  const auto resolved = resolve(address);
  if (!resolved) return std::unexpected(resolved.error());
  if (address.kind == Address::Kind::unix_path) {
    return connect_unix(address, *resolved, clock, deadline);
  }
  auto socket = start_connect(address);
  if (!socket) return socket;
  pollfd waiting{socket->fd(), POLLOUT, 0};
  while (true) {
    const auto left = std::min<std::int64_t>(deadline.left(clock).count(), 60'000);
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready > 0) break;
    if (ready == 0 && deadline.left(clock).count() == 0) {
      return fail(ErrorCode::unavailable, "connecting to " + address.to_string() + ": timed out");
    }
  }
  if (const auto done = connect_result(*socket); !done) {
    return fail(done.error(), address.to_string());
  }
  return socket;
}

void set_non_blocking(int fd) {
  const int flags = ::fcntl(fd, F_GETFL);
  MATINEE_CHECK(flags >= 0);
  MATINEE_CHECK(::fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0);
}

}  // namespace matinee::http
