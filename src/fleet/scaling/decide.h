#pragma once
// fleet/scaling/decide: how many instances a group should have, and why. Pure: the simulator, the
// tests and production run this same code.

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "fleet/scaling/group_spec.h"
#include "fleet/scaling/reason.h"

namespace matinee::fleet {

/// What was seen of a group at one moment. Loads are the whole group's; nullopt: not known.
struct LoadSample {
  Instant at;
  int serving = 0;       // instances that take load; those still starting are only in `desired`
  bool waiting = false;  // a request or job waits that no instance can take
  std::array<std::optional<double>, kLoadMetrics> load{};

  [[nodiscard]] std::optional<double> of(LoadMetric metric) const {
    return load.at(static_cast<std::size_t>(metric));
  }
};

/// A load that is expected. It may raise a group, never lower it.
struct ForecastPoint {
  Instant at;
  LoadMetric metric = LoadMetric::streams;
  double load = 0;
};

/// All that a decision may know. Samples in order of time; what is older than
/// `history_needed` may be left out.
struct ScalingHistory {
  std::span<const LoadSample> samples{};
  std::span<const ForecastPoint> forecast{};
  int desired = 0;  // as last decided: instances that start count as present
  std::optional<Instant> grown_at{};
  std::optional<Instant> shrunk_at{};
};

struct Decision {
  int desired = 0;
  std::vector<Reason> reasons;  // what asked for instances first, then what held or limited
};

/// `spec` must have passed `check_group`. The result is within instances_min..instances_max,
/// whatever the history; a history whose loads are all higher by one factor never gives fewer;
/// without the latest load of every target nothing shrinks.
Decision decide(const ScalingHistory& history, const GroupSpec& spec, Instant now);

/// How long samples must be kept for this spec, when they come at least each `metrics_age_max`.
std::chrono::seconds history_needed(const GroupSpec& spec);

}  // namespace matinee::fleet
