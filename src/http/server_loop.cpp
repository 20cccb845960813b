#include "http/server_loop.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/id.h"
#include "base/log.h"
#include "http/client_key.h"
#include "http/connection.h"
#include "http/message_writer.h"

namespace matinee::http {
namespace {

constexpr std::size_t kScratchBytes = 64 * 1024;
constexpr int kAcceptsPerRound = 64;
constexpr std::chrono::milliseconds kAcceptPause{100};  // out of descriptors

// One system call for many ids. Of one loop's thread.
class PortionedRandom final : public Random {
 public:
  explicit PortionedRandom(Random& source) : source_(source) {}
  void fill(std::span<unsigned char> out) override {
    if (out.size() > portion_.size()) return source_.fill(out);
    if (out.size() > portion_.size() - used_) {
      source_.fill(portion_);
      used_ = 0;
    }
    std::memcpy(out.data(), portion_.data() + used_, out.size());
    used_ += out.size();
  }

 private:
  Random& source_;
  std::array<unsigned char, 4096> portion_{};
  std::size_t used_ = sizeof portion_;
};

std::string text_of(const sockaddr_storage& peer) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer);
    if (::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size()) != nullptr) return text.data();
  } else if (peer.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(peer);
    if (::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size()) != nullptr) {
      return text.data();
    }
  }
  return "unix";
}

}  // namespace

class ServerLoop::Acceptor final : public Watcher {
 public:
  Acceptor(ServerLoop& server, Listener listener) : server_(server), listener_(listener) {}
  void on_ready(std::uint32_t) override { server_.accept_from(listener_); }
  [[nodiscard]] int fd() const { return listener_.fd; }

 private:
  ServerLoop& server_;
  Listener listener_;
};

ServerLoop::ServerLoop(ServerShared& shared)
    : shared_(shared),
      loop_(shared.world.clock),
      scratch_(kScratchBytes),
      random_(std::make_unique<PortionedRandom>(shared.world.random)) {
  for (const Listener& listener : shared.listeners) {
    acceptors_.push_back(std::make_unique<Acceptor>(*this, listener));
  }
  set_accepting(true);
}

ServerLoop::~ServerLoop() {
  abort_all();
  set_accepting(false);
}

void ServerLoop::set_accepting(bool on) {
  if (std::exchange(accepting_, on) == on) return;
  const std::uint32_t exclusive =
      shared_.options.loops > 1 ? static_cast<std::uint32_t>(EPOLLEXCLUSIVE) : 0U;
  for (const auto& acceptor : acceptors_) {
    if (on) {
      loop_.watch(acceptor->fd(), EPOLLIN | exclusive, *acceptor);
    } else {
      loop_.unwatch(acceptor->fd());
    }
  }
}

