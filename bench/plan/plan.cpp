// bench/plan: plans every site's edges against yesterday's contents, one site after the other on
// one core, and prints one JSON object. usage: matinee_bench_plan SITES TITLES SEED
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <random>
#include <vector>

#include "delivery/site_plan.h"
#include "delivery/unit_list.h"

namespace {

using namespace matinee::delivery;

constexpr double kZipf = 0.9;
constexpr double kSiteNoise = 0.7;    // how sites differ, sigma of a log-normal factor by title
constexpr double kDayNoise = 0.4;     // and how a day differs from the one before
constexpr double kSpaceShare = 0.03;  // of the whole catalogue, over the site's edges
constexpr double kFillShare = 0.1;    // of the space, a day
constexpr std::size_t kEdges = 4;
constexpr double kPlaysPerTitle = 5;

UnitShape make_shape() {
  UnitShape shape{
      .rungs = {{0.1, 15'000'000}, {0.2, 45'000'000}, {0.3, 112'000'000}, {0.4, 225'000'000}},
      .reach = {}};
  double reach = 1;
  for (int group = 0; group < 32; ++group, reach *= group < 2 ? 0.8 : 0.97)
    shape.reach.push_back(reach);
  return shape;
}

struct Totals {
  double seconds = 0;
  double list_seconds = 0;
  double gap_max = 0;
  double value = 0;
  double bound = 0;
  double fill = 0;
  double space = 0;
  std::size_t units = 0;
  std::size_t decisions = 0;
  std::size_t again = 0;
};

// Of this process: other work on the machine does not count. It has one thread.
double processor_seconds() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

std::vector<UnitDemand> contents_after(const SitePlan& plan) {
  std::vector<UnitDemand> held;
  for (const Decision& decision : plan.decisions) {
    if (decision.action == Action::drop) continue;
    UnitDemand unit;
    unit.unit = decision.unit;
    unit.held_on = std::uint64_t{1} << decision.edge;
    held.push_back(unit);
  }
  std::ranges::sort(held, {}, &UnitDemand::unit);
  std::size_t kept = 0;
  for (const UnitDemand& unit : held) {
    if (kept > 0 && held[kept - 1].unit == unit.unit) {
      held[kept - 1].held_on |= unit.held_on;
    } else {
      held[kept++] = unit;
    }
  }
  held.resize(kept);
  return held;
}

// Plans with the floor that is guessed, lower until nothing wanted can be below it.
SitePlan plan_with_floor(const std::vector<TitleDemand>& titles, const UnitShape& shape,
                         const std::vector<UnitDemand>& held, const std::vector<EdgeLimits>& edges,
                         const SiteOptions& options, double floor, Totals& totals) {
  for (;; floor /= 2, ++totals.again) {
    const double start = processor_seconds();
    const auto units = list_units(titles, shape, floor, held);
    totals.list_seconds += processor_seconds() - start;
    SitePlan plan = plan_site(units, edges, options);
    if (!covers(plan, floor, options.fill_cost) && floor > 1e-6) continue;
    totals.units += units.size();
    return plan;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: matinee_bench_plan SITES TITLES SEED\n"), 2;
  const auto sites = static_cast<std::size_t>(std::atol(argv[1]));
  const auto count = static_cast<std::size_t>(std::atol(argv[2]));
  std::mt19937_64 random(static_cast<std::uint64_t>(std::atol(argv[3])));
  const UnitShape shape = make_shape();
  std::vector<TitleDemand> catalogue(count);
  double group_bytes = 0;
  for (const auto& rung : shape.rungs) group_bytes += rung.bytes;
  double catalogue_bytes = 0;
  double weights = 0;
  for (std::size_t i = 0; i < count; ++i) {
    catalogue[i] = {
        static_cast<std::uint32_t>(i), static_cast<float>(std::pow(i + 1, -kZipf)),
        static_cast<std::uint16_t>(random() % 3 == 0 ? 18 + random() % 12 : 5 + random() % 8)};
    catalogue_bytes += catalogue[i].groups * group_bytes;
    weights += catalogue[i].plays;
  }
  const auto space = static_cast<std::uint64_t>(catalogue_bytes * kSpaceShare / kEdges);
  const auto fill = static_cast<std::uint64_t>(static_cast<double>(space) * kFillShare);
  Totals totals;
  Totals before;
  std::normal_distribution<float> normal;
  for (std::size_t site = 0; site < sites; ++site) {
    std::vector<EdgeLimits> edges(kEdges);
    for (std::size_t i = 0; i < kEdges; ++i) {
      edges[i] = {.id = "s" + std::to_string(site) + "-" + std::to_string(i),
                  .space_bytes = space,
                  .fill_bytes = 2 * space,
                  .ram_bytes = space / 50};
    }
    const double plays = kPlaysPerTitle * static_cast<double>(count) * std::exp(normal(random));
    const SiteOptions options{.fill_cost = 0.25, .copy_bytes_max = plays / 1e5 * 225e6 * 200};
    auto titles = catalogue;
    for (auto& title : titles) {
      title.plays *= static_cast<float>(plays / weights * std::exp(kSiteNoise * normal(random)));
    }
    const SitePlan yesterday = plan_with_floor(titles, shape, {}, edges, options,
                                               plays / static_cast<double>(count) / 4, before);
    const auto held = contents_after(yesterday);
    for (auto& title : titles)
      title.plays *= std::exp(static_cast<float>(kDayNoise) * normal(random));
    for (auto& edge : edges) edge.fill_bytes = fill;
    const double start = processor_seconds();
    const SitePlan plan =
        plan_with_floor(titles, shape, held, edges, options, 0.9 * yesterday.prices.space, totals);
    totals.seconds += processor_seconds() - start;
    totals.gap_max = std::max(totals.gap_max, plan.gap());
    totals.value += plan.value;
    totals.bound += plan.lp_bound;
    totals.fill += static_cast<double>(plan.fill_bytes);
    totals.space += static_cast<double>(space * kEdges);
    totals.decisions += plan.decisions.size();
    if (site == 0) std::fprintf(stderr, "first site: %s\n", plan.to_text().c_str());
  }
  std::printf(
      "{\"seconds\":%.3f,\"list_seconds\":%.3f,\"gap_percent\":%.5f,\"gap_percent_worst\":%.5f,"
      "\"units_looked_at\":%zu,\"decisions\":%zu,\"fill_share_percent\":%.2f,\"lists_again\":%zu}"
      "\n",
      totals.seconds, totals.list_seconds, 100 * (totals.bound - totals.value) / totals.bound,
      100 * totals.gap_max, totals.units, totals.decisions, 100 * totals.fill / totals.space,
      totals.again);
  return 0;
}
