#pragma once
// guard/session: a signed-in browser: an opaque cookie, of which the server keeps only the hash.

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "guard/session_cookie.h"
#include "store/database.h"

namespace matinee::guard {

inline constexpr std::chrono::milliseconds kSessionLifetime = std::chrono::days(180);

/// Whose session it is. The profile's pseudonym is looked up in `members`, never kept here.
struct SessionOwner {
  TenantId tenant_id;
  AccountId account_id;
  ProfileId profile_id;  // nil until one is chosen
  friend bool operator==(const SessionOwner&, const SessionOwner&) = default;
};

struct Session {
  SessionId id;
  SessionOwner owner;
  std::string device;  // what a person knows it by: "Firefox on Linux"
  Instant created;
  Instant last_seen;  // to kSeenEvery
  Instant expires;
  friend bool operator==(const Session&, const Session&) = default;
};

struct NewSession {
  Session session;
  std::string cookie;  // the secret value, once: 43 characters of base64url
};

/// Sessions in a Database (table `sessions`). At most kSessionsPerAccountMax an account: a further
/// one ends the one seen longest ago. Thread-safe; every call blocks.
/// Errors of all: unavailable when the database is.
class Sessions {
 public:
  static constexpr std::size_t kSessionsPerAccountMax = 200;
  static constexpr std::size_t kDeviceBytesMax = 100;
  static constexpr std::chrono::milliseconds kSeenEvery = std::chrono::minutes(5);

  /// Brings the tables up to date. All arguments must outlive it.
  static Result<Sessions> open(store::Database& database, const Clock& clock, Random& random);

  /// `device` is cut to kDeviceBytesMax.
  Result<NewSession> create(const SessionOwner& owner, std::string_view device = "");
  /// Errors: unauthorized for a cookie that is malformed, unknown, expired or revoked.
  Result<Session> resolve(std::string_view cookie);
  /// Errors: unauthorized for one that is unknown, expired or revoked.
  Result<Session> find(SessionId id);
  /// Of an account, the one seen last first.
  Result<std::vector<Session>> list(AccountId account);
  /// When each account was seen last, of those that have a session.
  Result<std::map<AccountId, Instant>> last_seen();

  /// Chooses a profile; nil: none. Errors: unauthorized when the session is gone.
  Result<void> choose_profile(SessionId id, ProfileId profile);
  /// A new cookie for the session; the old one is nobody's from now on. Errors: unauthorized.
  Result<std::string> rotate(SessionId id);

  /// Keeps one session, with a new cookie, and ends all others of its account: part of the caller's
  /// transaction, so that it holds together with what made it necessary. After the commit, tell()
  /// what it gave. Errors: unauthorized when the session is gone.
  struct Kept {
    std::string cookie;
    std::vector<SessionId> changed;
  };
  Result<Kept> keep_only(store::SqlRunner& sql, AccountId account, SessionId id);
  /// Tells the hook of on_revoked().
  void tell(const std::vector<SessionId>& ids) const;

  /// Ends sessions; fine when there is none.
  Result<void> revoke(SessionId id);
  Result<void> revoke_account(AccountId id);
  /// Sessions in that profile are in none from now on.
  Result<void> leave_profile(ProfileId id);
  /// Drops at most 1000 expired sessions; how many.
  Result<std::size_t> remove_expired();

  /// Called with the ids, on the caller's thread and before the call returns, whenever what an edge
  /// may have kept of a session (for up to 60 s) is not so any more: it was revoked, evicted, got
  /// another cookie or profile. Set before the first call.
  void on_revoked(std::function<void(const std::vector<SessionId>&)> hook) {
    hook_ = std::move(hook);
  }

 private:
  Sessions(store::Database& database, const Clock& clock, Random& random)
      : database_(&database), clock_(&clock), random_(&random) {}
  Result<Session> live(const Result<store::Row>& row);
  Result<void> change_where(std::string_view what, std::string_view condition,
                            const store::Parameters& parameters);
  static Result<std::vector<SessionId>> change_where(store::SqlRunner& sql, std::string_view what,
                                                     std::string_view condition,
                                                     const store::Parameters& parameters);
  Result<std::string> renew(store::SqlRunner& sql, SessionId id);

  store::Database* database_;
  const Clock* clock_;
  Random* random_;
  std::function<void(const std::vector<SessionId>&)> hook_;
};

/// Whether a text could be a session's cookie: 43 characters of strict base64url.
bool is_session_cookie(std::string_view value);

}  // namespace matinee::guard
