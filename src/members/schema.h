#pragma once
// members/schema: the tables of accounts and profiles, which the classes of this module share.

#include "base/result.h"
#include "store/database.h"

namespace matinee::members {

/// Brings tenants, accounts, profiles, profile_keys, profile_tombstones, erasures_sent and
/// default_account up to date; fine when they are. Errors: conflict for a newer database.
Result<void> migrate(store::Database& database);

}  // namespace matinee::members
