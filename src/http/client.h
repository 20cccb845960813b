#pragma once
// http/client: blocking requests from role to role, over Unix sockets or TCP.

#include <chrono>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/body.h"
#include "http/headers.h"
#include "http/message.h"
#include "http/socket.h"

namespace matinee::http {

/// What to send. Host, Content-Length and Transfer-Encoding are the client's to set.
struct ClientRequest {
  Method method = Method::get;
  std::string target = "/";
  Headers headers{};
  /// A source is pulled once; such a request is repeated only if nothing was pulled yet.
  std::variant<std::monostate, std::string, BodySource*> body{};
  /// May be sent twice; default: GET and HEAD yes, others no.
  std::optional<bool> retry_safe{};
};

class ClientConnection;

/// A response whose body is still to be read. Dropping it early closes its connection; a body
/// read to its end gives the connection back to the client.
/// Of one thread; must not outlive its client.
class ClientResponse {
 public:
  int status = 0;
  Headers headers;

  ClientResponse();
  ClientResponse(ClientResponse&&) noexcept;
  ClientResponse& operator=(ClientResponse&&) noexcept;
  ~ClientResponse();

  /// Reads under the deadline of the request. A body cut short is `unavailable`.
  BodyReader& body();
  /// The rest of the body. Errors: invalid beyond `bytes_max`; those of reading.
  Result<std::string> text(std::size_t bytes_max);

 private:
  friend class Client;
  std::unique_ptr<ClientConnection> connection_;
};

/// A response read whole.
struct WholeResponse {
  int status = 0;
  Headers headers{};
  std::string body{};
};

/// Sends requests to one address over kept connections; at most `idle_max` are kept, each for
/// `idle_timeout`. Thread-safe; each request uses one connection of its own.
/// A kept connection that turns out dead before a byte of the response came is replaced by a new
/// one once, if the request is retry safe.
class Client {
 public:
  struct Options {
    Address address{};
    std::string host = "matinee";  // the Host header
    std::size_t idle_max = 16;
    std::chrono::milliseconds idle_timeout{30'000};  // less than the server's
    std::chrono::milliseconds connect_timeout{2'000};
  };

  /// `clock` must outlive the client.
  Client(const Clock& clock, Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Until the response's head is there; its body follows under the same deadline. Any status is
  /// a success here. Errors: unavailable (not reachable, broken off, deadline), corrupt (the
  /// answer is no HTTP), or the source's own.
  Result<ClientResponse> send(const ClientRequest& request, Deadline deadline);
  /// The same with the whole body. Errors: invalid beyond `bytes_max`.
  Result<WholeResponse> fetch(const ClientRequest& request, Deadline deadline,
                              std::size_t bytes_max);
  [[nodiscard]] const Address& address() const { return options_.address; }

 private:
  friend class ClientConnection;
  friend class ClientResponse;
  struct Idle;
  Result<std::unique_ptr<ClientConnection>> connect(Deadline deadline);
  std::unique_ptr<ClientConnection> take_idle();
  void give_back(Socket socket);

  const Clock& clock_;
  Options options_;
  std::mutex mutex_;
  std::vector<Idle> idle_;  // newest last
};

}  // namespace matinee::http
