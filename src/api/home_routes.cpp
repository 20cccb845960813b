#include "api/home_routes.h"

#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/compressed.h"
#include "api/home_pages.h"
#include "api/route_parts.h"
#include "api/title_json.h"
#include "api/viewer.h"
#include "base/log.h"
#include "catalog/home_plan.h"

namespace matinee::api {
namespace {

using catalog::kHomeRowMax;

// What the profile has begun and not finished; nothing when insight does not answer in time.
Result<Json> continue_watching(const ControlWorld& world, const http::Request& request,
                               const Viewer& viewer) {
  Json row = Json::array();
  const auto deadline =
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
  const auto history = world.insight.history(viewer.facts, deadline);
  if (!history) {
    log::info("home page without history",
              {{"request_id", request.context.request_id}, {"error", history.error().message}});
    return row;
  }
  std::vector<TitleId> begun;
  std::unordered_map<TitleId, std::int64_t> positions_ms;
  for (const auto& watched : *history) {
    if (watched.completed || watched.position_ms <= 0) continue;
    if (positions_ms.emplace(watched.title_id, watched.position_ms).second) {
      begun.push_back(watched.title_id);
    }
  }
  auto titles = world.titles.find_all(world.database, begun, viewer.visibility);
  if (!titles) return std::unexpected(titles.error());
  std::erase_if(*titles, [](const catalog::Title& title) { return !title.playable(); });
  if (titles->size() > kHomeRowMax) titles->resize(kHomeRowMax);
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(*titles));
  if (!cards) return std::unexpected(cards.error());
  for (const auto& card : *cards) {
    Json json = title_json(card);
    json["position_ms"] = positions_ms[card.title.id];
    row.push_back(std::move(json));
  }
  return row;
}

// The shared part comes as text: a page is mostly that.
Result<http::Response> get_home(const ControlWorld& world, HomePages& pages,
                                const http::Request& request, const Viewer& viewer) {
  const auto page = pages.of(viewer.visibility);
  if (!page) return std::unexpected(page.error());
  const auto begun = continue_watching(world, request, viewer);
  if (!begun) return std::unexpected(begun.error());
  std::string body = "{\"billboard\":" + (*page)->billboard + ",\"rows\":[";
  if (!begun->empty()) {
    body +=
        to_text({{"id", "continue-watching"}, {"name", "Continue watching"}, {"titles", *begun}});
    body += ',';
  }
  body += (*page)->rows + "]}";
  auto response = http::Response::json(200, std::move(body));
  response.headers.set("Cache-Control", "private, no-store");
  return compressed(request, std::move(response));
}

http::Route home_route() {
  return repeatable_route(http::Method::get, "/v1/home", "getHome",
                          "Rows of the home page for this profile.", reference("Home"));
}

}  // namespace

void add_home_routes(http::Router& router, const ControlWorld& world,
                     const SharedSnapshots& snapshots) {
  // Shared: a handler may be copied, and all copies use the same pages.
  const auto pages = std::make_shared<HomePages>(world, *snapshots);
  router.add(home_route(), for_viewer(world, [&world, snapshots, pages](http::Request& request,
                                                                        const Viewer& viewer) {
               return get_home(world, *pages, request, viewer);
             }));
}

std::vector<http::Route> home_routes() { return {home_route()}; }

}  // namespace matinee::api
