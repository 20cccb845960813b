#include "delivery/steer.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/check.h"
#include "delivery/steer_draw.h"

namespace matinee::delivery {
namespace {

// Lots for different purposes must not depend on each other.
constexpr std::uint64_t kOrderSalt = 0x6F72646572;
constexpr std::uint64_t kPairSalt = 0x70616972;

// The sites around a client, nearest first; how many more than the table's by what is measured.
struct Nearby {
  struct Entry {
    NearSite near;
    bool is_measured = false;
  };
  std::array<Entry, kNearSitesMax + kMeasuredMax> sites{};
  std::size_t count = 0;

  void add(const NearSite& near, bool is_measured) {
    if (count < sites.size()) sites.at(count++) = {near, is_measured};
  }
  [[nodiscard]] std::span<const Entry> list() const { return std::span(sites).first(count); }
};

// Fills in `decision` where the client is.
Nearby nearby_of(const EdgeView& view, const ClientFacts& client, Decision& decision) {
  const SiteTable& table = view.sites();
  const auto measured = client.measured.first(std::min(client.measured.size(), kMeasuredMax));
  Nearby nearby;
  for (const MeasuredRtt& each : measured) {
    if (each.site >= table.sites().size() || !(each.rtt_ms >= 0)) continue;
    nearby.add({each.site, each.rtt_ms}, true);
    decision.whereabouts = Whereabouts::measured;
  }
  const std::size_t measured_count = nearby.count;
  const auto add_estimates = [&](std::span<const NearSite> sites) {
    for (const NearSite& each : sites) {
      const bool is_known =
          std::ranges::any_of(nearby.list().first(measured_count),
                              [&](const auto& entry) { return entry.near.site == each.site; });
      if (!is_known) nearby.add(each, false);
    }
  };
  decision.match = table.find(client.address);
  if (decision.match) {
    decision.whereabouts = Whereabouts::prefix;
    add_estimates(table.near(decision.match->site));
  } else if (client.place) {
    decision.whereabouts = Whereabouts::place;
    add_estimates(table.near(*client.place));
  } else if (nearby.count > 0) {
    // What is near the nearest measured site is not far from the client.
    const auto nearest = std::ranges::min_element(nearby.list(), {}, [](const auto& entry) {
                           return entry.near.rtt_ms;
                         })->near;
    for (NearSite each : table.near(nearest.site)) {
      each.rtt_ms += nearest.rtt_ms;
      add_estimates(std::span(&each, 1));
    }
  }
  std::ranges::sort(std::span(nearby.sites).first(nearby.count), [](const auto& a, const auto& b) {
    return std::tie(a.near.rtt_ms, a.near.site) < std::tie(b.near.rtt_ms, b.near.site);
  });
  return nearby;
}

// One decision in the making.
class Ranking {
 public:
  Ranking(const EdgeView& view, const ClientFacts& client, const TitleId& title)
      : view_(view), client_(client), title_(title) {
    candidates_.reserve(kCandidatesMax);
  }

  Decision decide() {
    const Nearby nearby = nearby_of(view_, client_, decision_);
    for (const auto& entry : nearby.list()) {
      add_site(view_.at(entry.near.site), entry.near.rtt_ms, entry.is_measured);
    }
    // Whoever is near nothing, or near nothing that lives, may be sent anywhere.
    if (candidates_.size() < kRankedMax) add_anywhere(nearby);
    if (candidates_.empty()) fail_open();
    decision_.compared = candidates_.size();
    rank();
    return std::move(decision_);
  }

 private:
  static constexpr std::size_t kPassedOverMax = kCandidatesMax;

  [[nodiscard]] bool is_full() const { return candidates_.size() == kCandidatesMax; }

  // Edges of one site, beginning at a drawn one, so that no edge is always the first.
  void add_site(EdgeView::Places places, float rtt_ms, bool is_measured) {
    const std::uint32_t count = places.end - places.begin;
    if (count == 0) return;
    const std::uint32_t first = below(mixed(client_.draw ^ kOrderSalt ^ places.begin), count);
    for (std::uint32_t i = 0; i < count && !is_full(); ++i) {
      add(places.begin + (first + i) % count, rtt_ms, is_measured);
    }
  }

  void add(std::uint32_t place, float rtt_ms, bool is_measured) {
    const EdgeState& edge = view_.edges()[place];
    if (edge.is_draining || edge.health == Health::out) {
      if (decision_.passed_over.size() < kPassedOverMax) {
        decision_.passed_over.push_back(
            {place, edge.is_draining ? PassedOverWhy::draining : PassedOverWhy::out});
      }
      return;
    }
    candidates_.push_back(candidate(place, rtt_ms, is_measured));
  }

  [[nodiscard]] RankedEdge candidate(std::uint32_t place, float rtt_ms, bool is_measured) const {
    const EdgeState& edge = view_.edges()[place];
    RankedEdge made{.edge = place, .rtt_ms = rtt_ms, .is_measured = is_measured};
    made.hold = edge.holds ? edge.holds->of(title_) : Hold::whole;
    made.cost_ms = rtt_ms + (made.hold == Hold::whole  ? 0
                             : made.hold == Hold::some ? kFetchSomeMs
                                                       : kFetchAllMs);
    made.is_suspect = edge.health == Health::suspect;
    const double share = shed_share(edge.load);
    made.is_shed =
        share > 0 && unit_of(mixed(client_.draw ^ std::hash<std::string>{}(edge.id))) < share;
    return made;
  }

