#include "members/sign_in.h"

#include <algorithm>
#include <utility>

#include "guard/device_mark.h"

namespace matinee::members {
namespace {

using guard::GuessBucket;
using guard::LinkPurpose;
using namespace std::chrono_literals;

// How many guesses, and after how long one more. By account and client: who mistypes waits little.
GuessBucket by_account_and_client(const std::string& account, const std::string& client) {
  return {.key = "ac|" + account + "|" + client, .burst = 5, .refill = 30s};
}
// By client: whoever tries one password on many names.
GuessBucket by_client(const std::string& client) {
  return {.key = "c|" + client, .burst = 20, .refill = 10s};
}
// By account, of browsers that it does not know: whoever guesses from many addresses.
GuessBucket by_account(const std::string& account) {
  return {.key = "a|" + account, .burst = 50, .refill = 10s};
}
// A browser that signed in before: nobody else can use these up.
GuessBucket by_device(const std::string& account, const std::string& device) {
  return {.key = "d|" + account + "|" + device, .burst = 10, .refill = 30s};
}
GuessBucket by_pin(ProfileId profile, SessionId session) {
  return {.key = "p|" + profile.to_string() + "|" + session.to_string(), .burst = 5, .refill = 60s};
}
GuessBucket by_link(const std::string& client) {
  return {.key = "l|" + client, .burst = 20, .refill = 10s};
}

std::unexpected<Error> wrong_password() {
  return fail(ErrorCode::forbidden, "the name or the password is wrong");
}

}  // namespace

// Pays for the guess, has it looked at, and gives back what it cost when it was right or was not
// looked at for our own reasons.
Result<Guessed<bool>> SignIn::guess(std::span<const GuessBucket> buckets,
                                    const std::function<Result<bool>()>& check) {
  const auto wait = parts_.throttle.take(buckets);
  if (wait.count() > 0) return Guessed<bool>{.done = std::nullopt, .wait = wait};
  auto right = check();
  if (!right) {
    parts_.throttle.give_back(buckets);
    return std::unexpected(right.error());
  }
  // Only the guesser's own bucket is filled up: who knows one password must not earn guesses at
  // others'.
  if (*right) {
    parts_.throttle.forgive(buckets.first(1));
    parts_.throttle.give_back(buckets.subspan(1));
  }
  return Guessed<bool>{.done = *right, .wait = 0ms};
}

Result<SignedIn> SignIn::open_session(const Account& account, std::string_view password_hash,
                                      std::string_view device) {
  const auto profiles = parts_.members.profiles(account.id);
  if (!profiles) return std::unexpected(profiles.error());
  // Where there is nothing to choose, the gate would only be in the way.
  const bool is_only = profiles->size() == 1 && !profiles->front().has_pin;
  auto made = parts_.sessions.create(
      {account.tenant_id, account.id, is_only ? profiles->front().id : ProfileId{}}, device);
  if (!made) return std::unexpected(made.error());
  return SignedIn{
      .session = std::move(made->session),
      .cookie = std::move(made->cookie),
      .mark = password_hash.empty()
                  ? std::string()
                  : guard::mint_device_mark(parts_.key, account.id, password_hash, parts_.random),
      .account = account};
}

Result<Guessed<SignedIn>> SignIn::join(std::string_view token, LinkPurpose purpose,
                                       std::string_view name, std::string_view password,
                                       const Browser& browser, Deadline deadline) {
  const auto plain = account_name_of(name);
  if (!plain) return std::unexpected(plain.error());
  if (auto fine = guard::check_new_password(password, *plain); !fine) {
    return std::unexpected(fine.error());
  }
  const GuessBucket bucket = by_link(guard::guesser_of(browser.client_address));
  const auto known = guess(std::span(&bucket, 1), [&]() -> Result<bool> {
    const auto link = parts_.links.find(token, purpose);
    if (!link && link.error().code != ErrorCode::forbidden) return std::unexpected(link.error());
    return link.has_value();
  });
  if (!known) return std::unexpected(known.error());
  if (!known->done) return Guessed<SignedIn>{.done = std::nullopt, .wait = known->wait};
  // A wrong token says so through consume() below, without the cost of hashing.
  std::string password_hash;
  if (*known->done) {
    auto hashed = parts_.hasher.hash(password, deadline);
    if (!hashed) return std::unexpected(hashed.error());
    password_hash = std::move(*hashed);
  }
  const auto account =
      store::transact<Account>(parts_.database, [&](store::SqlRunner& sql) -> Result<Account> {
        const auto link = parts_.links.consume(sql, token, purpose);
        if (!link) return std::unexpected(link.error());
        auto made = purpose == LinkPurpose::claim
                        ? parts_.accounts.claim(sql, *plain, password_hash)
                        : parts_.accounts.create(sql, *plain, link->role, password_hash);
        if (!made) return made;
        const auto count = sql.query_one("SELECT COUNT(*) FROM profiles WHERE account_id = ?",
                                         {made->id.to_string()});
        if (!count) return std::unexpected(count.error());
        if (count->integer(0) > 0) return made;
        const auto profile = parts_.members.create_profile(sql, made->id, {.name = made->name});
        if (!profile) return std::unexpected(profile.error());
        return made;
      });
  if (!account) return std::unexpected(account.error());
  auto opened = open_session(*account, password_hash, browser.device);
  if (!opened) return std::unexpected(opened.error());
  return Guessed<SignedIn>{.done = std::move(*opened), .wait = 0ms};
}

Result<Guessed<SignedIn>> SignIn::claim(std::string_view token, std::string_view name,
                                        std::string_view password, const Browser& browser,
                                        Deadline deadline) {
  if (!guard::is_local_network(browser.client_address)) {
    return fail(ErrorCode::forbidden,
                "a service is claimed from its own machine or local network only");
  }
  return join(token, LinkPurpose::claim, name, password, browser, deadline);
}

Result<Guessed<SignedIn>> SignIn::accept(std::string_view token, std::string_view name,
                                         std::string_view password, const Browser& browser,
                                         Deadline deadline) {
  return join(token, LinkPurpose::invitation, name, password, browser, deadline);
}

Result<Guessed<SignedIn>> SignIn::sign_in(std::string_view name, std::string_view password,
                                          const Browser& browser, Deadline deadline) {
  if (password.size() > guard::kPasswordBytesMax) return wrong_password();
  auto account = parts_.accounts.find_by_name(name);
  if (!account && account.error().code != ErrorCode::not_found) {
    return std::unexpected(account.error());
  }
  const bool has_password = account && !account->password_hash.empty();
  // By name, so that one that nobody has is guessed at like any other.
  const auto plain = account_name_of(name);
  const std::string who = plain ? account_key_of(*plain) : std::string();
  const std::string client = guard::guesser_of(browser.client_address);
  std::vector<GuessBucket> buckets{by_account_and_client(who, client), by_client(client),
                                   by_account(who)};
  if (has_password) {
    const auto device = guard::device_of_mark(parts_.key, account->account.id,
                                              account->password_hash, browser.mark);
    if (device) buckets = {by_device(who, *device)};
  }
  const auto right = guess(buckets, [&]() -> Result<bool> {
    if (has_password) return parts_.hasher.verify(password, account->password_hash, deadline);
    if (auto wasted = parts_.hasher.waste(password, deadline); !wasted) {
      return std::unexpected(wasted.error());
    }
    return false;
  });
  if (!right) return std::unexpected(right.error());
  if (!right->done) return Guessed<SignedIn>{.done = std::nullopt, .wait = right->wait};
  if (!*right->done) return wrong_password();
  auto opened = open_session(account->account, account->password_hash, browser.device);
  if (!opened) return std::unexpected(opened.error());
  return Guessed<SignedIn>{.done = std::move(*opened), .wait = 0ms};
}

Result<SignedIn> SignIn::sign_in_owner(std::string_view device, std::string_view profile) {
  const auto owner = parts_.accounts.owner();
  if (!owner) return std::unexpected(owner.error());
  const auto profiles = parts_.members.profiles(owner->id);
  if (!profiles) return std::unexpected(profiles.error());
  const auto wanted = std::ranges::find_if(
      *profiles, [&](const Profile& each) { return profile.empty() || each.name == profile; });
  if (wanted == profiles->end() && !profile.empty()) {
    return fail(ErrorCode::not_found, "the owner has no profile of that name");
  }
  auto made = parts_.sessions.create(
      {owner->tenant_id, owner->id, wanted == profiles->end() ? ProfileId{} : wanted->id}, device);
  if (!made) return std::unexpected(made.error());
  return SignedIn{.session = std::move(made->session),
                  .cookie = std::move(made->cookie),
                  .mark = "",
                  .account = *owner};
}

Result<Guessed<SignedIn>> SignIn::change_password(const guard::Session& session,
                                                  std::string_view current, std::string_view wanted,
                                                  Deadline deadline) {
  const auto account = parts_.accounts.find_with_password(session.owner.account_id);
  if (!account) return std::unexpected(account.error());
  if (auto fine = guard::check_new_password(wanted, account->account.name); !fine) {
    return std::unexpected(fine.error());
  }
  // An account without a password (a demo's owner) sets its first one.
  if (!account->password_hash.empty()) {
    const GuessBucket bucket = by_device(account->account.id.to_string(), session.id.to_string());
    const auto right = guess(std::span(&bucket, 1), [&] {
      return parts_.hasher.verify(current, account->password_hash, deadline);
    });
    if (!right) return std::unexpected(right.error());
    if (!right->done) return Guessed<SignedIn>{.done = std::nullopt, .wait = right->wait};
    if (!*right->done) return fail(ErrorCode::forbidden, "the present password is wrong");
  }
  const auto hashed = parts_.hasher.hash(wanted, deadline);
  if (!hashed) return std::unexpected(hashed.error());
  // One commit: no death in between leaves a new password with sessions of the old one.
  auto kept = store::transact<guard::Sessions::Kept>(
      parts_.database, [&](store::SqlRunner& sql) -> Result<guard::Sessions::Kept> {
        if (auto set = Accounts::set_password(sql, account->account.id, *hashed); !set) {
          return std::unexpected(set.error());
        }
        return parts_.sessions.keep_only(sql, account->account.id, session.id);
      });
  if (!kept) return std::unexpected(kept.error());
  parts_.sessions.tell(kept->changed);
  return Guessed<SignedIn>{
      .done = SignedIn{.session = session,
                       .cookie = std::move(kept->cookie),
                       .mark = guard::mint_device_mark(parts_.key, account->account.id, *hashed,
                                                       parts_.random),
                       .account = account->account},
      .wait = 0ms};
}

Result<Guessed<Chosen>> SignIn::choose_profile(const guard::Session& session, ProfileId profile,
                                               std::string_view pin, Deadline deadline) {
  auto wanted = parts_.members.profile(profile);
  if (!wanted) return std::unexpected(wanted.error());
  if (wanted->account_id != session.owner.account_id) {
    return fail(ErrorCode::not_found, "there is no profile " + profile.to_string());
  }
  const bool is_there = session.owner.profile_id == profile;
  if (wanted->has_pin && !is_there) {
    if (pin.empty()) return fail(ErrorCode::forbidden, "this profile asks for its PIN");
    const auto pin_hash = parts_.members.pin_hash(profile);
    if (!pin_hash) return std::unexpected(pin_hash.error());
    const GuessBucket bucket = by_pin(profile, session.id);
    const auto right = guess(std::span(&bucket, 1),
                             [&] { return parts_.hasher.verify(pin, *pin_hash, deadline); });
    if (!right) return std::unexpected(right.error());
    if (!right->done) return Guessed<Chosen>{.done = std::nullopt, .wait = right->wait};
    if (!*right->done) return fail(ErrorCode::forbidden, "the PIN is wrong");
  }
  if (is_there) return Guessed<Chosen>{.done = Chosen{.profile = *wanted}, .wait = 0ms};
  if (auto done = parts_.sessions.choose_profile(session.id, profile); !done) {
    return std::unexpected(done.error());
  }
  Chosen chosen{.profile = std::move(*wanted)};
  if (chosen.profile.is_unlimited()) {
    auto cookie = parts_.sessions.rotate(session.id);
    if (!cookie) return std::unexpected(cookie.error());
    chosen.cookie = std::move(*cookie);
  }
  return Guessed<Chosen>{.done = std::move(chosen), .wait = 0ms};
}

Result<bool> SignIn::may_manage(const guard::Session& session,
                                const std::optional<Profile>& chosen) {
  if (chosen) return chosen->is_unlimited();
  const auto profiles = parts_.members.profiles(session.owner.account_id);
  if (!profiles) return std::unexpected(profiles.error());
  bool all_ask = false;
  for (const Profile& profile : *profiles) {
    if (!profile.is_unlimited()) continue;
    if (!profile.has_pin) return true;
    all_ask = true;
  }
  return !all_ask;
}

Result<void> SignIn::erase_profile(ProfileId id) {
  const auto erased = parts_.members.erase_profile(id);
  if (!erased) return std::unexpected(erased.error());
  auto left = parts_.sessions.leave_profile(id);
  if (on_erased_) on_erased_();
  return left;
}

Result<void> SignIn::remove_account(AccountId id) {
  if (auto closed = parts_.accounts.close(id); !closed) return closed;
  if (auto ended = parts_.sessions.revoke_account(id); !ended) return ended;
  const auto profiles = parts_.members.profiles(id);
  if (!profiles) return std::unexpected(profiles.error());
  for (const Profile& profile : *profiles) {
    if (auto erased = erase_profile(profile.id); !erased) return erased;
  }
  return parts_.accounts.remove(id);
}

Result<void> SignIn::set_role(AccountId id, guard::AccountRole role) {
  if (auto set = parts_.accounts.set_role(id, role); !set) return set;
  return parts_.sessions.revoke_account(id);
}

}  // namespace matinee::members
