#include "api/history_routes.h"

#include <charconv>
#include <unordered_set>
#include <utility>
#include <vector>

#include "api/route_parts.h"
#include "events/history.h"

namespace matinee::api {
namespace {

constexpr std::size_t kLimitDefault = 50;
// Pages asked of insight for one answer, when much of what was watched is not to be shown.
constexpr int kRoundsMax = 5;

Result<std::size_t> limit_of(const http::Request& request) {
  const auto text = request.query("limit");
  if (!text || text->empty()) return kLimitDefault;
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > events::kHistoryPageMax) {
    return fail(ErrorCode::invalid,
                "limit must be 1 to " + std::to_string(events::kHistoryPageMax));
  }
  return limit;
}

// Those of them that the viewer may know of.
Result<std::unordered_set<TitleId>> visible_of(const ControlWorld& world,
                                               const std::vector<WatchedTitle>& watched,
                                               const catalog::Visibility& visibility) {
  std::vector<TitleId> ids;
  for (const WatchedTitle& item : watched) ids.push_back(item.title_id);
  const auto titles = world.titles.find_all(world.database, ids, visibility);
  if (!titles) return std::unexpected(titles.error());
  std::unordered_set<TitleId> visible;
  for (const auto& title : *titles) visible.insert(title.id);
  return visible;
}

Json item_json(const WatchedTitle& item) {
  return {{"title_id", item.title_id.to_string()},
          {"position_ms", item.position_ms},
          {"duration_ms", item.duration_ms},
          {"watched_at_ms", item.watched_at_ms},
          {"completed", item.completed}};
}

Result<http::Response> get_history(const ControlWorld& world, const http::Request& request,
                                   const Viewer& viewer) {
  const auto limit = limit_of(request);
  if (!limit) return std::unexpected(limit.error());
  const auto deadline =
      sooner(request.context.deadline, Deadline::in(world.clock, kHistoryPatience));
  std::string cursor = request.query("cursor").value_or("");
  Json items = Json::array();
  for (int round = 0; round < kRoundsMax; ++round) {
    const auto page =
        world.insight.history_page(viewer.facts, *limit - items.size(), cursor, deadline);
    if (!page) return std::unexpected(page.error());
    const auto visible = visible_of(world, page->items, viewer.visibility);
    if (!visible) return std::unexpected(visible.error());
    for (const WatchedTitle& item : page->items) {
      if (visible->contains(item.title_id)) items.push_back(item_json(item));
    }
    cursor = page->next_cursor;
    if (cursor.empty() || items.size() >= *limit) break;
  }
  return private_json({{"items", std::move(items)},
                       {"next_cursor", cursor.empty() ? Json(nullptr) : Json(cursor)}});
}

http::Route history_route() {
  auto made = repeatable_route(http::Method::get, "/v1/history", "getHistory",
                               "Titles that the profile has watched, the last watched first.",
                               reference("HistoryPage"));
  made.problem_statuses = {401, 403};
  made.query = {{.name = "limit",
                 .summary = "Titles a page",
                 .schema = R"({"type":"integer","minimum":1,"maximum":100,"default":50})"},
                {.name = "cursor", .summary = "next_cursor of the page before"}};
  return made;
}

}  // namespace

void add_history_routes(http::Router& router, const ControlWorld& world) {
  router.add(history_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_history(world, request, viewer);
             }));
}

std::vector<http::Route> history_routes() { return {history_route()}; }

}  // namespace matinee::api
