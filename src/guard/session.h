#pragma once
// guard/session: who a browser is: an opaque cookie, of which the server keeps only the hash.

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::guard {

inline constexpr std::string_view kSessionCookie = "matinee_session";
inline constexpr std::chrono::milliseconds kSessionLifetime = std::chrono::days(180);

/// Whose session it is. The profile's pseudonym is looked up in `members`, never kept here.
struct SessionOwner {
  TenantId tenant_id;
  AccountId account_id;
  ProfileId profile_id;
  friend bool operator==(const SessionOwner&, const SessionOwner&) = default;
};

struct Session {
  SessionId id;
  SessionOwner owner;
  Instant expires;
  friend bool operator==(const Session&, const Session&) = default;
};

struct NewSession {
  Session session;
  std::string cookie;  // the secret value, once: 43 characters of base64url
};

/// Sessions in a Database (table `sessions`). At most kSessionsPerProfileMax a profile: a further
/// one ends the oldest. Thread-safe; every call blocks.
/// Errors of all: unavailable when the database is.
class Sessions {
 public:
  static constexpr std::size_t kSessionsPerProfileMax = 10'000;

  /// Brings the tables up to date. All arguments must outlive it.
  static Result<Sessions> open(store::Database& database, const Clock& clock, Random& random);

  Result<NewSession> create(const SessionOwner& owner);
  /// Errors: unauthorized for a cookie that is malformed, unknown, expired or revoked.
  Result<Session> resolve(std::string_view cookie);

  /// Ends sessions; fine when there is none.
  Result<void> revoke(SessionId id);
  Result<void> revoke_profile(ProfileId id);
  /// Drops at most 1000 expired sessions; how many.
  Result<std::size_t> remove_expired();

  /// Called after each revocation with the ids, on the caller's thread: pushes it to the edges,
  /// which keep an answer for up to 60 s. Set before the first call.
  void on_revoked(std::function<void(const std::vector<SessionId>&)> hook) {
    hook_ = std::move(hook);
  }

 private:
  Sessions(store::Database& database, const Clock& clock, Random& random)
      : database_(&database), clock_(&clock), random_(&random) {}
  Result<void> revoke_where(std::string_view column, const std::string& value);

  store::Database* database_;
  const Clock* clock_;
  Random* random_;
  std::function<void(const std::vector<SessionId>&)> hook_;
};

/// The session cookie of a Cookie header: exactly one of that name with 43 characters of
/// base64url; nullopt for none, for two (one may have been planted) and for a malformed header.
/// Source: RFC 6265 section 4.2.1.
std::optional<std::string> session_cookie_of(std::string_view cookie_header);

/// The Set-Cookie header that hands out a session; `secure` when the page came over TLS.
std::string session_set_cookie(std::string_view cookie, bool secure);
/// The Set-Cookie header that takes it back.
std::string session_clear_cookie(bool secure);

}  // namespace matinee::guard
