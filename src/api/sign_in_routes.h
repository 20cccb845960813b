#pragma once
// api/sign_in_routes: how a browser becomes somebody's, and who is signed in where.

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/me (never 401), POST /v1/claim, /v1/sign-in, /v1/sign-out, /v1/password,
/// GET /v1/sessions, DELETE /v1/sessions/{id}. Wrong guesses: 403; too many: 429.
/// `world` and its sign_in must outlive the router.
void add_sign_in_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> sign_in_routes();

}  // namespace matinee::api
