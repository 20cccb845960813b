#pragma once
// http/server_loop: what the connections of one server loop share. Internal to this module.

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/log.h"
#include "base/metrics.h"
#include "http/server.h"

namespace matinee::http {

class Connection;

/// Counters of one route; looked up once per loop and route, then used without a lock.
struct RouteMetrics {
  std::array<Counter*, 6> by_class{};  // index: status / 100; 0 = aborted
  Histogram* duration = nullptr;
};

/// State of the whole server that its loops share.
struct ServerShared {
  ServerWorld world;
  ServerOptions options;
  std::vector<Listener> listeners;
  InlineHandler handler;
  Gauge& connections_gauge;
  Gauge& in_flight_gauge;
  Counter& response_bytes;
  Counter& too_many;
  std::atomic<std::size_t> connections{0};
  std::mutex clients_mutex;
  std::unordered_map<std::uint64_t, std::size_t> clients;  // connections of each; none with 0
  std::mutex mutex;
  std::condition_variable idle;  // told when the last connection ends
};

/// State of one loop: scratch memory, interned metrics, its connections.
class ServerLoop {
 public:
  explicit ServerLoop(ServerShared& shared);
  ~ServerLoop();
  ServerLoop(const ServerLoop&) = delete;
  ServerLoop& operator=(const ServerLoop&) = delete;

  Loop& loop() { return loop_; }
  ServerShared& shared() { return shared_; }
  [[nodiscard]] const ServerLimits& limits() const { return shared_.options.limits; }
  [[nodiscard]] bool draining() const { return draining_; }

  /// Shared by all reads of this loop: what is not used at once must be copied.
  [[nodiscard]] std::span<char> scratch() { return scratch_; }
  /// Reused by whoever writes a head.
  std::string& head_text() {
    head_text_.clear();
    return head_text_;
  }
  /// Where TLS sessions put what they have sealed until it is sent.
  std::string& wire() { return wire_; }
  /// A connection begins its handshake; ends the oldest of too many. To be ended by
  /// handshake_over(), which does nothing for a connection that is in none.
  void handshake_began(Connection& connection);
  void handshake_over(Connection& connection) { handshaking_.remove(&connection); }
  /// The Date header's value now.
  std::string_view date();
  std::string new_request_id();
  RouteMetrics& metrics_of(std::string_view route);

  /// Lines of the access log, written at the end of the round.
  log::Batch& access_log();

  void begin_drain();
  void abort_all();
  /// The connection is closed: forget it.
  void remove(Connection& connection);

 private:
  class Acceptor;
  struct Member {
    std::shared_ptr<Connection> connection;  // callbacks keep it while they run
    std::optional<std::uint64_t> client;     // for whom it is counted
  };
  void accept_from(const Listener& listener);
  [[nodiscard]] bool has_room_for(const Listener& listener, const std::string& peer,
                                  std::optional<std::uint64_t>& client);
  void add(Socket socket, const Listener& listener, std::string peer,
           std::optional<std::uint64_t> client);
  void set_accepting(bool on);

  ServerShared& shared_;
  Loop loop_;
  std::vector<char> scratch_;
  std::string head_text_;
  std::string wire_;
  std::list<Connection*> handshaking_;  // oldest first; at most handshakes_max, mostly a few
  std::string date_;
  std::int64_t date_second_ = -1;
  std::unique_ptr<Random> random_;  // the world's, in larger portions
  std::map<std::string, RouteMetrics, std::less<>> metrics_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::map<Connection*, Member> connections_;
  log::Batch access_log_;
  bool log_flush_planned_ = false;
  bool accepting_ = false;
  bool draining_ = false;
  Loop::TimerId accept_timer_;
};

}  // namespace matinee::http
