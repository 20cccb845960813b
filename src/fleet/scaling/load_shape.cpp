#include "fleet/scaling/load_shape.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace matinee::fleet {
namespace {

constexpr int kTrendSamplesMin = 4;
constexpr double kTrendErrors = 3;  // a slope of fewer standard errors is noise
constexpr double kBackShare = 0.8;  // of the load before the fall: it is back

constexpr double kBurstErrors = 5;

double seconds_between(Instant from, Instant to) {
  return std::chrono::duration<double>(to - from).count();
}

// A line through the samples since `since`, by least squares; all 0 without enough of them.
struct Slope {
  double per_second = 0;
  double error = 0;
  double latest = 0;  // load
};

Slope slope(std::span<const LoadSample> samples, LoadMetric metric, Instant since) {
  // Sums about the latest sample, so that large numbers do not cancel.
  std::optional<double> latest;
  double n = 0, t = 0, y = 0, tt = 0, ty = 0, yy = 0;
  for (auto i = samples.size(); i-- > 0 && samples[i].at >= since;) {
    const auto load = samples[i].of(metric);
    if (!load) continue;
    if (!latest) latest = load;
    const double time = seconds_between(samples.back().at, samples[i].at);
    const double over = *load - *latest;
    n += 1;
    t += time;
    y += over;
    tt += time * time;
    ty += time * over;
    yy += over * over;
  }
  if (n < kTrendSamplesMin) return {};
  const double spread = tt - t * t / n;
  if (spread <= 0) return {};
  const double per_second = (ty - t * y / n) / spread;
  const double residual = std::max(0.0, (yy - y * y / n) - per_second * per_second * spread);
  return {per_second, std::sqrt(residual / (n - 2) / spread), *latest};
}

}  // namespace

double rise(std::span<const LoadSample> samples, LoadMetric metric, Instant now,
            std::chrono::seconds ahead) {
  const double ahead_s = std::chrono::duration<double>(ahead).count();
  const auto steady = slope(samples, metric, now - kTrendTime);
  const double steady_rise =
      steady.per_second > kTrendErrors * steady.error ? steady.per_second * ahead_s : 0;
  const auto burst = slope(samples, metric, now - kBurstTime);
  const double burst_rise =
      burst.per_second > kBurstErrors * burst.error ? burst.per_second * ahead_s : 0;
  return burst_rise >= kBurstShare * burst.latest ? std::max(steady_rise, burst_rise) : steady_rise;
}

std::optional<Collapse> collapse(std::span<const LoadSample> samples, const LoadTarget& target,
                                 Instant since) {
  if (target.metric == LoadMetric::queue_age_s || samples.empty()) return std::nullopt;
  const auto latest = samples.back().of(target.metric);
  std::optional<Collapse> latest_fall;
  for (auto i = samples.size(); i-- > 0 && samples[i].at >= since;) {
    const auto after = samples[i].of(target.metric);
    if (!after) continue;
    double before = 0;
    for (auto j = i; j-- > 0 && samples[i].at - samples[j].at <= kCollapseTime;) {
      before = std::max(before, samples[j].of(target.metric).value_or(0));
    }
    const bool fell = *after < before * (1 - kCollapseShare) &&
                      before >= kCollapseInstances * target.per_instance;
    if (fell && (!latest || *latest < kBackShare * before)) {
      latest_fall = Collapse{samples[i].at, before, *after};  // an earlier moment of the same fall
    } else if (latest_fall) {
      break;
    }
  }
  return latest_fall;
}

}  // namespace matinee::fleet
