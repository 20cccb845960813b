#include "http/client.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "http/client_connection.h"

namespace matinee::http {

struct Client::Idle {
  Socket socket;
  MonotonicInstant since;
};

Client::Client(const Clock& clock, Options options) : clock_(clock), options_(std::move(options)) {}
Client::~Client() = default;

ClientResponse::ClientResponse() = default;
ClientResponse::ClientResponse(ClientResponse&&) noexcept = default;
ClientResponse& ClientResponse::operator=(ClientResponse&&) noexcept = default;
ClientResponse::~ClientResponse() = default;

BodyReader& ClientResponse::body() {
  static TextReader none;  // a moved-from response; stateless, since its text is empty
  return connection_ ? static_cast<BodyReader&>(*connection_) : none;
}

Result<std::string> ClientResponse::text(std::size_t bytes_max) {
  return read_all(body(), bytes_max);
}

Result<std::unique_ptr<ClientConnection>> Client::connect(Deadline deadline) {
  const Deadline soon = Deadline::in(clock_, options_.connect_timeout);
  auto socket = connect_to(options_.address, clock_, soon.at < deadline.at ? soon : deadline);
  if (!socket) return std::unexpected(socket.error());
  return std::make_unique<ClientConnection>(*this, std::move(*socket), false);
}

// The newest one that is neither too old nor closed by the server meanwhile.
std::unique_ptr<ClientConnection> Client::take_idle() {
  const std::lock_guard lock(mutex_);
  const MonotonicInstant oldest = clock_.monotonic() - options_.idle_timeout;
  std::erase_if(idle_, [&](const Idle& idle) { return idle.since < oldest; });
  while (!idle_.empty()) {
    Socket socket = std::move(idle_.back().socket);
    idle_.pop_back();
    char byte = 0;
    const ssize_t seen = ::recv(socket.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
      return std::make_unique<ClientConnection>(*this, std::move(socket), true);
    }
  }
  return nullptr;
}

void Client::give_back(Socket socket) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() >= options_.idle_max) idle_.erase(idle_.begin());
  if (options_.idle_max > 0) idle_.push_back({std::move(socket), clock_.monotonic()});
}

Result<ClientResponse> Client::send(const ClientRequest& request, Deadline deadline) {
  const bool retry_safe =
      request.retry_safe.value_or(request.method == Method::get || request.method == Method::head);
  auto connection = take_idle();
  while (true) {
    if (!connection) {
      auto fresh = connect(deadline);
      if (!fresh) return std::unexpected(fresh.error());
      connection = std::move(*fresh);
    }
    const auto done = connection->exchange(request, options_.host, deadline);
    if (done) break;
    const bool again = connection->reused() && connection->received_nothing() &&
                       !connection->pulled_source() && retry_safe &&
                       done.error().code == ErrorCode::unavailable &&
                       deadline.left(clock_).count() > 0;
    if (!again) {
      return fail(done.error(), std::string(name_of(request.method)) + " " +
                                    std::string(request.target.substr(0, 80)) + " at " +
                                    options_.address.to_string());
    }
    connection.reset();
  }
  ClientResponse response;
  response.status = connection->head().status;
  response.headers = connection->head().headers;
  response.connection_ = std::move(connection);
  return response;
}

Result<WholeResponse> Client::fetch(const ClientRequest& request, Deadline deadline,
                                    std::size_t bytes_max) {
  auto response = send(request, deadline);
  if (!response) return std::unexpected(response.error());
  auto text = response->text(bytes_max);
  if (!text) return std::unexpected(text.error());
  return WholeResponse{response->status, std::move(response->headers), std::move(*text)};
}

}  // namespace matinee::http
