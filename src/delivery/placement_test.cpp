// Goal: a choice is always feasible, never far from the best, says how far, and does not churn.
#include "delivery/placement.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

namespace matinee::delivery {
namespace {

struct Instance {
  std::vector<Candidate> candidates;
  Limits limits;
};

// A random one; `even`: all units of one size.
Instance make_instance(std::mt19937_64& random, std::size_t units, bool even) {
  Instance made;
  const auto below = [&](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random() % bound);
  };
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < units; ++i) {
    Candidate candidate;
    candidate.unit.title = static_cast<std::uint32_t>(i);
    candidate.bytes = even ? 100 : 1 + below(200);
    candidate.value = below(8) == 0 ? 0 : static_cast<float>(std::exp(below(700) / 100.0));
    candidate.held = below(3) == 0;
    total += candidate.bytes;
    made.candidates.push_back(candidate);
  }
  made.limits.space_bytes = random() % (total + total / 4);
  made.limits.fill_bytes = below(4) == 0 ? total : random() % (total / 2 + 1);
  made.limits.fill_cost = below(2) == 0 ? 0 : below(100) / 50.0;
  return made;
}

double worth(const Candidate& candidate, const Limits& limits) {
  return double{candidate.value} - (candidate.held ? 0 : limits.fill_cost * candidate.bytes);
}

double best_by_trying_all(const Instance& instance) {
  double best = 0;
  for (std::uint32_t set = 0; set < (1U << instance.candidates.size()); ++set) {
    std::uint64_t space = 0;
    std::uint64_t fill = 0;
    double value = 0;
    for (std::size_t i = 0; i < instance.candidates.size(); ++i) {
      if ((set >> i & 1U) == 0) continue;
      const Candidate& candidate = instance.candidates[i];
      space += candidate.bytes;
      fill += candidate.held ? 0 : candidate.bytes;
      value += worth(candidate, instance.limits);
    }
    if (space <= instance.limits.space_bytes && fill <= instance.limits.fill_bytes) {
      best = std::max(best, value);
    }
  }
  return best;
}

void expect_consistent(const Instance& instance, const Choice& choice) {
  std::uint64_t space = 0;
  std::uint64_t fill = 0;
  double value = 0;
  std::set<std::uint32_t> places(choice.chosen.begin(), choice.chosen.end());
  ASSERT_EQ(places.size(), choice.chosen.size()) << "a unit twice";
  for (const std::uint32_t place : choice.chosen) {
    const Candidate& candidate = instance.candidates.at(place);
    space += candidate.bytes;
    fill += candidate.held ? 0 : candidate.bytes;
    value += worth(candidate, instance.limits);
  }
  EXPECT_LE(space, instance.limits.space_bytes);
  EXPECT_LE(fill, instance.limits.fill_bytes);
  EXPECT_EQ(space, choice.space_bytes);
  EXPECT_EQ(fill, choice.fill_bytes);
  EXPECT_NEAR(value, choice.value, 1e-6 * std::abs(value) + 1e-9);
  EXPECT_GE(choice.gap(), 0);
}

TEST(Choose, IsTheBestWhereUnitsAreOfOneSize) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 120; ++round) {
    const Instance instance = make_instance(random, 1 + round % 11, true);
    const Choice choice = choose(instance.candidates, instance.limits);
    expect_consistent(instance, choice);
    const double best = best_by_trying_all(instance);
    EXPECT_NEAR(choice.value, best, 1e-6 * best + 1e-9) << "seed 1, round " << round;
  }
}

TEST(Choose, ItsBoundHoldsAndItIsWithinTwoUnitsOfTheBest) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 120; ++round) {
    const Instance instance = make_instance(random, 1 + round % 11, false);
    const Choice choice = choose(instance.candidates, instance.limits);
    expect_consistent(instance, choice);
    const double best = best_by_trying_all(instance);
    double largest = 0;
    for (const auto& candidate : instance.candidates) {
      largest = std::max(largest, double{candidate.value});
    }
    EXPECT_GE(choice.lp_bound * (1 + 1e-9) + 1e-9, best) << "seed 2, round " << round;
    EXPECT_GE(choice.value + 2 * largest, best) << "seed 2, round " << round;
  }
}

TEST(Choose, IsFeasibleAndCloseToTheBoundWhereUnitsAreMany) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 6; ++round) {
    Instance instance = make_instance(random, 20'000, round % 2 == 0);
    const Choice choice = choose(instance.candidates, instance.limits);
    expect_consistent(instance, choice);
    EXPECT_LT(choice.gap(), 0.01) << "seed 3, round " << round;
  }
}

