#pragma once
// delivery/fill_window: when a site is least busy, from its own traffic, and how fast fill may go.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"

namespace matinee::delivery {

inline constexpr std::size_t kHoursOfDay = 24;

/// The hours of a day, UTC, in which a site is filled: `hours` from `first_hour` on, over midnight
/// if need be. 0 hours: never; 24: always.
struct FillWindow {
  std::size_t first_hour = 0;
  std::size_t hours = 0;
  double traffic_share = 0;  // of the site's traffic that falls into it

  [[nodiscard]] bool open(Instant at) const;
  /// When it opens next, `at` if it is open. Never comes when hours is 0: ask before.
  [[nodiscard]] Instant opens(Instant at) const;
  /// When the opening that `at` lies in ends; the end of time when it never closes.
  [[nodiscard]] Instant closes(Instant at) const;
};

/// The `hours` in a row with the least traffic; `traffic` is by hour, from an hour 0 UTC on, any
/// number of whole days (the week's shape of forecast/demand is seven). Of equals the first.
FillWindow quietest(std::span<const double> traffic, std::size_t hours);

/// Lets bytes through at a rate, and up to `burst_bytes` at once. Time comes in with each call.
class TokenBucket {
 public:
  TokenBucket(std::uint64_t bytes_per_second, std::uint64_t burst_bytes, MonotonicInstant now);

  /// How many of `wanted` bytes may go now; takes them.
  std::uint64_t take(std::uint64_t wanted, MonotonicInstant now);
  /// How long until `bytes` (at most the burst) may go. Zero when they may go now.
  [[nodiscard]] std::chrono::milliseconds wait(std::uint64_t bytes, MonotonicInstant now) const;

 private:
  [[nodiscard]] double level(MonotonicInstant now) const;
  double rate_;
  double burst_;
  double level_;
  MonotonicInstant at_;
};

}  // namespace matinee::delivery
