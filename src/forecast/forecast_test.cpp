// Goal: a forecast tends to what is seen, tells new titles from their likes, and survives a
// restart.
#include <gtest/gtest.h>

#include <random>

#include "forecast/calibration.h"
#include "forecast/demand.h"
#include "forecast/forecaster.h"
#include "forecast/launch_prior.h"
#include "forecast/viewing_shape.h"

namespace matinee::forecast {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{std::chrono::sys_days{std::chrono::year{2026} / 3 / 5}};  // a Thursday

TitleId title_id(unsigned char number) {
  TitleId id;
  id.uuid.bytes[15] = number;
  return id;
}

struct House {
  Demand demand{Demand::Options{}};
  SiteIndex ams = demand.site("ams").value();
  SiteIndex nyc = demand.site("nyc").value();
  TitleIndex metropolis = demand.title(title_id(1), kStart).value();
  TitleIndex nosferatu = demand.title(title_id(2), kStart).value();
};

// `per_day` plays a day, spread evenly.
void watch(House& house, SiteIndex site, TitleIndex title, Instant from, int days, int per_day) {
  for (int i = 0; i < days * per_day; ++i) {
    house.demand.record(site, title, from + i * (86'400'000ms / per_day), 1, 1e9);
  }
}

TEST(Demand, HalvesOncePerHalfLifeInAnyOrder) {
  House house;
  house.demand.record(house.ams, house.metropolis, kStart + 72h, 1, 100);
  house.demand.record(house.ams, house.metropolis, kStart, 1, 100);
  const Decayed sum = house.demand.of(house.ams, house.metropolis, kStart + 72h);
  EXPECT_NEAR(sum.plays, 1.5, 1e-9);
  EXPECT_NEAR(sum.bytes, 150, 1e-9);
  EXPECT_NEAR(house.demand.of_title(house.metropolis, kStart + 144h).plays, 0.75, 1e-9);
  EXPECT_EQ(house.demand.of(house.nyc, house.metropolis, kStart).plays, 0);
}

TEST(Demand, TheWeekBeginsOnThursdayAndTurnsOver) {
  EXPECT_EQ(hour_of_week(from_ms(0)), 0U);
  EXPECT_EQ(hour_of_week(from_ms(-1)), 167U);
  EXPECT_EQ(hour_of_week(kStart + 30min), 0U);
  EXPECT_EQ(hour_of_week(kStart + 167h), 167U);
  EXPECT_EQ(hour_of_week(kStart + 168h), 0U);
}

TEST(Demand, ForgetsWhatASiteWatchesLeast) {
  Demand demand({.titles_per_site_max = 3});
  const auto site = demand.site("ams").value();
  for (unsigned char i = 1; i <= 4; ++i) {
    demand.record(site, demand.title(title_id(i), kStart).value(), kStart, 10.0 - i, 1);
  }
  EXPECT_EQ(demand.of(site, 3, kStart).plays, 0) << "the fourth is watched least";
  EXPECT_EQ(demand.of(site, 0, kStart).plays, 9);
}

TEST(Demand, HasLimits) {
  Demand demand({.sites_max = 1, .titles_max = 1});
  EXPECT_TRUE(demand.site("ams"));
  EXPECT_EQ(demand.site("nyc").error().code, ErrorCode::limited);
  EXPECT_TRUE(demand.title(title_id(1), kStart));
  EXPECT_EQ(demand.title(title_id(2), kStart).error().code, ErrorCode::limited);
  EXPECT_EQ(Demand({}).site(std::string(256, 'x')).error().code, ErrorCode::limited);
}

TEST(Demand, SavedAndLoadedItSaysTheSame) {
  House house;
  watch(house, house.ams, house.metropolis, kStart, 9, 7);
  watch(house, house.nyc, house.nosferatu, kStart + 24h, 3, 50);
  const auto loaded = Demand::load(house.demand.save(), {});
  ASSERT_TRUE(loaded) << loaded.error().message;
  const Instant later = kStart + 300h;
  for (SiteIndex site = 0; site < 2; ++site) {
    EXPECT_EQ(loaded->site_name(site), house.demand.site_name(site));
    for (TitleIndex title = 0; title < 2; ++title) {
      const Decayed was = house.demand.of(site, title, later);
      EXPECT_NEAR(loaded->of(site, title, later).plays, was.plays, 1e-3 * was.plays);
    }
    EXPECT_NEAR(loaded->week_of(site).bytes[5], house.demand.week_of(site).bytes[5],
                1e-6 * house.demand.week_of(site).bytes[5]);
    EXPECT_EQ(loaded->first_seen(site), house.demand.first_seen(site));
  }
  EXPECT_EQ(loaded->title_id(1), title_id(2));
  EXPECT_EQ(loaded->launch_plays(0), house.demand.launch_plays(0));
}

TEST(Demand, DamagedBytesAreCorruptAndNewerOnesRefused) {
  House house;
  watch(house, house.ams, house.metropolis, kStart, 2, 5);
  const std::string saved = house.demand.save();
  for (std::size_t i = 0; i < saved.size(); i += 7) {
    std::string damaged = saved;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_FALSE(Demand::load(damaged, {})) << "byte " << i;
    EXPECT_FALSE(Demand::load(saved.substr(0, i), {})) << "cut at " << i;
  }
  std::string newer = saved;
  newer[4] = 2;
  EXPECT_EQ(Demand::load(newer, {}).error().code, ErrorCode::invalid);
}

TEST(Forecaster, TendsToTheRateThatIsSeen) {
  House house;
  watch(house, house.ams, house.metropolis, kStart, 28, 40);
  const Forecaster forecaster(house.demand, {}, kStart + 28 * 24h, {});
  const Horizon day{kStart + 28 * 24h, kStart + 29 * 24h};
  const auto forecast = forecaster.at(house.ams, house.metropolis, day);
  EXPECT_NEAR(forecast.plays, 40, 1.5);
  EXPECT_NEAR(forecast.bytes, 40e9, 1.5e9);
  EXPECT_GT(forecast.from_site, 0.9);
  EXPECT_EQ(forecaster.at(house.ams, house.nosferatu, day).plays, 0) << "no prior, no plays";
}

TEST(Forecaster, ASiteThatSawLittleFollowsAllSites) {
  House house;
  watch(house, house.ams, house.metropolis, kStart, 14, 90);
  watch(house, house.ams, house.nosferatu, kStart, 14, 10);
  watch(house, house.nyc, house.metropolis, kStart + 13 * 24h, 1, 2);  // new, two plays
  const Forecaster forecaster(house.demand, {}, kStart + 14 * 24h, {});
  const Horizon day{kStart + 14 * 24h, kStart + 15 * 24h};
  const auto known = forecaster.at(house.nyc, house.metropolis, day);
  const auto unseen = forecaster.at(house.nyc, house.nosferatu, day);
  EXPECT_GT(known.plays, 0.2);
  EXPECT_LT(known.plays, 2.1);
  EXPECT_GT(unseen.plays, 0) << "watched elsewhere";
  EXPECT_GT(known.plays, 4 * unseen.plays);
  EXPECT_LT(unseen.from_site, 0.2);
}

TEST(Forecaster, ALaunchIsForecastFromItsPrior) {
  House house;
  watch(house, house.ams, house.metropolis, kStart, 7, 30);
  watch(house, house.nyc, house.metropolis, kStart, 7, 10);
  const Instant now = kStart + 7 * 24h;
  const auto fresh = house.demand.title(title_id(3), now + 6h).value();
  const std::vector<double> prior{0, 0, 100};
  const Forecaster forecaster(house.demand, prior, now, {});
  const auto day = forecaster.at(house.ams, fresh, {now + 6h, now + 30h});
  EXPECT_NEAR(day.plays, 75, 2) << "the site's share of the prior";
  EXPECT_NEAR(day.from_prior, 1, 1e-9);
  EXPECT_EQ(forecaster.at(house.ams, fresh, {now, now + 6h}).plays, 0) << "not yet available";
}

TEST(Forecaster, TheSitesWeekSaysWhen) {
  House house;
  for (int day = 0; day < 28; ++day) {
    for (int i = 0; i < 20; ++i) {
      house.demand.record(house.ams, house.metropolis, kStart + day * 24h + 20h + i * 1min, 1, 1e9);
    }
  }
  const Instant now = kStart + 28 * 24h;
  const Forecaster forecaster(house.demand, {}, now, {});
  const double evening = forecaster.at(house.ams, house.metropolis, {now + 20h, now + 21h}).plays;
  const double night = forecaster.at(house.ams, house.metropolis, {now + 3h, now + 4h}).plays;
  EXPECT_GT(evening, 12);
  EXPECT_LT(night, 1);
  EXPECT_NEAR(forecaster.week_weight(house.ams, {now, now + 168h}), 7, 1e-6);
}

TEST(LaunchPrior, WhoSharesPeopleCountsMost) {
  const TitleLike lang{{"Drama", "Noir"}, {"Fritz Lang"}, "de", 1931};
  std::vector<KnownLaunch> known{{{{"Drama"}, {"Fritz Lang"}, "de", 1927}, 100},
                                 {{{"Comedy"}, {"Buster Keaton"}, "en", 1926}, 10},
                                 {{{"Drama"}, {"Somebody"}, "fr", 1990}, 1}};
  const LaunchPrior prior(known, {});
  const auto estimate = prior.estimate(lang);
  ASSERT_FALSE(estimate.neighbours.empty());
  EXPECT_EQ(estimate.neighbours.front().title, 0U);
  EXPECT_GT(estimate.plays_per_day, prior.mean_plays_per_day());
  EXPECT_LT(estimate.plays_per_day, 100);
  EXPECT_GT(estimate.likeness, 0.3);
}

TEST(LaunchPrior, OfAStrangerOnlyTheMeanIsKnown) {
  const LaunchPrior prior({{{{"Drama"}, {}, "", 0}, 4}, {{{"Noir"}, {}, "", 0}, 8}}, {});
  const auto estimate = prior.estimate({{"Opera"}, {"Nobody"}, "", 0});
  EXPECT_DOUBLE_EQ(estimate.plays_per_day, 6);
  EXPECT_EQ(estimate.likeness, 0);
  EXPECT_EQ(LaunchPrior({}, {}).estimate({}).plays_per_day, 0);
}

TEST(LaunchPrior, LikenessIsSymmetricAndAtMostOne) {
  const TitleLike a{{"Drama", "Noir"}, {"x", "y"}, "de", 1931};
  const TitleLike b{{"Drama"}, {"y", "z"}, "de", 1941};
  EXPECT_DOUBLE_EQ(likeness(a, b), likeness(b, a));
  EXPECT_DOUBLE_EQ(likeness(a, a), 1);
  EXPECT_EQ(likeness({}, {}), 0);
}

TEST(Calibration, OfATrueRateIsNearNoughtAndOfATwiceTooHighOneIsOne) {
  std::mt19937_64 random(7);
  Calibration honest;
  Calibration boastful;
  for (int i = 0; i < 20'000; ++i) {
    const double rate = std::exp2(static_cast<double>(i % 8) - 3);
    const auto seen = static_cast<double>(std::poisson_distribution<int>(rate)(random));
    honest.record(rate, seen);
    boastful.record(2 * rate, seen);
  }
  EXPECT_LT(honest.error(), 0.02);
  EXPECT_NEAR(boastful.error(), 1, 0.02);
  EXPECT_NEAR(boastful.bias(), 2, 0.03);
  EXPECT_GT(honest.deviation(), honest.error());
  EXPECT_NE(honest.to_text().find("bias 1.0"), std::string::npos) << honest.to_text();
}

TEST(ViewingShape, LearnsRungsAndWhereViewersLeave) {
  ViewingShape shape({.rungs = 3, .groups_max = 10, .prior_plays = 10});
  for (int i = 0; i < 1'000; ++i) shape.record(i % 4 == 0 ? 1 : 2, i % 2 == 0 ? 1 : 10);
  EXPECT_DOUBLE_EQ(shape.reach(0), 1);
  EXPECT_NEAR(shape.reach(1), 0.5, 0.01);
  EXPECT_NEAR(shape.reach(9), 0.5, 0.01);
  EXPECT_NEAR(shape.rung_share(2), 0.75, 0.01);
  EXPECT_NEAR(shape.rung_share(0) + shape.rung_share(1) + shape.rung_share(2), 1, 1e-9);
  for (std::size_t group = 1; group < 20; ++group) {
    EXPECT_LE(shape.reach(group), shape.reach(group - 1));
  }
}

}  // namespace
}  // namespace matinee::forecast
