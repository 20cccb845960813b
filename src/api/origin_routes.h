#pragma once
// api/origin_routes: the origin role's API: objects in and out by role credential.

#include <functional>
#include <string>
#include <string_view>

#include "base/metrics.h"
#include "base/result.h"
#include "http/router.h"
#include "store/content.h"

namespace matinee::api {

inline constexpr std::string_view kExtentsType = "application/vnd.matinee.extents";

/// Checks an Authorization header and gives the role it stands for ("edge", "media", "control").
/// Errors: unauthorized.
using AuthorizeRole = std::function<Result<std::string>(std::string_view authorization)>;

/// Adds the routes, all internal:
///   POST /objects (media, control): any bytes -> 201 {"object_id","bytes"}, durable, retry safe
///   GET, HEAD /objects/{id} (edge, media, control): 200 or, for one range, 206; ETag "<id>"
///   GET /objects/{id}/extents (edge, media, control): the serialised extent hashes
///   DELETE /objects/{id} (control): 204
/// Bytes are checked against their extents before they are sent; damage breaks the connection off.
/// `content` and `metrics` must outlive the router.
/// Errors: 401 no or a wrong credential, 403 a role that may not, 404, 416, 503 disk full.
void add_origin_routes(http::Router& router, store::ContentStore& content, AuthorizeRole authorize,
                       Metrics& metrics);

}  // namespace matinee::api
