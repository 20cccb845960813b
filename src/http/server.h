#pragma once
// http/server: accepts connections on given sockets and serves them on N event loops.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/metrics.h"
#include "base/random.h"
#include "base/thread_pool.h"
#include "base/time.h"
#include "http/exchange.h"
#include "http/loop.h"
#include "http/router.h"
#include "http/socket.h"
#include "http/tls_server.h"

namespace matinee::http {

/// Limits of a server. One beyond: connections wait in the kernel's backlog; a head gets 414 or
/// 431; a body 413; a wait 408 or the end of the connection.
struct ServerLimits {
  std::size_t connections_max = 10'000;  // per loop
  /// Of one client (client_key.h), on public listeners, all loops together; one more is closed at
  /// once. 0 = no such limit.
  std::size_t connections_per_client_max = 0;
  bool limits_loopback = false;  // whether that holds for this machine's own addresses
  std::size_t request_line_bytes_max = 8 * 1024;
  std::size_t header_count_max = 100;
  std::size_t header_bytes_max = 32 * 1024;
  std::uint64_t body_bytes_max = 1024 * 1024;  // a handler or route may set another
  /// TLS handshakes under way, per loop; one more ends the oldest, which is the least likely to be
  /// a viewer's.
  std::size_t handshakes_max = 256;
  std::chrono::milliseconds handshake_timeout{10'000};  // from accepting to the end of TLS's
  std::chrono::milliseconds idle_timeout{60'000};       // between requests
  std::chrono::milliseconds header_timeout{10'000};     // first byte to end of the head
  std::chrono::milliseconds body_timeout{30'000};       // without a byte of the body
  std::chrono::milliseconds write_timeout{30'000};      // without a byte taken by the client
  std::chrono::milliseconds request_timeout{30'000};    // context.deadline when none is given
};

struct ServerOptions {
  std::string role = "test";  // in logs
  std::size_t loops = 1;
  ServerLimits limits{};
  /// Host header values (with or without port) that are served; empty = all. Others: 421.
  /// Public listeners only.
  std::vector<std::string> hosts_allowed{};
  /// Hosts that viewers reach over TLS which ends in front of us: requests for them on a plain
  /// listener count as https.
  std::vector<std::string> hosts_behind_tls{};
  /// Refuse state-changing requests of a foreign Origin with 403. Public listeners only.
  bool check_origin = true;
  /// More origins that count as our own, such as "https://films.example".
  std::vector<std::string> origins_allowed{};
  bool access_log = true;
};

/// A listening socket that somebody else owns and keeps open (the supervisor's, for example).
struct Listener {
  int fd = -1;
  ListenerKind kind = ListenerKind::public_;
  TlsServer* tls = nullptr;  // null: plain; outlives the server
};

/// What a server needs from outside; all must outlive it. Thread-safe ones.
struct ServerWorld {
  const Clock& clock;
  Random& random;
  Metrics& metrics;
};

struct ServerShared;
class ServerLoop;

/// N loops, each on its own thread (or, for tests and single-loop programs, run by the caller),
/// which accept from all listeners and call `handler` for each request.
class Server {
 public:
  Server(ServerWorld world, ServerOptions options, std::vector<Listener> listeners,
         InlineHandler handler);
  /// Aborts what still runs and joins.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Starts a thread per loop.
  void start();
  /// Graceful end, from any thread but a loop's: accepts no more, closes idle connections, lets
  /// running requests finish (with Connection: close) until `deadline`, then aborts the rest and
  /// joins the threads. True when nothing had to be aborted.
  bool drain(Deadline deadline);

  [[nodiscard]] std::size_t loop_count() const;
  /// Per-loop state of inline handlers hangs on this. Without start(), run_once() it oneself.
  [[nodiscard]] Loop& loop(std::size_t index);
  /// Stops accepting and closes idle connections without waiting; loop-driven tests use it.
  void begin_drain();
  [[nodiscard]] std::size_t connections() const;

 private:
  void join();

  std::unique_ptr<ServerShared> shared_;
  std::vector<std::unique_ptr<ServerLoop>> loops_;
  std::vector<std::thread> threads_;
};

/// Makes an InlineHandler that routes on the loop and runs handlers on `pool`, streaming bodies
/// both ways with back-pressure. 404, 405, 413 and (pool queue full) 503 are answered on the loop.
/// `router` and `pool` must outlive the server; the pool must be destroyed (joined) after
/// drain() and before the server is.
InlineHandler pool_handler(const Router& router, ThreadPool& pool, const Clock& clock);

}  // namespace matinee::http
