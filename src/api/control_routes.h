#pragma once
// api/control_routes: the whole route table of the control role.

#include <string>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// Adds the viewer, job and admin routes and
///   GET /internal/session (edge): the session of the request's Cookie header, or 401
///   GET /internal/profiles/{id}/key (insight): {"profile_id","key": 64 hex digits}
///   GET /openapi.json: `openapi`, from public_openapi()
///   GET everything else: the web app; a demo's page signs in who asks for it from this machine
/// `world` must outlive the router.
void add_control_routes(http::Router& router, const ControlWorld& world, std::string openapi);

}  // namespace matinee::api
