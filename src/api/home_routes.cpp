#include "api/home_routes.h"

#include <utility>

#include "api/route_parts.h"
#include "api/title_json.h"
#include "api/viewer.h"
#include "base/log.h"

namespace matinee::api {
namespace {

constexpr std::int64_t kHomeRowMax = 24;

// What the profile has begun and not finished; nothing when insight does not answer in time.
Json continue_watching(const ControlWorld& world, const http::Request& request,
                       const http::SessionFacts& facts) {
  Json row = Json::array();
  const auto deadline =
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
  const auto history = world.insight.history(facts, deadline);
  if (!history) {
    log::info("home page without history",
              {{"request_id", request.context.request_id}, {"error", history.error().message}});
    return row;
  }
  for (const auto& watched : *history) {
    if (watched.completed || watched.position_ms <= 0) continue;
    if (row.size() >= static_cast<std::size_t>(kHomeRowMax)) break;
    const auto title = world.titles.find(world.database, watched.title_id);
    if (!title || !title->playable()) continue;
    Json json = title_json(*title);
    json["position_ms"] = watched.position_ms;
    row.push_back(std::move(json));
  }
  return row;
}

Result<http::Response> get_home(const ControlWorld& world, const http::Request& request,
                                const Viewer& viewer) {
  const auto page = world.titles.list(world.database, kHomeRowMax, "");
  if (!page) return std::unexpected(page.error());
  Json rows = Json::array();
  if (Json begun = continue_watching(world, request, viewer.facts); !begun.empty()) {
    rows.push_back(
        {{"id", "continue-watching"}, {"name", "Continue watching"}, {"titles", std::move(begun)}});
  }
  Json added = Json::array();
  for (const auto& title : page->titles) added.push_back(title_json(title));
  rows.push_back(
      {{"id", "recently-added"}, {"name", "Recently added"}, {"titles", std::move(added)}});
  return private_json({{"rows", std::move(rows)}});
}

http::Route home_route() {
  return repeatable_route(http::Method::get, "/v1/home", "getHome",
                          "Rows of the home page for this profile.", reference("Home"));
}

}  // namespace

void add_home_routes(http::Router& router, const ControlWorld& world) {
  router.add(home_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_home(world, request, viewer);
             }));
}

std::vector<http::Route> home_routes() { return {home_route()}; }

}  // namespace matinee::api
