#pragma once
// api/member_routes: the owner's view of who may come in: members and invitations.

#include <vector>

#include "api/control_world.h"
#include "api/sign_in_world.h"
#include "base/json.h"
#include "http/router.h"

namespace matinee::api {

/// GET and POST /v1/invitations, DELETE /v1/invitations/{id}, POST /v1/invitations/accept (anybody
/// with the link), GET /v1/members, PATCH and DELETE /v1/members/{id}. All but accept: owner.
/// `world` and its sign_in must outlive the router.
void add_member_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> member_routes();

/// {"members":[...]}, as GET /v1/members and the admin socket answer it.
Result<Json> members_json(const SignInWorld& world);
/// {"id","url","expires_at_ms"} of a link that was just made; `page` is "claim" or "invite".
Json new_link_json(const SignInWorld& world, const guard::NewLink& made, std::string_view page);

}  // namespace matinee::api
