#include "api/search_routes.h"

#include <utility>
#include <vector>

#include "api/compressed.h"
#include "api/route_parts.h"
#include "api/title_json.h"
#include "api/viewer.h"
#include "catalog/title_cards.h"

namespace matinee::api {
namespace {

constexpr std::int64_t kSearchTitlesDefault = 20;
constexpr std::size_t kTypedBytesMax = 1'000;

Json names_json(const std::vector<catalog::NameHit>& hits) {
  Json list = Json::array();
  for (const auto& hit : hits) list.push_back({{"name", hit.name}, {"titles", hit.titles}});
  return list;
}

Result<http::Response> get_search(const ControlWorld& world, catalog::LibrarySnapshots& snapshots,
                                  const http::Request& request, const Viewer& viewer) {
  const auto typed = request.query("q").value_or("");
  if (typed.size() > kTypedBytesMax) {
    return fail(ErrorCode::invalid, "q must not be longer than 1,000 bytes");
  }
  const auto limit =
      number_query(request, "limit", 1, catalog::kSearchTitlesMax, kSearchTitlesDefault);
  if (!limit) return std::unexpected(limit.error());
  const auto library = snapshots.current();
  if (!library) return std::unexpected(library.error());
  const auto answer =
      (*library)->search(typed, viewer.visibility, static_cast<std::size_t>(*limit));
  auto titles = world.titles.find_all(world.database, answer.titles, viewer.visibility);
  if (!titles) return std::unexpected(titles.error());
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(*titles));
  if (!cards) return std::unexpected(cards.error());
  return compressed(request, private_json({{"titles", titles_json(*cards)},
                                           {"people", names_json(answer.people)},
                                           {"genres", names_json(answer.genres)}}));
}

http::Route search_route() {
  auto made = repeatable_route(
      http::Method::get, "/v1/search", "search",
      "Titles, people and genres that fit what was typed so far, the best first; case, accents "
      "and, in longer words, one mistyped letter do not matter.",
      reference("SearchAnswer"));
  made.query = {{.name = "q", .summary = "what was typed; the first 200 bytes and 8 words count"},
                {.name = "limit",
                 .summary = "how many titles at most",
                 .schema = R"({"type":"integer","minimum":1,"maximum":50,"default":20})"}};
  return made;
}

}  // namespace

void add_search_routes(http::Router& router, const ControlWorld& world,
                       const SharedSnapshots& snapshots) {
  router.add(search_route(),
             for_viewer(world, [&world, snapshots](http::Request& request, const Viewer& viewer) {
               return get_search(world, *snapshots, request, viewer);
             }));
}

std::vector<http::Route> search_routes() { return {search_route()}; }

}  // namespace matinee::api