void ServerLoop::accept_from(const Listener& listener) {
  for (int i = 0; i < kAcceptsPerRound && accepting_; ++i) {
    sockaddr_storage peer{};
    socklen_t bytes = sizeof peer;
    Socket socket(::accept4(listener.fd, reinterpret_cast<sockaddr*>(&peer), &bytes,
                            SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
        log::warning("accepting pauses", {{"reason", std::strerror(errno)}});
        set_accepting(false);
        loop_.cancel(accept_timer_);
        accept_timer_ = loop_.add_timer(kAcceptPause, [this] {
          accept_timer_ = {};
          if (!draining_) set_accepting(true);
        });
      }
      return;
    }
    if (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) {
      const int on = 1;
      (void)::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    std::string address = text_of(peer);
    std::optional<std::uint64_t> client;
    if (!has_room_for(listener, address, client)) continue;
    add(std::move(socket), listener, std::move(address), client);
  }
}

// Counts the connection for its client, `client`, where there is such a limit.
bool ServerLoop::has_room_for(const Listener& listener, const std::string& peer,
                              std::optional<std::uint64_t>& client) {
  const ServerLimits& its = limits();
  if (its.connections_per_client_max == 0 || listener.kind != ListenerKind::public_) return true;
  const auto key = client_key_of(peer);
  if (!key || (key->is_loopback && !its.limits_loopback)) return true;
  const std::lock_guard lock(shared_.clients_mutex);
  const auto entry = shared_.clients.try_emplace(key->network, 0).first;
  if (entry->second >= its.connections_per_client_max) {
    shared_.too_many.add();
    return false;
  }
  ++entry->second;
  client = key->network;
  return true;
}

void ServerLoop::add(Socket socket, const Listener& listener, std::string peer,
                     std::optional<std::uint64_t> client) {
  auto connection =
      std::make_shared<Connection>(*this, std::move(socket), listener, std::move(peer));
  connections_.emplace(connection.get(), Member{connection, client});
  shared_.connections.fetch_add(1);
  shared_.connections_gauge.add(1);
  connection->start();
  if (connections_.size() >= limits().connections_max) set_accepting(false);
}

void ServerLoop::handshake_began(Connection& connection) {
  if (!handshaking_.empty() && handshaking_.size() >= limits().handshakes_max) {
    Connection& oldest = *handshaking_.front();
    oldest.crowded_out();
  }
  handshaking_.push_back(&connection);
}

void ServerLoop::remove(Connection& connection) {
  const auto member = connections_.extract(&connection);
  if (const auto client = member.mapped().client) {
    const std::lock_guard lock(shared_.clients_mutex);
    const auto entry = shared_.clients.find(*client);
    if (--entry->second == 0) shared_.clients.erase(entry);
  }
  shared_.connections_gauge.add(-1);
  if (!draining_ && !accept_timer_.armed() && connections_.size() < limits().connections_max) {
    set_accepting(true);
  }
  const std::lock_guard lock(shared_.mutex);
  if (shared_.connections.fetch_sub(1) == 1) shared_.idle.notify_all();
}

std::string_view ServerLoop::date() {
  const Instant now = shared_.world.clock.now();
  const std::int64_t second = to_ms(now) / 1000;
  if (second != date_second_) {
    date_ = http_date(now);
    date_second_ = second;
  }
  return date_;
}

std::string ServerLoop::new_request_id() {
  return RequestId::generate(shared_.world.clock, *random_).to_string();
}

RouteMetrics& ServerLoop::metrics_of(std::string_view route) {
  if (const auto found = metrics_.find(route); found != metrics_.end()) return found->second;
  const std::string name(route);
  static constexpr std::array<const char*, 6> kClasses{"aborted", "1xx", "2xx",
                                                       "3xx",     "4xx", "5xx"};
  Metrics& metrics = shared_.world.metrics;
  RouteMetrics made;
  for (std::size_t i = 0; i < kClasses.size(); ++i) {
    made.by_class.at(i) =
        &metrics.counter("matinee_http_requests_total", "Requests by route and class of status",
                         {{"route", name}, {"class", kClasses.at(i)}});
  }
  made.duration =
      &metrics.histogram("matinee_http_request_duration_seconds",
                         "From the head's arrival to the last byte queued", {{"route", name}});
  return metrics_.emplace(name, made).first->second;
}

log::Batch& ServerLoop::access_log() {
  if (!std::exchange(log_flush_planned_, true)) {
    loop_.defer([this] {
      log_flush_planned_ = false;
      access_log_.flush();
    });
  }
  return access_log_;
}

void ServerLoop::begin_drain() {
  if (std::exchange(draining_, true)) return;
  set_accepting(false);
  std::vector<std::shared_ptr<Connection>> all;
  for (const auto& [raw, member] : connections_) all.push_back(member.connection);
  for (const auto& connection : all) connection->begin_drain();
}

void ServerLoop::abort_all() {
  draining_ = true;
  set_accepting(false);
  while (!connections_.empty()) {
    const auto connection = connections_.begin()->second.connection;
    connection->abort_now();
  }
}

}  // namespace matinee::http
