// Goal: no edge is ever over its limits, copies follow popularity, plans are stable and say why.
#include "delivery/site_plan.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

namespace matinee::delivery {
namespace {

std::vector<EdgeLimits> three_edges() {
  return {{.id = "ams-1", .space_bytes = 5'000, .fill_bytes = 4'000, .ram_bytes = 500},
          {.id = "ams-2", .space_bytes = 5'000, .fill_bytes = 4'000, .ram_bytes = 500},
          {.id = "ams-3", .space_bytes = 8'000, .fill_bytes = 1'000, .ram_bytes = 0}};
}

std::vector<UnitDemand> zipf(std::uint32_t units, float first) {
  std::vector<UnitDemand> demand(units);
  for (std::uint32_t i = 0; i < units; ++i) {
    demand[i].unit.title = i;
    demand[i].bytes = 100;
    demand[i].value = first / static_cast<float>(i + 1);
  }
  return demand;
}

void obey(std::vector<UnitDemand>& demand, const SitePlan& plan) {
  std::map<std::uint32_t, UnitDemand*> by_title;
  for (auto& unit : demand) by_title[unit.unit.title] = &unit;
  for (const Decision& decision : plan.decisions) {
    const std::uint64_t bit = std::uint64_t{1} << decision.edge;
    auto& held = by_title.at(decision.unit.title)->held_on;
    EXPECT_EQ((held & bit) != 0, decision.action != Action::fill)
        << "title " << decision.unit.title;
    if (decision.action == Action::fill) held |= bit;
    if (decision.action == Action::drop) held &= ~bit;
  }
}

void expect_feasible(const SitePlan& plan, const std::vector<EdgeLimits>& edges) {
  std::vector<EdgeLimits> used(edges.size());
  std::set<std::pair<std::uint32_t, std::uint16_t>> seen;
  for (const Decision& decision : plan.decisions) {
    EXPECT_TRUE(seen.insert({decision.unit.title, decision.edge}).second) << "decided twice";
    if (decision.action == Action::drop) continue;
    auto& edge = used.at(decision.edge);
    edge.space_bytes += decision.bytes;
    if (decision.action == Action::fill) edge.fill_bytes += decision.bytes;
    if (decision.pinned) edge.ram_bytes += decision.bytes;
  }
  for (std::size_t i = 0; i < edges.size(); ++i) {
    EXPECT_LE(used[i].space_bytes, edges[i].space_bytes);
    EXPECT_LE(used[i].fill_bytes, edges[i].fill_bytes);
    EXPECT_LE(used[i].ram_bytes, edges[i].ram_bytes);
  }
  EXPECT_GE(plan.gap(), 0);
}

TEST(SitePlan, IsFeasibleOverManyRandomDays) {
  std::mt19937_64 random(5);
  std::lognormal_distribution<float> noise(0, 1);
  auto edges = three_edges();
  auto demand = zipf(300, 20'000);
  for (auto& unit : demand) unit.bytes = 20 + static_cast<std::uint32_t>(random() % 200);
  for (int day = 0; day < 40; ++day) {
    for (auto& unit : demand) unit.value *= noise(random);
    for (auto& edge : edges) edge.fill_bytes = random() % 3'000;
    if (day % 10 == 9) edges[0].space_bytes = 1'000 + random() % 6'000;  // disks change
    const SitePlan plan = plan_site(demand, edges, {.fill_cost = 0.2, .copy_bytes_max = 3'000});
    expect_feasible(plan, edges);
    obey(demand, plan);
    for (auto& unit : demand) unit.value = std::min(unit.value, 1e6F) + 1;
  }
}

TEST(SitePlan, CopiesFollowPopularityAndNeverExceedTheEdges) {
  const auto demand = zipf(60, 10'000);
  const SitePlan plan = plan_site(demand, three_edges(), {.fill_cost = 0, .copy_bytes_max = 2'000});
  std::map<std::uint32_t, int> copies;
  for (const Decision& decision : plan.decisions) ++copies[decision.unit.title];
  EXPECT_EQ(copies[0], 3);
  EXPECT_EQ(copies[2], 2);
  EXPECT_EQ(copies[20], 1);
  for (std::uint32_t i = 1; i < 60; ++i) EXPECT_LE(copies[i], copies[i - 1]) << "title " << i;
}

TEST(SitePlan, TheSameDemandAgainMovesNothing) {
  auto demand = zipf(300, 20'000);
  const auto edges = three_edges();
  const SiteOptions options{.fill_cost = 0.25, .copy_bytes_max = 5'000};
  for (int day = 0; day < 15; ++day) obey(demand, plan_site(demand, edges, options));
  for (const Decision& decision : plan_site(demand, edges, options).decisions) {
    EXPECT_EQ(decision.action, Action::keep) << "title " << decision.unit.title;
  }
}

TEST(SitePlan, TheHottestAreInRam) {
  const SitePlan plan = plan_site(zipf(80, 10'000), three_edges(), {});
  std::map<std::uint16_t, float> coolest_pinned;
  for (const Decision& decision : plan.decisions) {
    if (decision.pinned) {
      coolest_pinned[decision.edge] = decision.density;
    } else if (decision.edge < 2) {
      ASSERT_TRUE(coolest_pinned.contains(decision.edge));
      EXPECT_LE(decision.density, coolest_pinned[decision.edge]);
    }
  }
  EXPECT_EQ(coolest_pinned.size(), 2U) << "the third edge has no RAM to spare";
}

TEST(SitePlan, AnEdgeMoreTakesItsShareAndMovesLittle) {
  std::vector<EdgeLimits> edges(4);
  for (std::size_t i = 0; i < 4; ++i) {
    edges[i] = {.id = "e" + std::to_string(i),
                .space_bytes = 100'000,
                .fill_bytes = 100'000,
                .ram_bytes = 0};
  }
  auto demand = zipf(400, 1e6);
  obey(demand, plan_site(demand, std::span(edges).first(3), {}));
  std::map<std::uint32_t, std::uint64_t> was;
  for (const auto& unit : demand) was[unit.unit.title] = unit.held_on;
  for (auto& unit : demand) unit.held_on = 0;
  obey(demand, plan_site(demand, edges, {}));
  int moved = 0;
  int on_new = 0;
  for (const auto& unit : demand) {
    if ((unit.held_on & 8U) != 0) {
      ++on_new;
    } else if (unit.held_on != was[unit.unit.title]) {
      ++moved;
    }
  }
  EXPECT_EQ(moved, 0) << "rendezvous moves only to the new edge";
  EXPECT_NEAR(on_new, 100, 30);
}

TEST(SitePlan, EveryDecisionHasItsReason) {
  // One edge with space for two; day one holds A and C, B has become popular, C has gone cold.
  const std::vector<UnitDemand> demand{
      {.unit = {.title = 1}, .bytes = 100, .value = 900, .held_on = 1},
      {.unit = {.title = 2}, .bytes = 100, .value = 700, .held_on = 0},
      {.unit = {.title = 3}, .bytes = 100, .value = 10, .held_on = 1}};
  const std::vector<EdgeLimits> edges{
      {.id = "ams-1", .space_bytes = 200, .fill_bytes = 100, .ram_bytes = 100}};
  const SitePlan plan = plan_site(demand, edges, {.fill_cost = 0.5, .copy_bytes_max = 1e9});
  std::string told;
  for (const Decision& decision : plan.decisions) {
    told += std::to_string(decision.unit.title) + " " + std::string(name_of(decision.action)) +
            " " + std::string(name_of(decision.reason)) + (decision.pinned ? " pinned\n" : "\n");
  }
  EXPECT_EQ(told,
            "1 keep worth_keeping pinned\n"
            "2 fill worth_filling\n"
            "3 drop last_byte\n");
  EXPECT_EQ(plan.to_text(),
            "keeps 1 units, fills 1 (0.00 GB), drops 1, 1 in RAM; gap to the LP bound 0.0000%; "
            "prices: space 0.100, window 0.000");
}

}  // namespace
}  // namespace matinee::delivery
