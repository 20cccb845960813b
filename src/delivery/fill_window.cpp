#include "delivery/fill_window.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/check.h"

namespace matinee::delivery {
namespace {

using std::chrono::hours;

std::size_t hour_of_day(Instant at) {
  const auto since = at - std::chrono::floor<std::chrono::days>(at);
  return static_cast<std::size_t>(std::chrono::floor<hours>(since).count());
}

}  // namespace

bool FillWindow::open(Instant at) const {
  return (hour_of_day(at) + kHoursOfDay - first_hour) % kHoursOfDay < hours;
}

Instant FillWindow::opens(Instant at) const {
  MATINEE_CHECK(hours > 0);
  if (open(at)) return at;
  const std::size_t ahead = (first_hour + kHoursOfDay - hour_of_day(at)) % kHoursOfDay;
  return std::chrono::floor<std::chrono::hours>(at) + std::chrono::hours(ahead);
}

Instant FillWindow::closes(Instant at) const {
  if (hours >= kHoursOfDay) return Instant::max();
  const std::size_t in = (hour_of_day(at) + kHoursOfDay - first_hour) % kHoursOfDay;
  MATINEE_CHECK(in < hours);
  return std::chrono::floor<std::chrono::hours>(at) + std::chrono::hours(hours - in);
}

FillWindow quietest(std::span<const double> traffic, std::size_t hours_wanted) {
  MATINEE_CHECK(traffic.size() % kHoursOfDay == 0);
  std::array<double, kHoursOfDay> day{};
  for (std::size_t i = 0; i < traffic.size(); ++i) day[i % kHoursOfDay] += traffic[i];
  const double all = std::accumulate(day.begin(), day.end(), 0.0);
  FillWindow best{
      .first_hour = 0, .hours = std::min(hours_wanted, kHoursOfDay), .traffic_share = 2};
  for (std::size_t first = 0; first < kHoursOfDay; ++first) {
    double sum = 0;
    for (std::size_t i = 0; i < best.hours; ++i) sum += day[(first + i) % kHoursOfDay];
    const double share = all > 0 ? sum / all : 0;
    if (share + 1e-12 < best.traffic_share) {
      best.first_hour = first;
      best.traffic_share = share;
    }
  }
  return best;
}

TokenBucket::TokenBucket(std::uint64_t bytes_per_second, std::uint64_t burst_bytes,
                         MonotonicInstant now)
    : rate_(static_cast<double>(bytes_per_second)),
      burst_(static_cast<double>(burst_bytes)),
      level_(burst_),
      at_(now) {
  MATINEE_CHECK(bytes_per_second > 0);
}

double TokenBucket::level(MonotonicInstant now) const {
  const std::chrono::duration<double> passed = std::max(now, at_) - at_;
  return std::min(burst_, level_ + rate_ * passed.count());
}

std::uint64_t TokenBucket::take(std::uint64_t wanted, MonotonicInstant now) {
  level_ = level(now);
  at_ = std::max(now, at_);
  const std::uint64_t taken = std::min(wanted, static_cast<std::uint64_t>(level_));
  level_ -= static_cast<double>(taken);
  return taken;
}

std::chrono::milliseconds TokenBucket::wait(std::uint64_t bytes, MonotonicInstant now) const {
  const double missing = std::min(static_cast<double>(bytes), burst_) - level(now);
  return std::chrono::milliseconds(missing <= 0 ? 0
                                                : std::llround(std::ceil(1000 * missing / rate_)));
}

}  // namespace matinee::delivery
