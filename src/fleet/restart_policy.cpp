#include "fleet/restart_policy.h"

#include <algorithm>

namespace matinee::fleet {

void RestartPolicy::on_ready(MonotonicInstant now) {
  ready_since_ = now;
  deaths_before_ready_ = 0;
}

std::optional<std::chrono::milliseconds> RestartPolicy::on_death(MonotonicInstant now,
                                                                 Random& random) {
  const bool good_run = ready_since_ && now - *ready_since_ >= options_.good_run;
  if (!ready_since_ && ++deaths_before_ready_ >= options_.deaths_before_ready_max) {
    return std::nullopt;
  }
  ready_since_.reset();
  if (good_run) {
    quick_deaths_ = 0;
    return std::chrono::milliseconds{0};
  }
  if (quick_deaths_++ == 0) return std::chrono::milliseconds{0};
  const int doublings = std::min(quick_deaths_ - 2, 16);
  const auto pause = std::min(options_.pause_min * (1 << doublings), options_.pause_max);
  // Jitter of a quarter, so that roles that died together do not start together.
  const auto quarter = static_cast<std::uint64_t>(pause.count() / 4);
  return pause - std::chrono::milliseconds{quarter > 0 ? random.below(quarter) : 0};
}

}  // namespace matinee::fleet
