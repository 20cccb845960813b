// Goal: each rule alone gives the count and the sentence an operator can check by hand, and
// whatever the history, a group stays in its limits, follows its load and never flaps or shrinks in
// the dark.
#include "fleet/scaling/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/random.h"

namespace matinee::fleet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;

// 2026-03-06, a Friday, 18:00 UTC.
const Instant kNow = std::chrono::sys_days{std::chrono::year{2026} / 3 / 6} + 18h;
constexpr auto kStep = 5s;

GroupSpec edges() {
  return {.role = "edge",
          .site = "ams",
          .instances_min = 1,
          .instances_max = 20,
          .targets = {{LoadMetric::streams, 200}}};
}

LoadSample sample(Instant at, double streams, int serving = 1) {
  LoadSample one{.at = at, .serving = serving, .waiting = false, .load = {}};
  one.load[0] = streams;
  return one;
}

// Streams as a function of seconds before now, seen each 5 s for `length`.
template <typename Streams>
std::vector<LoadSample> seen(Streams streams, std::chrono::seconds length = 2400s) {
  std::vector<LoadSample> samples;
  for (auto before = length; before >= 0s; before -= kStep) {
    samples.push_back(sample(kNow - before, streams(static_cast<double>(before.count()))));
  }
  return samples;
}

std::vector<std::string> sentences(const Decision& decision) {
  std::vector<std::string> all;
  for (const auto& reason : decision.reasons) all.push_back(to_sentence(reason));
  return all;
}

TEST(Decide, FollowsATarget) {
  const auto samples = seen([](double) { return 812; });
  const auto decision = decide({.samples = samples, .desired = 2}, edges(), kNow);
  EXPECT_EQ(decision.desired, 5);
  EXPECT_THAT(sentences(decision), ElementsAre("streams: 812 at 200 an instance need 5"));
  EXPECT_EQ(to_text(to_json(decision.reasons[0])),
            R"({"rule":"target","instances":5,"metric":"streams","load":812.0,"limit":200.0,)"
            R"("sentence":"streams: 812 at 200 an instance need 5"})");
}

TEST(Decide, TakesTheHighestOfSeveralTargets) {
  auto spec = edges();
  spec.targets = {{LoadMetric::streams, 200},
                  {LoadMetric::bandwidth_bps, 1e9},
                  {LoadMetric::cpu, 0.6},
                  {LoadMetric::queue_age_s, 60}};
  auto samples = seen([](double) { return 300; });
  for (auto& one : samples) {
    one.load = {300, 6.5e9, 1.8, 200};
    one.serving = 3;
  }
  const auto decision = decide({.samples = samples, .desired = 3}, spec, kNow);
  EXPECT_EQ(decision.desired, 7);
  EXPECT_THAT(sentences(decision),
              ElementsAre("streams: 300 at 200 an instance need 2",
                          "bandwidth_bps: 6500000000 at 1000000000 an instance need 7",
                          "cpu: 1.8 at 0.6 an instance need 3",
                          "queue_age_s: 200 at 60 an instance need 4"));
}

TEST(Decide, LooksAheadAsFarAsAStartTakes) {
  auto spec = edges();
  spec.start_time = 90s;
  const auto samples = seen([](double before) { return before > 60 ? 200 : 800 - 10 * before; });
  const auto decision = decide({.samples = samples, .desired = 4}, spec, kNow);
  EXPECT_EQ(decision.desired, 9);  // 800, and 10 a second for 90 s
  EXPECT_THAT(sentences(decision),
              ElementsAre("streams: 800 at 200 an instance need 4",
                          "streams by 18:01:30, as it rises: 1700 at 200 an instance need 9"));
}

TEST(Decide, StepsCountFromThoseThatServe) {
  auto spec = edges();
  spec.targets.clear();
  spec.steps = {{LoadMetric::cpu, 0.8, 1}, {LoadMetric::cpu, 0.9, 3}};
  auto samples = seen([](double) { return 0; });
  for (auto& one : samples) {
    one.load = {0, {}, 3.8, {}};
    one.serving = 4;
  }
  ScalingHistory history{.samples = samples, .desired = 4};
  const auto decision = decide(history, spec, kNow);
  EXPECT_EQ(decision.desired, 7);
  EXPECT_THAT(sentences(decision),
              ElementsAre("cpu is 0.95 an instance, at least 0.8: a step asks for 5",
                          "cpu is 0.95 an instance, at least 0.9: a step asks for 7"));
  history.desired = 7;  // three of them start: none more
  EXPECT_EQ(decide(history, spec, kNow).desired, 7);
}

