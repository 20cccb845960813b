#include "members/members.h"

#include <algorithm>
#include <optional>

#include "members/schema.h"

namespace matinee::members {
namespace {

using store::Blob;
using store::Row;
using store::SqlRunner;

constexpr std::size_t kLanguageBytesMax = 35;

constexpr std::string_view kSelectProfile =
    "SELECT p.profile_id, p.account_id, a.tenant_id, k.pseudonym, p.name, p.kind, p.created_ms, "
    "p.avatar, p.language, p.maturity_max, p.pin_hash, p.autoplay "
    "FROM profiles p JOIN accounts a ON a.account_id = p.account_id "
    "JOIN profile_keys k ON k.profile_id = p.profile_id ";

// Whose key it is; a wrapped key copied to another row does not unwrap.
std::string key_owner(ProfileId profile, Pseudonym pseudonym) {
  return "profile\n" + profile.to_string() + "\n" + pseudonym.to_string();
}

Result<Profile> profile_of(const Row& row) {
  const auto id = ProfileId::parse(row.text(0));
  const auto account = AccountId::parse(row.text(1));
  const auto tenant = TenantId::parse(row.text(2));
  const auto pseudonym = Pseudonym::parse(row.text(3));
  if (!id || !account || !tenant || !pseudonym) {
    return fail(ErrorCode::corrupt, "a row of profiles is damaged");
  }
  Profile profile;
  profile.id = *id;
  profile.account_id = *account;
  profile.tenant_id = *tenant;
  profile.pseudonym = *pseudonym;
  profile.name = row.text(4);
  profile.kind =
      row.text(5) == name_of(ProfileKind::child) ? ProfileKind::child : ProfileKind::adult;
  profile.created = from_ms(row.integer(6));
  profile.avatar = row.text(7);
  profile.language = row.text(8);
  if (!row.is_null(9)) profile.maturity_max = static_cast<int>(row.integer(9));
  profile.has_pin = !row.text(10).empty();
  profile.autoplay = row.integer(11) != 0;
  return profile;
}

Result<Profile> find_profile(SqlRunner& sql, ProfileId id) {
  const auto row =
      sql.query_one(std::string(kSelectProfile) + "WHERE p.profile_id = ?", {id.to_string()});
  if (!row && row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "there is no profile " + id.to_string());
  }
  if (!row) return fail(row.error(), "reading a profile");
  return profile_of(*row);
}

Result<void> run_all(
    SqlRunner& sql,
    std::initializer_list<std::pair<std::string_view, store::Parameters>> statements) {
  for (const auto& [text, parameters] : statements) {
    if (auto done = sql.execute(text, parameters); !done) return std::unexpected(done.error());
  }
  return {};
}

// A primary subtag of 2 or 3 letters, then subtags of 1 to 8 letters or digits.
// Source: RFC 5646 section 2.1, its common shape.
bool is_language(std::string_view tag) {
  if (tag.size() > kLanguageBytesMax) return false;
  bool is_first = true;
  while (true) {
    const std::size_t dash = tag.find('-');
    const std::string_view part = tag.substr(0, dash);
    const bool is_plain = std::ranges::all_of(part, [&](char c) {
      const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      return is_letter || (!is_first && c >= '0' && c <= '9');
    });
    if (!is_plain || part.size() < (is_first ? 2 : 1) || part.size() > (is_first ? 3 : 8)) {
      return false;
    }
    if (dash == std::string_view::npos) return true;
    tag.remove_prefix(dash + 1);
    is_first = false;
  }
}

// The account that profiles go to while nobody signs in; made when there is none.
Result<std::pair<AccountId, TenantId>> default_account(SqlRunner& sql, const Clock& clock,
                                                       Random& random) {
  const auto row = sql.query_one(
      "SELECT a.account_id, a.tenant_id FROM default_account d "
      "JOIN accounts a ON a.account_id = d.account_id");
  if (row) {
    const auto account = AccountId::parse(row->text(0));
    const auto tenant = TenantId::parse(row->text(1));
    if (account && tenant) return std::pair(*account, *tenant);
    return fail(ErrorCode::corrupt, "the row of default_account is damaged");
  }
  if (row.error().code != ErrorCode::not_found) return std::unexpected(row.error());
  const auto account = AccountId::generate(clock, random);
  const auto tenant = TenantId::generate(clock, random);
  const std::int64_t now = to_ms(clock.now());
  auto done =
      run_all(sql, {{"INSERT INTO tenants VALUES (?, 'Home', ?)", {tenant.to_string(), now}},
                    {"INSERT INTO accounts (account_id, tenant_id, created_ms) VALUES (?, ?, ?)",
                     {account.to_string(), tenant.to_string(), now}},
                    {"INSERT INTO default_account VALUES (1, ?)", {account.to_string()}}});
  if (!done) return std::unexpected(done.error());
  return std::pair(account, tenant);
}

}  // namespace

