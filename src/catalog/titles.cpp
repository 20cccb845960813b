#include "catalog/titles.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "base/encoding.h"
#include "base/json.h"

namespace matinee::catalog {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE titles (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  year BIGINT,
  source_path TEXT NOT NULL,
  source_bytes BIGINT NOT NULL,
  source_modified_ms BIGINT NOT NULL,
  sampled_hash TEXT NOT NULL,
  sidecars TEXT NOT NULL,
  state TEXT NOT NULL,
  progress DOUBLE PRECISION NOT NULL,
  duration_ms BIGINT NOT NULL,
  package_id TEXT NOT NULL,
  package_version BIGINT NOT NULL,
  published_parts TEXT NOT NULL,
  poster_object TEXT NOT NULL,
  error TEXT NOT NULL,
  notes TEXT NOT NULL,
  work_total DOUBLE PRECISION NOT NULL,
  estimate_cpu_seconds DOUBLE PRECISION NOT NULL,
  estimate_bytes BIGINT NOT NULL,
  added_ms BIGINT NOT NULL
);
CREATE INDEX titles_by_added ON titles (added_ms, id);
CREATE INDEX titles_by_content ON titles (sampled_hash);
CREATE INDEX titles_by_state ON titles (state);
)sql"}};

constexpr std::string_view kColumns =
    "id, kind, name, year, source_path, source_bytes, source_modified_ms, sampled_hash, sidecars, "
    "state, progress, duration_ms, package_id, package_version, published_parts, poster_object, "
    "error, notes, work_total, estimate_cpu_seconds, estimate_bytes, added_ms";

std::string select_titles(std::string_view rest) {
  return std::string("SELECT ").append(kColumns).append(" FROM titles ").append(rest);
}

TitleState state_of(std::string_view name) {
  for (const auto state : {TitleState::queued, TitleState::encoding, TitleState::ready}) {
    if (name == name_of(state)) return state;
  }
  return TitleState::failed;
}

std::string text_of(const std::vector<Sidecar>& sidecars) {
  Json list = Json::array();
  for (const auto& sidecar : sidecars) {
    list.push_back({{"path", sidecar.path},
                    {"language", sidecar.name.language},
                    {"forced", sidecar.name.forced},
                    {"hearing_impaired", sidecar.name.hearing_impaired}});
  }
  return to_text(list);
}

// What we wrote ourselves; a member that is missing keeps its default.
std::vector<Sidecar> sidecars_of(const std::string& text) {
  std::vector<Sidecar> sidecars;
  const auto list = parse_json(text);
  if (!list || !list->is_array()) return sidecars;
  for (const auto& item : *list) {
    Sidecar sidecar;
    sidecar.path = item.value("path", "");
    sidecar.name.language = item.value("language", "und");
    sidecar.name.forced = item.value("forced", false);
    sidecar.name.hearing_impaired = item.value("hearing_impaired", false);
    sidecars.push_back(std::move(sidecar));
  }
  return sidecars;
}

std::string text_of(const std::vector<std::string>& notes) { return to_text(Json(notes)); }

std::vector<std::string> notes_of(const std::string& text) {
  std::vector<std::string> notes;
  const auto list = parse_json(text);
  if (!list || !list->is_array()) return notes;
  for (const auto& item : *list) {
    if (item.is_string()) notes.push_back(item.get<std::string>());
  }
  return notes;
}

Result<Title> title_of(const store::Row& row) {
  const auto id = TitleId::parse(row.text(0));
  if (!id) return fail(ErrorCode::corrupt, "reading a title: its id is damaged");
  Title title;
  title.id = *id;
  title.kind = row.text(1);
  title.name = row.text(2);
  if (!row.is_null(3)) title.year = static_cast<int>(row.integer(3));
  title.source_path = row.text(4);
  title.fingerprint = {row.integer(5), row.integer(6), row.text(7)};
  title.sidecars = sidecars_of(row.text(8));
  title.state = state_of(row.text(9));
  title.progress = row.number(10);
  title.duration_ms = row.integer(11);
  title.package_id = row.text(12);
  title.package_version = static_cast<int>(row.integer(13));
  title.published_parts = row.text(14);
  title.poster_object = row.text(15);
  title.error = row.text(16);
  title.notes = notes_of(row.text(17));
  title.work_total = row.number(18);
  title.estimate_cpu_seconds = row.number(19);
  title.estimate_bytes = row.integer(20);
  title.added_ms = row.integer(21);
  return title;
}

std::string cursor_after(const Title& title) {
  const std::string text = std::to_string(title.added_ms) + "." + title.id.to_string();
  return to_base64url(bytes_of(text));
}

struct Position {
  std::int64_t added_ms;
  std::string id;
};

Result<Position> position_of(std::string_view cursor) {
  const auto wrong = [] { return fail(ErrorCode::invalid, "the cursor is none of this list"); };
  const auto bytes = from_base64url(cursor);
  if (!bytes || bytes->size() > 64) return wrong();
  const std::string_view text = matinee::text_of(*bytes);
  const auto dot = text.find('.');
  if (dot == std::string_view::npos || dot == 0 || dot > 15) return wrong();
  std::int64_t added_ms = 0;
  for (const char c : text.substr(0, dot)) {
    if (c < '0' || c > '9') return wrong();
    added_ms = added_ms * 10 + (c - '0');
  }
  const auto id = TitleId::parse(text.substr(dot + 1));
  if (!id) return wrong();
  return Position{added_ms, id->to_string()};
}

