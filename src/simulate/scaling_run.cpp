#include "simulate/scaling_run.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "fleet/scaling/decide.h"
#include "fleet/scaling/hpa.h"
#include "simulate/daily_forecast.h"

namespace matinee::simulate {
namespace {

using fleet::LoadMetric;
using fleet::LoadSample;

constexpr std::chrono::seconds kHpaPeriod{15};
constexpr int kTargetPercentMin = 20;
constexpr int kTargetPercentMax = 95;
constexpr auto kForecastStep = std::chrono::seconds{20};

// The instances: what was ordered serves a start time later; what goes, goes at once.
class Instances {
 public:
  Instances(const LoadTrace& trace, int serving) : trace_(trace), serving_(serving) {}

  void order(Instant now, int desired) {
    if (desired == present()) return;
    ++changes_;
    for (; present() < desired; ++starting_count_) starting_.push_back(now + trace_.start_time);
    for (; present() > desired && starting_count_ > 0; --starting_count_) starting_.pop_back();
    serving_ = std::min(serving_, desired);
  }

  void begin_step(Instant now) {
    for (; !starting_.empty() && starting_.front() <= now; --starting_count_, ++serving_) {
      starting_.pop_front();
    }
  }

  void account(double streams, ScalingOutcome& outcome) const {
    const double hours = static_cast<double>(kTraceStep.count()) / 3600;
    outcome.instance_hours += present() * hours;
    const double refused = streams - serving_ * trace_.instance_streams;
    if (refused <= 0) return;
    outcome.violation_seconds += static_cast<double>(kTraceStep.count());
    outcome.refused_stream_hours += refused * hours;
  }

  [[nodiscard]] int serving() const { return serving_; }
  [[nodiscard]] int starting() const { return starting_count_; }
  [[nodiscard]] int present() const { return serving_ + starting_count_; }
  [[nodiscard]] int changes() const { return changes_; }

 private:
  const LoadTrace& trace_;
  int serving_;
  int starting_count_ = 0;
  int changes_ = 0;
  std::deque<Instant> starting_;  // when each will serve
};

// Runs `controller(now, streams, instances) -> desired` over the whole trace.
template <typename Controller>
ScalingOutcome run(const LoadTrace& trace, Controller controller) {
  const int fitting = static_cast<int>(trace.streams.front() / trace.instance_streams) + 2;
  Instances instances(trace, fitting);
  ScalingOutcome outcome;
  Instant now = kTraceBegin;
  for (const double streams : trace.streams) {
    instances.begin_step(now);
    if (now >= kTraceBegin + std::chrono::days{1}) instances.account(streams, outcome);
    instances.order(now, controller(now, streams, instances));
    now += kTraceStep;
  }
  outcome.changes = instances.changes();
  return outcome;
}

class OurController {
 public:
  OurController(const LoadTrace& trace, const OurSettings& settings)
      : spec_(group_for(trace, settings)), kept_(history_needed(spec_)), forecast_(kTraceBegin) {}

  int operator()(Instant now, double streams, const Instances& instances) {
    if (desired_ < 0) desired_ = instances.present();
    forecast_.observe(now, streams);
    LoadSample sample{.at = now, .serving = instances.serving()};
    sample.load[static_cast<std::size_t>(LoadMetric::streams)] = streams;
    samples_.push_back(sample);
    while (now - samples_[first_].at > kept_) ++first_;
    std::vector<fleet::ForecastPoint> points;
    for (auto at = now; at <= now + spec_.start_time; at += kForecastStep) {
      points.push_back({at, LoadMetric::streams, forecast_.expected(at)});
    }
    const auto decision = decide({.samples = std::span(samples_).subspan(first_),
                                  .forecast = points,
                                  .desired = desired_,
                                  .grown_at = grown_at_,
                                  .shrunk_at = shrunk_at_},
                                 spec_, now);
    if (decision.desired > desired_) grown_at_ = now;
    if (decision.desired < desired_) shrunk_at_ = now;
    return desired_ = decision.desired;
  }

 private:
  fleet::GroupSpec spec_;
  std::chrono::seconds kept_;
  DailyForecast forecast_;
  std::vector<LoadSample> samples_;
  std::size_t first_ = 0;
  int desired_ = -1;
  std::optional<Instant> grown_at_;
  std::optional<Instant> shrunk_at_;
};

}  // namespace

fleet::GroupSpec group_for(const LoadTrace& trace, const OurSettings& settings) {
  fleet::GroupSpec spec{
      .role = "edge",
      .site = "sim",
      .instances_min = 1,
      .instances_max = kScaledMax,
      .spares = settings.spares,
      .targets = {{LoadMetric::streams, trace.instance_streams * settings.utilisation}},
      .start_time = trace.start_time + kTraceStep};
  if (trace.announced) {
    const int asked = static_cast<int>(
        std::ceil(trace.announced->streams / (trace.instance_streams * settings.utilisation)));
    spec.schedules.push_back({.instances = std::clamp(asked, 1, kScaledMax),
                              .begins = trace.announced->begins,
                              .ends = trace.announced->ends});
  }
  return spec;
}

ScalingOutcome run_ours(const LoadTrace& trace, const OurSettings& settings) {
  return run(trace, OurController(trace, settings));
}

ScalingOutcome run_hpa(const LoadTrace& trace, int target_percent) {
  constexpr double kThousandths = 1000;
  const auto target =
      static_cast<std::int64_t>(trace.instance_streams * target_percent / 100 * kThousandths);
  fleet::HpaBehaviour behaviour({.replicas_min = 1, .replicas_max = kScaledMax});
  std::vector<fleet::HpaPod> pods;
  return run(trace, [&](Instant now, double streams, const Instances& instances) {
    if ((now - kTraceBegin) % kHpaPeriod != std::chrono::milliseconds{0})
      return instances.present();
    const int serving = instances.serving();
    const auto each = static_cast<std::int64_t>(streams / std::max(1, serving) * kThousandths);
    pods.assign(static_cast<std::size_t>(serving), {.ready = true, .value = each});
    pods.insert(pods.end(), static_cast<std::size_t>(instances.starting()),
                {.ready = false, .value = std::nullopt});
    const int present = instances.present();
    const auto asked = hpa_replicas(present, pods, target, fleet::HpaMetric::pods);
    return behaviour.apply(now, present, asked.value_or(present));
  });
}

int hpa_target_for(const LoadTrace& trace, double hours) {
  int low = kTargetPercentMin;
  int high = kTargetPercentMax;
  while (low < high) {  // hours fall as the target rises
    const int middle = (low + high + 1) / 2;
    if (run_hpa(trace, middle).instance_hours >= hours) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

}  // namespace matinee::simulate
