#pragma once
// api/play_routes: starting a play, and its manifests.

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// POST /v1/plays and GET /m/{token}/main.m3u8|mpd. `world` must outlive the router.
void add_play_routes(http::Router& router, const ControlWorld& world);

/// The same routes for the OpenAPI document.
std::vector<http::Route> play_routes();

/// The title of a POST /v1/plays body. Errors: invalid for anything but an object with a text
/// `title_id`; not_found when that is no id.
Result<TitleId> parse_play_request(std::string_view body);

}  // namespace matinee::api