int year_of(Instant instant) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(instant)};
  return static_cast<int>(date.year());
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
  return database.migrate("catalog", kMigrations);
}

Result<std::optional<Title>> Titles::find_source(store::SqlRunner& sql, const FoundFilm& film) {
  auto rows = sql.query(
      select_titles("WHERE sampled_hash = ? AND source_bytes = ? ORDER BY added_ms, id LIMIT 1000"),
      {film.fingerprint.sampled_hash, film.fingerprint.bytes});
  if (!rows) return std::unexpected(rows.error());
  std::optional<Title> moved;
  for (const auto& row : *rows) {
    auto title = title_of(row);
    if (!title) return std::unexpected(title.error());
    if (title->source_path == film.path) return std::move(*title);
    if (!moved && ::access(title->source_path.c_str(), F_OK) != 0) moved = std::move(*title);
  }
  return moved;
}

Result<AddedTitle> Titles::add(store::SqlRunner& sql, const FoundFilm& film) {
  auto known = find_source(sql, film);
  if (!known) return std::unexpected(known.error());
  if (*known) {
    Title title = std::move(**known);
    title.source_path = film.path;
    title.fingerprint = film.fingerprint;
    title.sidecars = film.sidecars;
    const auto written = sql.execute(
        "UPDATE titles SET source_path = ?, source_modified_ms = ?, sidecars = ? WHERE id = ?",
        {title.source_path, title.fingerprint.modified_ms, text_of(title.sidecars),
         title.id.to_string()});
    if (!written) return std::unexpected(written.error());
    return AddedTitle{std::move(title), false};
  }

  const Instant now = clock_.now();
  const TitleName named = parse_title_name(film.path, year_of(now) + 1);
  Title title;
  title.id = TitleId::generate(clock_, random_);
  title.name = named.name;
  title.year = named.year;
  title.source_path = film.path;
  title.fingerprint = film.fingerprint;
  title.sidecars = film.sidecars;
  title.added_ms = to_ms(now);
  const auto written = sql.execute(
      std::string("INSERT INTO titles (")
          .append(kColumns)
          .append(") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, '', 0, '', '', '', '[]', 0, 0, 0, "
                  "?)"),
      {title.id.to_string(), title.kind, title.name, title.year, title.source_path,
       title.fingerprint.bytes, title.fingerprint.modified_ms, title.fingerprint.sampled_hash,
       text_of(title.sidecars), name_of(title.state), title.added_ms});
  if (!written) return std::unexpected(written.error());
  return AddedTitle{std::move(title), true};
}

Result<Title> Titles::find(store::SqlRunner& sql, const TitleId& id) {
  const auto rows = sql.query(select_titles("WHERE id = ?"), {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::not_found, "there is no title " + id.to_string());
  return title_of(rows->front());
}

Result<TitlePage> Titles::list(store::SqlRunner& sql, std::int64_t limit, std::string_view cursor) {
  MATINEE_CHECK(limit >= 1 && limit <= kTitlesPageMax);
  Result<store::Rows> rows;
  if (cursor.empty()) {
    rows = sql.query(select_titles("ORDER BY added_ms DESC, id DESC LIMIT ?"), {limit + 1});
  } else {
    const auto position = position_of(cursor);
    if (!position) return std::unexpected(position.error());
    rows = sql.query(select_titles("WHERE added_ms < ? OR (added_ms = ? AND id < ?) "
                                   "ORDER BY added_ms DESC, id DESC LIMIT ?"),
                     {position->added_ms, position->added_ms, position->id, limit + 1});
  }
  if (!rows) return std::unexpected(rows.error());
  TitlePage page;
  for (const auto& row : *rows) {
    if (page.titles.size() == static_cast<std::size_t>(limit)) {
      page.next_cursor = cursor_after(page.titles.back());
      break;
    }
    auto title = title_of(row);
    if (!title) return std::unexpected(title.error());
    page.titles.push_back(std::move(*title));
  }
  return page;
}

Result<void> Titles::update(store::SqlRunner& sql, const Title& title) {
  const auto written = sql.execute(
      "UPDATE titles SET kind = ?, name = ?, year = ?, state = ?, progress = ?, duration_ms = ?, "
      "package_id = ?, package_version = ?, published_parts = ?, poster_object = ?, error = ?, "
      "notes = ?, work_total = ?, estimate_cpu_seconds = ?, estimate_bytes = ? WHERE id = ?",
      {title.kind, title.name, title.year, name_of(title.state), title.progress, title.duration_ms,
       title.package_id, title.package_version, title.published_parts, title.poster_object,
       title.error, text_of(title.notes), title.work_total, title.estimate_cpu_seconds,
       title.estimate_bytes, title.id.to_string()});
  if (!written) return std::unexpected(written.error());
  if (*written == 0) {
    return fail(ErrorCode::not_found, "there is no title " + title.id.to_string());
  }
  return {};
}

Result<void> Titles::set_progress(store::SqlRunner& sql, const TitleId& id, double progress) {
  const auto written = sql.execute("UPDATE titles SET progress = ? WHERE id = ?",
                                   {std::clamp(progress, 0.0, 1.0), id.to_string()});
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<std::vector<TitleId>> Titles::unfinished(store::SqlRunner& sql) {
  const auto rows = sql.query(
      "SELECT id FROM titles WHERE state IN ('queued', 'encoding') ORDER BY added_ms, id LIMIT "
      "10000");
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
