#include "catalog/libraries.h"

#include <array>

#include "base/check.h"

namespace matinee::catalog {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE libraries (
  path TEXT PRIMARY KEY,
  added_ms BIGINT NOT NULL,
  scanned_ms BIGINT NOT NULL,
  titles BIGINT NOT NULL
);
CREATE TABLE scan_findings (
  root TEXT NOT NULL,
  number BIGINT NOT NULL,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (root, number)
);
CREATE INDEX scan_findings_by_path ON scan_findings (path);
)sql"}};

bool lies_in(std::string_view path, std::string_view folder) {
  if (folder == "/" || path == folder) return true;
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

FindingKind kind_of(std::string_view name) {
  for (const auto kind : {FindingKind::skipped, FindingKind::ambiguous}) {
    if (name == name_of(kind)) return kind;
  }
  return FindingKind::unreadable;
}

}  // namespace

Result<void> Libraries::migrate(store::Database& database) {
  return database.migrate("libraries", kMigrations);
}

Result<void> Libraries::remember(store::SqlRunner& sql, const std::string& path) {
  const auto known = list(sql);
  if (!known) return std::unexpected(known.error());
  for (const auto& library : *known) {
    if (lies_in(path, library.path)) return {};
    if (!lies_in(library.path, path)) continue;
    const auto removed = sql.execute("DELETE FROM libraries WHERE path = ?", {library.path});
    if (!removed) return std::unexpected(removed.error());
  }
  const auto written =
      sql.execute("INSERT INTO libraries VALUES (?, ?, 0, 0)", {path, to_ms(clock_.now())});
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<std::vector<Library>> Libraries::list(store::SqlRunner& sql) {
  const auto rows = sql.query(
      "SELECT path, added_ms, scanned_ms, titles FROM libraries ORDER BY path LIMIT 10000");
  if (!rows) return std::unexpected(rows.error());
  std::vector<Library> libraries;
  for (const auto& row : *rows) {
    libraries.push_back({row.text(0), row.integer(1), row.integer(2), row.integer(3)});
  }
  return libraries;
}

Result<void> Libraries::scanned(store::SqlRunner& sql, const std::string& path, std::int64_t titles,
                                std::span<const Finding> findings) {
  const auto noted = sql.execute("UPDATE libraries SET scanned_ms = ?, titles = ? WHERE path = ?",
                                 {to_ms(clock_.now()), titles, path});
  if (!noted) return std::unexpected(noted.error());
  // What an earlier scan of a part of this folder found is part of this one.
  const std::string end = path == "/" ? std::string("0") : path + "0";
  const auto removed =
      sql.execute("DELETE FROM scan_findings WHERE root = ? OR (root > ? AND root < ?)",
                  {path, path == "/" ? path : path + "/", end});
  if (!removed) return std::unexpected(removed.error());
  std::int64_t number = 0;
  for (const auto& finding : findings) {
    if (finding.kind == FindingKind::skipped) continue;
    const auto written =
        sql.execute("INSERT INTO scan_findings VALUES (?, ?, ?, ?, ?)",
                    {path, number++, finding.path, name_of(finding.kind), finding.reason});
    if (!written) return std::unexpected(written.error());
  }
  return {};
}

Result<std::vector<Finding>> Libraries::findings(store::SqlRunner& sql, std::int64_t limit) {
  MATINEE_CHECK(limit >= 1 && limit <= kFindingsPageMax);
  const auto rows = sql.query(
      "SELECT DISTINCT kind, path, reason FROM scan_findings ORDER BY path, reason LIMIT ?",
      {limit});
  if (!rows) return std::unexpected(rows.error());
  std::vector<Finding> found;
  for (const auto& row : *rows) {
    found.push_back({kind_of(row.text(0)), row.text(1), row.text(2)});
  }
  return found;
}

Result<std::int64_t> Libraries::findings_count(store::SqlRunner& sql, FindingKind kind) {
  const auto row =
      sql.query_one("SELECT COUNT(*) FROM scan_findings WHERE kind = ?", {name_of(kind)});
  if (!row) return std::unexpected(row.error());
  return row->integer(0);
}

}  // namespace matinee::catalog
