#include "catalog/source_digests.h"

#include <array>

#include "base/check.h"

namespace matinee::catalog {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE source_digests (
  title_id TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  modified_ms BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  read_ms BIGINT NOT NULL
);
)sql"}};

constexpr std::string_view kDue =
    "FROM titles LEFT JOIN source_digests ON source_digests.title_id = titles.id "
    "WHERE announced = 0 AND missing_since_ms = 0 AND kind NOT IN ('show', 'season') "
    "AND (sha256 IS NULL OR bytes <> source_bytes OR modified_ms <> source_modified_ms)";

std::string text_of(const TitleId& id) { return id.is_nil() ? std::string() : id.to_string(); }

}  // namespace

Result<void> SourceDigests::migrate(store::Database& database) {
  return database.migrate("source_digests", kMigrations);
}

Result<std::optional<SourceDigest>> SourceDigests::next_due(store::SqlRunner& sql,
                                                            const TitleId& after) {
  static const std::string kQuery =
      std::string("SELECT id, source_path, source_bytes, source_modified_ms ")
          .append(kDue)
          .append(" AND id > ? ORDER BY id LIMIT 1");
  const auto rows = sql.query(kQuery, {text_of(after)});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return std::optional<SourceDigest>();
  const auto& row = rows->front();
  const auto id = TitleId::parse(row.text(0));
  if (!id) return fail(ErrorCode::corrupt, "reading titles: an id is damaged");
  return SourceDigest{*id, row.text(1), row.integer(2), row.integer(3), {}, 0};
}

Result<void> SourceDigests::record(store::SqlRunner& sql, const SourceDigest& digest,
                                   std::string_view sampled_hash) {
  const auto written = sql.execute(
      "INSERT INTO source_digests VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (title_id) DO UPDATE SET "
      "path = excluded.path, bytes = excluded.bytes, modified_ms = excluded.modified_ms, "
      "sha256 = excluded.sha256, read_ms = excluded.read_ms",
      {digest.title_id.to_string(), digest.path, digest.bytes, digest.modified_ms, digest.sha256,
       to_ms(clock_.now())});
  if (!written) return std::unexpected(written.error());
  // No page shows it, so the library's version stays as it is.
  const auto sampled =
      sql.execute("UPDATE titles SET sampled_hash = ? WHERE id = ? AND sampled_hash = ''",
                  {sampled_hash, digest.title_id.to_string()});
  if (!sampled) return std::unexpected(sampled.error());
  return {};
}

Result<std::vector<SourceDigest>> SourceDigests::list(store::SqlRunner& sql, const TitleId& after,
                                                      std::int64_t limit) {
  MATINEE_CHECK(limit >= 1 && limit <= kDigestsPageMax);
  const auto rows = sql.query(
      "SELECT title_id, source_path, bytes, modified_ms, sha256, read_ms FROM source_digests "
      "JOIN titles ON titles.id = title_id WHERE title_id > ? ORDER BY title_id LIMIT ?",
      {text_of(after), limit});
  if (!rows) return std::unexpected(rows.error());
  std::vector<SourceDigest> digests;
  for (const auto& row : *rows) {
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading digests: an id is damaged");
    digests.push_back(
        {*id, row.text(1), row.integer(2), row.integer(3), row.text(4), row.integer(5)});
  }
  return digests;
}

Result<std::int64_t> SourceDigests::due_count(store::SqlRunner& sql) {
  const auto row = sql.query_one(std::string("SELECT COUNT(*) ").append(kDue));
  if (!row) return std::unexpected(row.error());
  return row->integer(0);
}

}  // namespace matinee::catalog
