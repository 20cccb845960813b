// delivery/steer_words: a decision in words, for `matinee steer explain` and the studio.
#include <fmt/format.h>

#include "delivery/steer.h"

namespace matinee::delivery {
namespace {

std::string_view site_name(const EdgeView& view, SiteIndex site) {
  return site < view.sites().sites().size() ? std::string_view(view.sites().sites()[site].name)
                                            : "no site";
}

std::string client_line(const EdgeView& view, const ClientFacts& client, const Decision& decision) {
  switch (decision.whereabouts) {
    case Whereabouts::prefix:
      return fmt::format("{} is near {}: its /{} network stands in the site table", client.address,
                         site_name(view, decision.match->site), decision.match->length);
    case Whereabouts::place:
      return fmt::format("{} is at {:.1f} {:.1f}, as the GeoIP file says", client.address,
                         client.place->latitude, client.place->longitude);
    case Whereabouts::measured:
      return fmt::format("{} is known by measured round trips only", client.address);
    case Whereabouts::unknown:
      break;
  }
  return fmt::format("where {} is nobody knows: all sites count as equally far", client.address);
}

std::string edge_line(const EdgeView& view, const Decision& decision, std::size_t rank) {
  const RankedEdge& ranked = decision.ranked[rank];
  const EdgeState& edge = view.edges()[ranked.edge];
  std::string line =
      fmt::format("{}. {} ({}): {:.0f} ms away{}", rank + 1, edge.id, site_name(view, edge.site),
                  ranked.rtt_ms, ranked.is_measured ? ", measured" : "");
  if (!edge.holds) {
    line += ", fetches what it does not hold";
  } else if (ranked.hold == Hold::whole) {
    line += ", holds the title";
  } else {
    line +=
        fmt::format(", holds {} of the title (+{:.0f} ms)",
                    ranked.hold == Hold::some ? "some" : "nothing", ranked.cost_ms - ranked.rtt_ms);
  }
  line += edge.health == Health::out ? ", lost" : ranked.is_suspect ? ", suspect" : ", healthy";
  if (edge.is_draining) line += ", drains";
  line += fmt::format(", load {:.0f} %", edge.load * 100);
  if (ranked.is_shed) {
    line += fmt::format(", sheds this viewer (as {:.0f} of 100)", shed_share(edge.load) * 100);
  }
  if (decision.is_spread && rank + 1 == decision.ranked.size()) {
    line += "; taken because it is of another site";
  }
  return line;
}

}  // namespace

std::vector<std::string> explain(const EdgeView& view, const ClientFacts& client,
                                 const Decision& decision) {
  std::vector<std::string> lines{client_line(view, client, decision)};
  if (decision.is_fail_open) {
    lines.emplace_back("no edge is known to be healthy: all are offered, as reports may be wrong");
  }
  for (std::size_t rank = 0; rank < decision.ranked.size(); ++rank) {
    lines.push_back(edge_line(view, decision, rank));
  }
  if (decision.ranked.empty()) lines.emplace_back("there is no edge");
  for (const PassedOver& each : decision.passed_over) {
    const EdgeState& edge = view.edges()[each.edge];
    lines.push_back(fmt::format(
        "-  {} ({}): passed over, {}", edge.id, site_name(view, edge.site),
        each.why == PassedOverWhy::draining ? "it drains" : "it has not reported for 5 s"));
  }
  return lines;
}

}  // namespace matinee::delivery
