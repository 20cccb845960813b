#pragma once
// edge/role_call: one request to a role, sent again while that is safe, until the role answers.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/route_plan.h"
#include "http/upstream.h"

namespace matinee::edge {

/// What the supervisor says of a role: `broken` means that waiting for it is useless.
enum class RoleAvailability { ready, away, broken };
using AvailabilityOf = std::function<RoleAvailability(ProxiedRole)>;

/// One role as a loop reaches it. All of it outlives the calls.
struct RoleLine {
  http::Loop& loop;
  http::UpstreamPool& pool;
  ProxiedRole role;
  const AvailabilityOf& availability;
  Counter& repeats;
};

/// A request on its way to a role. Of one loop.
/// A repeatable one is sent again, after a growing pause, when the role dies before its answer is
/// whole; so is any other that the role has seen nothing of. Answers of at most kHeldBytes to a
/// repeatable request are kept back until they are whole; longer ones pass through as they come.
/// After `patience` a role that is not ready is given up; one that is ready has `answer_longest`.
/// Exactly one of on_end and on_error comes last; neither after abort().
class RoleCall : public std::enable_shared_from_this<RoleCall> {
 public:
  static constexpr std::size_t kHeldBytes = std::size_t{64} << 10U;

  struct Options {
    bool repeatable = false;
    std::chrono::milliseconds patience{5'000};
    std::chrono::milliseconds answer_longest{10'000};
    std::chrono::milliseconds pause_first{20};
    std::chrono::milliseconds pause_longest{250};
  };
  struct Events {
    std::function<void(const http::UpstreamHead&)> on_head;
    std::function<void(std::string_view)> on_data;
    std::function<void()> on_end;
    /// Before on_head: nothing usable came. After it: the answer broke off.
    std::function<void(const Error&)> on_error;
    std::function<void()> on_drain;  // of a streamed request body
  };

  RoleCall(RoleLine line, Options options, http::UpstreamRequest request, Events events);

  /// Sends it. No event comes before this returns.
  void start();
  void abort();

  /// The request's body when it is streamed (request.has_body; such a request is sent once).
  void write(http::SharedBytes bytes);
  void finish();
  [[nodiscard]] std::size_t buffered_bytes() const;
  /// Back-pressure on the answer's body.
  void pause();
  void resume();

 private:
  void attempt();
  void on_head(const http::UpstreamHead& head);
  void on_data(std::string_view data);
  void on_end();
  void on_failure(const http::UpstreamFailure& failure);
  void out_of_patience();
  void end_with(const Error& error);
  [[nodiscard]] bool may_repeat(const http::UpstreamFailure& failure) const;

  RoleLine line_;
  const Options options_;
  const http::UpstreamRequest request_;
  Events events_;
  std::shared_ptr<http::UpstreamCall> call_;
  http::Loop::TimerId again_;
  http::Loop::TimerId patience_;
  std::chrono::milliseconds pause_;
  MonotonicInstant give_up_{};
  bool committed_ = false;  // the answer's head was given out
  bool holding_ = false;
  bool over_ = false;
  http::UpstreamHead held_head_;
  std::string held_;
};

}  // namespace matinee::edge
