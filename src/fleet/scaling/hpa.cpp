#include "fleet/scaling/hpa.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace matinee::fleet {
namespace {

// Values that count, as a sum, and for how many pods.
struct Usage {
  std::int64_t sum = 0;
  std::int64_t pods = 0;

  void add(std::int64_t value, std::int64_t count) {
    sum += value * count;
    pods += count;
  }
  [[nodiscard]] double ratio(std::int64_t target) const {
    return static_cast<double>(sum / pods) / static_cast<double>(target);
  }
};

int ceiled(double replicas) { return static_cast<int>(std::ceil(replicas)); }

}  // namespace

std::optional<int> hpa_replicas(int current, std::span<const HpaPod> pods, std::int64_t target,
                                HpaMetric metric, double tolerance) {
  MATINEE_CHECK(target > 0);
  Usage usage;
  std::int64_t unready = 0;
  std::int64_t missing = 0;
  for (const auto& pod : pods) {
    if (!pod.ready) {
      ++unready;
    } else if (pod.value) {
      usage.add(*pod.value, 1);
    } else {
      ++missing;
    }
  }
  if (usage.pods == 0) return std::nullopt;

  const double ratio = usage.ratio(target);
  const auto is_small = [tolerance](double r) {
    return r >= 1.0 - tolerance && r <= 1.0 + tolerance;
  };
  const bool grows_beside_unready = unready > 0 && ratio > 1;
  if (!grows_beside_unready && missing == 0) {
    return is_small(ratio) ? current : ceiled(ratio * static_cast<double>(usage.pods));
  }
  // Doubt dampens: what is not known counts against the change.
  if (ratio < 1) {
    const bool is_resource = metric == HpaMetric::resource;
    usage.add(is_resource ? std::max<std::int64_t>(100, target) : target, missing);
  } else if (ratio > 1 || metric == HpaMetric::pods) {
    usage.add(0, missing);
  }
  if (grows_beside_unready) usage.add(0, unready);

  const double damped = usage.ratio(target);
  if (is_small(damped) || (ratio < 1 && damped > 1) || (ratio > 1 && damped < 1)) return current;
  const int replicas = ceiled(damped * static_cast<double>(usage.pods));
  const bool turned = (damped < 1 && replicas > current) || (damped > 1 && replicas < current);
  return turned ? current : replicas;
}

int HpaBehaviour::grow_limit(Instant now, int current) const {
  int added = 0;
  for (const auto& change : added_) {
    if (now - change.at < options_.grow_period) added += change.replicas;
  }
  const int before = current - added;  // at the period's start
  return std::max(before + options_.grow_pods, ceiled(before * (1 + options_.grow_share)));
}

int HpaBehaviour::apply(Instant now, int current, int recommended) {
  recommendations_.push_back({now, recommended});
  while (now - recommendations_.front().at > options_.shrink_stabilisation) {
    recommendations_.pop_front();
  }
  while (!added_.empty() && now - added_.front().at >= options_.grow_period) added_.pop_front();

  const int highest = std::ranges::max(recommendations_, {}, &At::replicas).replicas;
  int replicas = current;
  if (recommended > current) replicas = recommended;
  if (highest < current) replicas = highest;
  replicas = std::clamp(replicas, options_.replicas_min, options_.replicas_max);
  if (replicas > current) {
    replicas = std::min(replicas, std::max(grow_limit(now, current), current));
    if (replicas > current) added_.push_back({now, replicas - current});
  }
  return replicas;
}

}  // namespace matinee::fleet
