#include "catalog/title_rows.h"

#include <array>
#include <utility>

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
)sql"},
                                 store::Migration{2, R"sql(
ALTER TABLE titles ADD COLUMN parent_id TEXT NOT NULL DEFAULT '';
ALTER TABLE titles ADD COLUMN edition_name TEXT NOT NULL DEFAULT '';
ALTER TABLE titles ADD COLUMN maturity BIGINT;
ALTER TABLE titles ADD COLUMN announced BIGINT NOT NULL DEFAULT 0;
ALTER TABLE titles ADD COLUMN missing_since_ms BIGINT NOT NULL DEFAULT 0;
ALTER TABLE titles ADD COLUMN changed_seq BIGINT NOT NULL DEFAULT 0;
UPDATE titles SET changed_seq = numbered.seq FROM
  (SELECT id AS numbered_id, ROW_NUMBER() OVER (ORDER BY added_ms, id) AS seq FROM titles)
  AS numbered WHERE numbered.numbered_id = titles.id;
CREATE INDEX titles_by_parent ON titles
  (parent_id, added_ms, id, missing_since_ms, maturity, kind);
CREATE INDEX titles_by_change ON titles (changed_seq);
CREATE INDEX titles_by_source ON titles (source_path);
CREATE INDEX titles_by_size ON titles (source_bytes, source_modified_ms);
CREATE TABLE title_facts (
  title_id TEXT PRIMARY KEY,
  original_name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  plot TEXT NOT NULL,
  tagline TEXT NOT NULL,
  certificate TEXT NOT NULL,
  maturity BIGINT,
  genres TEXT NOT NULL,
  countries TEXT NOT NULL,
  directors TEXT NOT NULL,
  writers TEXT NOT NULL,
  cast_members TEXT NOT NULL,
  studios TEXT NOT NULL,
  tags TEXT NOT NULL,
  premiered TEXT NOT NULL,
  imdb_id TEXT NOT NULL,
  tmdb_id TEXT NOT NULL,
  tvdb_id TEXT NOT NULL,
  season_number BIGINT,
  episode_number BIGINT,
  episode_last BIGINT,
  chapters TEXT NOT NULL,
  markers TEXT NOT NULL,
  rating DOUBLE PRECISION
);
)sql"},
                                 store::Migration{3, R"sql(
CREATE TABLE file_facts (
  title_id TEXT PRIMARY KEY,
  original_name TEXT NOT NULL,
  sort_name TEXT NOT NULL,
  plot TEXT NOT NULL,
  tagline TEXT NOT NULL,
  certificate TEXT NOT NULL,
  maturity BIGINT,
  genres TEXT NOT NULL,
  countries TEXT NOT NULL,
  directors TEXT NOT NULL,
  writers TEXT NOT NULL,
  cast_members TEXT NOT NULL,
  studios TEXT NOT NULL,
  tags TEXT NOT NULL,
  premiered TEXT NOT NULL,
  imdb_id TEXT NOT NULL,
  tmdb_id TEXT NOT NULL,
  tvdb_id TEXT NOT NULL,
  season_number BIGINT,
  episode_number BIGINT,
  episode_last BIGINT,
  chapters TEXT NOT NULL,
  markers TEXT NOT NULL,
  rating DOUBLE PRECISION
);
)sql"}};

constexpr std::string_view kColumns =
    "id, kind, name, year, source_path, source_bytes, source_modified_ms, sampled_hash, sidecars, "
    "state, progress, duration_ms, package_id, package_version, published_parts, poster_object, "
    "error, notes, work_total, estimate_cpu_seconds, estimate_bytes, added_ms, parent_id, "
    "edition_name, maturity, announced, missing_since_ms, changed_seq";

TitleState state_of(std::string_view name) {
  for (const auto state : {TitleState::queued, TitleState::encoding, TitleState::ready}) {
    if (name == name_of(state)) return state;
  }
  return TitleState::failed;
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
    sidecar.name.is_default = item.value("default", false);
    sidecars.push_back(std::move(sidecar));
  }
  return sidecars;
}

std::vector<std::string> notes_of(const std::string& text) {
  std::vector<std::string> notes;
  const auto list = parse_json(text);
  if (!list || !list->is_array()) return notes;
  for (const auto& item : *list) {
    if (item.is_string()) notes.push_back(item.get<std::string>());
  }
  return notes;
}

}  // namespace

std::span<const store::Migration> title_migrations() { return kMigrations; }

std::string_view title_columns() { return kColumns; }

std::string select_titles(std::string_view rest) {
  return std::string("SELECT ").append(kColumns).append(" FROM titles ").append(rest);
}

std::string sidecars_text(const std::vector<Sidecar>& sidecars) {
  Json list = Json::array();
  for (const auto& sidecar : sidecars) {
    list.push_back({{"path", sidecar.path},
                    {"language", sidecar.name.language},
                    {"forced", sidecar.name.forced},
                    {"hearing_impaired", sidecar.name.hearing_impaired},
                    {"default", sidecar.name.is_default}});
  }
  return to_text(list);
}

std::string notes_text(const std::vector<std::string>& notes) { return to_text(Json(notes)); }

Result<Title> title_of(const store::Row& row) {
  const auto id = TitleId::parse(row.text(0));
  if (!id) return fail(ErrorCode::corrupt, "reading a title: its id is damaged");
  Title title;
  title.id = *id;
  const auto kind = title_kind_of(row.text(1));
  if (!kind) return fail(ErrorCode::corrupt, "reading a title: there is no kind " + row.text(1));
  title.kind = *kind;
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
  if (!row.text(22).empty()) {
    const auto parent = TitleId::parse(row.text(22));
    if (!parent) return fail(ErrorCode::corrupt, "reading a title: its parent's id is damaged");
    title.parent_id = *parent;
  }
  title.edition_name = row.text(23);
  if (!row.is_null(24)) title.maturity = static_cast<int>(row.integer(24));
  title.announced = row.integer(25) != 0;
  title.missing_since_ms = row.integer(26);
  title.changed_seq = row.integer(27);
  return title;
}

Result<std::vector<Title>> titles_of(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<Title> titles;
  titles.reserve(rows->size());
  for (const auto& row : *rows) {
    auto title = title_of(row);
    if (!title) return std::unexpected(title.error());
    titles.push_back(std::move(*title));
  }
  return titles;
}

}  // namespace matinee::catalog
