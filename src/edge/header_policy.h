#pragma once
// edge/header_policy: which header fields pass between clients and roles.

#include <string_view>

#include "edge/route_plan.h"
#include "http/headers.h"

namespace matinee::edge {

/// The client's fields that a role may see. Left out: hop-by-hop fields (also those that
/// Connection names), Host and framing (the engine's), Authorization and matinee-* (ours to set),
/// what tells of proxies (Forwarded, X-Forwarded-*, X-Real-IP, Via) and, but for control, cookies.
/// Source: RFC 9110 section 7.6.
http::Headers forwarded_request(const http::Headers& client, ProxiedRole role);

/// The role's fields that a client may see: all but hop-by-hop fields, framing and matinee-*.
http::Headers forwarded_response(const http::Headers& role);

}  // namespace matinee::edge
