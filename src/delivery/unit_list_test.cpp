// Goal: the list holds every unit that a plan could want, and what is held, once.
#include "delivery/unit_list.h"

#include <gtest/gtest.h>

#include <random>

namespace matinee::delivery {
namespace {

const UnitShape kShape{.rungs = {{0.1, 50}, {0.3, 100}, {0.6, 200}}, .reach = {1, 0.8, 0.7, 0.5}};

TEST(UnitList, IsWhatTryingEveryUnitGives) {
  std::mt19937_64 random(6);
  std::vector<TitleDemand> titles;
  for (std::uint32_t i = 0; i < 50; ++i) {
    titles.push_back(
        {i, static_cast<float>(random() % 40), static_cast<std::uint16_t>(1 + random() % 6)});
  }
  std::vector<UnitDemand> held;
  for (std::uint32_t i = 0; i < 60; i += 3) {  // some of titles that are gone, or beyond their end
    held.push_back(
        {.unit = {.title = i, .group = 5, .rung = 1}, .bytes = 1, .value = 0, .held_on = 2});
  }
  const double floor = 4;
  std::size_t expected = held.size();
  for (const TitleDemand& title : titles) {
    for (std::size_t group = 0; group < title.groups; ++group) {
      for (std::size_t rung = 0; rung < 3; ++rung) {
        const double density =
            title.plays * kShape.rungs[rung].share * kShape.reach[std::min<std::size_t>(group, 3)];
        if (density >= floor && (title.title % 3 != 0 || group != 5 || rung != 1)) ++expected;
      }
    }
  }
  const auto units = list_units(titles, kShape, floor, held);
  EXPECT_EQ(units.size(), expected);
  std::size_t still_held = 0;
  for (const UnitDemand& unit : units) {
    if (unit.held_on != 0) ++still_held;
    EXPECT_TRUE(unit.held_on != 0 || unit.value >= floor * unit.bytes * 0.999);
    EXPECT_EQ(unit.bytes, kShape.rungs[unit.unit.rung].bytes);
  }
  EXPECT_EQ(still_held, held.size());
}

TEST(UnitList, AFloorBelowThePricesChangesNoPlan) {
  std::vector<TitleDemand> titles;
  for (std::uint32_t i = 0; i < 200; ++i)
    titles.push_back({i, 1000.0F / static_cast<float>(i + 1), 4});
  const std::vector<EdgeLimits> edges{
      {.id = "e", .space_bytes = 10'000, .fill_bytes = 5'000, .ram_bytes = 0}};
  const SitePlan all = plan_site(list_units(titles, kShape, 0, {}), edges, {});
  const double floor = (all.prices.space + all.prices.fill) * 0.9;
  ASSERT_TRUE(covers(all, floor, 0.25));
  EXPECT_FALSE(covers(all, floor * 2, 0.25));
  const SitePlan some = plan_site(list_units(titles, kShape, floor, {}), edges, {});
  EXPECT_EQ(some.decisions.size(), all.decisions.size());
  EXPECT_DOUBLE_EQ(some.value, all.value);
  EXPECT_DOUBLE_EQ(some.lp_bound, all.lp_bound);
}

}  // namespace
}  // namespace matinee::delivery
