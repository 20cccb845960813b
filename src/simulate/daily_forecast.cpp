#include "simulate/daily_forecast.h"

#include <algorithm>

namespace matinee::simulate {
namespace {

constexpr std::size_t kDayMinutes = 24 * 60;
constexpr std::size_t kLevelMinutes = 30;
constexpr double kLevelMin = 0.7;
constexpr double kLevelMax = 1.3;

}  // namespace

std::size_t DailyForecast::minute_of(Instant at) const {
  return static_cast<std::size_t>((at - begin_) / std::chrono::minutes{1});
}

void DailyForecast::observe(Instant at, double streams) {
  const auto minute = minute_of(at);
  if (minute >= sums_.size()) {
    sums_.resize(minute + 1);
    counts_.resize(minute + 1);
  }
  sums_[minute] += streams;
  ++counts_[minute];
}

double DailyForecast::before(std::size_t minute) const {
  std::vector<double> days;
  while (minute >= kDayMinutes) {
    minute -= kDayMinutes;
    if (minute < sums_.size() && counts_[minute] > 0)
      days.push_back(sums_[minute] / counts_[minute]);
  }
  if (days.empty()) return 0;
  const auto middle = days.begin() + static_cast<std::ptrdiff_t>((days.size() - 1) / 2);
  std::ranges::nth_element(days, middle);
  return *middle;
}

double DailyForecast::expected(Instant at) const {
  const double then = before(minute_of(at));
  if (then <= 0) return 0;
  double today = 0;
  double like_before = 0;
  const auto present = sums_.size() - 1;
  for (auto minute = present - std::min(present, kLevelMinutes); minute < present; ++minute) {
    const double then_too = before(minute);
    if (counts_[minute] == 0 || then_too <= 0) continue;  // nothing to compare with
    today += sums_[minute] / counts_[minute];
    like_before += then_too;
  }
  const double level = like_before > 0 ? today / like_before : 1;
  return then * std::clamp(level, kLevelMin, kLevelMax);
}

}  // namespace matinee::simulate
