#include "api/viewer.h"

#include <utility>

#include "api/control_world.h"

namespace matinee::api {
namespace {

using guard::AccountRole;

// Until somebody has to sign in, whoever comes is the owner of an unlimited profile.
Viewer anybody(const http::SessionFacts& facts) {
  return {.facts = facts, .role = AccountRole::owner};
}

}  // namespace

http::Handler for_account(const ControlWorld& world, AccountRole needed, ViewerHandler handler) {
  return [&world, needed,
          handler = std::move(handler)](http::Request& request) -> Result<http::Response> {
    const auto answer = [&](const Viewer& viewer) -> Result<http::Response> {
      if (!guard::is_at_least(viewer.role, needed)) {
        return fail(ErrorCode::forbidden, "this needs another role");
      }
      return handler(request, viewer);
    };
    const auto acting = acting_viewer(request, world.authorize);
    if (!acting) return std::unexpected(acting.error());
    if (*acting) return answer(anybody(**acting));
    const auto known = world.members.resolve(request.headers.value_of("Cookie"));
    if (known) return answer(anybody(known->facts));
    if (known.error().code != ErrorCode::unauthorized) return std::unexpected(known.error());
    const auto opened = world.members.open();
    if (!opened) return fail(opened.error(), "opening a session");
    auto response = answer(anybody(opened->session.facts));
    if (response) response->headers.add("Set-Cookie", opened->set_cookie);
    return response;
  };
}

http::Handler for_viewer(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::viewer, std::move(handler));
}

http::Handler for_editor(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::editor, std::move(handler));
}

http::Handler for_owner(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::owner, std::move(handler));
}

}  // namespace matinee::api
