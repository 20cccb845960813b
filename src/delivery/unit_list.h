#pragma once
// delivery/unit_list: the units of a site that are worth a look, from plays by title and the
// factors that all titles share. Read by whoever calls delivery/site_plan.

#include <cstdint>
#include <span>
#include <vector>

#include "delivery/site_plan.h"

namespace matinee::delivery {

/// A title at a site: how often it is expected to be played over the horizon, and how long it is.
struct TitleDemand {
  std::uint32_t title = 0;
  float plays = 0;
  std::uint16_t groups = 0;  // extent groups of each rung
};

/// How plays fall on rungs and along a title (forecast/viewing_shape), and how large a group is.
struct UnitShape {
  struct Rung {
    double share = 0;         // of plays
    std::uint32_t bytes = 0;  // of an extent group
  };
  std::vector<Rung> rungs;    // at most 255
  std::vector<double> reach;  // by group; the last one stands for all beyond
};

/// The units whose bytes are expected to be served at least `floor` times over the horizon, and all
/// that are held. Costs as much as there are titles and units given, not units there are: a title's
/// units are looked at from its hottest. A floor of the last plan's space price or less leaves out
/// nothing that a plan would choose; see covers(). `held`: rising by unit, replicas all 0; only
/// unit and held_on are read, and titles that are not given are taken as never played.
std::vector<UnitDemand> list_units(std::span<const TitleDemand> titles, const UnitShape& shape,
                                   double floor, std::span<const UnitDemand> held);

/// True when nothing below `floor` could be in the plan, nor raise its bound.
bool covers(const SitePlan& plan, double floor, double fill_cost);

}  // namespace matinee::delivery
