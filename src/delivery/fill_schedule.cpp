#include "delivery/fill_schedule.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/check.h"

namespace matinee::delivery {
namespace {

constexpr double kBitsPerByte = 8;
constexpr std::size_t kTiersMax = 8;  // of sites and their parents

// Where a site gets a unit from its own edges: who has it and from when on.
struct Source {
  std::uint32_t edge = 0;
  Instant ready;
  std::uint32_t transfer = UINT32_MAX;
};

class Scheduler {
 public:
  Scheduler(std::span<const FillEdge> edges, std::span<const FillSite> sites, Instant now,
            Instant until)
      : edges_(edges), sites_(sites), now_(now), until_(until), free_(edges.size(), now) {}

  FillSchedule run(std::span<const FillWant> wants, std::span<const FillHolding> holdings) {
    for (const FillHolding& holding : holdings) {
      MATINEE_CHECK(holding.edge < edges_.size());
      held_[{bare(holding.unit), holding.edge}] = true;
      sources_.try_emplace({bare(holding.unit), edges_[holding.edge].site},
                           Source{holding.edge, now_, UINT32_MAX});
    }
    for (const std::uint32_t place : order(wants)) give_time(wants[place]);
    return std::move(schedule_);
  }

 private:
  static Unit bare(Unit unit) {
    unit.replica = 0;
    return unit;
  }

  // Parents before their children among equals, so that the tree exists when the child looks.
  [[nodiscard]] std::size_t tier(std::uint32_t edge) const {
    std::size_t tier = 0;
    std::uint32_t site = edges_[edge].site;
    while (sites_[site].parent != kNoSite) {
      site = sites_[site].parent;
      MATINEE_CHECK(++tier < kTiersMax);  // a cycle
    }
    return tier;
  }

  [[nodiscard]] std::vector<std::uint32_t> order(std::span<const FillWant> wants) const {
    std::vector<std::uint32_t> places(wants.size());
    std::iota(places.begin(), places.end(), 0U);
    std::vector<std::size_t> tiers;
    for (const FillWant& want : wants) {
      MATINEE_CHECK(want.edge < edges_.size());
      tiers.push_back(tier(want.edge));
    }
    std::ranges::sort(places, [&](std::uint32_t a, std::uint32_t b) {
      const Instant due_a = wants[a].deadline.value_or(Instant::max());
      const Instant due_b = wants[b].deadline.value_or(Instant::max());
      if (due_a != due_b) return due_a < due_b;
      if (tiers[a] != tiers[b]) return tiers[a] < tiers[b];
      if (wants[a].density != wants[b].density) return wants[a].density > wants[b].density;
      return a < b;
    });
    return places;
  }

  void give_time(const FillWant& want) {
    const Unit unit = bare(want.unit);
    if (held_.contains({unit, want.edge})) return;
    const FillEdge& edge = edges_[want.edge];
    Transfer transfer{.unit = want.unit,
                      .to = want.edge,
                      .from = kOrigin,
                      .bytes = want.bytes,
                      .start = now_,
                      .end = now_,
                      .reason = FillReason::quiet_hour,
                      .after = UINT32_MAX};
    Instant ready = std::max(now_, free_[want.edge]);
    if (const Source* source = find_source(unit, edge.site)) {
      transfer.from = source->edge;
      transfer.after = source->transfer;
      ready = std::max(ready, source->ready);
    }
    if (edge.fill_bps == 0 || !fit(transfer, edge, ready, want.deadline)) {
      schedule_.left.push_back(want);
      return;
    }
    free_[want.edge] = transfer.end;
    held_[{unit, want.edge}] = true;
    const auto number = static_cast<std::uint32_t>(schedule_.transfers.size());
    sources_.try_emplace({unit, edge.site}, Source{want.edge, transfer.end, number});
    schedule_.transfers.push_back(transfer);
  }

  const Source* find_source(const Unit& unit, std::uint32_t site) const {
    for (; site != kNoSite; site = sites_[site].parent) {
      if (const auto found = sources_.find({unit, site}); found != sources_.end()) {
        return &found->second;
      }
    }
    return nullptr;
  }

  // Start and end; false when it would not end before the horizon does.
  bool fit(Transfer& transfer, const FillEdge& edge, Instant ready,
           std::optional<Instant> deadline) const {
    const double seconds = transfer.bytes * kBitsPerByte / static_cast<double>(edge.fill_bps);
    const auto takes =
        std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
    const FillWindow& window = sites_[edge.site].window;
    transfer.start = ready;
    transfer.end = ready + takes;
    const Instant quiet_end = in_window(window, transfer, ready, takes);
    if (deadline && quiet_end > *deadline) {
      transfer.start = ready;
      transfer.end = ready + takes;
      transfer.reason = transfer.end > *deadline ? FillReason::late : FillReason::deadline;
    }
    return transfer.end <= until_;
  }

  // A transfer that the window's end would cut waits for the next opening, if it could fit in one.
  Instant in_window(const FillWindow& window, Transfer& transfer, Instant ready,
                    std::chrono::milliseconds takes) const {
    if (window.hours == 0 || takes > std::chrono::hours(window.hours)) {
      transfer.end = Instant::max();
      return Instant::max();
    }
    Instant start = window.opens(ready);
    if (window.closes(start) - takes < start) start = window.opens(window.closes(start));
    transfer.start = start;
    transfer.end = start + takes;
    return transfer.end;
  }

  std::span<const FillEdge> edges_;
  std::span<const FillSite> sites_;
  Instant now_;
  Instant until_;
  std::vector<Instant> free_;                            // by edge: when it can take the next unit
  std::map<std::pair<Unit, std::uint32_t>, bool> held_;  // by edge, also what is on its way
  std::map<std::pair<Unit, std::uint32_t>, Source> sources_;  // by site
  FillSchedule schedule_;
};

}  // namespace

FillSchedule schedule_fill(std::span<const FillWant> wants, std::span<const FillHolding> holdings,
                           std::span<const FillEdge> edges, std::span<const FillSite> sites,
                           Instant now, Instant until) {
  return Scheduler(edges, sites, now, until).run(wants, holdings);
}

}  // namespace matinee::delivery
