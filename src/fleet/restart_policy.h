#pragma once
// fleet/restart_policy: when a role that died is started again. Pure; read by the supervisor.

#include <chrono>
#include <optional>

#include "base/random.h"
#include "base/time.h"

namespace matinee::fleet {

/// Decides the pause before the next start of one process: none after a good run, then doubling
/// with jitter; none at all (broken) after `deaths_before_ready_max` deaths in a row that came
/// before it was ready. A death after ready never counts towards the breaker.
class RestartPolicy {
 public:
  struct Options {
    std::chrono::milliseconds pause_min{100};
    std::chrono::milliseconds pause_max{10'000};
    std::chrono::milliseconds good_run{1'000};  // ready for this long: the next start is at once
    int deaths_before_ready_max = 5;
  };

  explicit RestartPolicy(Options options) : options_(options) {}

  void on_ready(MonotonicInstant now);

  /// The pause until the next start, in ms; nullopt when the breaker has opened.
  std::optional<std::chrono::milliseconds> on_death(MonotonicInstant now, Random& random);

 private:
  Options options_;
  std::optional<MonotonicInstant> ready_since_;
  int deaths_before_ready_ = 0;
  int quick_deaths_ = 0;
};

}  // namespace matinee::fleet
