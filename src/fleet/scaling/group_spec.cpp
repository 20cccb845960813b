#include "fleet/scaling/group_spec.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace matinee::fleet {
namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, kLoadMetrics> kMetricNames{"streams", "bandwidth_bps", "cpu",
                                                                  "queue_age_s"};
constexpr int kDayMinutes = 24 * 60;
constexpr std::size_t kNameBytesMax = 63;
constexpr seconds kWindowMax{24 * 3600};
constexpr std::chrono::minutes kOffsetMax{14 * 60};

std::unexpected<Error> refuse(const std::string& setting, const std::string& range) {
  return fail(ErrorCode::invalid, setting + " must be " + range);
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

bool is_between(int value, int low, int high) { return value >= low && value <= high; }

Result<void> check_counts(const GroupSpec& spec) {
  const std::string most = std::to_string(kInstancesMax);
  if (!is_between(spec.instances_max, 1, kInstancesMax)) return refuse("max", "from 1 to " + most);
  if (!is_between(spec.instances_min, 0, spec.instances_max)) return refuse("min", "from 0 to max");
  if (!is_between(spec.spares, 0, spec.instances_max)) return refuse("spares", "from 0 to max");
  return {};
}

Result<void> check_targets(const GroupSpec& spec) {
  std::array<bool, kLoadMetrics> seen{};
  for (const auto& target : spec.targets) {
    const std::string name(name_of(target.metric));
    if (!(target.per_instance > 0) || !std::isfinite(target.per_instance)) {
      return refuse(name, "greater than 0");
    }
    if (target.metric == LoadMetric::cpu && target.per_instance > 1) {
      return refuse(name, "from 0 to 1: a share of an instance's processors");
    }
    if (std::exchange(seen.at(static_cast<std::size_t>(target.metric)), true)) {
      return refuse(name, "set once");
    }
  }
  if (spec.targets.empty() && spec.steps.empty() && spec.schedules.empty() &&
      spec.instances_min != spec.instances_max) {
    return refuse("min", "max where neither a target, a step nor a schedule says what is between");
  }
  return {};
}

Result<void> check_rules(const GroupSpec& spec) {
  const std::string most = std::to_string(kGroupRulesMax);
  if (spec.steps.size() > kGroupRulesMax) return refuse("step", "at most " + most + " times there");
  if (spec.schedules.size() > kGroupRulesMax) {
    return refuse("schedule", "at most " + most + " times there");
  }
  for (const auto& step : spec.steps) {
    if (!(step.at_least > 0) || !std::isfinite(step.at_least)) {
      return refuse("step.at_least", "greater than 0");
    }
    if (!is_between(step.add, 1, spec.instances_max)) return refuse("step.add", "from 1 to max");
  }
  for (const auto& schedule : spec.schedules) {
    if (!is_between(schedule.instances, 1, spec.instances_max)) {
      return refuse("schedule.min", "from 1 to max");
    }
    if (schedule.begins.has_value() != schedule.ends.has_value()) {
      return refuse("schedule.from and schedule.until", "both dates or both times of the day");
    }
    if (schedule.begins && *schedule.ends <= *schedule.begins) {
      return refuse("schedule.until", "after schedule.from");
    }
    if (!is_between(schedule.from_minute, 0, kDayMinutes - 1) ||
        !is_between(schedule.until_minute, 0, kDayMinutes - 1)) {
      return refuse("schedule.from and schedule.until", "from 00:00 to 23:59");
    }
  }
  return {};
}

Result<void> check_durations(const GroupSpec& spec) {
  struct Named {
    const char* name;
    seconds value;
    seconds least;
  };
  for (const auto& one : {Named{"start_time_s", spec.start_time, seconds{0}},
                          Named{"grow_pause_s", spec.grow_pause, seconds{0}},
                          Named{"shrink_pause_s", spec.shrink_pause, seconds{0}},
                          Named{"shrink_window_s", spec.shrink_window, seconds{0}},
                          Named{"idle_window_s", spec.idle_window, seconds{0}},
                          Named{"hold_window_s", spec.hold_window, seconds{0}},
                          Named{"metrics_age_max_s", spec.metrics_age_max, seconds{1}}}) {
    if (one.value < one.least || one.value > kWindowMax) {
      return refuse(one.name, "from " + std::to_string(one.least.count()) + " to " +
                                  std::to_string(kWindowMax.count()));
    }
  }
  if (std::chrono::abs(spec.utc_offset) > kOffsetMax) {
    return refuse("utc_offset_min", "from -840 to 840");
  }
  if (!(spec.shrink_slack >= 0 && spec.shrink_slack <= 1))
    return refuse("shrink_slack", "from 0 to 1");
  if (!(spec.shrink_share_max > 0 && spec.shrink_share_max <= 1)) {
    return refuse("shrink_share_max", "more than 0 and at most 1");
  }
  return {};
}

}  // namespace

std::string_view name_of(LoadMetric metric) {
  return kMetricNames.at(static_cast<std::size_t>(metric));
}

std::optional<LoadMetric> load_metric_of(std::string_view name) {
  const auto found = std::ranges::find(kMetricNames, name);
  if (found == kMetricNames.end()) return std::nullopt;
  return static_cast<LoadMetric>(found - kMetricNames.begin());
}

bool Schedule::holds(Instant at, std::chrono::minutes utc_offset) const {
  if (begins && ends) return at >= *begins && at < *ends;
  const auto local = at + utc_offset;
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto minute = static_cast<int>((local - day) / std::chrono::minutes{1});
  const auto is_on = [this](std::chrono::sys_days of) {
    return days.at(std::chrono::weekday{of}.iso_encoding() - 1);
  };
  if (from_minute < until_minute) {
    return is_on(day) && minute >= from_minute && minute < until_minute;
  }
  return (is_on(day) && minute >= from_minute) ||
         (is_on(day - std::chrono::days{1}) && minute < until_minute);
}

Result<void> check_group(const GroupSpec& spec) {
  if (!is_name(spec.role)) return refuse("role", "named, in small letters, digits and hyphens");
  if (!is_name(spec.site)) return refuse("site", "named, in small letters, digits and hyphens");
  for (const auto& check : {check_counts, check_targets, check_rules, check_durations}) {
    if (auto good = check(spec); !good) return good;
  }
  return {};
}

}  // namespace matinee::fleet
