#pragma once
// api/viewer: who is asking, and the handlers that let in only whom they are for.

#include <functional>
#include <string>
#include <string_view>

#include "catalog/visibility.h"
#include "guard/account_role.h"
#include "http/message.h"

namespace matinee::api {

struct ControlWorld;

/// What those are told who are not let in, beside 401 or 403.
inline constexpr std::string_view kChooseProfileFirst = "choose a profile first";
inline constexpr std::string_view kNeedsRole = "this needs the role ";

/// The session behind a request, and what it may: looked up anew for each, so that a role, limit or
/// session that was taken away a moment ago counts no more.
struct Viewer {
  http::SessionFacts facts;  // profile_id and pseudonym are nil until a profile is chosen
  guard::AccountRole role = guard::AccountRole::viewer;
  catalog::Visibility visibility{};
  std::string language = "en";  // BCP 47
  /// False in a child's or limited profile, and at the gate while each unlimited profile has a PIN:
  /// then the role counts as viewer, and profiles cannot be changed.
  bool may_manage = true;
};

/// Who asks: by the session that the edge vouches for, else by the cookie. Errors: unauthorized for
/// nobody; forbidden for a role that may not speak for viewers.
Result<Viewer> viewer_of(const ControlWorld& world, const http::Request& request);

using ViewerHandler = std::function<Result<http::Response>(http::Request&, const Viewer&)>;

/// Access "profile": needs a session with a chosen profile. Errors of the handlers it makes:
/// unauthorized without a session, forbidden without a profile.
http::Handler for_viewer(const ControlWorld& world, ViewerHandler handler);
/// Access "account", "editor", "owner": needs a session of an account of at least that role; a
/// profile need not be chosen. Errors: unauthorized; forbidden.
http::Handler for_account(const ControlWorld& world, guard::AccountRole needed,
                          ViewerHandler handler);
http::Handler for_editor(const ControlWorld& world, ViewerHandler handler);
http::Handler for_owner(const ControlWorld& world, ViewerHandler handler);

}  // namespace matinee::api
