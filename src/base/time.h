#pragma once
// base/time: the two clocks everything is given, and deadlines. Nothing else reads a clock.

#include <chrono>
#include <cstdint>

namespace matinee {

/// Wall-clock time, UTC, in ms; what is stored and shown.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
/// Monotonic time; what durations and deadlines are measured in.
using MonotonicInstant = std::chrono::steady_clock::time_point;

inline std::int64_t to_ms(Instant instant) { return instant.time_since_epoch().count(); }
inline Instant from_ms(std::int64_t ms) { return Instant{std::chrono::milliseconds{ms}}; }

/// Where time comes from. Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
  [[nodiscard]] virtual MonotonicInstant monotonic() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] MonotonicInstant monotonic() const override {
    return std::chrono::steady_clock::now();
  }
};

/// A clock that stands still until a test moves it. Not for two threads at once.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Instant start) : now_(start) {}
  [[nodiscard]] Instant now() const override { return now_; }
  [[nodiscard]] MonotonicInstant monotonic() const override { return monotonic_; }
  void advance(std::chrono::milliseconds by) {
    now_ += by;
    monotonic_ += by;
  }

 private:
  Instant now_;
  MonotonicInstant monotonic_{std::chrono::hours{1}};
};

/// The moment (monotonic) by which a wait must end.
struct Deadline {
  MonotonicInstant at;

  static Deadline in(const Clock& clock, std::chrono::milliseconds from_now) {
    return {clock.monotonic() + from_now};
  }
  /// What is left, in ms, never negative: what poll(2) and the like are given.
  [[nodiscard]] std::chrono::milliseconds left(const Clock& clock) const {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(at - clock.monotonic());
    return left.count() < 0 ? std::chrono::milliseconds{0} : left;
  }
};

}  // namespace matinee
