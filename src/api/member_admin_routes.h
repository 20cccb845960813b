#pragma once
// api/member_admin_routes: what `matinee claim`, `login`, `members` and `invite` ask of `control`,
// on the admin socket only: who may open it owns the machine.

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// POST /admin/claim: a new claim link -> {"id","url","expires_at_ms"}; 409 when claimed.
/// POST /admin/login {"profile"?}: a session of the owner -> {"cookie": "name=value"}; 404 while
///   unclaimed or without such a profile.
/// GET /admin/members: as GET /v1/members. POST /admin/invitations: as POST /v1/invitations.
/// `world` and its sign_in must outlive the router.
void add_member_admin_routes(http::Router& router, const ControlWorld& world);

}  // namespace matinee::api
