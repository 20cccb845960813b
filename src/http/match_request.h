#pragma once
// http/match_request: the route of a whole request. Internal to this module.

#include <variant>

#include "http/router.h"

namespace matinee::http {

/// Router::match() for the request's path; also 400 for a query that is badly encoded, where the
/// route has one.
std::variant<RouteMatch, RouteMiss> match_request(const Router& router, const Request& request);

}  // namespace matinee::http
