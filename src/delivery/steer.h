#pragma once
// delivery/steer: which edges a viewer is sent to, best first, and why. Pure: production, tests,
// benchmark and simulator run the same code. Asked at the start of a play and at every reload of
// its steering.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "delivery/site_table.h"
#include "delivery/steer_holdings.h"

namespace matinee::delivery {

inline constexpr std::size_t kEdgesMax = 16'384;
inline constexpr std::size_t kRankedMax = 3;       // edges that a viewer is told of
inline constexpr std::size_t kCandidatesMax = 16;  // edges that are compared for one viewer
inline constexpr std::size_t kMeasuredMax = 8;     // round trips that are heeded
/// What it costs to fetch a title from elsewhere first, as if the edge were so much further away.
inline constexpr float kFetchSomeMs = 10;
inline constexpr float kFetchAllMs = 60;
/// Up to here an edge takes all viewers; from here to 1 it sheds ever more of them, at most
/// kShedMost: some always come, so that a wrong figure corrects itself.
inline constexpr double kShedFrom = 0.7;
inline constexpr double kShedMost = 0.95;

enum class Health : std::uint8_t { healthy, suspect, out };

/// An edge as steering sees it at one moment.
struct EdgeState {
  std::string id;  // also the pathway's
  SiteIndex site = kNoSite;
  Health health = Health::healthy;
  bool is_draining = false;
  double load = 0;                          // share of what it can serve; above 1 = overloaded
  std::shared_ptr<const Holdings> holds{};  // none: nobody knows, counted as holding everything
};

/// All edges at one moment, in an order that finds those of a site at once. Immutable, so any
/// number of threads may decide over it. At most kEdgesMax edges; the rest is left out.
class EdgeView {
 public:
  EdgeView(std::shared_ptr<const SiteTable> sites, std::vector<EdgeState> edges);

  [[nodiscard]] const SiteTable& sites() const { return *sites_; }
  /// Sorted by site; those of no site are the last.
  [[nodiscard]] const std::vector<EdgeState>& edges() const { return edges_; }
  /// The edges of a site (kNoSite: those of none), as places in edges().
  struct Places {
    std::uint32_t begin = 0, end = 0;
  };
  [[nodiscard]] Places at(SiteIndex site) const;

 private:
  std::shared_ptr<const SiteTable> sites_;
  std::vector<EdgeState> edges_;
  std::vector<std::uint32_t> begins_;  // per site, then of no site, then the end
};

struct MeasuredRtt {
  SiteIndex site = kNoSite;
  float rtt_ms = 0;
};

/// What is known of who asks.
struct ClientFacts {
  std::string_view address;
  std::optional<GeoPoint> place{};          // from a GeoIP file; used when no prefix holds
  std::span<const MeasuredRtt> measured{};  // overrides distance; the first kMeasuredMax count
  std::uint64_t draw = 0;                   // chance; the same for the same client and title
};

/// How the client's place was found.
enum class Whereabouts : std::uint8_t { prefix, place, measured, unknown };

/// One edge of an answer, with what decided.
struct RankedEdge {
  std::uint32_t edge = 0;  // in EdgeView::edges()
  float rtt_ms = 0;
  float cost_ms = 0;  // rtt and what fetching the title first would cost
  Hold hold = Hold::whole;
  bool is_suspect = false;
  bool is_shed = false;
  bool is_measured = false;
  friend bool operator==(const RankedEdge&, const RankedEdge&) = default;
};

enum class PassedOverWhy : std::uint8_t { draining, out };
struct PassedOver {
  std::uint32_t edge = 0;
  PassedOverWhy why = PassedOverWhy::out;
  friend bool operator==(const PassedOver&, const PassedOver&) = default;
};

/// At most kRankedMax edges, best first; empty only where there are no edges at all.
struct Decision {
  Whereabouts whereabouts = Whereabouts::unknown;
  std::optional<SiteMatch> match;  // of a prefix
  std::vector<RankedEdge> ranked;
  std::vector<PassedOver> passed_over;  // at most kCandidatesMax, the nearest
  std::size_t compared = 0;             // how many edges were candidates
  bool is_fail_open = false;            // nothing is known to be healthy: all are offered
  bool is_spread = false;               // the last was taken from another site on purpose
  friend bool operator==(const Decision&, const Decision&) = default;
};

/// Ranks by, in this order: not suspect; not shed (by weight, drawn for each client); the least
/// cost, which is distance and, where the title is not held, fetching it; then load, by the better
/// of two drawn edges. Draining and lost edges are passed over while there is another; of three
/// edges one is of another site where there is one, for the loss of a whole site.
Decision steer(const EdgeView& view, const ClientFacts& client, const TitleId& title);

/// The chance that an edge of that load is shed, 0 to kShedMost.
double shed_share(double load);

/// The lot of a client and a title.
std::uint64_t draw_of(std::string_view client_address, const TitleId& title);

/// The decision in words: one line for where the client is, one for each edge.
std::vector<std::string> explain(const EdgeView& view, const ClientFacts& client,
                                 const Decision& decision);

}  // namespace matinee::delivery
