#pragma once
// api/image_routes: the pictures of titles.

#include <string>
#include <string_view>
#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// GET /v1/images/{id}?w=: a picture in one of six widths, by Accept; made when it is first asked
///   for and kept at the origin. AVIF is made in the background: until then WebP is given.
/// GET /v1/titles/{id}/poster.
/// `world` must outlive the router.
void add_image_routes(http::Router& router, const ControlWorld& world);

/// The formats ("avif", "webp", "jpeg") to answer an Accept header with, the best first; never
/// empty.
std::vector<std::string> acceptable_image_formats(std::string_view accept);

/// The same routes for the OpenAPI document.
std::vector<http::Route> image_routes();

}  // namespace matinee::api