std::string_view name_of(ProfileKind kind) {
  return kind == ProfileKind::child ? "child" : "adult";
}

Result<ProfileDraft> check_draft(ProfileDraft draft) {
  if (draft.name.empty() || draft.name.size() > Members::kNameBytesMax) {
    return fail(ErrorCode::invalid,
                "a profile's name has 1 to " + std::to_string(Members::kNameBytesMax) + " bytes");
  }
  if (!is_avatar(draft.avatar)) return fail(ErrorCode::invalid, "there is no such avatar");
  if (!is_language(draft.language)) {
    return fail(ErrorCode::invalid, "the language is no BCP 47 tag");
  }
  if (draft.kind == ProfileKind::child && !draft.maturity_max) draft.maturity_max = kChildMaturity;
  if (draft.maturity_max && (*draft.maturity_max < 0 || *draft.maturity_max > kMaturityMax)) {
    return fail(ErrorCode::invalid,
                "a maturity limit is an age from 0 to " + std::to_string(kMaturityMax));
  }
  return draft;
}

Result<Members> Members::open(store::Database& database, const guard::Keyring& keyring,
                              const Clock& clock, Random& random) {
  if (auto done = migrate(database); !done) return std::unexpected(done.error());
  return Members(database, keyring, clock, random);
}

Result<Profile> Members::insert_profile(SqlRunner& sql, AccountId account, TenantId tenant,
                                        const ProfileDraft& draft) {
  Profile made;
  static_cast<ProfileDraft&>(made) = draft;
  made.id = ProfileId::generate(*clock_, *random_);
  made.account_id = account;
  made.tenant_id = tenant;
  made.pseudonym = Pseudonym::generate(*clock_, *random_);
  made.created = clock_->now();
  const std::string wrapped = keyring_->wrap(guard::SecretKey::generate(*random_),
                                             key_owner(made.id, made.pseudonym), *random_);
  auto done = run_all(
      sql, {{"INSERT INTO profiles (profile_id, account_id, name, kind, created_ms, avatar, "
             "language, maturity_max, autoplay) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {made.id.to_string(), account.to_string(), made.name, name_of(made.kind),
              to_ms(made.created), made.avatar, made.language, made.maturity_max, made.autoplay}},
            {"INSERT INTO profile_keys VALUES (?, ?, ?)",
             {made.id.to_string(), made.pseudonym.to_string(), Blob{wrapped}}}});
  if (!done) return std::unexpected(done.error());
  return made;
}

