// Goal: traces are what their names say and the same for a seed; the simulation counts instances
// and refusals as one would by hand; our controller holds through an outage where the HPA shrinks.
#include "simulate/scaling_run.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "simulate/daily_forecast.h"

namespace matinee::simulate {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kSteps = kTraceDays * 24 * 3600 / 5;

TEST(LoadTrace, IsTheSameForASeedAndNeverNegative) {
  for (const auto kind : kTraceKinds) {
    const auto trace = make_trace(kind, 7);
    ASSERT_EQ(trace.streams.size(), kSteps) << name_of(kind);
    EXPECT_EQ(trace.streams, make_trace(kind, 7).streams) << name_of(kind);
    EXPECT_NE(trace.streams, make_trace(kind, 8).streams) << name_of(kind);
    EXPECT_GE(std::ranges::min(trace.streams), 0) << name_of(kind);
    EXPECT_EQ(trace.announced.has_value(), kind == TraceKind::premiere);
  }
}

TEST(LoadTrace, AnOutageTakesNearlyAllAndGivesThemBack) {
  const auto steepest = [](TraceKind kind) {
    const auto streams = make_trace(kind, 3).streams;
    std::pair most{1.0, 1.0};  // how few of them, how many times more, a minute later
    for (std::size_t i = 12; i < streams.size(); ++i) {
      most.first = std::min(most.first, streams[i] / streams[i - 12]);
      most.second = std::max(most.second, streams[i] / streams[i - 12]);
    }
    return most;
  };
  EXPECT_GT(steepest(TraceKind::diurnal).first, 0.6);
  EXPECT_LT(steepest(TraceKind::outage).first, 0.05);
  EXPECT_GT(steepest(TraceKind::outage).second, 20);
}

LoadTrace flat(double streams) {
  LoadTrace trace;
  trace.streams.assign(kSteps, streams);
  return trace;
}

TEST(ScalingRun, CountsInstanceHoursOfASteadyLoad) {
  // 750 streams of 100 at 80 %: ten, and one to spare.
  const auto ours = run_ours(flat(750), {.utilisation = 0.8, .spares = 1});
  EXPECT_NEAR(ours.instance_hours, 11 * 48, 1e-6);
  EXPECT_EQ(ours.violation_seconds, 0);
  const auto hpa = run_hpa(flat(750), 80);
  EXPECT_NEAR(hpa.instance_hours, 9 * 48, 1e-6);  // 83 % is within the tolerance
  EXPECT_EQ(hpa.violation_seconds, 0);
}

TEST(ScalingRun, CountsWhatIsRefusedUntilInstancesServe) {
  auto trace = flat(100);
  std::fill(trace.streams.begin() + 30'000, trace.streams.end(), 1000);
  trace.start_time = 30s;
  const auto hpa = run_hpa(trace, 50);
  // 3 at first, twice as many or four more each 15 s, each 30 s later: enough after 15 + 30 s.
  EXPECT_GE(hpa.violation_seconds, 45);
  EXPECT_LE(hpa.violation_seconds, 60);
  EXPECT_GT(hpa.refused_stream_hours, 500.0 * 45 / 3600);
  const auto ours = run_ours(trace, {});
  EXPECT_GT(ours.violation_seconds, 0) << "nobody starts instances before they are ordered";
  EXPECT_LE(ours.violation_seconds, 40);
}

TEST(ScalingRun, HoldsThroughAnOutageWhereTheHpaShrinks) {
  const auto trace = make_trace(TraceKind::outage, 5);
  const auto ours = run_ours(trace, {});
  const auto hpa = run_hpa(trace, hpa_target_for(trace, ours.instance_hours));
  EXPECT_GE(hpa.instance_hours, ours.instance_hours);
  EXPECT_LT(ours.violation_seconds, 0.5 * hpa.violation_seconds);
}

TEST(DailyForecast, KnowsNothingOnTheFirstDayAndTheShapeAfter) {
  DailyForecast forecast(kTraceBegin);
  const auto shape = [](int minute) { return 1000.0 + minute % 1440; };
  for (int minute = 0; minute < 2 * 1440 + 600; ++minute) {
    const auto at = kTraceBegin + minute * 1min;
    const double level = minute < 2 * 1440 ? 1 : 1.1;
    forecast.observe(at, level * shape(minute));
    if (minute >= 1440 && minute < 2 * 1440 - 1) {
      EXPECT_NEAR(forecast.expected(at + 1min), shape(minute + 1), 1e-6) << minute;
    }
    if (minute < 1400) {
      EXPECT_EQ(forecast.expected(at + 1min), 0) << minute;
    }
  }
  EXPECT_NEAR(forecast.expected(kTraceBegin + (2 * 1440 + 630) * 1min), 1.1 * 1630, 1);
}

}  // namespace
}  // namespace matinee::simulate
