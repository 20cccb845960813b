#pragma once
// api/viewer_routes: the API that the web app and other players use, as `control` serves it.

#include <span>
#include <string>
#include <string_view>

#include "api/control_world.h"
#include "api/viewer.h"
#include "http/openapi.h"
#include "http/router.h"

namespace matinee::api {

/// All that title_routes, image_routes, home_routes, play_routes, sign_in_routes, profile_routes
/// and member_routes describe. `world` must outlive the router.
void add_viewer_routes(http::Router& router, const ControlWorld& world);

/// The OpenAPI document of the whole public API: the viewer routes, and `others`, which other roles
/// serve at the same address (POST /v1/events). `schemas`: their components.
std::string public_openapi(std::string_view version, std::span<const http::Route> others,
                           std::span<const std::pair<std::string, std::string>> schemas);

}  // namespace matinee::api
