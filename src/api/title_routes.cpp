#include "api/title_routes.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "api/compressed.h"
#include "api/route_parts.h"
#include "api/title_json.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

constexpr std::int64_t kTitlesDefault = 50;

Result<std::int64_t> limit_of(const http::Request& request) {
  return number_query(request, "limit", 1, catalog::kTitlesPageMax, kTitlesDefault);
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

// A filter of the query as lists in memory want it; nothing for one without letters.
std::optional<std::string> filter_of(const http::Request& request, std::string_view name) {
  const auto text = request.query(name);
  if (!text) return std::nullopt;
  return catalog::filter_text(*text);
}

// Lists by genre, by person or by what somebody typed come from memory.
bool is_filtered(const http::Request& request) {
  return request.query("genre") || request.query("person") || request.query("q");
}

Result<catalog::TitlePage> filtered_titles(const ControlWorld& world,
                                           catalog::LibrarySnapshots& snapshots,
                                           const http::Request& request,
                                           const catalog::Visibility& visibility) {
  const auto query = query_of(request);
  if (!query) return std::unexpected(query.error());
  const auto library = snapshots.current();
  if (!library) return std::unexpected(library.error());
  const auto limit = static_cast<std::size_t>(query->limit);
  std::vector<TitleId> ids;
  std::string next_cursor;
  if (const auto typed = request.query("q")) {
    ids = (*library)->search(*typed, visibility, std::min(limit, catalog::kSearchTitlesMax)).titles;
  } else {
    catalog::ListFilter filter{.genre = filter_of(request, "genre"),
                               .person = filter_of(request, "person")};
    if (!query->kinds.empty()) {
      const auto kind = query->kinds.front();
      if (kind != catalog::TitleKind::film && kind != catalog::TitleKind::show) {
        return fail(ErrorCode::invalid, "lists by genre or person are of films and shows");
      }
      filter.is_show = kind == catalog::TitleKind::show;
    }
    std::optional<catalog::ListPosition> after;
    if (!query->cursor.empty()) {
      const auto position = catalog::position_of(query->cursor);
      if (!position) return std::unexpected(position.error());
      after = *position;
    }
    const auto listed = (*library)->list(filter, after, visibility, limit);
    for (const auto& position : listed) ids.push_back(position.id);
    if (listed.size() == limit) next_cursor = catalog::cursor_after(listed.back());
  }
  auto titles = world.titles.find_all(world.database, ids, visibility);
  if (!titles) return std::unexpected(titles.error());
  return catalog::TitlePage{std::move(*titles), std::move(next_cursor)};
}

Result<catalog::TitlePage> page_of(const ControlWorld& world, catalog::LibrarySnapshots& snapshots,
                                   const http::Request& request,
                                   const catalog::Visibility& visibility) {
  if (is_filtered(request)) return filtered_titles(world, snapshots, request, visibility);
  const auto query = query_of(request);
  if (!query) return std::unexpected(query.error());
  return world.titles.list(world.database, *query, visibility);
}

Result<http::Response> list_titles(const ControlWorld& world, catalog::LibrarySnapshots& snapshots,
                                   const http::Request& request,
                                   const catalog::Visibility& visibility) {
  auto page = page_of(world, snapshots, request, visibility);
  if (!page) return std::unexpected(page.error());
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(page->titles));
  if (!cards) return std::unexpected(cards.error());
  Json json;
  json["titles"] = titles_json(*cards);
  json["next_cursor"] = page->next_cursor.empty() ? Json(nullptr) : Json(page->next_cursor);
  return compressed(request, private_json(json));
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
  return compressed(request,
                    private_json(title_detail_json(*tree, package.get(),
                                                   heights_of(world, tree->editions, deadline))));
}

http::Route titles_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles", "listTitles",
                               "Titles of the library, newest first, page by page.",
                               reference("TitlePage"));
  made.query = {{.name = "limit",
                 .summary = "how many at most",
                 .schema = R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
                {.name = "cursor", .summary = "next_cursor of the page before"},
                {.name = "kind", .summary = "titles of this kind; absent: films and shows"},
                {.name = "genre", .summary = "films and shows of this genre"},
                {.name = "person", .summary = "films and shows this person worked on"},
                {.name = "q", .summary = "as /v1/search: one page, the best first"}};
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

void add_title_routes(http::Router& router, const ControlWorld& world,
                      const SharedSnapshots& snapshots) {
  router.add(titles_route(),
             for_viewer(world, [&world, snapshots](http::Request& request, const Viewer& viewer) {
               return list_titles(world, *snapshots, request, viewer.visibility);
             }));
  router.add(title_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_title(world, request, viewer.visibility);
             }));
}

std::vector<http::Route> title_routes() { return {titles_route(), title_route()}; }

}  // namespace matinee::api
