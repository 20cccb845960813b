#pragma once
// api/profile_routes: who watches: the profiles of an account, and choosing one.

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// GET and POST /v1/profiles, PATCH and DELETE /v1/profiles/{id}, POST /v1/profiles/{id}/select.
/// Only who may manage (Viewer) makes, limits or removes profiles; how one's own looks and speaks
/// is anybody's. `world` and its sign_in must outlive the router.
void add_profile_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> profile_routes();

}  // namespace matinee::api
