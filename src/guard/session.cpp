#include "guard/session.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::guard {
namespace {

constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kCookieBytes = 43;
constexpr std::size_t kCookieHeaderBytesMax = 16 * 1024;

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
)"}};

bool is_session_cookie(std::string_view value) {
  if (value.size() != kCookieBytes) return false;
  const auto bytes = from_base64url(value);
  return bytes && bytes->size() == kSecretBytes;
}

std::string hash_of(std::string_view cookie) { return to_hex(sha256(bytes_of(cookie))); }

// RFC 6265: cookie-octet, without the quotes that some values stand in.
bool is_cookie_value(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return c > 0x20 && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

std::string set_cookie(std::string_view value, std::int64_t max_age_s, bool secure) {
  std::string out(kSessionCookie);
  out.append("=").append(value).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  out.append(std::to_string(max_age_s));
  if (secure) out.append("; Secure");
  return out;
}

}  // namespace

Result<Sessions> Sessions::open(store::Database& database, const Clock& clock, Random& random) {
  if (auto done = database.migrate("sessions", kMigrations); !done) {
    return fail(done.error(), "preparing the sessions");
  }
  return Sessions(database, clock, random);
}

Result<NewSession> Sessions::create(const SessionOwner& owner) {
  std::array<unsigned char, kSecretBytes> secret;
  random_->fill(secret);
  const Instant now = clock_->now();
  NewSession made{.session = {.id = SessionId::generate(*clock_, *random_),
                              .owner = owner,
                              .expires = now + kSessionLifetime},
                  .cookie = to_base64url(secret)};
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    auto added =
        sql.execute("INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?)",
                    {hash_of(made.cookie), made.session.id.to_string(), owner.tenant_id.to_string(),
                     owner.account_id.to_string(), owner.profile_id.to_string(), to_ms(now),
                     to_ms(made.session.expires)});
    if (!added) return std::unexpected(added.error());
    auto dropped = sql.execute(
        "DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions WHERE "
        "profile_id = ? ORDER BY created_ms DESC, session_id DESC LIMIT 100 OFFSET ?)",
        {owner.profile_id.to_string(), kSessionsPerProfileMax});
    if (!dropped) return std::unexpected(dropped.error());
    return {};
  });
  if (!done) return fail(done.error(), "creating a session");
  return made;
}

Result<Session> Sessions::resolve(std::string_view cookie) {
  if (!is_session_cookie(cookie)) return fail(ErrorCode::unauthorized, "no session cookie");
  const auto row = database_->query_one(
      "SELECT session_id, tenant_id, account_id, profile_id, expires_ms FROM sessions WHERE "
      "cookie_sha256 = ?",
      {hash_of(cookie)});
  if (!row && row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::unauthorized, "the session is not known");
  }
  if (!row) return fail(row.error(), "resolving a session");
  const auto id = SessionId::parse(row->text(0));
  const auto tenant = TenantId::parse(row->text(1));
  const auto account = AccountId::parse(row->text(2));
  const auto profile = ProfileId::parse(row->text(3));
  if (!id || !tenant || !account || !profile) {
    return fail(ErrorCode::corrupt, "a row of sessions is damaged");
  }
  const Session session{*id, {*tenant, *account, *profile}, from_ms(row->integer(4))};
  if (session.expires <= clock_->now()) {
    return fail(ErrorCode::unauthorized, "the session has expired");
  }
  return session;
}

Result<void> Sessions::revoke(SessionId id) { return revoke_where("session_id", id.to_string()); }

Result<void> Sessions::revoke_profile(ProfileId id) {
  return revoke_where("profile_id", id.to_string());
}

Result<void> Sessions::revoke_where(std::string_view column, const std::string& value) {
  std::vector<SessionId> revoked;
  const std::string where = std::string(" FROM sessions WHERE ").append(column).append(" = ?");
  const auto done = database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
    revoked.clear();
    const auto rows = sql.query("SELECT session_id" + where, {value});
    if (!rows) return std::unexpected(rows.error());
    for (const store::Row& row : *rows) {
      if (const auto id = SessionId::parse(row.text(0))) revoked.push_back(*id);
    }
    const auto removed = sql.execute("DELETE" + where, {value});
    if (!removed) return std::unexpected(removed.error());
    return {};
  });
  if (!done) return fail(done.error(), "revoking sessions");
  if (hook_ && !revoked.empty()) hook_(revoked);
  return {};
}

Result<std::size_t> Sessions::remove_expired() {
  const auto removed = database_->execute(
      "DELETE FROM sessions WHERE session_id IN (SELECT session_id FROM sessions WHERE "
      "expires_ms <= ? LIMIT 1000)",
      {to_ms(clock_->now())});
  if (!removed) return fail(removed.error(), "removing expired sessions");
  return static_cast<std::size_t>(*removed);
}

std::optional<std::string> session_cookie_of(std::string_view cookie_header) {
  if (cookie_header.size() > kCookieHeaderBytesMax) return std::nullopt;
  std::optional<std::string> found;
  while (!cookie_header.empty()) {
    const std::size_t end = std::min(cookie_header.find(';'), cookie_header.size());
    std::string_view pair = cookie_header.substr(0, end);
    cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
    while (pair.starts_with(' ') || pair.starts_with('\t')) pair.remove_prefix(1);
    while (pair.ends_with(' ') || pair.ends_with('\t')) pair.remove_suffix(1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;  // other programs' cookies are not ours to fix
    if (pair.substr(0, equals) != kSessionCookie) continue;
    const std::string_view value = pair.substr(equals + 1);
    if (found || !is_cookie_value(value) || !is_session_cookie(value)) return std::nullopt;
    found = std::string(value);
  }
  return found;
}

std::string session_set_cookie(std::string_view cookie, bool secure) {
  return set_cookie(cookie, kSessionLifetime / std::chrono::seconds(1), secure);
}

std::string session_clear_cookie(bool secure) { return set_cookie("", 0, secure); }

}  // namespace matinee::guard
