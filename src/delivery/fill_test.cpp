// Goal: fill comes in quiet hours, each byte enters a site once, launches are in time, and rates
// hold.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "delivery/fill_schedule.h"
#include "delivery/fill_window.h"

namespace matinee::delivery {
namespace {

using namespace std::chrono_literals;

constexpr Instant kMidnight{std::chrono::sys_days{std::chrono::year{2026} / 3 / 5}};
constexpr FillWindow kNight{.first_hour = 22, .hours = 8, .traffic_share = 0};  // over midnight

TEST(FillWindow, IsTheQuietestStretchAlsoOverMidnight) {
  std::vector<double> week(7 * kHoursOfDay, 10);
  for (std::size_t day = 0; day < 7; ++day) {
    for (const std::size_t hour : {23U, 0U, 1U, 2U}) week[day * kHoursOfDay + hour] = 1;
  }
  const FillWindow window = quietest(week, 4);
  EXPECT_EQ(window.first_hour, 23U);
  EXPECT_NEAR(window.traffic_share, 4.0 / 204, 1e-9);
  EXPECT_EQ(quietest(week, 40).hours, 24U);
  EXPECT_EQ(quietest({}, 6).hours, 6U) << "nothing known: any will do";
}

TEST(FillWindow, OpensAndCloses) {
  EXPECT_TRUE(kNight.open(kMidnight + 23h));
  EXPECT_TRUE(kNight.open(kMidnight + 5h + 59min));
  EXPECT_FALSE(kNight.open(kMidnight + 6h));
  EXPECT_EQ(kNight.opens(kMidnight + 6h + 10min), kMidnight + 22h);
  EXPECT_EQ(kNight.opens(kMidnight + 1h), kMidnight + 1h);
  EXPECT_EQ(kNight.closes(kMidnight + 23h), kMidnight + 30h);
  EXPECT_EQ(kNight.closes(kMidnight + 1h), kMidnight + 6h);
}

TEST(TokenBucket, NeverLetsMoreThroughThanRateAndBurst) {
  MonotonicInstant now{1h};
  TokenBucket bucket(1'000, 500, now);
  EXPECT_EQ(bucket.take(800, now), 500U);
  EXPECT_EQ(bucket.take(1, now), 0U);
  EXPECT_EQ(bucket.wait(100, now), 100ms);
  std::mt19937_64 random(8);
  std::uint64_t taken = 0;
  for (int i = 0; i < 1'000; ++i) {
    now += std::chrono::milliseconds(random() % 50);
    taken += bucket.take(random() % 200, now);
  }
  const std::chrono::duration<double> passed = now - MonotonicInstant{1h};
  EXPECT_LE(static_cast<double>(taken), 1'000 * passed.count() + 1);
  EXPECT_EQ(bucket.take(10'000, now + 1h), 500U) << "an idle hour is no more than one burst";
}

struct World {
  std::vector<FillSite> sites;
  std::vector<FillEdge> edges;
  std::vector<FillHolding> holdings;
  std::vector<FillWant> wants;
};

// Three sites of three edges, the second and third under the first; 8 Mbit/s is 1 MB a second.
World make_world(std::mt19937_64& random) {
  World world;
  world.sites = {{.window = kNight, .parent = kNoSite},
                 {.window = {.first_hour = 2, .hours = 6, .traffic_share = 0}, .parent = 0},
                 {.window = {.first_hour = 10, .hours = 5, .traffic_share = 0}, .parent = 0}};
  for (std::uint32_t edge = 0; edge < 9; ++edge) world.edges.push_back({edge / 3, 8'000'000});
  for (std::uint32_t title = 0; title < 60; ++title) {
    for (std::uint32_t edge = 0; edge < 9; ++edge) {
      if (random() % 10 == 0) world.holdings.push_back({{.title = title}, edge});
      if (random() % 3 != 0) continue;
      FillWant want{.unit = {.title = title},
                    .edge = edge,
                    .bytes = 1 + static_cast<std::uint32_t>(random() % 2'000'000'000),
                    .density = static_cast<double>(random() % 100),
                    .deadline = {}};
      if (random() % 5 == 0) want.deadline = kMidnight + std::chrono::hours(random() % 48);
      world.wants.push_back(want);
    }
  }
  return world;
}

TEST(FillSchedule, HoldsItsRulesInRandomWorlds) {
  std::mt19937_64 random(9);
  for (int round = 0; round < 20; ++round) {
    const World world = make_world(random);
    const Instant until = kMidnight + 72h;
    const auto schedule =
        schedule_fill(world.wants, world.holdings, world.edges, world.sites, kMidnight, until);
    std::map<std::uint32_t, Instant> free;
    std::map<std::pair<std::uint32_t, std::uint32_t>, int> entered;  // title, site
    for (const auto& holding : world.holdings) {
      entered[{holding.unit.title, holding.edge / 3}] = 1;
    }
    for (const Transfer& transfer : schedule.transfers) {
      const std::uint32_t site = transfer.to / 3;
      EXPECT_GE(transfer.start, std::max(kMidnight, free[transfer.to])) << "one after the other";
      free[transfer.to] = transfer.end;
      EXPECT_LE(transfer.end, until);
      EXPECT_GE((transfer.end - transfer.start).count(), transfer.bytes / 1'000) << "over its rate";
      if (transfer.reason == FillReason::quiet_hour) {
        EXPECT_TRUE(world.sites[site].window.open(transfer.start));
        EXPECT_LE(transfer.end, world.sites[site].window.closes(transfer.start));
      }
      const bool inside = transfer.from != kOrigin && transfer.from / 3 == site;
      if (!inside) {
        EXPECT_EQ(++entered[std::pair(transfer.unit.title, site)], 1) << "round " << round;
      }
      if (transfer.after != UINT32_MAX) {
        EXPECT_GE(transfer.start, schedule.transfers.at(transfer.after).end) << "not there yet";
        EXPECT_EQ(schedule.transfers[transfer.after].to, transfer.from);
      }
    }
  }
}

std::string told(const FillSchedule& schedule) {
  static constexpr const char* kReasons[] = {"quiet_hour", "deadline", "late"};
  std::string text;
  for (const Transfer& transfer : schedule.transfers) {
    const auto minute = [](Instant at) {
      return std::to_string(std::chrono::floor<std::chrono::minutes>(at - kMidnight).count());
    };
    text += std::to_string(transfer.unit.title) + ": " +
            (transfer.from == kOrigin ? "origin" : "edge " + std::to_string(transfer.from)) +
            " to edge " + std::to_string(transfer.to) + ", minute " + minute(transfer.start) +
            " to " + minute(transfer.end) + ", " + kReasons[static_cast<int>(transfer.reason)] +
            "\n";
  }
  return text;
}

TEST(FillSchedule, ALaunchComesFirstAndFansOut) {
  // Noon. 600 MB take ten minutes. Title 1 is due at two in the afternoon, title 2 at noon.
  const std::vector<FillSite> sites{{.window = kNight, .parent = kNoSite},
                                    {.window = kNight, .parent = 0}};
  const std::vector<FillEdge> edges{{0, 8'000'000}, {0, 8'000'000}, {1, 8'000'000}};
  std::vector<FillWant> wants;
  for (std::uint32_t edge = 0; edge < 3; ++edge) {
    wants.push_back(
        {.unit = {.title = 9}, .edge = edge, .bytes = 600'000'000, .density = 5, .deadline = {}});
    wants.push_back({.unit = {.title = 1},
                     .edge = edge,
                     .bytes = 600'000'000,
                     .density = 1,
                     .deadline = kMidnight + 14h});
  }
  wants.push_back({.unit = {.title = 2},
                   .edge = 0,
                   .bytes = 600'000'000,
                   .density = 1,
                   .deadline = kMidnight + 12h});
  wants.push_back(
      {.unit = {.title = 8}, .edge = 0, .bytes = 600'000'000, .density = 7, .deadline = {}});
  const auto schedule = schedule_fill(wants, {}, edges, sites, kMidnight + 12h, kMidnight + 48h);
  EXPECT_EQ(told(schedule),
            "2: origin to edge 0, minute 720 to 730, late\n"
            "1: origin to edge 0, minute 730 to 740, deadline\n"
            "1: edge 0 to edge 1, minute 740 to 750, deadline\n"
            "1: edge 0 to edge 2, minute 740 to 750, deadline\n"
            "8: origin to edge 0, minute 1320 to 1330, quiet_hour\n"
            "9: origin to edge 0, minute 1330 to 1340, quiet_hour\n"
            "9: edge 0 to edge 1, minute 1340 to 1350, quiet_hour\n"
            "9: edge 0 to edge 2, minute 1340 to 1350, quiet_hour\n");
  EXPECT_TRUE(schedule.left.empty());
}

TEST(FillSchedule, WhatDoesNotFitIsLeftAndWhatIsHeldIsDropped) {
  const std::vector<FillSite> sites{{.window = kNight, .parent = kNoSite}};
  const std::vector<FillEdge> edges{{0, 8'000'000}, {0, 0}};
  const std::vector<FillWant> wants{
      {.unit = {.title = 1}, .edge = 0, .bytes = 1'000, .density = 1, .deadline = {}},
      {.unit = {.title = 2}, .edge = 0, .bytes = 4'000'000'000, .density = 1, .deadline = {}},
      {.unit = {.title = 3}, .edge = 1, .bytes = 1'000, .density = 1, .deadline = {}}};
  const std::vector<FillHolding> holdings{{{.title = 1}, 0}};
  const auto schedule =
      schedule_fill(wants, holdings, edges, sites, kMidnight + 12h, kMidnight + 23h);
  EXPECT_TRUE(schedule.transfers.empty());
  ASSERT_EQ(schedule.left.size(), 2U) << "one needs more than an hour, one edge takes none";
}

}  // namespace
}  // namespace matinee::delivery
