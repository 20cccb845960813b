#pragma once
// api/home_routes: the rows of the home page.

#include <vector>

#include "api/control_world.h"
#include "api/shared_snapshots.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/home. `world` must outlive the router.
void add_home_routes(http::Router& router, const ControlWorld& world,
                     const SharedSnapshots& snapshots);

/// The same routes for the OpenAPI document.
std::vector<http::Route> home_routes();

}  // namespace matinee::api
