#pragma once
// simulate/daily_forecast: today will be like the days before, at today's level. A stand-in with
// nothing hidden: it knows what was seen until now, and no more.

#include <vector>

#include "base/time.h"

namespace matinee::simulate {

/// Streams by minute. One owner; times must not go back.
class DailyForecast {
 public:
  explicit DailyForecast(Instant begin) : begin_(begin) {}

  void observe(Instant at, double streams);

  /// What is expected `at` a moment up to a day after the last observation: the median of that
  /// minute on the days before, times how today's last half hour compares with theirs (0.7 to 1.3);
  /// 0 on the first day.
  [[nodiscard]] double expected(Instant at) const;

 private:
  [[nodiscard]] std::size_t minute_of(Instant at) const;
  [[nodiscard]] double before(std::size_t minute) const;

  Instant begin_;
  std::vector<double> sums_;  // of each minute since begin
  std::vector<int> counts_;
};

}  // namespace matinee::simulate
