#pragma once
// api/history_routes: what a profile has watched, of what it may see.

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/history?limit=&cursor=. Insight knows what was watched, control what there is and who
/// may see it: titles that are unknown, gone or beyond the profile's limit are left out. 503 while
/// insight is away. `world` must outlive the router.
void add_history_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> history_routes();

}  // namespace matinee::api
