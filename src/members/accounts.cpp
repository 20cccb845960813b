#include "members/accounts.h"

#include <algorithm>
#include <utility>

#include "members/schema.h"

namespace matinee::members {
namespace {

using guard::AccountRole;
using store::Row;
using store::SqlRunner;

constexpr std::string_view kSelect =
    "SELECT account_id, tenant_id, name, role, created_ms, password_hash FROM accounts ";

Result<AccountWithPassword> account_of(const Row& row) {
  const auto id = AccountId::parse(row.text(0));
  const auto tenant = TenantId::parse(row.text(1));
  const auto role = guard::account_role_of(row.text(3));
  if (!id || !tenant || !role) return fail(ErrorCode::corrupt, "a row of accounts is damaged");
  return AccountWithPassword{{.id = *id,
                              .tenant_id = *tenant,
                              .name = row.text(2),
                              .role = *role,
                              .created = from_ms(row.integer(4))},
                             row.text(5)};
}

Result<AccountWithPassword> one(SqlRunner& sql, std::string_view where, store::Value value) {
  const auto row =
      sql.query_one(std::string(kSelect).append(where), store::Parameters{std::move(value)});
  if (row) return account_of(*row);
  if (row.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::not_found, "there is no such account");
  }
  return fail(row.error(), "reading an account");
}

Result<TenantId> only_tenant(SqlRunner& sql, const Clock& clock, Random& random) {
  const auto row = sql.query_one("SELECT MIN(tenant_id) FROM tenants");
  if (!row) return std::unexpected(row.error());
  if (!row->is_null(0)) return TenantId::parse(row->text(0));
  const auto made = TenantId::generate(clock, random);
  const auto added = sql.execute("INSERT INTO tenants VALUES (?, 'Home', ?)",
                                 {made.to_string(), to_ms(clock.now())});
  if (!added) return std::unexpected(added.error());
  return made;
}

// Nothing but an error when this account is the only owner.
Result<void> leaves_an_owner(SqlRunner& sql, AccountId id) {
  const auto others = sql.query_one(
      "SELECT COUNT(*) FROM accounts WHERE role = 'owner' AND account_id <> ?", {id.to_string()});
  if (!others) return std::unexpected(others.error());
  if (others->integer(0) > 0) return {};
  const auto account = one(sql, "WHERE account_id = ?", id.to_string());
  if (!account) return std::unexpected(account.error());
  if (account->account.role != AccountRole::owner) return {};
  return fail(ErrorCode::conflict, "this is the only owner: make another one first");
}

}  // namespace

Result<std::string> account_name_of(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  const bool is_plain = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (text.empty() || text.size() > Accounts::kNameBytesMax || !is_plain) {
    return fail(ErrorCode::invalid, "a name has 1 to " + std::to_string(Accounts::kNameBytesMax) +
                                        " bytes and no control characters");
  }
  return std::string(text);
}

std::string account_key_of(std::string_view name) {
  std::string key(name);
  for (char& c : key) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return key;
}

Result<Accounts> Accounts::open(store::Database& database, const Clock& clock, Random& random) {
  if (auto done = migrate(database); !done) return std::unexpected(done.error());
  return Accounts(database, clock, random);
}

Result<bool> Accounts::is_claimed() {
  const auto row = database_->query_one("SELECT COUNT(*) FROM accounts WHERE role = 'owner'");
  if (!row) return fail(row.error(), "looking for the owner");
  return row->integer(0) > 0;
}

Result<Account> Accounts::claim(SqlRunner& sql, std::string_view name,
                                std::string_view password_hash) {
  const auto owners = sql.query_one("SELECT COUNT(*) FROM accounts WHERE role = 'owner'");
  if (!owners) return std::unexpected(owners.error());
  if (owners->integer(0) > 0) return fail(ErrorCode::conflict, "this service has an owner already");
  const auto before = sql.query_one("SELECT account_id FROM default_account");
  if (!before && before.error().code == ErrorCode::not_found) {
    return create(sql, name, AccountRole::owner, password_hash);
  }
  if (!before) return std::unexpected(before.error());
  const auto plain = account_name_of(name);
  if (!plain) return std::unexpected(plain.error());
  for (const auto& [text, parameters] :
       std::initializer_list<std::pair<std::string_view, store::Parameters>>{
           {"UPDATE accounts SET name = ?, name_key = ?, role = 'owner', password_hash = ? "
            "WHERE account_id = ?",
            {*plain, account_key_of(*plain), password_hash, before->text(0)}},
           {"DELETE FROM default_account", {}}}) {
    if (auto done = sql.execute(text, parameters); !done) return std::unexpected(done.error());
  }
  const auto account = one(sql, "WHERE account_id = ?", before->text(0));
  if (!account) return std::unexpected(account.error());
  return account->account;
}

