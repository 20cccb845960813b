#include "guard/session.h"

#include <array>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kCookieBytes = 43;

constexpr store::Migration kMigrations[] = {{1, R"(
CREATE TABLE sessions (
  cookie_sha256 TEXT PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL);
CREATE INDEX sessions_by_profile ON sessions (profile_id, created_ms, session_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);
)"},
                                            // Nobody had signed in for the sessions of before.
                                            {2, R"(
DROP TABLE sessions;
CREATE TABLE sessions (
  cookie_sha256 TEXT PRIMARY KEY,
  session_id TEXT NOT NULL UNIQUE,
  tenant_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  device TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  expires_ms BIGINT NOT NULL);
CREATE INDEX sessions_by_account ON sessions (account_id, last_seen_ms, session_id);
CREATE INDEX sessions_by_profile ON sessions (profile_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_ms);
)"}};

constexpr std::string_view kSelect =
    "SELECT session_id, tenant_id, account_id, profile_id, device, created_ms, last_seen_ms, "
    "expires_ms FROM sessions ";

std::string hash_of(std::string_view cookie) { return to_hex(sha256(bytes_of(cookie))); }

std::string new_secret(Random& random) {
  std::array<unsigned char, kSecretBytes> secret{};
  random.fill(secret);
  return to_base64url(secret);
}

// At most that many bytes, not ending within a character.
std::string cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    text = text.substr(0, bytes_max + 1);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) {
      text.remove_suffix(1);
    }
    text.remove_suffix(text.empty() ? 0 : 1);
  }
  return std::string(text);
}

Result<Session> session_of(const store::Row& row) {
  const auto id = SessionId::parse(row.text(0));
  const auto tenant = TenantId::parse(row.text(1));
  const auto account = AccountId::parse(row.text(2));
  const auto profile = ProfileId::parse(row.text(3));
  if (!id || !tenant || !account || !profile) {
    return fail(ErrorCode::corrupt, "a row of sessions is damaged");
  }
  return Session{.id = *id,
                 .owner = {*tenant, *account, *profile},
                 .device = row.text(4),
                 .created = from_ms(row.integer(5)),
                 .last_seen = from_ms(row.integer(6)),
                 .expires = from_ms(row.integer(7))};
}

}  // namespace

bool is_session_cookie(std::string_view value) {
  if (value.size() != kCookieBytes) return false;
  const auto bytes = from_base64url(value);
  return bytes && bytes->size() == kSecretBytes;
}

Result<Sessions> Sessions::open(store::Database& database, const Clock& clock, Random& random) {
  if (auto done = database.migrate("sessions", kMigrations); !done) {
    return fail(done.error(), "preparing the sessions");
  }
  return Sessions(database, clock, random);
}

Result<NewSession> Sessions::create(const SessionOwner& owner, std::string_view device) {
  const Instant now = clock_->now();
  NewSession made{.session = {.id = SessionId::generate(*clock_, *random_),
                              .owner = owner,
                              .device = cut(device, kDeviceBytesMax),
                              .created = now,
                              .last_seen = now,
                              .expires = now + kSessionLifetime},
                  .cookie = new_secret(*random_)};
  std::vector<SessionId> evicted;
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    evicted.clear();
    const auto old = sql.query(
        "SELECT session_id FROM sessions WHERE account_id = ? "
        "ORDER BY last_seen_ms DESC, session_id DESC LIMIT 100 OFFSET ?",
        {owner.account_id.to_string(), kSessionsPerAccountMax - 1});
    if (!old) return std::unexpected(old.error());
    for (const store::Row& row : *old) {
      const auto dropped = sql.execute("DELETE FROM sessions WHERE session_id = ?", {row.text(0)});
      if (!dropped) return std::unexpected(dropped.error());
      if (const auto id = SessionId::parse(row.text(0))) evicted.push_back(*id);
    }
    auto added =
        sql.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    {hash_of(made.cookie), made.session.id.to_string(), owner.tenant_id.to_string(),
                     owner.account_id.to_string(), owner.profile_id.to_string(),
                     made.session.device, to_ms(now), to_ms(now), to_ms(made.session.expires)});
    if (!added) return std::unexpected(added.error());
    return {};
  });
  if (!done) return fail(done.error(), "creating a session");
  tell(evicted);
  return made;
}

// The session of a row, if it is good now; notes that it was seen.
Result<Session> Sessions::live(const Result<store::Row>& row) {
  if (!row && row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::unauthorized, "the session is not known");
  }
  if (!row) return fail(row.error(), "resolving a session");
  auto session = session_of(*row);
  if (!session) return session;
  const Instant now = clock_->now();
  if (session->expires <= now) return fail(ErrorCode::unauthorized, "the session has expired");
  if (now - session->last_seen >= kSeenEvery) {
    // A note that is lost harms nobody; the session is good either way.
    (void)database_->execute("UPDATE sessions SET last_seen_ms = ? WHERE session_id = ?",
                             {to_ms(now), session->id.to_string()});
  }
  return session;
}

Result<Session> Sessions::resolve(std::string_view cookie) {
  if (!is_session_cookie(cookie)) return fail(ErrorCode::unauthorized, "no session cookie");
  return live(
      database_->query_one(std::string(kSelect) + "WHERE cookie_sha256 = ?", {hash_of(cookie)}));
}

