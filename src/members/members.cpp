#include "members/members.h"

#include <algorithm>
#include <optional>

#include "base/encoding.h"

namespace matinee::members {
namespace {

using store::Blob;
using store::Row;
using store::SqlRunner;

constexpr store::Migration kMigrations[] = {{1, R"(
CREATE TABLE tenants (
  tenant_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_ms BIGINT NOT NULL);
CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  tenant_id TEXT NOT NULL REFERENCES tenants (tenant_id),
  created_ms BIGINT NOT NULL);
CREATE TABLE profiles (
  profile_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (account_id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  created_ms BIGINT NOT NULL);
CREATE INDEX profiles_by_account ON profiles (account_id, created_ms, profile_id);
CREATE TABLE profile_keys (
  profile_id TEXT PRIMARY KEY REFERENCES profiles (profile_id),
  pseudonym TEXT NOT NULL UNIQUE,
  wrapped_key BLOB NOT NULL);
CREATE TABLE profile_tombstones (
  position BIGINT PRIMARY KEY,
  pseudonym TEXT NOT NULL UNIQUE,
  erased_ms BIGINT NOT NULL);
CREATE TABLE default_account (
  only_row BIGINT PRIMARY KEY CHECK (only_row = 1),
  account_id TEXT NOT NULL REFERENCES accounts (account_id));
)"}};

constexpr std::string_view kSelectProfile =
    "SELECT p.profile_id, p.account_id, a.tenant_id, k.pseudonym, p.name, p.kind, p.created_ms "
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
  return Profile{
      .id = *id,
      .account_id = *account,
      .tenant_id = *tenant,
      .pseudonym = *pseudonym,
      .name = row.text(4),
      .kind = row.text(5) == name_of(ProfileKind::child) ? ProfileKind::child : ProfileKind::adult,
      .created = from_ms(row.integer(6))};
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
  auto done = run_all(
      sql,
      {{"INSERT INTO tenants VALUES (?, 'Home', ?)", {tenant.to_string(), now}},
       {"INSERT INTO accounts VALUES (?, ?, ?)", {account.to_string(), tenant.to_string(), now}},
       {"INSERT INTO default_account VALUES (1, ?)", {account.to_string()}}});
  if (!done) return std::unexpected(done.error());
  return std::pair(account, tenant);
}

}  // namespace

std::string_view name_of(ProfileKind kind) {
  return kind == ProfileKind::child ? "child" : "adult";
}

Result<Members> Members::open(store::Database& database, const guard::Keyring& keyring,
                              const Clock& clock, Random& random) {
  if (auto done = database.migrate("members", kMigrations); !done) {
    return fail(done.error(), "preparing the members");
  }
  return Members(database, keyring, clock, random);
}

Result<Profile> Members::insert_profile(SqlRunner& sql, AccountId account, TenantId tenant,
                                        std::string_view name, ProfileKind kind) {
  const Profile made{.id = ProfileId::generate(*clock_, *random_),
                     .account_id = account,
                     .tenant_id = tenant,
                     .pseudonym = Pseudonym::generate(*clock_, *random_),
                     .name = std::string(name),
                     .kind = kind,
                     .created = clock_->now()};
  const std::string wrapped = keyring_->wrap(guard::SecretKey::generate(*random_),
                                             key_owner(made.id, made.pseudonym), *random_);
  auto done = run_all(
      sql,
      {{"INSERT INTO profiles VALUES (?, ?, ?, ?, ?)",
        {made.id.to_string(), account.to_string(), made.name, name_of(kind), to_ms(made.created)}},
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
    return insert_profile(sql, owner->first, owner->second, "Viewer", ProfileKind::adult);
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

Result<Profile> Members::create_profile(AccountId account, std::string_view name,
                                        ProfileKind kind) {
  if (name.empty() || name.size() > kNameBytesMax) {
    return fail(ErrorCode::invalid,
                "a profile's name has 1 to " + std::to_string(kNameBytesMax) + " bytes");
  }
  return store::transact<Profile>(*database_, [&](SqlRunner& sql) -> Result<Profile> {
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
    return insert_profile(sql, account, *tenant, name, kind);
  });
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
    const Tombstone tombstone{last->integer(0) + 1, profile->pseudonym, clock_->now()};
    const std::string overwritten(guard::Keyring::kWrappedKeyBytes, '\0');
    auto done = run_all(
        sql, {// Overwritten first, so that the page holds no key when its row is let go.
              {"UPDATE profile_keys SET wrapped_key = ? WHERE profile_id = ?",
               {Blob{overwritten}, id.to_string()}},
              {"DELETE FROM profile_keys WHERE profile_id = ?", {id.to_string()}},
              {"DELETE FROM profiles WHERE profile_id = ?", {id.to_string()}},
              {"INSERT INTO profile_tombstones VALUES (?, ?, ?)",
               {tombstone.position, tombstone.pseudonym.to_string(), to_ms(tombstone.erased)}}});
    if (!done) return std::unexpected(done.error());
    return tombstone;
  });
  if (!erased) return fail(erased.error(), "erasing a profile");
  return erased;
}

Result<std::vector<Tombstone>> Members::tombstones(std::int64_t after) {
  const auto rows = database_->query(
      "SELECT position, pseudonym, erased_ms FROM profile_tombstones WHERE position > ? "
      "ORDER BY position LIMIT 1000",
      {after});
  if (!rows) return fail(rows.error(), "listing erased profiles");
  std::vector<Tombstone> out;
  for (const Row& row : *rows) {
    const auto pseudonym = Pseudonym::parse(row.text(1));
    if (!pseudonym) return fail(ErrorCode::corrupt, "a row of profile_tombstones is damaged");
    out.push_back({row.integer(0), *pseudonym, from_ms(row.integer(2))});
  }
  return out;
}

}  // namespace matinee::members
