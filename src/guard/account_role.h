#pragma once
// guard/account_role: what an account may do in the whole service.

#include <optional>
#include <string_view>

namespace matinee::guard {

/// Each may do what those before it may: watch; also mend titles and see jobs; also everything.
enum class AccountRole { viewer, editor, owner };

/// "viewer", "editor", "owner": in JSON, SQL and on pages.
std::string_view name_of(AccountRole role);
std::optional<AccountRole> account_role_of(std::string_view name);

constexpr bool is_at_least(AccountRole role, AccountRole needed) { return role >= needed; }

}  // namespace matinee::guard
