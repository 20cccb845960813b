#pragma once
// delivery/site_plan: what each edge of a site should hold, fill, drop and keep in RAM, and why.
// Pure: forecast demand and edges in, plan out. Read by delivery/fill_schedule and `explain`.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "delivery/placement.h"

namespace matinee::delivery {

inline constexpr std::size_t kEdgesMax = 64;  // of one site

/// An edge as the planner sees it.
struct EdgeLimits {
  std::string id;                 // stable; where new units go follows from it
  std::uint64_t space_bytes = 0;  // of the part of the disk that is filled ahead
  std::uint64_t fill_bytes = 0;   // what may come in until the horizon
  std::uint64_t ram_bytes = 0;    // for pinned units
};

/// What is expected of a unit at the site over the horizon, and where it is.
struct UnitDemand {
  Unit unit;
  std::uint32_t bytes = 0;
  float value = 0;            // bytes expected to be served
  std::uint64_t held_on = 0;  // bit i: edge i holds it
};

enum class Action : std::uint8_t { keep, fill, drop };
std::string_view name_of(Action action);

/// What becomes of one copy of a unit on one edge.
struct Decision {
  Unit unit;
  std::uint32_t bytes = 0;
  float density = 0;  // bytes expected to be served by this copy, per byte of it
  std::uint16_t edge = 0;
  Action action = Action::keep;
  Reason reason = Reason::worth_keeping;
  bool pinned = false;  // in RAM
};

struct SitePlan {
  std::vector<Decision> decisions;  // by edge, densest first
  Prices prices;
  double value = 0;     // bytes, less the cost of fill
  double lp_bound = 0;  // of the site as if it were one edge
  std::uint64_t fill_bytes = 0;
  std::uint64_t held_bytes = 0;  // after the plan
  [[nodiscard]] double gap() const { return lp_bound > 0 ? (lp_bound - value) / lp_bound : 0; }
  /// One line for people: "keeps 12 units, fills 3 (1.2 GB), drops 1; gap 0.01%; ...".
  [[nodiscard]] std::string to_text() const;
};

struct SiteOptions {
  double fill_cost = 0.25;  // of a byte of fill, in bytes served
  /// What one copy should serve at most over the horizon: beyond it another edge's copy has a worth
  /// of its own. This is how copies follow popularity. > 0
  double copy_bytes_max = 1e15;
};

/// Plans one site of 1 to kEdgesMax edges. A unit has at most one copy an edge. Kept copies stay
/// where they are; new ones go to the edge that weighted rendezvous hashing ranks first among those
/// with space and window left, so that few move when edges come and go. No edge's limit is ever
/// passed. Deterministic. Source: Mosko, Schindelhauer, "weighted rendezvous hashing".
SitePlan plan_site(std::span<const UnitDemand> demand, std::span<const EdgeLimits> edges,
                   const SiteOptions& options);

}  // namespace matinee::delivery
