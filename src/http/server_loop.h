#pragma once
// http/server_loop: what the connections of one server loop share. Internal to this module.

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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
  std::atomic<std::size_t> connections{0};
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
  /// The Date header's value now.
  std::string_view date();
  std::string new_request_id();
  RouteMetrics& metrics_of(std::string_view route);

  void begin_drain();
  void abort_all();
  /// The connection is closed: forget it.
  void remove(Connection& connection);

 private:
  class Acceptor;
  void accept_from(const Listener& listener);
  void add(Socket socket, ListenerKind kind, std::string peer);
  void set_accepting(bool on);

  ServerShared& shared_;
  Loop loop_;
  std::vector<char> scratch_;
  std::string head_text_;
  std::string date_;
  std::int64_t date_second_ = -1;
  std::unique_ptr<Random> random_;  // the world's, in larger portions
  std::map<std::string, RouteMetrics, std::less<>> metrics_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::map<Connection*, std::shared_ptr<Connection>> connections_;
  bool accepting_ = false;
  bool draining_ = false;
  Loop::TimerId accept_timer_;
};

}  // namespace matinee::http