TEST(Decide, SchedulesAndForecastRaiseAndNeverLower) {
  auto spec = edges();
  spec.start_time = 60s;
  spec.schedules = {{.instances = 4, .from_minute = 18 * 60 + 1, .until_minute = 23 * 60}};
  const auto calm = seen([](double) { return 150; });
  const std::vector<ForecastPoint> forecast{{kNow + 30s, LoadMetric::streams, 1100},
                                            {kNow + 90s, LoadMetric::streams, 4000}};
  auto decision = decide({.samples = calm, .forecast = forecast, .desired = 1}, spec, kNow);
  EXPECT_EQ(decision.desired, 6);
  EXPECT_THAT(sentences(decision),
              ElementsAre("streams: 150 at 200 an instance need 1", "a schedule asks for 4",
                          "streams forecast by 18:00:30: 1100 at 200 an instance need 6"));
  const auto busy = seen([](double) { return 3000; });
  decision = decide({.samples = busy, .forecast = forecast, .desired = 6}, spec, kNow);
  EXPECT_EQ(decision.desired, 15);
}

TEST(Decide, SparesRunBesideTheNeed) {
  auto spec = edges();
  spec.spares = 2;
  const auto samples = seen([](double) { return 390; });
  EXPECT_EQ(decide({.samples = samples, .desired = 1}, spec, kNow).desired, 4);
  EXPECT_EQ(decide({.samples = samples, .desired = 6}, spec, kNow).desired, 5)
      << "slack counts while it shrinks, not while it grows";
}

TEST(Decide, HoldsWhatItHasWhenLoadCollapses) {
  const auto samples = seen([](double before) { return before > 400 ? 3000 : 60; });
  auto decision = decide({.samples = samples, .desired = 15}, edges(), kNow);
  EXPECT_EQ(decision.desired, 15);
  EXPECT_THAT(
      sentences(decision),
      Contains("streams fell from 3000 to 60 at once, which may be an outage: 15 stay until "
               "18:23:20"));
  // The same evening without a cliff: half of it in ten minutes.
  const auto gentle = seen([](double before) { return 60 + 2.0 * std::max(0.0, before - 400); });
  EXPECT_LT(decide({.samples = gentle, .desired = 15}, edges(), kNow).desired, 15);
  auto spec = edges();
  spec.hold_window = 300s;
  EXPECT_LT(decide({.samples = samples, .desired = 15}, spec, kNow).desired, 15) << "the hold ends";
}

TEST(Decide, ShrinksByAShareWhenTheWholeWindowAllows) {
  const auto samples = seen([](double before) { return before > 200 ? 1500 : 1200; });
  EXPECT_EQ(decide({.samples = samples, .desired = 9}, edges(), kNow).desired, 9)
      << "1500 and a tenth, within the window";
  const auto low = seen([](double) { return 150; });
  const auto decision = decide({.samples = low, .desired = 16}, edges(), kNow);
  EXPECT_EQ(decision.desired, 12);
  EXPECT_THAT(sentences(decision), Contains("not so many go at once: 12"));
}

TEST(Decide, EachPauseHasOneMeaning) {
  auto spec = edges();
  spec.grow_pause = 30s;
  spec.shrink_pause = 60s;
  const auto high = seen([](double) { return 1000; });
  const auto low = seen([](double) { return 100; });
  const auto after = [&](const auto& samples, Instant grown, Instant shrunk) {
    return decide({.samples = samples, .desired = 4, .grown_at = grown, .shrunk_at = shrunk}, spec,
                  kNow)
        .desired;
  };
  EXPECT_EQ(after(high, kNow - 29s, kNow - 1h), 4);
  EXPECT_EQ(after(high, kNow - 30s, kNow - 1s), 5) << "shrinking does not pause growth";
  EXPECT_EQ(after(low, kNow - 1h, kNow - 59s), 4);
  EXPECT_EQ(after(low, kNow - 1s, kNow - 60s), 3) << "growth does not pause shrinking";
}

TEST(Decide, GoesToZeroWhenIdleAndComesBackWhenSomethingWaits) {
  auto spec = edges();
  spec.instances_min = 0;
  spec.idle_window = 600s;
  const auto idle = seen([](double) { return 0; });
  EXPECT_EQ(decide({.samples = idle, .desired = 1}, spec, kNow).desired, 0);
  const auto lately = seen([](double before) { return before > 550 ? 1 : 0; });
  const auto stays = decide({.samples = lately, .desired = 1}, spec, kNow);
  EXPECT_EQ(stays.desired, 1);
  EXPECT_THAT(sentences(stays), Contains("not idle for long enough: 1 stays"));
  auto knocking = idle;
  knocking.back().waiting = true;
  knocking.back().serving = 0;
  const auto comes = decide({.samples = knocking, .desired = 0}, spec, kNow);
  EXPECT_EQ(comes.desired, 1);
  EXPECT_THAT(sentences(comes), Contains("something waits and nothing serves: 1"));
}