Result<Profile> Members::default_profile() {
  const std::string first = std::string(kSelectProfile) +
                            "JOIN default_account d ON d.account_id = p.account_id "
                            "ORDER BY p.created_ms, p.profile_id LIMIT 1";
  if (const auto row = database_->query_one(first)) return profile_of(*row);
  auto made = store::transact<Profile>(*database_, [&](SqlRunner& sql) -> Result<Profile> {
    const auto row = sql.query_one(first);  // another may have made it meanwhile
    if (row) return profile_of(*row);
    if (row.error().code != ErrorCode::not_found) return std::unexpected(row.error());
    const auto owner = default_account(sql, *clock_, *random_);
    if (!owner) return std::unexpected(owner.error());
    return insert_profile(sql, owner->first, owner->second, {.name = "Viewer"});
  });
  if (!made) return fail(made.error(), "making the first profile");
  return made;
}

Result<Profile> Members::profile(ProfileId id) { return find_profile(*database_, id); }

Result<std::vector<Profile>> Members::profiles(AccountId account) {
  const auto rows = database_->query(std::string(kSelectProfile) +
                                         "WHERE p.account_id = ? ORDER BY p.created_ms, "
                                         "p.profile_id",
                                     {account.to_string()});
  if (!rows) return fail(rows.error(), "listing profiles");
  std::vector<Profile> out;
  for (const Row& row : *rows) {
    auto profile = profile_of(row);
    if (!profile) return std::unexpected(profile.error());
    out.push_back(std::move(*profile));
  }
  return out;
}

Result<Profile> Members::create_profile(AccountId account, const ProfileDraft& draft) {
  return store::transact<Profile>(
      *database_, [&](SqlRunner& sql) { return create_profile(sql, account, draft); });
}

Result<Profile> Members::create_profile(SqlRunner& sql, AccountId account,
                                        const ProfileDraft& draft) {
  const auto checked = check_draft(draft);
  if (!checked) return std::unexpected(checked.error());
  const auto owner =
      sql.query_one("SELECT tenant_id FROM accounts WHERE account_id = ?", {account.to_string()});
  if (!owner && owner.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "there is no account " + account.to_string());
  }
  if (!owner) return fail(owner.error(), "reading an account");
  const auto tenant = TenantId::parse(owner->text(0));
  if (!tenant) return fail(ErrorCode::corrupt, "a row of accounts is damaged");
  const auto count =
      sql.query_one("SELECT COUNT(*) FROM profiles WHERE account_id = ?", {account.to_string()});
  if (!count) return fail(count.error(), "counting profiles");
  if (std::cmp_greater_equal(count->integer(0), kProfilesPerAccountMax)) {
    return fail(ErrorCode::limited,
                "an account has at most " + std::to_string(kProfilesPerAccountMax) + " profiles");
  }
  return insert_profile(sql, account, *tenant, *checked);
}

Result<Profile> Members::update_profile(ProfileId id, const ProfileDraft& draft) {
  const auto checked = check_draft(draft);
  if (!checked) return std::unexpected(checked.error());
  return store::transact<Profile>(*database_, [&](SqlRunner& sql) -> Result<Profile> {
    const auto changed = sql.execute(
        "UPDATE profiles SET name = ?, kind = ?, avatar = ?, language = ?, maturity_max = ?, "
        "autoplay = ? WHERE profile_id = ?",
        {checked->name, name_of(checked->kind), checked->avatar, checked->language,
         checked->maturity_max, checked->autoplay, id.to_string()});
    if (!changed) return fail(changed.error(), "changing a profile");
    return find_profile(sql, id);
  });
}

Result<void> Members::set_pin(ProfileId id, std::string_view pin_hash) {
  const auto changed = database_->execute("UPDATE profiles SET pin_hash = ? WHERE profile_id = ?",
                                          {pin_hash, id.to_string()});
  if (!changed) return fail(changed.error(), "setting a PIN");
  if (*changed == 0) return fail(ErrorCode::not_found, "there is no such profile");
  return {};
}

Result<std::string> Members::pin_hash(ProfileId id) {
  const auto row =
      database_->query_one("SELECT pin_hash FROM profiles WHERE profile_id = ?", {id.to_string()});
  if (!row && row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "there is no such profile");
  }
  if (!row) return fail(row.error(), "reading a profile's PIN");
  return row->text(0);
}

