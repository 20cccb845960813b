#include "api/viewer.h"

#include <utility>

#include "api/control_world.h"

namespace matinee::api {
namespace {

using guard::AccountRole;

Result<http::SessionFacts> facts_of(const ControlWorld& world, const http::Request& request) {
  const auto acting = acting_viewer(request, world.authorize);
  if (!acting) return std::unexpected(acting.error());
  if (*acting) return **acting;
  const auto known = world.members.resolve(request.headers.value_of("Cookie"));
  if (!known) return std::unexpected(known.error());
  return known->facts;
}

}  // namespace

Result<Viewer> viewer_of(const ControlWorld& world, const http::Request& request) {
  const auto facts = facts_of(world, request);
  if (!facts) return std::unexpected(facts.error());
  return world.members.viewer(*facts);
}

http::Handler for_account(const ControlWorld& world, AccountRole needed, ViewerHandler handler) {
  return [&world, needed,
          handler = std::move(handler)](http::Request& request) -> Result<http::Response> {
    const auto viewer = viewer_of(world, request);
    if (!viewer) return std::unexpected(viewer.error());
    const AccountRole role = viewer->may_manage ? viewer->role : AccountRole::viewer;
    if (guard::is_at_least(role, needed)) return handler(request, *viewer);
    return fail(ErrorCode::forbidden,
                std::string(kNeedsRole)
                    .append(guard::name_of(needed))
                    .append(viewer->role == role ? "" : ", in a profile without limits"));
  };
}

http::Handler for_viewer(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::viewer,
                     [handler = std::move(handler)](
                         http::Request& request, const Viewer& viewer) -> Result<http::Response> {
                       if (!viewer.facts.profile_id.is_nil()) return handler(request, viewer);
                       return fail(ErrorCode::forbidden, std::string(kChooseProfileFirst));
                     });
}

http::Handler for_editor(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::editor, std::move(handler));
}

http::Handler for_owner(const ControlWorld& world, ViewerHandler handler) {
  return for_account(world, AccountRole::owner, std::move(handler));
}

}  // namespace matinee::api
