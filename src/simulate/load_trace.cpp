#include "simulate/load_trace.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/random.h"

namespace matinee::simulate {
namespace {

constexpr std::array<std::string_view, kTraceKinds.size()> kKindNames{
    "diurnal", "premiere", "outage", "flash_crowd", "restless"};
constexpr int kDaySteps = 24 * 3600 / static_cast<int>(kTraceStep.count());
constexpr double kHourSteps = kDaySteps / 24.0;
constexpr double kLeftInOutage = 0.02;  // of the viewers

class Maker {
 public:
  Maker(TraceKind kind, std::uint64_t seed)
      : random_(seed * 8 + static_cast<std::uint64_t>(kind)),
        restless_(kind == TraceKind::restless) {
    trace_.kind = kind;
    trace_.start_time = std::chrono::seconds(20 + random_.below(41));
    peak_ = between(1500, 6000);
  }

  LoadTrace make() {
    days();
    switch (trace_.kind) {
      case TraceKind::diurnal:
        break;
      case TraceKind::premiere:
        premiere();
        break;
      case TraceKind::outage:
        outage(2);
        break;
      case TraceKind::flash_crowd:
        crowd(2, between(60, 240));
        break;
      case TraceKind::restless:
        crowd(1, between(45, 300));
        outage(2);
        break;
    }
    return std::move(trace_);
  }

 private:
  double between(double low, double high) {
    return low + (high - low) * static_cast<double>(random_.below(1'000'001)) / 1e6;
  }

  // Nearly normal, of deviation 1: enough for noise.
  double noise() {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum += between(-0.5, 0.5);
    return sum * std::numbers::sqrt3;
  }

  static double bump(double hour, double at, double width) {
    double away = std::abs(hour - at);
    away = std::min(away, 24 - away);
    return std::exp(-away * away / (2 * width * width));
  }

  void days() {
    const double slow_share = restless_ ? 0.04 : 0.02;
    const double keep = std::exp(-static_cast<double>(kTraceStep.count()) / 300);
    double slow = 0;
    for (int day = 0; day < kTraceDays; ++day) {
      const double level = peak_ * between(0.85, 1.15);
      const double evening = 20.5 + between(-0.4, 0.4);
      const double noon = 12.5 + between(-0.5, 0.5);
      for (int step = 0; step < kDaySteps; ++step) {
        const double hour = step / kHourSteps;
        const double shape =
            restless_ ? 0.1 + 0.6 * bump(hour, noon, 1.2) + 0.9 * bump(hour, evening, 1.5)
                      : 0.08 + 0.2 * bump(hour, noon, 3) + 0.85 * bump(hour, evening, 2.2);
        slow = keep * slow + std::sqrt(1 - keep * keep) * slow_share * noise();
        const double streams = level * shape * (1 + slow + 0.005 * noise());
        trace_.streams.push_back(std::max(0.0, streams));
      }
    }
  }

  static std::size_t step_at(int day, double hour) {
    return static_cast<std::size_t>(day * kDaySteps + hour * kHourSteps);
  }

  // Adds viewers: up within `rise_s`, then away with `fall_s`.
  void add(std::size_t from, double streams, double rise_s, double fall_s) {
    for (auto i = from; i < trace_.streams.size(); ++i) {
      const double after_s = static_cast<double>((i - from) * kTraceStep.count());
      const double share =
          after_s < rise_s ? after_s / rise_s : std::exp(-(after_s - rise_s) / fall_s);
      trace_.streams[i] += streams * share;
    }
  }

  void premiere() {
    const double hour = 19 + between(0, 2);
    const auto from = step_at(2, hour);
    add(from, peak_ * between(0.8, 2), between(120, 480), 5400);
    const auto in_two_hours = from + static_cast<std::size_t>(2 * kHourSteps);
    const double truth =
        *std::max_element(trace_.streams.begin() + static_cast<std::ptrdiff_t>(from),
                          trace_.streams.begin() + static_cast<std::ptrdiff_t>(in_two_hours));
    const auto begins = kTraceBegin + static_cast<int>(from) * kTraceStep;
    trace_.announced = Announced{begins, begins + std::chrono::hours{1}, truth * between(0.7, 1.3)};
  }

  void outage(int day) {
    const auto from = step_at(day, 17 + between(0, 5));
    const auto steps = static_cast<std::size_t>(between(600, 1800)) / kTraceStep.count();
    const double back = between(1.0, 1.2);  // some press the button twice
    const auto back_steps = static_cast<std::size_t>(between(20, 60)) / kTraceStep.count();
    for (std::size_t i = 0; i < steps; ++i) {
      const double gone = std::min(1.0, static_cast<double>(i + 1) / 3);
      trace_.streams.at(from + i) *= 1 - (1 - kLeftInOutage) * gone;
    }
    for (std::size_t i = 0; i < 120; ++i) {
      const double there =
          std::min(1.0, static_cast<double>(i + 1) / static_cast<double>(back_steps));
      trace_.streams.at(from + steps + i) *= kLeftInOutage + (back - kLeftInOutage) * there;
    }
  }

  void crowd(int day, double rise_s) {
    add(step_at(day, 8 + between(0, 13)), peak_ * between(0.4, 1.2), rise_s, 1800);
  }

  SeededRandom random_;
  bool restless_;
  double peak_ = 0;
  LoadTrace trace_;
};

}  // namespace

std::string_view name_of(TraceKind kind) { return kKindNames.at(static_cast<std::size_t>(kind)); }

LoadTrace make_trace(TraceKind kind, std::uint64_t seed) { return Maker(kind, seed).make(); }

}  // namespace matinee::simulate