Result<guard::SecretKey> Members::profile_key(ProfileId id) {
  const auto row = database_->query_one(
      "SELECT pseudonym, wrapped_key FROM profile_keys WHERE profile_id = ?", {id.to_string()});
  if (!row && row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "there is no key of profile " + id.to_string());
  }
  if (!row) return fail(row.error(), "reading a profile's key");
  const auto pseudonym = Pseudonym::parse(row->text(0));
  if (!pseudonym) return fail(ErrorCode::corrupt, "a row of profile_keys is damaged");
  auto key = keyring_->unwrap(row->blob(1), key_owner(id, *pseudonym));
  if (key) return key;
  // A key that is here but does not open is damage, whatever the keyring calls it.
  return fail(ErrorCode::corrupt,
              "the key of profile " + id.to_string() + ": " + key.error().message);
}

Result<Tombstone> Members::erase_profile(ProfileId id) {
  auto erased = store::transact<Tombstone>(*database_, [&](SqlRunner& sql) -> Result<Tombstone> {
    const auto profile = find_profile(sql, id);
    if (!profile) return std::unexpected(profile.error());
    const auto last = sql.query_one("SELECT MAX(position) FROM profile_tombstones");
    if (!last) return std::unexpected(last.error());
    const Tombstone tombstone{last->integer(0) + 1, profile->pseudonym, clock_->now(),
                              profile->tenant_id};
    const std::string overwritten(guard::Keyring::kWrappedKeyBytes, '\0');
    auto done =
        run_all(sql, {// Overwritten first, so that the page holds no key when its row is let go.
                      {"UPDATE profile_keys SET wrapped_key = ? WHERE profile_id = ?",
                       {Blob{overwritten}, id.to_string()}},
                      {"DELETE FROM profile_keys WHERE profile_id = ?", {id.to_string()}},
                      {"DELETE FROM profiles WHERE profile_id = ?", {id.to_string()}},
                      {"INSERT INTO profile_tombstones VALUES (?, ?, ?, ?)",
                       {tombstone.position, tombstone.pseudonym.to_string(),
                        to_ms(tombstone.erased), tombstone.tenant_id.to_string()}}});
    if (!done) return std::unexpected(done.error());
    return tombstone;
  });
  if (!erased) return fail(erased.error(), "erasing a profile");
  return erased;
}

Result<std::vector<Tombstone>> Members::tombstones(std::int64_t after) {
  const auto rows = database_->query(
      "SELECT position, pseudonym, erased_ms, tenant_id FROM profile_tombstones WHERE position > ? "
      "ORDER BY position LIMIT 1000",
      {after});
  if (!rows) return fail(rows.error(), "listing erased profiles");
  std::vector<Tombstone> out;
  for (const Row& row : *rows) {
    const auto pseudonym = Pseudonym::parse(row.text(1));
    if (!pseudonym) return fail(ErrorCode::corrupt, "a row of profile_tombstones is damaged");
    const auto tenant = TenantId::parse(row.text(3));
    out.push_back(
        {row.integer(0), *pseudonym, from_ms(row.integer(2)), tenant ? *tenant : TenantId{}});
  }
  return out;
}

Result<std::vector<Tombstone>> Members::untold_erasures() {
  const auto told = database_->query_one("SELECT MAX(position) FROM erasures_sent");
  if (!told) return fail(told.error(), "looking for untold erasures");
  return tombstones(told->integer(0));
}

Result<void> Members::erasures_told(std::int64_t position) {
  const auto noted = database_->execute(
      "INSERT INTO erasures_sent VALUES (1, ?) ON CONFLICT (only_row) DO UPDATE SET position = ?",
      {position, position});
  if (!noted) return fail(noted.error(), "noting told erasures");
  return {};
}

}  // namespace matinee::members
