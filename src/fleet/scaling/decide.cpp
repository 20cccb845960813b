#include "fleet/scaling/decide.h"

#include <algorithm>
#include <cmath>

#include "fleet/scaling/load_shape.h"

namespace matinee::fleet {
namespace {

constexpr double kRoundingSlack = 1e-9;           // 0.6 / 0.2 needs three, not four
constexpr std::chrono::hours kForecastAgeMax{1};  // an older point says nothing of now

int needed(double load, double per_instance) {
  const double instances = std::ceil(load / per_instance - kRoundingSlack);
  return static_cast<int>(std::clamp(instances, 0.0, double{kInstancesMax}));
}

// A decision in the making.
class Deciding {
 public:
  Deciding(const ScalingHistory& history, const GroupSpec& spec, Instant now)
      : history_(history), spec_(spec), now_(now) {
    if (!history.samples.empty() && now - history.samples.back().at <= spec.metrics_age_max) {
      latest_ = &history.samples.back();
    }
  }

  Decision made() {
    const int load = by_load();
    const int wanted = std::max(load, by_floors());
    int desired = history_.desired;
    if (wanted > desired) {
      desired = grown(wanted);
    } else if (wanted < desired) {
      desired = shrunk(wanted);
    }
    if (desired > spec_.instances_max) say(Rule::maximum, spec_.instances_max);
    const int limited = std::clamp(desired, spec_.instances_min, spec_.instances_max);
    if (limited == spec_.instances_min && load < limited) say(Rule::minimum, limited);
    return {limited, std::move(reasons_)};
  }

 private:
  void say(Rule rule, int instances, Instant until = {}) {
    reasons_.push_back({.rule = rule, .instances = instances, .until = until});
  }

  // What the load of now, or of when an instance ordered now would serve, asks for.
  int by_load() {
    int highest = 0;
    if (latest_ == nullptr) return highest;
    for (const auto& target : spec_.targets) {
      const auto load = latest_->of(target.metric);
      if (!load) continue;
      const int now_needed = needed(*load, target.per_instance);
      reasons_.push_back({.rule = Rule::target,
                          .instances = now_needed,
                          .metric = target.metric,
                          .load = *load,
                          .limit = target.per_instance});
      const double later = *load + rise(history_.samples, target.metric, now_, spec_.start_time);
      const int later_needed = needed(later, target.per_instance);
      if (later_needed > now_needed) {
        reasons_.push_back({.rule = Rule::trend,
                            .instances = later_needed,
                            .metric = target.metric,
                            .load = later,
                            .limit = target.per_instance,
                            .until = now_ + spec_.start_time});
      }
      highest = std::max(highest, later_needed);
    }
    highest = std::max(highest, by_steps());
    if (latest_->waiting && highest == 0) {
      highest = 1;
      say(Rule::waiting, highest);
    }
    return with_spares(highest);
  }

  int with_spares(int load) {
    if (spec_.spares == 0) return load;
    say(Rule::spares, load + spec_.spares);
    return load + spec_.spares;
  }

  // Counted from those that serve, so that what is starting is not ordered twice.
  int by_steps() {
    int highest = 0;
    if (latest_->serving == 0) return highest;
    for (const auto& step : spec_.steps) {
      const auto load = latest_->of(step.metric);
      if (!load) continue;
      const double each = *load / latest_->serving;
      if (each < step.at_least) continue;
      const int asked = latest_->serving + step.add;
      reasons_.push_back({.rule = Rule::step,
                          .instances = asked,
                          .metric = step.metric,
                          .load = each,
                          .limit = step.at_least});
      highest = std::max(highest, asked);
    }
    return highest;
  }

  // Schedules and the forecast count from a start time before they do, so that instances serve
  // then.
  int by_floors() {
    int highest = spec_.instances_min;
    for (const auto& schedule : spec_.schedules) {
      const bool holds = schedule.holds(now_, spec_.utc_offset) ||
                         schedule.holds(now_ + spec_.start_time, spec_.utc_offset);
      if (!holds) continue;
      say(Rule::schedule, schedule.instances);
      highest = std::max(highest, schedule.instances);
    }
    for (const auto& target : spec_.targets) {
      const auto peak = forecast_peak(target.metric);
      if (!peak) continue;
      const int asked = needed(peak->load, target.per_instance) + spec_.spares;
      if (asked <= spec_.instances_min) continue;
      reasons_.push_back({.rule = Rule::forecast,
                          .instances = asked,
                          .metric = target.metric,
                          .load = peak->load,
                          .limit = target.per_instance,
                          .until = peak->at});
      highest = std::max(highest, asked);
    }
    return highest;
  }