Result<Account> Accounts::create(SqlRunner& sql, std::string_view name, AccountRole role,
                                 std::string_view password_hash) {
  const auto plain = account_name_of(name);
  if (!plain) return std::unexpected(plain.error());
  const auto count =
      sql.query_one("SELECT COUNT(*), SUM(CASE WHEN name_key = ? THEN 1 ELSE 0 END) FROM accounts",
                    {account_key_of(*plain)});
  if (!count) return std::unexpected(count.error());
  if (count->integer(1) > 0) return fail(ErrorCode::conflict, "this name is taken");
  if (std::cmp_greater_equal(count->integer(0), kAccountsMax)) {
    return fail(ErrorCode::limited, "there are too many accounts");
  }
  const auto tenant = only_tenant(sql, *clock_, *random_);
  if (!tenant) return std::unexpected(tenant.error());
  Account made{.id = AccountId::generate(*clock_, *random_),
               .tenant_id = *tenant,
               .name = *plain,
               .role = role,
               .created = clock_->now()};
  const auto added = sql.execute(
      "INSERT INTO accounts (account_id, tenant_id, created_ms, name, name_key, role, "
      "password_hash) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {made.id.to_string(), tenant->to_string(), to_ms(made.created), made.name,
       account_key_of(made.name), guard::name_of(role), password_hash});
  if (!added) return std::unexpected(added.error());
  return made;
}

Result<Account> Accounts::find(AccountId id) {
  auto found = find_with_password(id);
  if (!found) return std::unexpected(found.error());
  return std::move(found->account);
}

Result<AccountWithPassword> Accounts::find_with_password(AccountId id) {
  return one(*database_, "WHERE account_id = ?", id.to_string());
}

Result<AccountWithPassword> Accounts::find_by_name(std::string_view name) {
  const auto plain = account_name_of(name);
  if (!plain) return fail(ErrorCode::not_found, "there is no such account");
  return one(*database_, "WHERE name_key = ?", account_key_of(*plain));
}

Result<Account> Accounts::owner() {
  const auto rows = database_->query(
      std::string(kSelect) + "WHERE role = 'owner' ORDER BY created_ms, account_id LIMIT 1");
  if (!rows) return fail(rows.error(), "looking for the owner");
  if (rows->empty()) return fail(ErrorCode::not_found, "nobody owns this service yet");
  auto account = account_of(rows->front());
  if (!account) return std::unexpected(account.error());
  return std::move(account->account);
}

Result<std::vector<Account>> Accounts::list() {
  const auto rows = database_->query(std::string(kSelect) +
                                     "WHERE name_key IS NOT NULL ORDER BY created_ms, account_id");
  if (!rows) return fail(rows.error(), "listing accounts");
  std::vector<Account> accounts;
  for (const Row& row : *rows) {
    auto account = account_of(row);
    if (!account) return std::unexpected(account.error());
    accounts.push_back(std::move(account->account));
  }
  return accounts;
}

Result<void> Accounts::set_password(SqlRunner& sql, AccountId id, std::string_view password_hash) {
  const auto changed = sql.execute("UPDATE accounts SET password_hash = ? WHERE account_id = ?",
                                   {password_hash, id.to_string()});
  if (!changed) return fail(changed.error(), "changing a password");
  if (*changed == 0) return fail(ErrorCode::not_found, "there is no such account");
  return {};
}

Result<void> Accounts::set_role(AccountId id, AccountRole role) {
  return database_->transaction([&](SqlRunner& sql) -> Result<void> {
    if (role != AccountRole::owner) {
      if (auto fine = leaves_an_owner(sql, id); !fine) return fine;
    }
    const auto changed = sql.execute("UPDATE accounts SET role = ? WHERE account_id = ?",
                                     {guard::name_of(role), id.to_string()});
    if (!changed) return fail(changed.error(), "changing a role");
    if (*changed == 0) return fail(ErrorCode::not_found, "there is no such account");
    return {};
  });
}

Result<void> Accounts::close(AccountId id) {
  return database_->transaction([&](SqlRunner& sql) -> Result<void> {
    if (auto fine = leaves_an_owner(sql, id); !fine) return fine;
    const auto changed =
        sql.execute("UPDATE accounts SET role = 'viewer', password_hash = '' WHERE account_id = ?",
                    {id.to_string()});
    if (!changed) return fail(changed.error(), "closing an account");
    if (*changed == 0) return fail(ErrorCode::not_found, "there is no such account");
    return {};
  });
}

Result<void> Accounts::remove(AccountId id) {
  const auto removed = database_->execute(
      "DELETE FROM accounts WHERE account_id = ? AND password_hash = '' AND role <> 'owner'",
      {id.to_string()});
  if (!removed) return fail(removed.error(), "removing an account");
  if (*removed == 0) return fail(ErrorCode::not_found, "there is no such closed account");
  return {};
}

}  // namespace matinee::members