Result<Session> Sessions::find(SessionId id) {
  return live(
      database_->query_one(std::string(kSelect) + "WHERE session_id = ?", {id.to_string()}));
}

Result<std::vector<Session>> Sessions::list(AccountId account) {
  const auto rows = database_->query(
      std::string(kSelect) +
          "WHERE account_id = ? AND expires_ms > ? ORDER BY last_seen_ms DESC, session_id DESC",
      {account.to_string(), to_ms(clock_->now())});
  if (!rows) return fail(rows.error(), "listing sessions");
  std::vector<Session> sessions;
  for (const store::Row& row : *rows) {
    auto session = session_of(row);
    if (!session) return std::unexpected(session.error());
    sessions.push_back(std::move(*session));
  }
  return sessions;
}

Result<std::map<AccountId, Instant>> Sessions::last_seen() {
  const auto rows =
      database_->query("SELECT account_id, MAX(last_seen_ms) FROM sessions GROUP BY account_id");
  if (!rows) return fail(rows.error(), "looking who was here");
  std::map<AccountId, Instant> seen;
  for (const store::Row& row : *rows) {
    if (const auto id = AccountId::parse(row.text(0))) seen.emplace(*id, from_ms(row.integer(1)));
  }
  return seen;
}

Result<void> Sessions::choose_profile(SessionId id, ProfileId profile) {
  const auto changed = database_->execute("UPDATE sessions SET profile_id = ? WHERE session_id = ?",
                                          {profile.to_string(), id.to_string()});
  if (!changed) return fail(changed.error(), "choosing a profile");
  if (*changed == 0) return fail(ErrorCode::unauthorized, "the session is not known");
  tell({id});
  return {};
}

// A new cookie for the session.
Result<std::string> Sessions::renew(store::SqlRunner& sql, SessionId id) {
  std::string cookie = new_secret(*random_);
  const auto changed = sql.execute("UPDATE sessions SET cookie_sha256 = ? WHERE session_id = ?",
                                   {hash_of(cookie), id.to_string()});
  if (!changed) return fail(changed.error(), "renewing a session");
  if (*changed == 0) return fail(ErrorCode::unauthorized, "the session is not known");
  return cookie;
}

Result<std::string> Sessions::rotate(SessionId id) {
  auto cookie = renew(*database_, id);
  if (cookie) tell({id});
  return cookie;
}

Result<Sessions::Kept> Sessions::keep_only(store::SqlRunner& sql, AccountId account, SessionId id) {
  auto ended = change_where(sql, "DELETE FROM sessions", "account_id = ? AND session_id <> ?",
                            {account.to_string(), id.to_string()});
  if (!ended) return std::unexpected(ended.error());
  auto cookie = renew(sql, id);
  if (!cookie) return std::unexpected(cookie.error());
  ended->push_back(id);
  return Kept{.cookie = std::move(*cookie), .changed = std::move(*ended)};
}

Result<void> Sessions::revoke(SessionId id) {
  return change_where("DELETE FROM sessions", "session_id = ?", {id.to_string()});
}

Result<void> Sessions::revoke_account(AccountId id) {
  return change_where("DELETE FROM sessions", "account_id = ?", {id.to_string()});
}

Result<void> Sessions::leave_profile(ProfileId id) {
  static const std::string kNone = ProfileId{}.to_string();
  return change_where("UPDATE sessions SET profile_id = '" + kNone + "'", "profile_id = ?",
                      {id.to_string()});
}

Result<void> Sessions::change_where(std::string_view what, std::string_view condition,
                                    const store::Parameters& parameters) {
  const auto changed = store::transact<std::vector<SessionId>>(
      *database_,
      [&](store::SqlRunner& sql) { return change_where(sql, what, condition, parameters); });
  if (!changed) return fail(changed.error(), "revoking sessions");
  tell(*changed);
  return {};
}

// The sessions that it changed.
Result<std::vector<SessionId>> Sessions::change_where(store::SqlRunner& sql, std::string_view what,
                                                      std::string_view condition,
                                                      const store::Parameters& parameters) {
  const std::string where = std::string(" WHERE ").append(condition);
  const auto rows = sql.query("SELECT session_id FROM sessions" + where, parameters);
  if (!rows) return std::unexpected(rows.error());
  std::vector<SessionId> changed;
  for (const store::Row& row : *rows) {
    if (const auto id = SessionId::parse(row.text(0))) changed.push_back(*id);
  }
  const auto done = sql.execute(std::string(what) + where, parameters);
  if (!done) return std::unexpected(done.error());
  return changed;
}

void Sessions::tell(const std::vector<SessionId>& ids) const {
  if (hook_ && !ids.empty()) hook_(ids);
}

Result<std::size_t> Sessions::remove_expired() {
  const auto removed = database_->execute(
      "DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions WHERE "
      "expires_ms <= ? LIMIT 1000)",
      {to_ms(clock_->now())});
  if (!removed) return fail(removed.error(), "removing expired sessions");
  return static_cast<std::size_t>(*removed);
}

}  // namespace matinee::guard
