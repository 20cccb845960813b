#pragma once
// fleet/scaling/group_spec: what an operator asks of a group of instances: how many at least and at
// most, and what makes it grow and shrink. Read by `decide`, by providers, by the simulator.

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace matinee::fleet {

inline constexpr int kInstancesMax = 10'000;       // of one group
inline constexpr std::size_t kGroupsMax = 256;     // of one configuration
inline constexpr std::size_t kGroupRulesMax = 64;  // steps, and schedules, of one group

/// What a group is scaled by. A load is that of the whole group, wanted or served; a target is what
/// one instance should carry of it.
enum class LoadMetric {
  streams,        // plays that are streaming
  bandwidth_bps,  // bits/s sent
  cpu,            // processors in use, each instance's share of its own (0..1) added up
  queue_age_s  // seconds of work for one instance that wait; its target is how long a job may wait
};
inline constexpr std::size_t kLoadMetrics = 4;

std::string_view name_of(LoadMetric metric);
std::optional<LoadMetric> load_metric_of(std::string_view name);

/// Keeps the load of an instance at `per_instance` (> 0). Several targets: the highest count.
struct LoadTarget {
  LoadMetric metric = LoadMetric::streams;
  double per_instance = 0;
};

/// From `at_least` on each serving instance, `add` more than those that serve. Never takes away.
struct StepRule {
  LoadMetric metric = LoadMetric::cpu;
  double at_least = 0;
  int add = 1;
};

/// No fewer than `instances` at these times. Either once, from `begins` until `ends` (UTC), or on
/// days of the week from minute to minute of the group's local day; until <= from ends the next
/// day.
struct Schedule {
  int instances = 0;
  std::optional<Instant> begins{};
  std::optional<Instant> ends{};
  std::array<bool, 7> days{true, true, true, true, true, true, true};  // Monday first
  int from_minute = 0;
  int until_minute = 0;

  [[nodiscard]] bool holds(Instant at, std::chrono::minutes utc_offset) const;
};

/// Durations have one meaning each, and none stands in for another.
struct GroupSpec {
  std::string role;
  std::string site;
  int instances_min = 1;
  int instances_max = 1;
  int spares = 0;  // that run beside those the load needs
  std::vector<LoadTarget> targets{};
  std::vector<StepRule> steps{};
  std::vector<Schedule> schedules{};
  std::chrono::minutes utc_offset{0};        // of the schedules' local day; knows no summer time
  std::chrono::seconds start_time{5};        // from the order to serving: how far ahead is looked
  std::chrono::seconds grow_pause{0};        // between two growths
  std::chrono::seconds shrink_pause{60};     // between two shrinkings
  std::chrono::seconds shrink_window{300};   // for so long fewer must have been enough
  std::chrono::seconds idle_window{600};     // ... and for so long none, before the last one goes
  std::chrono::seconds hold_window{1800};    // nothing shrinks for so long after a collapse of load
  std::chrono::seconds metrics_age_max{45};  // an older sample is none
  double shrink_slack = 0.1;                 // share of load that must fit on top before it shrinks
  double shrink_share_max = 0.25;            // of the instances that may go at once; one may always

  [[nodiscard]] std::string name() const { return role + "@" + site; }
};

/// Errors: invalid, naming the setting and its range.
Result<void> check_group(const GroupSpec& spec);

}  // namespace matinee::fleet
