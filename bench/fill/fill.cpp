// bench/fill: one site's days of viewing against S3-FIFO alone, four fifths fill and one fifth
// S3-FIFO, and the same with tomorrow's truth for a forecast. Prints one JSON object.
// usage: bench_fill steady|drift|launches SEED
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "delivery/site_plan.h"
#include "delivery/unit_list.h"
#include "edge/s3_fifo.h"
#include "forecast/calibration.h"
#include "forecast/demand.h"
#include "forecast/forecaster.h"
#include "forecast/viewing_shape.h"

namespace {

using namespace matinee;
using delivery::Unit;

constexpr std::size_t kTitles = 800;
constexpr int kSessions = 4'800;  // a day
constexpr int kDays = 12;
constexpr int kMeasuredFrom = 9;  // the days before warm everything up
constexpr int kDayMinutes = 1'440;
constexpr int kFillMinute = 300;  // 05:00: the plan is made and in place
constexpr int kPeakFrom = 1'140;  // 19:00 to 23:00
constexpr int kPeakTo = 1'380;
constexpr double kSpaceShare = 0.1;  // of the catalogue
constexpr double kFillShare = 0.1;   // of the space, a day
constexpr double kFilled = 0.8;      // of the space
constexpr std::size_t kGroupMinutes = 5;
constexpr std::uint32_t kRungBytes[] = {3'000'000, 9'000'000, 22'000'000, 45'000'000};  // a minute

// How a family of days looks. None of these numbers is known to what is measured.
struct Family {
  double zipf, drift, launches_a_day, launch_boost, leave_early, leave;
};

struct Title {
  double weight;
  std::size_t groups;
  int from_day;
};

struct Request {
  std::uint32_t title;
  std::uint16_t minute;  // of the title
  std::uint8_t rung;
};

struct Play {
  std::uint32_t title;
  std::uint8_t rung;
  int start;
  std::size_t minutes;
};

struct World {
  std::vector<Title> titles;
  std::vector<std::vector<Request>> by_minute;
  std::vector<Play> plays;  // by start
};

std::uint64_t piece_key(const Request& r) {
  return (std::uint64_t{r.title} << 32U) | (std::uint64_t{r.minute} << 8U) | r.rung;
}

std::uint64_t unit_key(std::uint32_t title, std::size_t group, std::uint8_t rung) {
  return (std::uint64_t{title} << 32U) | (std::uint64_t{group} << 8U) | rung;
}

int start_minute(std::mt19937_64& random) {
  // Two in three in the evening, the rest over the day.
  const auto uniform = [&] { return std::uniform_real_distribution<double>(0, 1)(random); };
  if (uniform() < 0.35) return static_cast<int>(kDayMinutes * uniform());
  const double minute = std::normal_distribution<double>(1'230, 110)(random);
  return std::clamp(static_cast<int>(minute), 0, kDayMinutes - 1);
}

World make_world(const Family& family, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto uniform = [&] { return std::uniform_real_distribution<double>(0, 1)(random); };
  std::normal_distribution<double> normal;
  World world;
  for (std::size_t i = 0; i < kTitles; ++i) {
    const std::size_t groups = uniform() < 0.4 ? 17 + random() % 10 : 4 + random() % 8;
    world.titles.push_back({std::pow(static_cast<double>(i + 1), -family.zipf), groups, 0});
  }
  for (int i = 0; i < static_cast<int>(family.launches_a_day * kDays); ++i) {
    auto& title = world.titles[random() % kTitles];
    title.from_day = static_cast<int>(random() % kDays);
  }
  world.by_minute.resize((kDays + 1) * kDayMinutes);
  std::vector<double> trend(kTitles, 0.0);
  for (int day = 0; day < kDays; ++day) {
    std::vector<double> weights;
    for (std::size_t i = 0; i < kTitles; ++i) {
      trend[i] += family.drift * normal(random);
      const Title& title = world.titles[i];
      const int age = day - title.from_day;
      const double fresh = title.from_day == 0 ? 1 : 1 + family.launch_boost * std::exp(-age / 3.0);
      weights.push_back(age < 0 ? 0 : title.weight * std::exp(trend[i]) * fresh);
    }
    std::discrete_distribution<std::uint32_t> pick(weights.begin(), weights.end());
    std::discrete_distribution<int> rungs({0.1, 0.2, 0.3, 0.4});
    for (int i = 0; i < kSessions; ++i) {
      Play play{pick(random), static_cast<std::uint8_t>(rungs(random)),
                day * kDayMinutes + start_minute(random), 0};
      const std::size_t length = world.titles[play.title].groups * kGroupMinutes;
      while (play.minutes < length &&
             (play.minutes == 0 ||
              uniform() > (play.minutes < 6 ? family.leave_early : family.leave))) {
        const auto at = static_cast<std::size_t>(play.start) + play.minutes;
        world.by_minute[at].push_back(
            {play.title, static_cast<std::uint16_t>(play.minutes), play.rung});
        ++play.minutes;
      }
      world.plays.push_back(play);
    }
  }
  std::ranges::sort(world.plays, {}, &Play::start);
  return world;
}

struct Outcome {
  double peak = 0;    // origin bytes in peak hours of measured days
  double demand = 0;  // and of all hours
  double fill = 0;    // bytes filled on measured days
  double asked = 0;
  double fill_share_max = 0;
};

enum class Policy { reactive, forecast, truth };

class Site {
 public:
  Site(const World& world, Policy policy) : world_(world), policy_(policy), cache_(0) {
    double catalogue = 0;
    for (const auto& title : world.titles) {
      for (const std::uint32_t bytes : kRungBytes) {
        catalogue += static_cast<double>(title.groups * kGroupMinutes) * bytes;
      }
    }
    space_ = static_cast<std::uint64_t>(kSpaceShare * catalogue);
    filled_ = policy == Policy::reactive
                  ? 0
                  : static_cast<std::uint64_t>(kFilled * static_cast<double>(space_));
    cache_ = edge::S3Fifo<std::uint64_t>(space_ - filled_);
    site_ = demand_.site("site").value();
    for (std::size_t i = 0; i < world.titles.size(); ++i) {
      TitleId id;
      id.uuid.bytes[0] = static_cast<unsigned char>(i);
      id.uuid.bytes[1] = static_cast<unsigned char>(i >> 8U);
      (void)demand_.title(id, at(world.titles[i].from_day * kDayMinutes));
    }
  }

  Outcome run() {
    for (int minute = 0; minute < kDays * kDayMinutes; ++minute) {
      if (policy_ != Policy::reactive && minute % kDayMinutes == kFillMinute) fill(minute);
      const bool counts = minute >= kMeasuredFrom * kDayMinutes;
      const int of_day = minute % kDayMinutes;
      for (const Request& request : world_.by_minute[static_cast<std::size_t>(minute)]) {
        const std::uint32_t bytes = kRungBytes[request.rung];
        if (counts) outcome_.asked += bytes;
        if (held_.contains(unit_key(request.title, request.minute / kGroupMinutes, request.rung)))
          continue;
        if (cache_.request(piece_key(request), bytes) || !counts) continue;
        outcome_.demand += bytes;
        if (of_day >= kPeakFrom && of_day < kPeakTo) outcome_.peak += bytes;
      }
    }
    return outcome_;
  }

  [[nodiscard]] const forecast::Calibration& calibration() const { return calibration_; }

 private:
  static Instant at(int minute) {
    return from_ms(1'770'000'000'000 + std::int64_t{minute} * 60'000);
  }

  void fill(int minute) {
    const auto held = contents();
    std::vector<delivery::UnitDemand> units =
        policy_ == Policy::truth ? true_units(minute, held) : forecast_units(minute, held);
    const bool first = held.empty();
    const std::vector<delivery::EdgeLimits> edges{
        {.id = "edge",
         .space_bytes = filled_,
         .fill_bytes =
             first ? filled_ : static_cast<std::uint64_t>(kFillShare * static_cast<double>(space_)),
         .ram_bytes = 0}};
    const auto plan = delivery::plan_site(units, edges, {.fill_cost = 0.5, .copy_bytes_max = 1e18});
    held_.clear();
    for (const auto& decision : plan.decisions) {
      if (decision.action == delivery::Action::drop) continue;
      held_[unit_key(decision.unit.title, decision.unit.group, decision.unit.rung)] = decision.unit;
    }
    if (minute >= kMeasuredFrom * kDayMinutes) {
      outcome_.fill += static_cast<double>(plan.fill_bytes);
      outcome_.fill_share_max =
          std::max(outcome_.fill_share_max,
                   static_cast<double>(plan.fill_bytes) / static_cast<double>(space_));
    }
  }

  std::vector<delivery::UnitDemand> contents() const {
    std::vector<delivery::UnitDemand> held;
    for (const auto& [key, unit] : held_) held.push_back({unit, 0, 0, 1});
    std::ranges::sort(held, {}, &delivery::UnitDemand::unit);
    return held;
  }

  std::vector<delivery::UnitDemand> forecast_units(int minute,
                                                   const std::vector<delivery::UnitDemand>& held) {
    shape_.age(0.8);
    for (; next_play_ < world_.plays.size() && world_.plays[next_play_].start < minute;
         ++next_play_) {
      const Play& play = world_.plays[next_play_];
      demand_.record(site_, play.title, at(play.start), 1,
                     static_cast<double>(play.minutes) * kRungBytes[play.rung]);
      shape_.record(play.rung, (play.minutes + kGroupMinutes - 1) / kGroupMinutes);
    }
    const forecast::Forecaster forecaster(demand_, std::vector<double>(kTitles, 1.0), at(minute),
                                          {});
    std::vector<delivery::TitleDemand> titles;
    std::vector<double> seen(kTitles, 0.0);
    for (std::size_t i = next_play_;
         i < world_.plays.size() && world_.plays[i].start < minute + kDayMinutes; ++i) {
      seen[world_.plays[i].title] += 1;
    }
    for (std::uint32_t i = 0; i < kTitles; ++i) {
      const auto expected = forecaster.at(site_, i, {at(minute), at(minute + kDayMinutes)});
      if (minute >= kMeasuredFrom * kDayMinutes && minute < (kDays - 1) * kDayMinutes) {
        calibration_.record(expected.plays, seen[i]);
      }
      titles.push_back({i, static_cast<float>(expected.plays),
                        static_cast<std::uint16_t>(world_.titles[i].groups)});
    }
    delivery::UnitShape shape;
    for (std::size_t rung = 0; rung < 4; ++rung) {
      shape.rungs.push_back(
          {shape_.rung_share(rung), static_cast<std::uint32_t>(kRungBytes[rung] * kGroupMinutes)});
    }
    for (std::size_t group = 0; group < 32; ++group) shape.reach.push_back(shape_.reach(group));
    return delivery::list_units(titles, shape, 0, held);
  }

  std::vector<delivery::UnitDemand> true_units(
      int minute, const std::vector<delivery::UnitDemand>& held) const {
    std::unordered_map<std::uint64_t, delivery::UnitDemand> units;
    for (auto unit : held) {
      unit.bytes = static_cast<std::uint32_t>(kRungBytes[unit.unit.rung] * kGroupMinutes);
      units[unit_key(unit.unit.title, unit.unit.group, unit.unit.rung)] = unit;
    }
    const int end = std::min(minute + kDayMinutes, kDays * kDayMinutes);
    for (int m = minute; m < end; ++m) {
      for (const Request& request : world_.by_minute[static_cast<std::size_t>(m)]) {
        const auto group = static_cast<std::uint16_t>(request.minute / kGroupMinutes);
        auto& unit = units[unit_key(request.title, group, request.rung)];
        unit.unit = {request.title, group, request.rung, 0};
        unit.bytes = static_cast<std::uint32_t>(kRungBytes[request.rung] * kGroupMinutes);
        unit.value += static_cast<float>(kRungBytes[request.rung]);
      }
    }
    std::vector<delivery::UnitDemand> list;
    for (const auto& [key, unit] : units) list.push_back(unit);
    std::ranges::sort(list, {}, &delivery::UnitDemand::unit);
    return list;
  }

  const World& world_;
  Policy policy_;
  edge::S3Fifo<std::uint64_t> cache_;
  std::uint64_t space_ = 0;
  std::uint64_t filled_ = 0;
  std::unordered_map<std::uint64_t, Unit> held_;
  forecast::Demand demand_{{}};
  forecast::SiteIndex site_ = 0;
  forecast::ViewingShape shape_{{.rungs = 4, .groups_max = 32, .prior_plays = 50}};
  forecast::Calibration calibration_;
  std::size_t next_play_ = 0;
  Outcome outcome_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fprintf(stderr, "usage: matinee_bench_fill FAMILY SEED\n"), 2;
  const std::string name = argv[1];
  Family family{.zipf = 0.9,
                .drift = 0.02,
                .launches_a_day = 0,
                .launch_boost = 0,
                .leave_early = 0.05,
                .leave = 0.005};
  if (name == "drift") family = {0.75, 0.25, 2, 4, 0.08, 0.01};
  if (name == "launches") family = {0.8, 0.1, 12, 20, 0.04, 0.008};
  const World world = make_world(family, static_cast<std::uint64_t>(std::atol(argv[2])));
  const Outcome alone = Site(world, Policy::reactive).run();
  Site filled(world, Policy::forecast);
  const Outcome fill = filled.run();
  const Outcome truth = Site(world, Policy::truth).run();
  std::fprintf(stderr, "%s", filled.calibration().to_text().c_str());
  std::printf(
      "{\"peak_ratio\":%.4f,\"demand_ratio\":%.4f,\"all_ratio\":%.4f,\"fill_share_percent\":%.3f,"
      "\"peak_regret\":%.4f,\"truth_peak_ratio\":%.4f,\"hit_alone\":%.4f,\"hit_fill\":%.4f,"
      "\"calibration_error\":%.4f,\"bias\":%.4f}\n",
      fill.peak / alone.peak, fill.demand / alone.demand, (fill.demand + fill.fill) / alone.demand,
      100 * fill.fill_share_max, fill.peak / truth.peak, truth.peak / alone.peak,
      1 - alone.demand / alone.asked, 1 - fill.demand / fill.asked, filled.calibration().error(),
      filled.calibration().bias());
  return 0;
}
