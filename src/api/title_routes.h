#pragma once
// api/title_routes: titles, one by one and as a list, for viewers.

#include <vector>

#include "api/control_world.h"
#include "api/shared_snapshots.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/titles and /v1/titles/{id}. `world` must outlive the router.
void add_title_routes(http::Router& router, const ControlWorld& world,
                      const SharedSnapshots& snapshots);

/// The same routes for the OpenAPI document.
std::vector<http::Route> title_routes();

}  // namespace matinee::api
