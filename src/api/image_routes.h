#pragma once
// api/image_routes: the pictures of titles.

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/titles/{id}/poster. `world` must outlive the router.
void add_image_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> image_routes();

}  // namespace matinee::api
