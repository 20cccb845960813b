#include "api/title_routes.h"

#include <charconv>
#include <utility>

#include "api/route_parts.h"
#include "api/title_json.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

constexpr std::int64_t kTitlesDefault = 50;

Result<std::int64_t> limit_of(const http::Request& request) {
  const auto text = request.query("limit");
  if (!text) return kTitlesDefault;
  std::int64_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > catalog::kTitlesPageMax) {
    return fail(ErrorCode::invalid, "limit must be a number from 1 to 200");
  }
  return limit;
}

Result<http::Response> list_titles(const ControlWorld& world, const http::Request& request) {
  const auto limit = limit_of(request);
  if (!limit) return std::unexpected(limit.error());
  const auto page = world.titles.list(world.database, *limit, request.query("cursor").value_or(""));
  if (!page) return std::unexpected(page.error());
  Json json;
  json["titles"] = Json::array();
  for (const auto& title : page->titles) json["titles"].push_back(title_json(title));
  json["next_cursor"] = page->next_cursor.empty() ? Json(nullptr) : Json(page->next_cursor);
  return private_json(json);
}

Result<http::Response> get_title(const ControlWorld& world, const http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto title = world.titles.find(world.database, *id);
  if (!title) return std::unexpected(title.error());
  PackageCache::Shared package;
  if (title->playable()) {
    // A title page without its languages is better than none while the origin is away.
    const auto deadline =
        sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
    if (auto read = world.packages.get(title->package_id, deadline)) package = std::move(*read);
  }
  return private_json(title_detail_json(*title, package.get()));
}

http::Route titles_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles", "listTitles",
                               "Titles of the library, newest first, page by page.",
                               reference("TitlePage"));
  made.query = {{.name = "limit",
                 .summary = "how many at most",
                 .schema = R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
                {.name = "cursor", .summary = "next_cursor of the page before"}};
  return made;
}

http::Route title_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles/{id}", "getTitle",
                               "One title with its languages.", reference("TitleDetail"));
  made.problem_statuses = {404};
  return made;
}

}  // namespace

void add_title_routes(http::Router& router, const ControlWorld& world) {
  router.add(titles_route(), for_viewer(world, [&world](http::Request& request, const auto&) {
               return list_titles(world, request);
             }));
  router.add(title_route(), for_viewer(world, [&world](http::Request& request, const auto&) {
               return get_title(world, request);
             }));
}

std::vector<http::Route> title_routes() { return {titles_route(), title_route()}; }

}  // namespace matinee::api
