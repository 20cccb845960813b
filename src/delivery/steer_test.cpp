// Goal: viewers get the nearest healthy edges that hold the title, load is shed by weight and not
// by a switch, nobody is left without an edge, and the reasons say what was decided.
#include "delivery/steer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "delivery/steer_draw.h"

namespace matinee::delivery {
namespace {

TitleId title_of(unsigned char number) {
  TitleId id;
  id.uuid.bytes.fill(number);
  return id;
}

const TitleId kFilm = title_of(7);

std::shared_ptr<const SiteTable> three_sites() {
  auto table = SiteTable::parse(
      "site ams 52.37 4.90\nsite fra 50.11 8.68\nsite syd -33.87 151.21\n"
      "10.1.0.0/16 ams\n10.2.0.0/16 fra\n10.3.0.0/16 syd\n");
  EXPECT_TRUE(table);
  return std::make_shared<const SiteTable>(std::move(*table));
}

std::shared_ptr<const Holdings> holding(std::vector<TitleId> whole,
                                        const std::vector<TitleId>& some = {}) {
  return std::make_shared<const Holdings>(std::move(whole), some);
}

std::vector<std::string> ids_of(const EdgeView& view, const Decision& decision) {
  std::vector<std::string> ids;
  for (const RankedEdge& each : decision.ranked) ids.push_back(view.edges()[each.edge].id);
  return ids;
}

using Ids = std::vector<std::string>;

// One edge in each site, all well.
std::vector<EdgeState> one_each() {
  return {{.id = "ams1", .site = 0}, {.id = "fra1", .site = 1}, {.id = "syd1", .site = 2}};
}

// A lot by which an edge that sheds most viewers sheds this one.
std::uint64_t shed_draw(const std::string& id) {
  std::uint64_t draw = 1;
  while (unit_of(mixed(draw ^ std::hash<std::string>{}(id))) > kShedMost / 2) ++draw;
  return draw;
}

TEST(Steer, Ranks) {
  struct Case {
    const char* name;
    std::function<void(std::vector<EdgeState>&)> change;
    Ids expected;
  };
  const std::vector<Case> cases{
      {"nearest first", [](auto&) {}, {"ams1", "fra1", "syd1"}},
      {"who holds the title before who is a little nearer",
       [](auto& edges) {
         edges[0].holds = holding({});
         edges[1].holds = holding({kFilm});
       },
       {"fra1", "ams1", "syd1"}},
      {"who would have to fetch it before who is on the other side of the world",
       [](auto& edges) {
         edges[0].holds = holding({});
         edges[1].holds = holding({});
         edges[2].holds = holding({kFilm});
       },
       {"ams1", "fra1", "syd1"}},
      {"some of the title is better than nothing of it",
       [](auto& edges) {
         edges[0].holds = holding({});
         edges[1].holds = holding({}, {kFilm});
       },
       {"fra1", "ams1", "syd1"}},
      {"suspect ones are the last",
       [](auto& edges) { edges[0].health = Health::suspect; },
       {"fra1", "syd1", "ams1"}},
      {"lost ones are left out",
       [](auto& edges) { edges[1].health = Health::out; },
       {"ams1", "syd1"}},
      {"draining ones are left out",
       [](auto& edges) { edges[0].is_draining = true; },
       {"fra1", "syd1"}},
      {"a load that is no number counts as full",
       [](auto& edges) {
         edges[0].load = std::numeric_limits<double>::quiet_NaN();
         edges[1].load = 0.69;
       },
       {"fra1", "syd1", "ams1"}},
      {"all lost: all are offered",
       [](auto& edges) {
         for (auto& edge : edges) edge.health = Health::out;
       },
       {"ams1", "fra1", "syd1"}},
      {"lost ones before draining ones when nothing else is left",
       [](auto& edges) {
         for (auto& edge : edges) edge.is_draining = true;
         edges[2].is_draining = false;
         edges[2].health = Health::out;
       },
       {"syd1"}},
      {"all drain: all are offered",
       [](auto& edges) {
         for (auto& edge : edges) edge.is_draining = true;
       },
       {"ams1", "fra1", "syd1"}},
      {"nobody there", [](auto& edges) { edges.clear(); }, {}},
  };
  for (const Case& each : cases) {
    auto edges = one_each();
    each.change(edges);
    const EdgeView view(three_sites(), edges);
    const ClientFacts client{.address = "10.1.2.3", .draw = shed_draw("ams1")};
    const auto decision = steer(view, client, kFilm);
    auto got = ids_of(view, decision);
    if (decision.is_fail_open) std::ranges::sort(got);
    EXPECT_EQ(got, each.expected) << each.name;
    EXPECT_EQ(decision, steer(view, client, kFilm)) << each.name;
  }
}

TEST(Steer, FindsTheClient) {
  const EdgeView view(three_sites(), one_each());
  const auto first = [&](const ClientFacts& client) {
    const auto decision = steer(view, client, kFilm);
    return std::pair(view.edges()[decision.ranked.front().edge].id, decision.whereabouts);
  };
  EXPECT_EQ(first({.address = "10.3.0.1"}), std::pair(std::string("syd1"), Whereabouts::prefix));
  EXPECT_EQ(first({.address = "192.0.2.1", .place = GeoPoint{-37.8, 144.9}}),
            std::pair(std::string("syd1"), Whereabouts::place));
  const std::vector<MeasuredRtt> to_fra{{1, 4}};
  EXPECT_EQ(first({.address = "192.0.2.1", .measured = to_fra}),
            std::pair(std::string("fra1"), Whereabouts::measured));
  // The network says Amsterdam; what was measured says that the way there is broken. Round trips
  // that cannot be are passed over.
  const std::vector<MeasuredRtt> slow{
      {0, 90}, {9, 1}, {1, std::numeric_limits<float>::quiet_NaN()}, {1, -1}};
  EXPECT_EQ(first({.address = "10.1.0.1", .measured = slow}),
            std::pair(std::string("fra1"), Whereabouts::prefix));
  EXPECT_EQ(steer(view, {.address = "192.0.2.1"}, kFilm).whereabouts, Whereabouts::unknown);
}

TEST(Steer, WithoutSitesEverybodyGetsSomeEdge) {
  std::vector<EdgeState> edges;
  for (int i = 0; i < 40; ++i) edges.push_back({.id = fmt::format("e{}", i)});
  const EdgeView view(std::make_shared<const SiteTable>(), edges);
  std::map<std::string, int> firsts;
  for (std::uint64_t i = 0; i < 4'000; ++i) {
    const auto decision = steer(view, {.address = "192.0.2.1", .draw = mixed(i)}, kFilm);
    ASSERT_EQ(decision.ranked.size(), kRankedMax);
    ++firsts[view.edges()[decision.ranked.front().edge].id];
  }
  EXPECT_EQ(firsts.size(), edges.size());
  for (const auto& [id, count] : firsts) EXPECT_LT(count, 200) << id;  // 100 are its share
}

TEST(Steer, OneOfThreeIsOfAnotherSite) {
  auto edges = one_each();
  for (const char* id : {"ams2", "ams3", "ams4"}) edges.push_back({.id = id, .site = 0});
  const EdgeView view(three_sites(), edges);
  const auto decision = steer(view, {.address = "10.1.0.1", .draw = 5}, kFilm);
  EXPECT_TRUE(decision.is_spread);
  EXPECT_EQ(ids_of(view, decision).back(), "fra1");
  EXPECT_TRUE(ids_of(view, decision).front().starts_with("ams"));
}

// Shares of viewers whose first edge is the near one, by its load.
double near_share(double load) {
  auto edges = one_each();
  edges[0].load = load;
  const EdgeView view(three_sites(), edges);
  int near = 0;
  constexpr int kClients = 4'000;
  for (int i = 0; i < kClients; ++i) {
    const auto address = fmt::format("10.1.{}.{}", i / 250, i % 250);
    const auto decision = steer(view, {.address = address, .draw = draw_of(address, kFilm)}, kFilm);
    near += view.edges()[decision.ranked.front().edge].id == "ams1" ? 1 : 0;
  }
  return static_cast<double>(near) / kClients;
}

TEST(Steer, ShedsByWeight) {
  EXPECT_EQ(near_share(0.2), 1);
  EXPECT_EQ(near_share(0.699), 1);
  EXPECT_NEAR(near_share(0.85), 1 - kShedMost / 2, 0.03);
  EXPECT_NEAR(near_share(1), 1 - kShedMost, 0.015);
  EXPECT_NEAR(near_share(5), 1 - kShedMost, 0.015);
}

TEST(Steer, WhoIsShedStaysShedAsLoadGrows) {
  for (std::uint64_t client = 0; client < 200; ++client) {
    bool was_shed = false;
    for (double load = 0.6; load < 1.1; load += 0.05) {
      auto edges = one_each();
      edges[0].load = load;
      const EdgeView view(three_sites(), edges);
      const auto decision = steer(view, {.address = "10.1.0.1", .draw = mixed(client)}, kFilm);
      const bool is_shed = view.edges()[decision.ranked.front().edge].id != "ams1";
      EXPECT_TRUE(is_shed || !was_shed) << client << " at " << load;
      was_shed = is_shed;
    }
  }
}

// All viewers between two reports see the same loads: the least loaded edge must not get them all,
// the most loaded one must get the fewest.
TEST(Steer, TheBetterOfTwoSpreadsOverEquals) {
  std::vector<EdgeState> edges;
  for (int i = 0; i < 8; ++i) {
    edges.push_back({.id = fmt::format("ams{}", i), .site = 0, .load = 0.05 * i});
  }
  const EdgeView view(three_sites(), edges);
  std::map<std::string, int> firsts;
  constexpr int kClients = 16'000;
  for (std::uint64_t i = 0; i < kClients; ++i) {
    const auto decision = steer(view, {.address = "10.1.0.1", .draw = mixed(i)}, kFilm);
    ++firsts[view.edges()[decision.ranked.front().edge].id];
  }
  // Of 28 pairs, the k-th best edge wins 7 - k.
  for (int i = 0; i < 8; ++i) {
    EXPECT_NEAR(firsts[fmt::format("ams{}", i)], kClients * (7 - i) / 28.0, kClients * 0.015) << i;
  }
}

EdgeState random_edge(std::mt19937_64& random, int number) {
  EdgeState edge{.id = fmt::format("e{}", number), .site = static_cast<SiteIndex>(random() % 4)};
  edge.health = static_cast<Health>(random() % 3);
  edge.is_draining = random() % 5 == 0;
  edge.load = static_cast<double>(random() % 130) / 100;
  if (random() % 2 == 0) edge.holds = random() % 2 == 0 ? holding({kFilm}) : holding({});
  return edge;
}

TEST(Steer, HoldsItsPromisesForAnyEdges) {
  for (std::uint64_t seed = 1; seed <= 1'500; ++seed) {
    std::mt19937_64 random(seed);
    std::vector<EdgeState> edges;
    const auto count = random() % 12;
    for (std::uint64_t i = 0; i < count; ++i) {
      edges.push_back(random_edge(random, static_cast<int>(i)));
    }
    const EdgeView view(three_sites(), edges);
    const auto address = fmt::format("10.{}.0.1", random() % 5);
    const auto decision = steer(view, {.address = address, .draw = random()}, kFilm);
    const auto is_well = [](const EdgeState& edge) {
      return !edge.is_draining && edge.health != Health::out;
    };
    const auto well = std::ranges::count_if(view.edges(), is_well);
    ASSERT_EQ(decision.is_fail_open, well == 0 && !edges.empty()) << seed;
    if (well > 0) {
      ASSERT_EQ(decision.ranked.size(),
                std::min<std::size_t>(kRankedMax, static_cast<std::size_t>(well)))
          << seed;
    } else {
      ASSERT_EQ(decision.ranked.empty(), edges.empty()) << seed;
    }
    std::set<std::uint32_t> seen;
    for (std::size_t i = 0; i < decision.ranked.size(); ++i) {
      const RankedEdge& each = decision.ranked[i];
      ASSERT_TRUE(seen.insert(each.edge).second) << seed;
      ASSERT_TRUE(decision.is_fail_open || is_well(view.edges()[each.edge])) << seed;
      if (i == 0) continue;
      const RankedEdge& before = decision.ranked[i - 1];
      ASSERT_LE(std::tuple(before.is_suspect, before.is_shed, before.cost_ms),
                std::tuple(each.is_suspect, each.is_shed, each.cost_ms))
          << seed;
    }
    const auto words = explain(view, {.address = address}, decision);
    ASSERT_GE(words.size(), 1 + decision.ranked.size()) << seed;
  }
}

TEST(Steer, ExplainsItself) {
  auto edges = one_each();
  edges[0].holds = holding({kFilm});
  edges[0].load = 0.42;
  edges[1].holds = holding({});
  edges[1].health = Health::suspect;
  edges[2].is_draining = true;
  edges.push_back({.id = "lab1", .health = Health::out});
  const EdgeView view(three_sites(), edges);
  const std::vector<MeasuredRtt> measured{{1, 9}};
  const ClientFacts client{.address = "10.1.2.3", .measured = measured};
  EXPECT_EQ(explain(view, client, steer(view, client, kFilm)),
            (Ids{"10.1.2.3 is near ams: its /16 network stands in the site table",
                 "1. ams1 (ams): 2 ms away, holds the title, healthy, load 42 %",
                 "2. fra1 (fra): 9 ms away, measured, holds nothing of the title (+60 ms), "
                 "suspect, load 0 %",
                 "-  syd1 (syd): passed over, it drains",
                 "-  lab1 (no site): passed over, it has not reported for 5 s"}));
  const EdgeView nobody(std::make_shared<const SiteTable>(), {});
  EXPECT_EQ(
      explain(nobody, {.address = "unix"}, steer(nobody, {.address = "unix"}, kFilm)),
      (Ids{"where unix is nobody knows: all sites count as equally far", "there is no edge"}));
}

TEST(Holdings, NeverDenyWhatIsHeld) {
  std::mt19937_64 random(3);
  const auto made = [&] {
    TitleId id;
    for (auto& byte : id.uuid.bytes) byte = static_cast<unsigned char>(random());
    return id;
  };
  std::vector<TitleId> whole(5'000);
  std::vector<TitleId> some(5'000);
  std::ranges::generate(whole, made);
  std::ranges::generate(some, made);
  const Holdings holdings(whole, some);
  for (const auto& id : whole) ASSERT_EQ(holdings.of(id), Hold::whole);
  for (const auto& id : some) ASSERT_EQ(holdings.of(id), Hold::some);
  int wrong = 0;
  constexpr int kOthers = 100'000;
  for (int i = 0; i < kOthers; ++i) wrong += holdings.of(made()) == Hold::none ? 0 : 1;
  EXPECT_LT(wrong, kOthers / 50);
  EXPECT_EQ(Holdings().of(kFilm), Hold::none);
}

}  // namespace
}  // namespace matinee::delivery
