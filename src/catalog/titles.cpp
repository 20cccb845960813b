#include "catalog/titles.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "catalog/id_query.h"
#include "catalog/list_cursor.h"
#include "catalog/title_rows.h"

namespace matinee::catalog {
namespace {

constexpr std::int64_t kChildrenMax = 10'000;
constexpr std::int64_t kChangesMax = 10'000;

// The condition that a viewer's reads carry; the parameter goes to the end of `parameters`.
std::string seen_by(const Visibility& visibility, store::Parameters& parameters) {
  if (visibility.shows_all()) return " AND missing_since_ms = 0";
  parameters.emplace_back(*visibility.maturity_max);
  return " AND missing_since_ms = 0 AND titles.maturity <= ?";
}

bool is_seen_by(const Title& title, const Visibility& visibility) {
  return !title.is_missing() && visibility.shows(title.maturity);
}

}  // namespace

std::string_view name_of(TitleState state) {
  switch (state) {
    case TitleState::queued:
      return "queued";
    case TitleState::encoding:
      return "encoding";
    case TitleState::ready:
      return "ready";
    case TitleState::failed:
      return "failed";
  }
  return "failed";
}

Result<void> Titles::migrate(store::Database& database) {
  return database.migrate("catalog", title_migrations());
}

Result<Title> Titles::find(store::SqlRunner& sql, const TitleId& id) {
  const auto rows = sql.query(select_titles("WHERE id = ?"), {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::not_found, "there is no title " + id.to_string());
  return title_of(rows->front());
}

Result<Title> Titles::find(store::SqlRunner& sql, const TitleId& id, const Visibility& visibility) {
  auto title = find(sql, id);
  if (title && !is_seen_by(*title, visibility)) {
    return fail(ErrorCode::not_found, "there is no title " + id.to_string());
  }
  return title;
}

Result<std::vector<Title>> Titles::find_all(store::SqlRunner& sql, std::span<const TitleId> ids) {
  auto found = titles_of(query_ids(sql, select_titles("WHERE id"), ids));
  if (!found) return found;
  std::unordered_map<TitleId, Title*> by_id;
  for (auto& title : *found) by_id.emplace(title.id, &title);
  std::vector<Title> ordered;
  ordered.reserve(found->size());
  for (const auto& id : ids) {
    const auto title = by_id.find(id);
    if (title == by_id.end()) continue;
    ordered.push_back(std::move(*title->second));
    by_id.erase(title);
  }
  return ordered;
}

Result<std::vector<Title>> Titles::find_all(store::SqlRunner& sql, std::span<const TitleId> ids,
                                            const Visibility& visibility) {
  auto found = find_all(sql, ids);
  if (!found) return found;
  std::erase_if(*found, [&](const Title& title) { return !is_seen_by(title, visibility); });
  return found;
}

Result<TitlePage> Titles::list(store::SqlRunner& sql, const TitleQuery& query,
                               const Visibility& visibility) {
  MATINEE_CHECK(query.limit >= 1 && query.limit <= kTitlesPageMax);
  store::Parameters parameters;
  std::string where;
  if (query.kinds.empty()) {
    where = "WHERE parent_id = ''";
  } else {
    for (const auto kind : query.kinds) {
      where += where.empty() ? "WHERE kind IN (?" : ", ?";
      parameters.emplace_back(name_of(kind));
    }
    where += ")";
  }
  where += seen_by(visibility, parameters);
  if (!query.cursor.empty()) {
    const auto position = position_of(query.cursor);
    if (!position) return std::unexpected(position.error());
    where += " AND (added_ms < ? OR (added_ms = ? AND id < ?))";
    for (const auto& value : {store::Value(position->added_ms), store::Value(position->added_ms),
                              store::Value(position->id.to_string())}) {
      parameters.push_back(value);
    }
  }
  parameters.emplace_back(query.limit + 1);
  auto titles = titles_of(
      sql.query(select_titles(where + " ORDER BY added_ms DESC, id DESC LIMIT ?"), parameters));
  if (!titles) return std::unexpected(titles.error());
  TitlePage page{std::move(*titles), {}};
  if (page.titles.size() > static_cast<std::size_t>(query.limit)) {
    page.titles.pop_back();
    const Title& last = page.titles.back();
    page.next_cursor = cursor_after({last.added_ms, last.id});
  }
  return page;
}

Result<std::vector<Title>> Titles::children(store::SqlRunner& sql, const TitleId& id,
                                            const Visibility& visibility) {
  store::Parameters parameters{id.to_string()};
  const std::string seen = seen_by(visibility, parameters);
  parameters.emplace_back(kChildrenMax);
  // Specials (season 0) come last.
  return titles_of(sql.query(
      select_titles("LEFT JOIN (SELECT title_id, season_number, episode_number FROM title_facts) "
                    "AS numbers ON numbers.title_id = titles.id WHERE parent_id = ?" +
                    seen +
                    " ORDER BY COALESCE(NULLIF(season_number, 0), 1000000), "
                    "COALESCE(episode_number, 1000000), name, id LIMIT ?"),
      parameters));
}

Result<std::optional<Title>> Titles::next_episode(store::SqlRunner& sql, const TitleId& id,
                                                  const Visibility& visibility) {
  const auto episode = find(sql, id, visibility);
  if (!episode) return std::unexpected(episode.error());
  if (episode->kind != TitleKind::episode) return std::optional<Title>();
  const auto season = find(sql, episode->parent_id);
  if (!season) return std::unexpected(season.error());
  store::Parameters parameters{season->parent_id.to_string()};
  const std::string seen = seen_by(visibility, parameters);
  parameters.emplace_back(kChildrenMax);
  const auto rows = sql.query(
      "SELECT titles.id, season_number, episode_number FROM titles JOIN title_facts ON "
      "title_facts.title_id = titles.id WHERE kind = 'episode' AND parent_id IN "
      "(SELECT id FROM titles WHERE parent_id = ? AND kind = 'season')" +
          seen + " ORDER BY season_number, episode_number, name, titles.id LIMIT ?",
      parameters);
  if (!rows) return std::unexpected(rows.error());
  const std::string wanted = id.to_string();
  const auto here =
      std::ranges::find_if(*rows, [&](const store::Row& row) { return row.text(0) == wanted; });
  if (here == rows->end() || std::next(here) == rows->end()) return std::optional<Title>();
  const auto& next = *std::next(here);
  const bool leaves_specials = here->integer(1) == 0 && next.integer(1) != 0;
  const auto next_id = TitleId::parse(next.text(0));
  if (leaves_specials || !next_id) return std::optional<Title>();
  auto found = find(sql, *next_id, visibility);
  if (!found) return std::unexpected(found.error());
  return std::optional<Title>(std::move(*found));
}

Result<std::vector<Title>> Titles::changed_since(store::SqlRunner& sql, std::int64_t changed_seq,
                                                 std::int64_t limit) {
  MATINEE_CHECK(limit >= 1 && limit <= kChangesMax);
  return titles_of(sql.query(select_titles("WHERE changed_seq > ? ORDER BY changed_seq LIMIT ?"),
                             {changed_seq, limit}));
}

Result<std::int64_t> Titles::last_change(store::SqlRunner& sql) {
  const auto row = sql.query_one("SELECT COALESCE(MAX(changed_seq), 0) FROM titles");
  if (!row) return std::unexpected(row.error());
  return row->integer(0);
}

Result<void> Titles::update(store::SqlRunner& sql, const Title& title) {
  static const std::string kUpdate =
      std::string(
          "UPDATE titles SET name = ?, year = ?, state = ?, progress = ?, duration_ms = ?, "
          "package_id = ?, package_version = ?, published_parts = ?, poster_object = ?, error = ?, "
          "notes = ?, work_total = ?, estimate_cpu_seconds = ?, estimate_bytes = ?, announced = ?, "
          "missing_since_ms = ?, changed_seq = ")
          .append(kNextChange)
          .append(" WHERE id = ?");
  const auto written = sql.execute(
      kUpdate,
      {title.name, title.year, name_of(title.state), title.progress, title.duration_ms,
       title.package_id, title.package_version, title.published_parts, title.poster_object,
       title.error, notes_text(title.notes), title.work_total, title.estimate_cpu_seconds,
       title.estimate_bytes, title.announced, title.missing_since_ms, title.id.to_string()});
  if (!written) return std::unexpected(written.error());
  if (*written == 0) {
    return fail(ErrorCode::not_found, "there is no title " + title.id.to_string());
  }
  return {};
}

Result<void> Titles::set_progress(store::SqlRunner& sql, const TitleId& id, double progress) {
  static const std::string kUpdate = std::string("UPDATE titles SET progress = ?, changed_seq = ")
                                         .append(kNextChange)
                                         .append(" WHERE id = ?");
  const auto written = sql.execute(kUpdate, {std::clamp(progress, 0.0, 1.0), id.to_string()});
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<FactsById> Titles::facts_of(store::SqlRunner& sql, std::span<const TitleId> ids) {
  return read_facts(sql, FactsRow::title, ids);
}

Result<void> Titles::set_facts(store::SqlRunner& sql, const TitleId& id, const TitleFacts& facts) {
  const auto title = find(sql, id);
  if (!title) return std::unexpected(title.error());
  if (auto written = write_facts(sql, FactsRow::title, id, facts); !written) return written;
  std::optional<int> maturity = facts.maturity;
  if (!maturity && !title->parent_id.is_nil()) {
    const auto parent = find(sql, title->parent_id);
    if (!parent) return std::unexpected(parent.error());
    maturity = parent->maturity;
  }
  return hand_down_maturity(sql, *title, maturity);
}

Result<void> Titles::set_file_facts(store::SqlRunner& sql, const TitleId& id,
                                    const TitleFacts& of_file) {
  auto known = facts_of(sql, std::array{id});
  if (!known) return std::unexpected(known.error());
  if (auto kept = write_facts(sql, FactsRow::file, id, of_file); !kept) return kept;
  TitleFacts facts = (*known)[id];
  fill_facts(facts, of_file);
  if (facts == (*known)[id]) return {};
  return set_facts(sql, id, facts);
}

// Gives a title its maturity, and with it what belongs to it and has none of its own. The kinds
// allow three levels: show, season, episode.
Result<void> Titles::hand_down_maturity(store::SqlRunner& sql, const Title& title,
                                        std::optional<int> maturity) {
  static const std::string kUpdate = std::string("UPDATE titles SET maturity = ?, changed_seq = ")
                                         .append(kNextChange)
                                         .append(" WHERE id = ?");
  const auto written = sql.execute(kUpdate, {maturity, title.id.to_string()});
  if (!written) return std::unexpected(written.error());
  if (title.maturity == maturity) return {};
  const auto heirs = titles_of(
      sql.query(select_titles("WHERE parent_id = ? AND NOT EXISTS (SELECT 1 FROM title_facts WHERE "
                              "title_id = titles.id AND title_facts.maturity IS NOT NULL)"),
                {title.id.to_string()}));
  if (!heirs) return std::unexpected(heirs.error());
  for (const auto& heir : *heirs) {
    if (auto done = hand_down_maturity(sql, heir, maturity); !done) return done;
  }
  return {};
}

Result<std::vector<TitleId>> Titles::unfinished(store::SqlRunner& sql) {
  const auto rows = sql.query(
      "SELECT id FROM titles WHERE state IN ('queued', 'encoding') AND announced = 0 AND "
      "kind NOT IN ('show', 'season') ORDER BY added_ms, id LIMIT 10000");
  if (!rows) return std::unexpected(rows.error());
  std::vector<TitleId> ids;
  for (const auto& row : *rows) {
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading titles: an id is damaged");
    ids.push_back(*id);
  }
  return ids;
}

}  // namespace matinee::catalog
