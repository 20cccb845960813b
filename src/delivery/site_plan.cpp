#include "delivery/site_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/check.h"

namespace matinee::delivery {
namespace {

// Source: the finaliser of splitmix64.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (const char letter : text) hash = mix(hash ^ static_cast<unsigned char>(letter));
  return hash;
}

std::uint64_t hash_of(const Unit& unit) {
  return mix((std::uint64_t{unit.title} << 32U) | (std::uint64_t{unit.group} << 16U) |
             (std::uint64_t{unit.rung} << 8U));
}

struct Copy {
  std::uint32_t demand;  // its place in the demand
  float value;
  double density;
};

bool denser(const Copy& a, const Copy& b) {
  return a.density != b.density ? a.density > b.density : a.demand < b.demand;
}

class Planner {
 public:
  Planner(std::span<const UnitDemand> demand, std::span<const EdgeLimits> edges,
          const SiteOptions& options)
      : demand_(demand), edges_(edges), options_(options), left_(edges.begin(), edges.end()) {
    MATINEE_CHECK(!edges.empty() && edges.size() <= kEdgesMax);
    MATINEE_CHECK(options.copy_bytes_max > 0);
    for (const EdgeLimits& edge : edges) {
      salts_.push_back(hash_of(edge.id));
      limits_.space_bytes += edge.space_bytes;
      limits_.fill_bytes += edge.fill_bytes;
    }
    limits_.fill_cost = options.fill_cost;
  }

  SitePlan run() {
    list_copies();
    const Choice choice = choose(candidates_, limits_);
    plan_.prices = choice.prices;
    plan_.lp_bound = choice.lp_bound;
    split(choice);
    keep();
    fill();
    drop();
    pin();
    return std::move(plan_);
  }

 private:
  // The k-th copy is worth what the ones before it cannot serve.
  void list_copies() {
    for (std::uint32_t place = 0; place < demand_.size(); ++place) {
      const UnitDemand& unit = demand_[place];
      const auto held = static_cast<unsigned>(std::popcount(unit.held_on & edges_mask()));
      double left = unit.value;
      for (unsigned copy = 0; copy < edges_.size(); ++copy) {
        const double value = std::min(left, options_.copy_bytes_max);
        if (value <= 0 && copy >= held) break;
        Candidate& candidate = candidates_.emplace_back();
        candidate.unit = unit.unit;
        candidate.unit.replica = static_cast<std::uint8_t>(copy);
        candidate.bytes = unit.bytes;
        candidate.value = static_cast<float>(value);
        candidate.held = copy < held;
        owner_.push_back(place);
        left -= value;
      }
    }
  }

  [[nodiscard]] std::uint64_t edges_mask() const {
    return edges_.size() == kEdgesMax ? ~std::uint64_t{0} : (std::uint64_t{1} << edges_.size()) - 1;
  }

  void split(const Choice& choice) {
    std::size_t next = 0;
    for (std::uint32_t place = 0; place < candidates_.size(); ++place) {
      const bool chosen = next < choice.chosen.size() && choice.chosen[next] == place;
      if (chosen) ++next;
      const Candidate& candidate = candidates_[place];
      const Copy copy{owner_[place], candidate.value, double{candidate.value} / candidate.bytes};
      if (chosen) (candidate.held ? kept_ : fresh_).push_back(copy);
      if (!chosen && candidate.held) {
        dropped_.push_back(copy);
        dropped_why_.push_back(explain(candidate, choice.prices, limits_, false));
      }
    }
    std::ranges::sort(kept_, denser);
    std::ranges::sort(fresh_, denser);
    placed_.assign(demand_.size(), 0);
  }

  // Rendezvous: every edge draws for the unit, larger ones with better odds. -log(u)/weight, the
  // least first.
  [[nodiscard]] double rank(std::size_t edge, const Unit& unit) const {
    const std::uint64_t drawn = mix(hash_of(unit) ^ salts_[edge]);
    const double uniform = (static_cast<double>(drawn >> 11U) + 0.5) * 0x1p-53;
    return -std::log(uniform) / std::max(1.0, static_cast<double>(edges_[edge].space_bytes));
  }

  // The edge among `among` for one more copy; edges_.size() when none has room.
  std::size_t find_edge(std::uint64_t among, const UnitDemand& unit, bool held) const {
    std::size_t best = edges_.size();
    double best_rank = 0;
    for (std::size_t edge = 0; edge < edges_.size(); ++edge) {
      if ((among >> edge & 1U) == 0 || left_[edge].space_bytes < unit.bytes) continue;
      if (!held && left_[edge].fill_bytes < unit.bytes) continue;
      const double ranked = rank(edge, unit.unit);
      if (best == edges_.size() || ranked < best_rank) {
        best = edge;
        best_rank = ranked;
      }
    }
    return best;
  }

