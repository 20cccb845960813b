#include "store/database.h"

#include <algorithm>

#include "base/check.h"
#include "store/sqlite_database.h"
#include "store/store_url.h"

namespace matinee::store {

Result<Row> SqlRunner::query_one(std::string_view sql, const Parameters& parameters) {
  auto rows = query(sql, parameters);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return fail(ErrorCode::not_found, "no row for: " + std::string(sql));
  if (rows->size() > 1) {
    return fail(ErrorCode::invalid, "more than one row for: " + std::string(sql));
  }
  return std::move(rows->front());
}

Result<void> Database::migrate(std::string_view component, std::span<const Migration> migrations) {
  auto created = execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (component TEXT NOT NULL, version BIGINT NOT "
      "NULL, applied_ms BIGINT NOT NULL, PRIMARY KEY (component, version))");
  if (!created) return std::unexpected(created.error());
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  auto there = query_one(
      "SELECT COALESCE(MAX(version), 0) FROM schema_migrations WHERE component = ?", {component});
  if (!there) return std::unexpected(there.error());
  if (there->integer(0) > newest) {
    return fail(ErrorCode::conflict,
                "the database's schema of " + std::string(component) + " has version " +
                    std::to_string(there->integer(0)) +
                    ", written by a newer Matinee; this one knows versions up to " +
                    std::to_string(newest));
  }
  int expected = 1;
  for (const auto& migration : migrations) {
    MATINEE_CHECK(migration.version == expected++);  // the list is code, not input
    if (migration.version <= there->integer(0)) continue;
    auto done = transaction([&](SqlRunner& sql) -> Result<void> {
      if (auto ran = run_script(sql, migration.sql); !ran) return ran;
      auto noted = sql.execute("INSERT INTO schema_migrations VALUES (?, ?, ?)",
                               {component, migration.version, to_ms(now())});
      if (!noted) return std::unexpected(noted.error());
      return {};
    });
    if (!done) {
      return fail(done.error(), "migrating " + std::string(component) + " to version " +
                                    std::to_string(migration.version));
    }
  }
  return {};
}

Result<std::unique_ptr<Database>> open_database(std::string_view url,
                                                const Environment& environment) {
  auto parsed = StoreUrl::parse(url);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->scheme == "sqlite" && parsed->authority.empty() && parsed->path.has_filename()) {
    return open_sqlite_database(parsed->path, environment);
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(url) + "\" is no database; use sqlite:///folder/file.db");
}

}  // namespace matinee::store
