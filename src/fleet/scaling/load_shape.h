#pragma once
// fleet/scaling/load_shape: what the course of a load says: that it rises, that it fell off a
// cliff.

#include <chrono>
#include <optional>
#include <span>

#include "fleet/scaling/decide.h"

namespace matinee::fleet {

inline constexpr std::chrono::seconds kTrendTime{60};     // what a rise is measured over
inline constexpr std::chrono::seconds kBurstTime{20};     // ... when it is a steep one
inline constexpr double kBurstShare = 0.1;                // of the load: less ahead is not steep
inline constexpr std::chrono::seconds kCollapseTime{60};  // a fall within this is one
inline constexpr double kCollapseShare = 0.5;             // of the load that goes in it
inline constexpr double kCollapseInstances = 2;           // less load than this cannot collapse

/// How much more load there will be `ahead` of now if it goes on as in the last kTrendTime, by
/// least squares; 0 when it does not rise, or not beyond its own noise.
double rise(std::span<const LoadSample> samples, LoadMetric metric, Instant now,
            std::chrono::seconds ahead);

struct Collapse {
  Instant at;
  double before = 0;
  double after = 0;
};

/// The latest fall of more than kCollapseShare within kCollapseTime since `since` from which the
/// load has not come back; nullopt without one. A queue that empties is no collapse.
std::optional<Collapse> collapse(std::span<const LoadSample> samples, const LoadTarget& target,
                                 Instant since);

}  // namespace matinee::fleet
