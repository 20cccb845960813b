#pragma once
// edge/front: the edge's handler: every request of the public port starts here.

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/id.h"
#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/client_limits.h"
#include "edge/media_edge.h"
#include "edge/media_handler.h"
#include "edge/proxy.h"
#include "http/exchange.h"

namespace matinee::edge {

/// What the wiring gives the edge. All functions are called on loops, origin's on fetch threads.
struct FrontWorld {
  Origin origin;
  guard::PathTokenRing tokens;
  AvailabilityOf availability;                 // of control and insight, from the supervisor
  std::function<std::string()> authorization;  // Authorization of role edge
  std::function<bool()> ready;                 // for /readyz
  const Clock& clock;
  Metrics& metrics;
};

/// Serves media itself, passes the rest on by the route plan. One per process; per-loop state is
/// made when a loop's first request comes.
/// End of life: drain the server, then stop() or destroy this, then destroy the server: what is
/// kept for each loop needs its loop to end.
class Front {
 public:
  struct Options {
    MediaEdge::Options media{};
    ProxyEdge::Options proxy{};
    ClientLimits::Options clients{};
  };
  static constexpr std::size_t kLoopsMax = 256;

  Front(Options options, FrontWorld world);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  /// Handles requests of public listeners; what comes in on others goes to `internal` (the role's
  /// own /metrics, /healthz and /readyz). The handler must not outlive this.
  http::InlineHandler handler(http::InlineHandler internal);

  /// Forgets sessions that were revoked or changed, on every loop: they are asked for anew. From
  /// any thread but a loop's; waits for the loops.
  /// Errors: unavailable when a loop did not get to it by `deadline` (retry safe).
  Result<void> forget_sessions(const std::vector<SessionId>& sessions, Deadline deadline);

  /// Ends the fetch threads and forgets the loops, none of which may run any more.
  void stop();
  [[nodiscard]] MediaEdge& media() { return media_; }

 private:
  struct LoopState {
    LoopState(Front& front, http::Loop& its_loop)
        : loop(its_loop),
          clients(front.client_limits_),
          media(front.media_, its_loop),
          proxy(front.proxy_, its_loop) {}
    http::Loop& loop;
    ClientLimits clients;
    MediaHandler media;
    Proxy proxy;
  };

  void handle(std::shared_ptr<http::Exchange> exchange);
  /// Answers 429 and says false for a client that asks too often.
  static bool may_ask(LoopState& state, http::Exchange& exchange, http::Priority priority,
                      Counter& too_often);
  void answer_health(http::Exchange& exchange);
  LoopState& state_of(http::Loop& loop);

  const std::function<bool()> ready_;
  const Clock& clock_;
  const ClientLimits::Options client_limits_;
  Counter& too_often_;
  MediaEdge media_;
  ProxyEdge proxy_;
  std::mutex mutex_;  // of making states; finding them takes no lock
  std::array<std::atomic<LoopState*>, kLoopsMax> states_{};
  std::vector<std::unique_ptr<LoopState>> owned_;
};

}  // namespace matinee::edge
