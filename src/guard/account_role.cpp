#include "guard/account_role.h"

#include <array>

namespace matinee::guard {
namespace {

constexpr std::array kRoles{AccountRole::viewer, AccountRole::editor, AccountRole::owner};

}  // namespace

std::string_view name_of(AccountRole role) {
  switch (role) {
    case AccountRole::viewer:
      return "viewer";
    case AccountRole::editor:
      return "editor";
    case AccountRole::owner:
      return "owner";
  }
  return "viewer";
}

std::optional<AccountRole> account_role_of(std::string_view name) {
  for (const AccountRole role : kRoles) {
    if (name == name_of(role)) return role;
  }
  return std::nullopt;
}

}  // namespace matinee::guard