  void add_anywhere(const Nearby& nearby) {
    const auto count = static_cast<std::uint32_t>(view_.edges().size());
    if (count == 0) return;
    const std::uint32_t first = below(mixed(client_.draw ^ kOrderSalt), count);
    for (std::uint32_t i = 0; i < count && !is_full(); ++i) {
      const std::uint32_t place = (first + i) % count;
      const SiteIndex site = view_.edges()[place].site;
      const bool was_seen = std::ranges::any_of(
          nearby.list(), [&](const auto& entry) { return entry.near.site == site; });
      if (!was_seen) add(place, kUnknownRttMs, false);
    }
  }

  // Steering that knows of no healthy edge is more likely wrong than right: viewers find out.
  // What is lost comes before what drains, which will surely be gone.
  void fail_open() {
    decision_.is_fail_open = !decision_.passed_over.empty();
    for (const PassedOverWhy why : {PassedOverWhy::out, PassedOverWhy::draining}) {
      for (const PassedOver& each : decision_.passed_over) {
        if (each.why == why && !is_full()) {
          candidates_.push_back(candidate(each.edge, kUnknownRttMs, false));
        }
      }
      if (!candidates_.empty()) break;
    }
    decision_.passed_over.clear();
  }

  static auto group_of(const RankedEdge& each) {
    return std::tuple(each.is_suspect, each.is_shed, each.cost_ms);
  }

  void rank() {
    std::ranges::sort(candidates_, {}, group_of);
    const std::size_t told = std::min(kRankedMax, candidates_.size());
    std::uint64_t draw = client_.draw ^ kPairSalt;
    for (std::size_t i = 0; i < told; ++i) {
      // The better of two drawn ones of equals: unlike the least loaded, it is not the same for
      // everybody who asks before the next report.
      const auto group = group_of(candidates_[i]);
      std::size_t end = i + 1;
      while (end < candidates_.size() && group_of(candidates_[end]) == group) ++end;
      if (const auto equals = static_cast<std::uint32_t>(end - i); equals > 1) {
        draw = mixed(draw);
        const std::size_t one = i + below(draw, equals);
        const std::size_t rest = (one - i + 1 + below(mixed(draw), equals - 1)) % equals;
        const std::size_t two = i + rest;
        std::swap(candidates_[i], candidates_[load_at(two) < load_at(one) ? two : one]);
      }
    }
    decision_.ranked.assign(candidates_.begin(),
                            candidates_.begin() + static_cast<std::ptrdiff_t>(told));
    spread(told);
  }

  [[nodiscard]] double load_at(std::size_t candidate) const {
    return view_.edges()[candidates_[candidate].edge].load;
  }

  // Three edges of one site die with it: the last becomes the best of elsewhere.
  void spread(std::size_t told) {
    if (told < kRankedMax) return;
    const auto site_of = [&](const RankedEdge& each) { return view_.edges()[each.edge].site; };
    const SiteIndex site = site_of(decision_.ranked.front());
    if (!std::ranges::all_of(decision_.ranked,
                             [&](const RankedEdge& each) { return site_of(each) == site; })) {
      return;
    }
    for (std::size_t i = told; i < candidates_.size(); ++i) {
      if (site_of(candidates_[i]) == site) continue;
      decision_.ranked.back() = candidates_[i];
      decision_.is_spread = true;
      return;
    }
  }

  const EdgeView& view_;
  const ClientFacts& client_;
  const TitleId& title_;
  Decision decision_;
  std::vector<RankedEdge> candidates_;
};

}  // namespace

EdgeView::EdgeView(std::shared_ptr<const SiteTable> sites, std::vector<EdgeState> edges)
    : sites_(std::move(sites)), edges_(std::move(edges)) {
  MATINEE_CHECK(sites_ != nullptr);
  if (edges_.size() > kEdgesMax) edges_.resize(kEdgesMax);
  const std::size_t count = sites_->sites().size();
  for (EdgeState& edge : edges_) {
    if (edge.site >= count) edge.site = kNoSite;
  }
  std::ranges::sort(edges_, [](const auto& a, const auto& b) {
    return std::tie(a.site, a.id) < std::tie(b.site, b.id);
  });
  begins_.reserve(count + 2);
  std::uint32_t place = 0;
  for (std::size_t site = 0; site <= count; ++site) {
    begins_.push_back(place);
    while (site < count && place < edges_.size() && edges_[place].site == site) ++place;
  }
  begins_.push_back(static_cast<std::uint32_t>(edges_.size()));
}

EdgeView::Places EdgeView::at(SiteIndex site) const {
  const std::size_t place = std::min<std::size_t>(site, begins_.size() - 2);
  return {begins_[place], begins_[place + 1]};
}

Decision steer(const EdgeView& view, const ClientFacts& client, const TitleId& title) {
  return Ranking(view, client, title).decide();
}

double shed_share(double load) {
  // Written so that a load that is no number is not trusted.
  if (load < kShedFrom) return 0;
  if (!(load < 1)) return kShedMost;
  return (load - kShedFrom) / (1 - kShedFrom) * kShedMost;
}

std::uint64_t draw_of(std::string_view client_address, const TitleId& title) {
  return mixed(std::hash<std::string_view>{}(client_address) ^ mixed(std::hash<TitleId>{}(title)));
}

}  // namespace matinee::delivery
