#pragma once
// members/accounts: who may sign in, by which name, and what for.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/account_role.h"
#include "store/database.h"

namespace matinee::members {

struct Account {
  AccountId id;
  TenantId tenant_id;
  std::string name;
  guard::AccountRole role = guard::AccountRole::viewer;
  Instant created;
  friend bool operator==(const Account&, const Account&) = default;
};

/// An account and what its password is checked against; "": it has none and cannot sign in by one.
struct AccountWithPassword {
  Account account;
  std::string password_hash;
};

/// Accounts in a Database (table accounts). Names differ by more than the case of A to Z. There is
/// always an owner once there was one. Thread-safe; every call blocks. Those that take a runner
/// belong to the caller's transaction. Errors of all: unavailable when the database is.
class Accounts {
 public:
  static constexpr std::size_t kAccountsMax = 10'000;
  static constexpr std::size_t kNameBytesMax = 64;

  /// Brings the tables up to date. All arguments must outlive it.
  static Result<Accounts> open(store::Database& database, const Clock& clock, Random& random);

  /// Whether the service has an owner.
  Result<bool> is_claimed();
  /// Makes the first owner; the account that was there before sign-in existed becomes theirs, with
  /// its profiles. Errors: conflict when there is an owner; invalid name.
  Result<Account> claim(store::SqlRunner& sql, std::string_view name,
                        std::string_view password_hash);
  /// Errors: invalid name; conflict when it is taken; limited beyond kAccountsMax.
  Result<Account> create(store::SqlRunner& sql, std::string_view name, guard::AccountRole role,
                         std::string_view password_hash);

  /// Errors: not_found.
  Result<Account> find(AccountId id);
  Result<AccountWithPassword> find_with_password(AccountId id);
  Result<AccountWithPassword> find_by_name(std::string_view name);
  /// The first owner. Errors: not_found while the service is unclaimed.
  Result<Account> owner();
  /// Those with a name, in order of creation.
  Result<std::vector<Account>> list();

  /// Errors: not_found.
  static Result<void> set_password(store::SqlRunner& sql, AccountId id,
                                   std::string_view password_hash);
  /// Errors: not_found; conflict when nobody would own the service any more.
  Result<void> set_role(AccountId id, guard::AccountRole role);
  /// Takes password and role, so that nobody signs in any more; the row goes with remove().
  /// Errors: as set_role.
  Result<void> close(AccountId id);
  /// Removes a closed account whose profiles were erased. Errors: not_found; conflict otherwise.
  Result<void> remove(AccountId id);

 private:
  Accounts(store::Database& database, const Clock& clock, Random& random)
      : database_(&database), clock_(&clock), random_(&random) {}

  store::Database* database_;
  const Clock* clock_;
  Random* random_;
};

/// A name without blanks at its ends. Errors: invalid when nothing is left, for more than
/// kNameBytesMax bytes and for control characters.
Result<std::string> account_name_of(std::string_view text);
/// Two names with one key are one name.
std::string account_key_of(std::string_view name);

}  // namespace matinee::members