TEST(Choose, NothingFitsNothing) {
  const std::vector<Candidate> candidates{{.unit = {}, .bytes = 10, .value = 5, .held = false}};
  EXPECT_TRUE(
      choose(candidates, {.space_bytes = 9, .fill_bytes = 100, .fill_cost = 0}).chosen.empty());
  EXPECT_TRUE(
      choose(candidates, {.space_bytes = 100, .fill_bytes = 9, .fill_cost = 0}).chosen.empty());
  EXPECT_TRUE(choose({}, {.space_bytes = 100, .fill_bytes = 9, .fill_cost = 0}).chosen.empty());
  EXPECT_EQ(choose(candidates, {.space_bytes = 10, .fill_bytes = 10, .fill_cost = 0}).chosen.size(),
            1U);
}

TEST(Choose, SwapsOnlyForMoreThanTheFillCosts) {
  // Space for one: the newcomer must beat the one held by 0.5 a byte.
  const Limits limits{.space_bytes = 100, .fill_bytes = 100, .fill_cost = 0.5};
  for (const float gain : {0.0F, 30.0F, 49.0F, 51.0F, 90.0F}) {
    const std::vector<Candidate> candidates{
        {.unit = {.title = 1}, .bytes = 100, .value = 200, .held = true},
        {.unit = {.title = 2}, .bytes = 100, .value = 200 + gain, .held = false}};
    const Choice choice = choose(candidates, limits);
    ASSERT_EQ(choice.chosen.size(), 1U);
    EXPECT_EQ(choice.chosen[0], gain > 50 ? 1U : 0U) << "gain " << gain;
  }
}

// Day after day the same demand with noise: with hysteresis the fill dies down, without it does
// not.
std::uint64_t filled_over_days(double fill_cost) {
  std::mt19937_64 random(4);
  std::lognormal_distribution<double> noise(0, 0.1);
  std::vector<Candidate> candidates(5'000);
  for (std::size_t i = 0; i < candidates.size(); ++i) candidates[i].bytes = 100;
  std::uint64_t filled = 0;
  for (int day = 0; day < 10; ++day) {
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const double mean = 100 * 500.0 / static_cast<double>(i + 100);
      candidates[i].value = static_cast<float>(mean * noise(random));
    }
    const Choice choice =
        choose(candidates, {.space_bytes = 100'000, .fill_bytes = 100'000, .fill_cost = fill_cost});
    if (day > 0) filled += choice.fill_bytes;
    for (auto& candidate : candidates) candidate.held = false;
    for (const auto place : choice.chosen) candidates[place].held = true;
  }
  return filled;
}

TEST(Choose, HysteresisStopsChurn) { EXPECT_GT(filled_over_days(0), 20U * filled_over_days(0.25)); }

TEST(Choose, SaysWhyOfEachCandidate) {
  struct Case {
    Candidate candidate;
    bool chosen;
    Reason reason;
  };
  // Space for three; the window lets one in; a transfer costs 1 a byte.
  const Limits limits{.space_bytes = 300, .fill_bytes = 100, .fill_cost = 1};
  const std::vector<Case> cases{
      {{.unit = {.title = 1}, .bytes = 100, .value = 900, .held = true},
       true,
       Reason::worth_keeping},
      {{.unit = {.title = 2}, .bytes = 100, .value = 800, .held = false},
       true,
       Reason::worth_filling},
      {{.unit = {.title = 3}, .bytes = 100, .value = 700, .held = false},
       false,
       Reason::window_too_small},
      {{.unit = {.title = 4}, .bytes = 100, .value = 300, .held = true},
       true,
       Reason::worth_keeping},
      {{.unit = {.title = 5}, .bytes = 100, .value = 280, .held = true}, false, Reason::last_byte},
      {{.unit = {.title = 6}, .bytes = 100, .value = 320, .held = false},
       false,
       Reason::fill_costs_more},
      {{.unit = {.title = 7}, .bytes = 100, .value = 20, .held = true},
       false,
       Reason::space_worth_more},
  };
  std::vector<Candidate> candidates;
  for (const Case& one : cases) candidates.push_back(one.candidate);
  const Choice choice = choose(candidates, limits);
  EXPECT_NEAR(choice.prices.space, 2.8, 1e-6);
  EXPECT_NEAR(choice.prices.fill, 3.2, 1e-6);
  for (std::uint32_t i = 0; i < cases.size(); ++i) {
    const bool chosen = std::ranges::binary_search(choice.chosen, i);
    EXPECT_EQ(chosen, cases[i].chosen) << "title " << i + 1;
    EXPECT_EQ(name_of(explain(candidates[i], choice.prices, limits, chosen)),
              name_of(cases[i].reason))
        << "title " << i + 1;
  }
}

}  // namespace
}  // namespace matinee::delivery