  // Of what is forecast until an instance ordered now serves; a point holds until the next one.
  [[nodiscard]] std::optional<ForecastPoint> forecast_peak(LoadMetric metric) const {
    std::optional<ForecastPoint> present;
    std::optional<ForecastPoint> peak;
    for (const auto& point : history_.forecast) {
      if (point.metric != metric || point.at > now_ + spec_.start_time) continue;
      if (point.at <= now_) {
        if (now_ - point.at < kForecastAgeMax && (!present || present->at <= point.at)) {
          present = point;
        }
      } else if (!peak || point.load > peak->load) {
        peak = point;
      }
    }
    return present && (!peak || present->load >= peak->load) ? present : peak;
  }

  int grown(int wanted) {
    if (history_.grown_at && now_ - *history_.grown_at < spec_.grow_pause) {
      say(Rule::grow_pause, history_.desired, *history_.grown_at + spec_.grow_pause);
      return history_.desired;
    }
    return wanted;
  }

  int shrunk(int wanted) {
    const int present = history_.desired;
    int fewer = std::max(wanted, by_window(wanted));
    if (fewer >= present || may_not_shrink()) return present;
    if (history_.shrunk_at && now_ - *history_.shrunk_at < spec_.shrink_pause) {
      say(Rule::shrink_pause, present, *history_.shrunk_at + spec_.shrink_pause);
      return present;
    }
    const int at_once = std::max(1, static_cast<int>(present * spec_.shrink_share_max));
    if (present - fewer > at_once) {
      fewer = present - at_once;
      say(Rule::shrink_share, fewer);
    }
    if (fewer == 0 && !is_idle()) {
      fewer = 1;
      say(Rule::idle_window, fewer);
    }
    return fewer;
  }

  bool may_not_shrink() {
    const int present = history_.desired;
    for (const auto& target : spec_.targets) {
      if (latest_ != nullptr && latest_->of(target.metric)) continue;
      reasons_.push_back(
          {.rule = Rule::metrics_missing, .instances = present, .metric = target.metric});
      return true;
    }
    if (latest_ == nullptr) return !spec_.steps.empty();
    if (const auto first = history_.samples.front().at; now_ - first < spec_.shrink_window) {
      say(Rule::history_short, present, first + spec_.shrink_window);
      return true;
    }
    for (const auto& target : spec_.targets) {
      const auto fall = collapse(history_.samples, target, now_ - spec_.hold_window);
      if (!fall) continue;
      reasons_.push_back({.rule = Rule::collapse,
                          .instances = present,
                          .metric = target.metric,
                          .load = fall->before,
                          .limit = fall->after,
                          .until = fall->at + spec_.hold_window});
      return true;
    }
    return false;
  }

  // The most that any moment of the window needed, with slack, so that a steady load never flaps.
  int by_window(int wanted) {
    Reason highest{.rule = Rule::shrink_window};
    for (const auto& sample : history_.samples) {
      if (sample.at < now_ - spec_.shrink_window) continue;
      for (const auto& target : spec_.targets) {
        const auto load = sample.of(target.metric);
        if (!load) continue;
        const int asked = needed(*load * (1 + spec_.shrink_slack), target.per_instance);
        if (asked <= highest.instances) continue;
        highest.instances = asked;
        highest.metric = target.metric;
        highest.load = *load;
      }
      for (const auto& step : spec_.steps) {
        const auto load = sample.of(step.metric);
        if (!load || sample.serving == 0 || *load / sample.serving < step.at_least) continue;
        if (sample.serving + step.add <= highest.instances) continue;
        highest.instances = sample.serving + step.add;
        highest.metric = step.metric;
        highest.load = *load;
      }
    }
    highest.instances += spec_.spares;
    if (highest.instances > wanted) reasons_.push_back(highest);
    return highest.instances;
  }

  [[nodiscard]] bool is_idle() const {
    if (now_ - history_.samples.front().at < spec_.idle_window) return false;
    return std::ranges::none_of(history_.samples, [this](const LoadSample& sample) {
      if (sample.at < now_ - spec_.idle_window) return false;
      return sample.waiting || std::ranges::any_of(spec_.targets, [&](const LoadTarget& target) {
               return sample.of(target.metric).value_or(1) > 0;
             });
    });
  }

  const ScalingHistory& history_;
  const GroupSpec& spec_;
  Instant now_;
  const LoadSample* latest_ = nullptr;  // nullptr: too old to be believed
  std::vector<Reason> reasons_;
};

}  // namespace

Decision decide(const ScalingHistory& history, const GroupSpec& spec, Instant now) {
  return Deciding(history, spec, now).made();
}

std::chrono::seconds history_needed(const GroupSpec& spec) {
  return spec.metrics_age_max + std::max({spec.shrink_window, spec.idle_window,
                                          spec.hold_window + kCollapseTime, kTrendTime});
}

}  // namespace matinee::fleet
