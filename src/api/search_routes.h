#pragma once
// api/search_routes: search as you type.

#include <vector>

#include "api/control_world.h"
#include "api/shared_snapshots.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/search. `world` must outlive the router.
void add_search_routes(http::Router& router, const ControlWorld& world,
                       const SharedSnapshots& snapshots);

/// The same routes for the OpenAPI document.
std::vector<http::Route> search_routes();

}  // namespace matinee::api
