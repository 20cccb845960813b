#include "api/play_starts.h"

#include <array>

namespace matinee::api {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE play_starts (
  profile_id TEXT NOT NULL,
  idempotency_key TEXT NOT NULL,
  play_id TEXT NOT NULL,
  title_id TEXT NOT NULL,
  package_id TEXT NOT NULL,
  duration_ms BIGINT NOT NULL,
  resume_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL,
  started_ms BIGINT NOT NULL,
  PRIMARY KEY (profile_id, idempotency_key)
);
CREATE INDEX play_starts_by_start ON play_starts (started_ms);
)sql"}};

Result<PlayStart> start_of(const store::Row& row) {
  const auto play_id = PlayId::parse(row.text(0));
  const auto title_id = TitleId::parse(row.text(1));
  if (!play_id || !title_id) return fail(ErrorCode::corrupt, "reading a play: an id is damaged");
  return PlayStart{*play_id,       *title_id,      row.text(2),
                   row.integer(3), row.integer(4), row.integer(5)};
}

}  // namespace

Result<void> PlayStarts::migrate() { return database_.migrate("play_starts", kMigrations); }

Result<PlayStart> PlayStarts::remember(const ProfileId& profile, std::string_view key,
                                       const PlayStart& start) {
  if (key.empty() || key.size() > kKeyBytesMax) {
    return fail(ErrorCode::invalid, "the Idempotency-Key must have 1 to 128 characters");
  }
  const std::int64_t now_ms = to_ms(clock_.now());
  const std::int64_t oldest_ms =
      now_ms - std::chrono::duration_cast<std::chrono::milliseconds>(kKept).count();
  return store::transact<PlayStart>(database_, [&](store::SqlRunner& sql) -> Result<PlayStart> {
    // What is too old goes a little with each new one, so the table never grows for ever.
    const auto removed = sql.execute(
        "DELETE FROM play_starts WHERE (profile_id, idempotency_key) IN (SELECT profile_id, "
        "idempotency_key FROM play_starts WHERE started_ms <= ? ORDER BY started_ms LIMIT 100)",
        {oldest_ms});
    if (!removed) return std::unexpected(removed.error());
    const auto rows = sql.query(
        "SELECT play_id, title_id, package_id, duration_ms, resume_ms, expires_ms FROM "
        "play_starts WHERE profile_id = ? AND idempotency_key = ? AND started_ms > ?",
        {profile.to_string(), key, oldest_ms});
    if (!rows) return std::unexpected(rows.error());
    if (!rows->empty()) {
      auto known = start_of(rows->front());
      if (known && known->title_id != start.title_id) {
        return fail(ErrorCode::conflict, "this Idempotency-Key started another title");
      }
      return known;
    }
    const auto replaced =
        sql.execute("DELETE FROM play_starts WHERE profile_id = ? AND idempotency_key = ?",
                    {profile.to_string(), key});
    if (!replaced) return std::unexpected(replaced.error());
    const auto written = sql.execute(
        "INSERT INTO play_starts (profile_id, idempotency_key, play_id, title_id, package_id, "
        "duration_ms, resume_ms, expires_ms, started_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {profile.to_string(), key, start.play_id.to_string(), start.title_id.to_string(),
         start.package_id, start.duration_ms, start.resume_ms, start.expires_ms, now_ms});
    if (!written) return std::unexpected(written.error());
    return start;
  });
}

}  // namespace matinee::api
