#pragma once
// members/sign_in: how a browser becomes somebody's: claim, invitation, password, profile, PIN;
// and how that ends. What `api` calls; no HTTP here.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/cipher.h"
#include "guard/one_time_link.h"
#include "guard/password.h"
#include "guard/session.h"
#include "guard/throttle.h"
#include "members/accounts.h"
#include "members/members.h"

namespace matinee::members {

/// What is known of the browser that asks.
struct Browser {
  std::string client_address;  // RequestContext::client_address
  std::string device;          // what a person would call it
  std::string mark;            // its device cookie, or ""
};

/// A browser that is somebody's now.
struct SignedIn {
  guard::Session session;
  std::string cookie;  // hand it out
  std::string mark;    // hand it out; "" when the account has no password
  Account account;
};

/// What came of a guess: `done`, or how long to wait before the next is looked at.
template <typename T>
struct Guessed {
  std::optional<T> done{};
  std::chrono::milliseconds wait{0};
};

/// A session whose profile was chosen.
struct Chosen {
  Profile profile;
  std::optional<std::string> cookie{};  // a new one to hand out, when the session may do more now
};

/// The parts, all of which outlive SignIn.
struct SignInParts {
  store::Database& database;
  guard::Sessions& sessions;
  guard::OneTimeLinks& links;
  guard::PasswordHasher& hasher;
  guard::GuessThrottle& throttle;
  Accounts& accounts;
  Members& members;
  const guard::SecretKey& key;  // of device marks
  Random& random;
};

/// Guesses are counted by account and client, by client, and by account for browsers it does not
/// know; a browser that signed in before has guesses of its own, so that strangers cannot keep its
/// owner out. What is acknowledged is durable. Thread-safe; every call blocks, hashing for up to
/// its deadline. Errors of all: unavailable.
class SignIn {
 public:
  explicit SignIn(SignInParts parts) : parts_(parts) {}

  /// Makes the first owner, with a profile of that name. Errors: forbidden for a link that is not
  /// good or a browser beyond the local network; conflict when claimed; invalid.
  Result<Guessed<SignedIn>> claim(std::string_view token, std::string_view name,
                                  std::string_view password, const Browser& browser,
                                  Deadline deadline);
  /// Errors: as claim, but from anywhere; conflict when the name is taken (the link stays good).
  Result<Guessed<SignedIn>> accept(std::string_view token, std::string_view name,
                                   std::string_view password, const Browser& browser,
                                   Deadline deadline);
  /// Errors: forbidden for a wrong name or password, which take equally long.
  Result<Guessed<SignedIn>> sign_in(std::string_view name, std::string_view password,
                                    const Browser& browser, Deadline deadline);
  /// For who needs no password: the operator at the admin socket, a demo's own page. `profile`:
  /// by name; "" the first. Errors: not_found for no owner or profile.
  Result<SignedIn> sign_in_owner(std::string_view device, std::string_view profile);

  /// Ends the account's other sessions. Errors: forbidden for a wrong one; invalid new one.
  Result<Guessed<SignedIn>> change_password(const guard::Session& session, std::string_view current,
                                            std::string_view wanted, Deadline deadline);
  /// Errors: not_found for another account's profile; forbidden for a wrong or missing PIN.
  Result<Guessed<Chosen>> choose_profile(const guard::Session& session, ProfileId profile,
                                         std::string_view pin, Deadline deadline);

  /// Whether a session may change profiles and use its account's role: from an unlimited profile;
  /// at the gate unless every unlimited profile asks for a PIN there.
  Result<bool> may_manage(const guard::Session& session, const std::optional<Profile>& chosen);

  /// Erases for good; its sessions are in no profile, and `on_erased` is called. Errors: not_found.
  Result<void> erase_profile(ProfileId id);
  /// Erases an account and all of its profiles. Errors: not_found; conflict for the only owner.
  Result<void> remove_account(AccountId id);
  /// Signs the account out everywhere, as what it may has changed. Errors: as Accounts::set_role.
  Result<void> set_role(AccountId id, guard::AccountRole role);

  /// Called after each erasure, on the caller's thread: have the stream processors told. Set before
  /// the first call.
  void on_erased(std::function<void()> hook) { on_erased_ = std::move(hook); }

 private:
  Result<SignedIn> open_session(const Account& account, std::string_view password_hash,
                                std::string_view device);
  Result<Guessed<SignedIn>> join(std::string_view token, guard::LinkPurpose purpose,
                                 std::string_view name, std::string_view password,
                                 const Browser& browser, Deadline deadline);
  Result<Guessed<bool>> guess(std::span<const guard::GuessBucket> buckets,
                              const std::function<Result<bool>()>& check);

  SignInParts parts_;
  std::function<void()> on_erased_;
};

}  // namespace matinee::members