TEST(Decide, DoesNotShrinkInTheDark) {
  auto spec = edges();
  spec.targets.push_back({LoadMetric::cpu, 0.6});
  const auto no_cpu = seen([](double) { return 10; });
  auto decision = decide({.samples = no_cpu, .desired = 5}, spec, kNow);
  EXPECT_EQ(decision.desired, 5);
  EXPECT_THAT(sentences(decision), Contains("cpu is not known: not fewer than 5"));
  decision = decide({.samples = no_cpu, .desired = 5}, edges(), kNow + 46s);
  EXPECT_EQ(decision.desired, 5) << "a sample too old is none";
  EXPECT_EQ(decide({.desired = 5}, edges(), kNow).desired, 5);
  const auto young = seen([](double) { return 10; }, 60s);
  decision = decide({.samples = young, .desired = 5}, edges(), kNow);
  EXPECT_EQ(decision.desired, 5) << "a controller that has just started";
  EXPECT_THAT(sentences(decision),
              Contains("not watched for long enough to shrink, until 18:04:00: 5 stay"));
}

TEST(Decide, SaysWhenALimitDecided) {
  const auto samples = seen([](double) { return 9000; });
  auto decision = decide({.samples = samples, .desired = 20}, edges(), kNow);
  EXPECT_EQ(decision.desired, 20);
  EXPECT_THAT(sentences(decision), Contains("never more than 20"));
  decision = decide({.desired = 0}, edges(), kNow);
  EXPECT_EQ(decision.desired, 1);
  EXPECT_THAT(sentences(decision), Contains("never fewer than 1"));
}

// ---- whatever the history ----

class RandomHistory {
 public:
  explicit RandomHistory(std::uint64_t seed) : random_(seed) {
    spec_ = edges();
    spec_.instances_min = static_cast<int>(random_.below(4));
    spec_.instances_max = spec_.instances_min + 2 + static_cast<int>(random_.below(30));
    spec_.spares = static_cast<int>(random_.below(2));
    spec_.start_time = std::chrono::seconds(random_.below(120));
    if (random_.below(2) == 0) spec_.targets.push_back({LoadMetric::cpu, 0.5});
    if (random_.below(3) == 0) spec_.steps.push_back({LoadMetric::cpu, 0.9, 2});
    double load = 100.0 * static_cast<double>(random_.below(40));
    for (auto before = 2400s; before >= 0s; before -= 15s) {
      if (random_.below(100) == 0) load *= 0.05 * static_cast<double>(random_.below(60));
      load *= 0.95 + 0.001 * static_cast<double>(random_.below(101));
      samples_.push_back(sample(kNow - before, load, 1 + static_cast<int>(random_.below(20))));
      if (random_.below(4) > 0) samples_.back().load[2] = load / 300;
    }
    desired_ = static_cast<int>(random_.below(40));
  }

  [[nodiscard]] GroupSpec& spec() { return spec_; }
  [[nodiscard]] std::vector<LoadSample>& samples() { return samples_; }
  [[nodiscard]] ScalingHistory history() const {
    return {.samples = samples_, .desired = desired_};
  }
  [[nodiscard]] Decision decision() const { return decide(history(), spec_, kNow); }

 private:
  SeededRandom random_;
  GroupSpec spec_;
  std::vector<LoadSample> samples_;
  int desired_ = 0;
};

constexpr std::uint64_t kHistories = 400;

TEST(DecideProperty, StaysWithinItsLimits) {
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    RandomHistory random(seed);
    ASSERT_TRUE(check_group(random.spec()).has_value()) << "seed " << seed;
    const auto decision = random.decision();
    EXPECT_GE(decision.desired, random.spec().instances_min) << "seed " << seed;
    EXPECT_LE(decision.desired, random.spec().instances_max) << "seed " << seed;
    if (decision.desired != random.history().desired) {
      EXPECT_FALSE(decision.reasons.empty()) << "seed " << seed;
    }
  }
}

TEST(DecideProperty, AHigherLoadNeverGivesFewer) {
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    RandomHistory random(seed);
    int before = 0;
    for (int times = 0; times < 8; ++times) {
      const int desired = random.decision().desired;
      EXPECT_GE(desired, before) << "seed " << seed << ", load times 1.5^" << times;
      before = desired;
      for (auto& one : random.samples()) {
        for (auto& load : one.load) {
          if (load) *load *= 1.5;
        }
      }
    }
  }
}

