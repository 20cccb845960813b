#include "delivery/unit_list.h"

#include <algorithm>

#include "base/check.h"

namespace matinee::delivery {
namespace {

// A place in any title, and how many of its plays come by there.
struct Factor {
  double plays;
  std::uint16_t group;
  std::uint8_t rung;
};

std::vector<Factor> factors_of(const UnitShape& shape, std::size_t groups) {
  std::vector<Factor> factors;
  for (std::size_t rung = 0; rung < shape.rungs.size(); ++rung) {
    for (std::size_t group = 0; group < groups; ++group) {
      const double reach = shape.reach[std::min(group, shape.reach.size() - 1)];
      factors.push_back({shape.rungs[rung].share * reach, static_cast<std::uint16_t>(group),
                         static_cast<std::uint8_t>(rung)});
    }
  }
  std::ranges::sort(factors, [](const Factor& a, const Factor& b) {
    if (a.plays != b.plays) return a.plays > b.plays;
    return a.rung != b.rung ? a.rung < b.rung : a.group < b.group;
  });
  return factors;
}

class Lister {
 public:
  Lister(const UnitShape& shape, double floor, std::span<const UnitDemand> held)
      : shape_(shape), floor_(floor), held_(held) {
    MATINEE_CHECK(!shape.rungs.empty() && shape.rungs.size() <= 255 && !shape.reach.empty());
    MATINEE_CHECK(std::ranges::is_sorted(held, {}, &UnitDemand::unit));
  }

  std::vector<UnitDemand> run(std::span<const TitleDemand> titles) {
    std::size_t groups = 1;
    for (const TitleDemand& title : titles) groups = std::max<std::size_t>(groups, title.groups);
    factors_ = factors_of(shape_, groups);
    given_.assign(held_.size(), false);
    for (const TitleDemand& title : titles) list(title);
    for (std::size_t i = 0; i < held_.size(); ++i) {
      if (!given_[i]) add(held_[i].unit, 0, held_[i].held_on);
    }
    return std::move(units_);
  }

 private:
  void list(const TitleDemand& title) {
    const auto held = std::ranges::equal_range(
        held_, title.title, {}, [](const UnitDemand& unit) { return unit.unit.title; });
    auto left = std::ranges::count_if(
        held, [&](const UnitDemand& unit) { return unit.unit.group < title.groups; });
    for (const Factor& factor : factors_) {
      const double density = title.plays * factor.plays;
      const bool hot = density >= floor_ && density > 0;
      if (!hot && left == 0) break;
      if (factor.group >= title.groups) continue;
      const Unit unit{
          .title = title.title, .group = factor.group, .rung = factor.rung, .replica = 0};
      std::uint64_t held_on = 0;
      if (left > 0) {
        const auto found = std::ranges::lower_bound(held, unit, {}, &UnitDemand::unit);
        if (found != held.end() && found->unit == unit) {
          held_on = found->held_on;
          given_[static_cast<std::size_t>(&*found - held_.data())] = true;
          --left;
        }
      }
      if (hot || held_on != 0) add(unit, density, held_on);
    }
  }

  void add(const Unit& unit, double density, std::uint64_t held_on) {
    MATINEE_CHECK(unit.rung < shape_.rungs.size());
    const std::uint32_t bytes = shape_.rungs[unit.rung].bytes;
    units_.push_back({unit, bytes, static_cast<float>(density * bytes), held_on});
  }

  const UnitShape& shape_;
  double floor_;
  std::span<const UnitDemand> held_;
  std::vector<Factor> factors_;
  std::vector<bool> given_;
  std::vector<UnitDemand> units_;
};

}  // namespace

std::vector<UnitDemand> list_units(std::span<const TitleDemand> titles, const UnitShape& shape,
                                   double floor, std::span<const UnitDemand> held) {
  return Lister(shape, floor, held).run(titles);
}

bool covers(const SitePlan& plan, double floor, double fill_cost) {
  return floor <= plan.prices.space + plan.prices.fill + fill_cost;
}

}  // namespace matinee::delivery