  void keep() {
    for (const Copy& copy : kept_) {
      const UnitDemand& unit = demand_[copy.demand];
      const std::size_t edge =
          find_edge(unit.held_on & edges_mask() & ~placed_[copy.demand], unit, true);
      if (edge == edges_.size()) continue;  // its edge shrank: drop() says so
      settle(copy, edge, Action::keep, Reason::worth_keeping);
      plan_.value += copy.value;
    }
  }

  void fill() {
    for (const Copy& copy : fresh_) {
      const UnitDemand& unit = demand_[copy.demand];
      // Not where it is held and may yet be dropped: that would be filling what is there.
      const std::size_t edge =
          find_edge(edges_mask() & ~placed_[copy.demand] & ~unit.held_on, unit, false);
      if (edge == edges_.size()) continue;
      left_[edge].fill_bytes -= unit.bytes;
      settle(copy, edge, Action::fill, Reason::worth_filling);
      plan_.fill_bytes += unit.bytes;
      plan_.value += copy.value - options_.fill_cost * unit.bytes;
    }
  }

  void settle(const Copy& copy, std::size_t edge, Action action, Reason reason) {
    const UnitDemand& unit = demand_[copy.demand];
    left_[edge].space_bytes -= unit.bytes;
    placed_[copy.demand] |= std::uint64_t{1} << edge;
    plan_.held_bytes += unit.bytes;
    decide(copy, edge, action, reason);
  }

  void decide(const Copy& copy, std::size_t edge, Action action, Reason reason) {
    const UnitDemand& unit = demand_[copy.demand];
    plan_.decisions.push_back({.unit = unit.unit,
                               .bytes = unit.bytes,
                               .density = static_cast<float>(copy.density),
                               .edge = static_cast<std::uint16_t>(edge),
                               .action = action,
                               .reason = reason,
                               .pinned = false});
  }

  void drop() {
    for (std::size_t i = 0; i < dropped_.size(); ++i) drop_one(dropped_[i], dropped_why_[i]);
    for (const Copy& copy : kept_) {
      const UnitDemand& unit = demand_[copy.demand];
      if ((unit.held_on & edges_mask() & ~placed_[copy.demand]) != 0) {
        drop_one(copy, Reason::no_edge_has_room);
      }
    }
  }

  void drop_one(const Copy& copy, Reason reason) {
    const UnitDemand& unit = demand_[copy.demand];
    const std::uint64_t where = unit.held_on & edges_mask() & ~placed_[copy.demand];
    if (where == 0) return;
    const auto edge = static_cast<std::size_t>(std::countr_zero(where));
    placed_[copy.demand] |= std::uint64_t{1} << edge;  // decided, once
    decide(copy, edge, Action::drop, reason);
  }

  void pin() {
    std::ranges::sort(plan_.decisions, [](const Decision& a, const Decision& b) {
      if (a.edge != b.edge) return a.edge < b.edge;
      return a.density != b.density ? a.density > b.density : a.unit < b.unit;
    });
    for (Decision& decision : plan_.decisions) {
      std::uint64_t& ram = left_[decision.edge].ram_bytes;
      if (decision.action == Action::drop || decision.density <= 0 || ram < decision.bytes)
        continue;
      ram -= decision.bytes;
      decision.pinned = true;
    }
  }

  std::span<const UnitDemand> demand_;
  std::span<const EdgeLimits> edges_;
  const SiteOptions& options_;
  Limits limits_;
  std::vector<EdgeLimits> left_;
  std::vector<std::uint64_t> salts_;
  std::vector<Candidate> candidates_;
  std::vector<std::uint32_t> owner_;  // of each candidate, its place in the demand
  std::vector<Copy> kept_;
  std::vector<Copy> fresh_;
  std::vector<Copy> dropped_;
  std::vector<Reason> dropped_why_;
  std::vector<std::uint64_t> placed_;  // by demand: edges that have been decided
  SitePlan plan_;
};

}  // namespace

std::string_view name_of(Action action) {
  static constexpr std::array<std::string_view, 3> kNames{"keep", "fill", "drop"};
  return kNames.at(static_cast<std::size_t>(action));
}

std::string SitePlan::to_text() const {
  std::array<std::size_t, 3> counts{};
  std::size_t pinned = 0;
  for (const Decision& decision : decisions) {
    ++counts.at(static_cast<std::size_t>(decision.action));
    if (decision.pinned) ++pinned;
  }
  return fmt::format(
      "keeps {} units, fills {} ({:.2f} GB), drops {}, {} in RAM; gap to the LP bound {:.4f}%; "
      "prices: space {:.3f}, window {:.3f}",
      counts[0], counts[1], static_cast<double>(fill_bytes) / 1e9, counts[2], pinned, 100 * gap(),
      prices.space, prices.fill);
}

SitePlan plan_site(std::span<const UnitDemand> demand, std::span<const EdgeLimits> edges,
                   const SiteOptions& options) {
  return Planner(demand, edges, options).run();
}

}  // namespace matinee::delivery
