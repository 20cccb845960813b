#pragma once
// delivery/placement: which units of titles an edge should hold. The optimiser alone: candidates
// and limits in, a choice with prices and reasons out. Read by delivery/site_plan and the
// simulator.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace matinee::delivery {

/// What is placed as one: a rung of a title, about five minutes of it (an extent group).
struct Unit {
  std::uint32_t title = 0;  // the forecast's number
  std::uint16_t group = 0;
  std::uint8_t rung = 0;
  std::uint8_t replica = 0;  // 0: the site's first copy
  friend auto operator<=>(const Unit&, const Unit&) = default;
};

/// A unit that may be held. What it is worth is the bytes expected to be served from it over the
/// horizon, instead of from farther away.
struct Candidate {
  Unit unit;
  std::uint32_t bytes = 0;  // > 0
  float value = 0;          // bytes; >= 0
  bool held = false;        // here already: keeping it costs no fill
};

/// What bounds a choice, and what a byte of fill costs in the value of a byte served: a unit is
/// taken in for another only if it gains more than that over the horizon (hysteresis).
struct Limits {
  std::uint64_t space_bytes = 0;
  std::uint64_t fill_bytes = 0;
  double fill_cost = 0.25;  // >= 0
};

/// Value per byte that the last byte of each resource would bring; 0 when there is enough of it.
struct Prices {
  double space = 0;
  double fill = 0;
};

/// Why a unit is, or is not, among the chosen. In the order in which it is looked for.
enum class Reason : std::uint8_t {
  worth_keeping,     // held, and worth its space
  worth_filling,     // new, and worth its space, its fill and the window
  space_worth_more,  // what it would displace is worth more
  fill_costs_more,   // new: worth its space, but less than the transfer costs on top
  window_too_small,  // new: worth space and transfer, but others need the fill window more
  last_byte,         // as good as the last chosen, but it does not fit any more
  no_edge_has_room,  // chosen for the site, but each of its edges is full or holds it
};
std::string_view name_of(Reason reason);

struct Choice {
  std::vector<std::uint32_t> chosen;  // places in the candidates, rising
  Prices prices;
  std::uint64_t space_bytes = 0;
  std::uint64_t fill_bytes = 0;
  double value = 0;     // of the chosen, less what their fill costs
  double lp_bound = 0;  // no choice under these limits can be worth more
  /// How far the choice may be from the best one, as a share of the bound: >= 0.
  [[nodiscard]] double gap() const { return lp_bound > 0 ? (lp_bound - value) / lp_bound : 0; }
};

/// Chooses what is worth most under both limits: greedily by value per byte, less the prices of
/// space and fill, which are found by bisection. Units are small against the limits, so the choice
/// is within a unit or so of the linear programme's bound, which comes with it (weak duality: it
/// holds for any prices). Deterministic. Up to 2^32 - 1 candidates; memory 8 bytes each.
Choice choose(std::span<const Candidate> candidates, const Limits& limits);

/// Why this candidate was chosen or not, from the prices alone: for `explain`.
Reason explain(const Candidate& candidate, const Prices& prices, const Limits& limits, bool chosen);

}  // namespace matinee::delivery
