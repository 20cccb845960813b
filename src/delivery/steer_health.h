#pragma once
// delivery/steer_health: whether an edge is to be trusted with viewers, from its reports and from
// their absence. One per edge, kept by SteerBoard.

#include <chrono>
#include <cstdint>

#include "base/time.h"
#include "delivery/steer.h"

namespace matinee::delivery {

/// Edges report each second. Without a report for so long an edge is suspect, then out.
inline constexpr std::chrono::milliseconds kSuspectAfter{3'000};
inline constexpr std::chrono::milliseconds kOutAfter{5'000};
/// So many good reports in a row make a suspect edge healthy again.
inline constexpr int kGoodReports = 3;
/// Share of failed answers: from the upper on an edge is suspect; only at the lower it is good
/// again.
inline constexpr double kErrorsSuspect = 0.10;
inline constexpr double kErrorsGood = 0.02;

/// Changes for the worse count at once, for the better only when they last. A new edge is healthy
/// with its first report. Not for two threads at once.
class EdgeHealth {
 public:
  /// `error_rate`: share of the answers since the last report that failed by the edge's own fault.
  void report(MonotonicInstant at, double error_rate);
  [[nodiscard]] Health at(MonotonicInstant now) const;

 private:
  bool has_reported_ = false;
  MonotonicInstant last_{};
  int good_ = 0;  // reports in a row, up to kGoodReports
};

}  // namespace matinee::delivery
