#pragma once
// api/sign_in_requests: the JSON bodies of sign-in, profiles and invitations, checked for shape.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "guard/account_role.h"
#include "members/members.h"

namespace matinee::api {

/// More than any of these bodies needs.
inline constexpr std::size_t kSignInBodyBytesMax = 4 * 1024;

/// POST /v1/claim, /v1/invitations/accept.
struct JoinRequest {
  std::string token;
  std::string name;
  std::string password;
};
/// POST /v1/sign-in.
struct SignInRequest {
  std::string name;
  std::string password;
  std::string device;  // "" when it says none
};
/// POST /v1/password.
struct PasswordRequest {
  std::string current;
  std::string wanted;
};
/// POST /v1/invitations.
struct InvitationRequest {
  guard::AccountRole role = guard::AccountRole::viewer;
  std::string note;
};
/// POST and PATCH /v1/profiles: what is absent stays as it is.
struct ProfileChange {
  std::optional<std::string> name{};
  std::optional<members::ProfileKind> kind{};
  std::optional<std::string> avatar{};
  std::optional<std::string> language{};
  std::optional<std::optional<int>> maturity_max{};  // null: no limit
  std::optional<std::string> pin{};                  // "" (null): none any more
  std::optional<bool> autoplay{};

  /// Changes nothing but what belongs to the person who watches: how it looks, speaks and goes on.
  [[nodiscard]] bool is_cosmetic() const { return !kind && !maturity_max && !pin; }
};

/// Errors of all: invalid, naming the member.
Result<JoinRequest> parse_join(std::string_view body);
Result<SignInRequest> parse_sign_in(std::string_view body);
Result<PasswordRequest> parse_password(std::string_view body);
Result<InvitationRequest> parse_invitation(std::string_view body);
Result<guard::AccountRole> parse_role(std::string_view body);
Result<ProfileChange> parse_profile_change(std::string_view body);
/// POST /v1/profiles/{id}/select: the PIN, "" without one; the body may be empty.
Result<std::string> parse_select(std::string_view body);

/// The draft with the change in it.
members::ProfileDraft changed(members::ProfileDraft draft, const ProfileChange& change);

/// What a person would call the browser of a User-Agent header: "Firefox on Linux".
std::string device_of_user_agent(std::string_view user_agent);

}  // namespace matinee::api
