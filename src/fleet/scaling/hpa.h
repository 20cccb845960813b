#pragma once
// fleet/scaling/hpa: the arithmetic of Kubernetes' HorizontalPodAutoscaler with its defaults. Read
// by the simulator, which compares our controller with it, and by whoever must predict a cluster.

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "base/time.h"

namespace matinee::fleet {

/// One pod as the autoscaler sees it. Failed and deleted pods are not listed at all.
struct HpaPod {
  bool ready = true;                  // false: pending, or its CPU too young to count
  std::optional<std::int64_t> value;  // percent of the request, or thousandths; nullopt: no metric
};

/// Which rule stands in for pods without a metric when the rest calls for fewer.
enum class HpaMetric {
  resource,  // they use all of their request (100 %, or the target when that is higher)
  pods       // they use exactly the target
};

/// The replicas one metric asks for, before stabilisation and policies. `target` > 0, in the unit
/// of the pods' values. Averages are whole numbers, rounded down, as there. nullopt when no ready
/// pod has a metric: nothing is changed then.
/// Source: Kubernetes, Horizontal Pod Autoscaling, "Algorithm details"; tolerance 0.1.
std::optional<int> hpa_replicas(int current, std::span<const HpaPod> pods, std::int64_t target,
                                HpaMetric metric, double tolerance = 0.1);

/// Scaling behaviour over time: fewer only to the highest recommendation of the last 300 s, more by
/// at most 100 % or 4 pods, whichever is more, in 15 s. One owner; times must not go back.
class HpaBehaviour {
 public:
  struct Options {
    int replicas_min = 1;
    int replicas_max = 1;
    std::chrono::seconds shrink_stabilisation{300};
    std::chrono::seconds grow_period{15};
    double grow_share = 1.0;
    int grow_pods = 4;
  };

  explicit HpaBehaviour(Options options) : options_(options) {}

  /// What the replicas are set to; call it each sync period (15 s) with the highest of all metrics.
  int apply(Instant now, int current, int recommended);

 private:
  struct At {
    Instant at;
    int replicas;
  };

  [[nodiscard]] int grow_limit(Instant now, int current) const;

  Options options_;
  std::deque<At> recommendations_;  // of the stabilisation window
  std::deque<At> added_;            // of the grow period
};

}  // namespace matinee::fleet