TEST(DecideProperty, MissingMetricsNeverShrink) {
  for (std::uint64_t seed = 0; seed < kHistories; ++seed) {
    RandomHistory random(seed);
    random.samples().back().load[seed % 2 == 0 ? 0 : 2].reset();
    if (seed % 2 != 0 && random.spec().targets.size() < 2) continue;
    const int present = std::min(random.history().desired, random.spec().instances_max);
    EXPECT_GE(random.decision().desired, present) << "seed " << seed;
  }
}

TEST(DecideProperty, DoesNotFlapOnASteadyLoad) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SeededRandom random(seed);
    auto spec = edges();
    spec.instances_max = 100;
    spec.start_time = 60s;
    const double level = 50.0 + static_cast<double>(random.below(15'000));
    std::vector<LoadSample> samples;
    ScalingHistory history{.desired = static_cast<int>(random.below(100))};
    int changes = 0;
    int last_change = 0;
    for (int i = 0; i < 540; ++i) {  // one and a half hours in steps of 10 s
      const auto now = kNow + i * 10s;
      const double noise = 0.97 + 0.0006 * static_cast<double>(random.below(101));
      samples.push_back(sample(now, level * noise));
      history.samples = samples;
      const int desired = decide(history, spec, now).desired;
      if (desired > history.desired) history.grown_at = now;
      if (desired < history.desired) history.shrunk_at = now;
      const int direction = desired > history.desired ? 1 : desired < history.desired ? -1 : 0;
      if (direction != 0 && last_change != 0 && direction != last_change) ++changes;
      if (direction != 0) last_change = direction;
      history.desired = desired;
    }
    EXPECT_LE(changes, 1) << "seed " << seed << ", level " << level;
  }
}

// ---- what a group may be ----

TEST(GroupSpecs, AreRefusedByTheNameOfTheSetting) {
  const std::vector<std::pair<std::string, std::function<void(GroupSpec&)>>> wrong{
      {"role", [](GroupSpec& s) { s.role = "Edge"; }},
      {"site", [](GroupSpec& s) { s.site.clear(); }},
      {"max", [](GroupSpec& s) { s.instances_max = 0; }},
      {"max", [](GroupSpec& s) { s.instances_max = kInstancesMax + 1; }},
      {"min", [](GroupSpec& s) { s.instances_min = 21; }},
      {"min", [](GroupSpec& s) { s.targets.clear(); }},
      {"spares", [](GroupSpec& s) { s.spares = -1; }},
      {"streams", [](GroupSpec& s) { s.targets[0].per_instance = 0; }},
      {"streams", [](GroupSpec& s) { s.targets.push_back(s.targets[0]); }},
      {"cpu", [](GroupSpec& s) { s.targets = {{LoadMetric::cpu, 60}}; }},
      {"step.add", [](GroupSpec& s) { s.steps = {{LoadMetric::cpu, 0.9, 0}}; }},
      {"step.at_least", [](GroupSpec& s) { s.steps = {{LoadMetric::cpu, NAN, 1}}; }},
      {"schedule.min", [](GroupSpec& s) { s.schedules = {{.instances = 21}}; }},
      {"schedule.until",
       [](GroupSpec& s) { s.schedules = {{.instances = 1, .begins = kNow, .ends = kNow}}; }},
      {"shrink_window_s", [](GroupSpec& s) { s.shrink_window = -1s; }},
      {"utc_offset_min", [](GroupSpec& s) { s.utc_offset = 900min; }},
      {"shrink_slack", [](GroupSpec& s) { s.shrink_slack = 2; }},
      {"shrink_share_max", [](GroupSpec& s) { s.shrink_share_max = 0; }}};
  EXPECT_TRUE(check_group(edges()).has_value());
  for (const auto& [setting, spoil] : wrong) {
    auto spec = edges();
    spoil(spec);
    const auto checked = check_group(spec);
    ASSERT_FALSE(checked.has_value()) << setting;
    EXPECT_EQ(checked.error().code, ErrorCode::invalid);
    EXPECT_TRUE(checked.error().message.starts_with(setting)) << checked.error().message;
  }
}

TEST(GroupSpecs, SchedulesHoldOnTheLocalDay) {
  Schedule nights{.instances = 1, .days = {}, .from_minute = 22 * 60, .until_minute = 2 * 60};
  nights.days[4] = true;  // Friday
  EXPECT_FALSE(nights.holds(kNow, 0min));
  EXPECT_TRUE(nights.holds(kNow + 4h, 0min));
  EXPECT_TRUE(nights.holds(kNow + 7h + 59min, 0min)) << "into Saturday";
  EXPECT_FALSE(nights.holds(kNow + 8h, 0min));
  EXPECT_FALSE(nights.holds(kNow + 28h, 0min)) << "Saturday's own night";
  EXPECT_TRUE(nights.holds(kNow, 240min)) << "22:00 where the group is";
}

}  // namespace
}  // namespace matinee::fleet
