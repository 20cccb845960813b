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

Result<catalog::TitleQuery> query_of(const http::Request& request) {
  catalog::TitleQuery query;
  const auto limit = limit_of(request);
  if (!limit) return std::unexpected(limit.error());
  query.limit = *limit;
  query.cursor = request.query("cursor").value_or("");
  if (const auto name = request.query("kind")) {
    const auto kind = catalog::title_kind_of(*name);
    if (!kind) return fail(ErrorCode::invalid, "there is no such kind of titles");
    query.kinds = {*kind};
  }
  return query;
}

Result<http::Response> list_titles(const ControlWorld& world, const http::Request& request,
                                   const catalog::Visibility& visibility) {
  const auto query = query_of(request);
  if (!query) return std::unexpected(query.error());
  auto page = world.titles.list(world.database, *query, visibility);
  if (!page) return std::unexpected(page.error());
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(page->titles));
  if (!cards) return std::unexpected(cards.error());
  Json json;
  json["titles"] = titles_json(*cards);
  json["next_cursor"] = page->next_cursor.empty() ? Json(nullptr) : Json(page->next_cursor);
  return private_json(json);
}

HeightsById heights_of(const ControlWorld& world, const std::vector<catalog::TitleCard>& editions,
                       Deadline deadline) {
  HeightsById heights;
  for (const auto& edition : editions) {
    if (!edition.title.playable()) continue;
    const auto package = world.packages.get(edition.title.package_id, deadline);
    if (!package) break;  // the origin is away
    heights[edition.title.id] = height_of(**package);
  }
  return heights;
}

Result<http::Response> get_title(const ControlWorld& world, const http::Request& request,
                                 const catalog::Visibility& visibility) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto tree = catalog::tree_of(world.database, world.titles, *id, visibility);
  if (!tree) return std::unexpected(tree.error());
  // A title page without its languages is better than none while the origin is away.
  const auto deadline =
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
  PackageCache::Shared package;
  if (tree->card.title.playable()) {
    if (auto read = world.packages.get(tree->card.title.package_id, deadline)) {
      package = std::move(*read);
    }
  }
  return private_json(
      title_detail_json(*tree, package.get(), heights_of(world, tree->editions, deadline)));
}

http::Route titles_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles", "listTitles",
                               "Titles of the library, newest first, page by page.",
                               reference("TitlePage"));
  made.query = {{.name = "limit",
                 .summary = "how many at most",
                 .schema = R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
                {.name = "cursor", .summary = "next_cursor of the page before"},
                {.name = "kind", .summary = "titles of this kind; absent: films and shows"}};
  return made;
}

http::Route title_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles/{id}", "getTitle",
                               "One title with its languages and what belongs to it.",
                               reference("TitleDetail"));
  made.problem_statuses = {404};
  return made;
}

}  // namespace

void add_title_routes(http::Router& router, const ControlWorld& world) {
  router.add(titles_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return list_titles(world, request, viewer.visibility);
             }));
  router.add(title_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_title(world, request, viewer.visibility);
             }));
}

std::vector<http::Route> title_routes() { return {titles_route(), title_route()}; }

}  // namespace matinee::api
