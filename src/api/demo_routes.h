#pragma once
// api/demo_routes: what exists only in a demo: how many of the synthetic audience watch.

#include <atomic>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

inline constexpr int kDemoViewersMax = 64;

/// Set by the demo's page, read by the process that is the audience.
struct DemoAudience {
  std::atomic<int> viewers{-1};  // -1: not said since control started
};

/// GET, PUT /v1/demo/audience {"viewers": 0..64}: for the owner -> {"viewers","viewers_max"}.
/// GET, PUT /admin/demo/audience: the same, for the audience itself; there viewers may be -1.
/// They are in no OpenAPI document, as no service but a demo has them. All must outlive the router.
void add_demo_routes(http::Router& router, const ControlWorld& world, DemoAudience& audience);

}  // namespace matinee::api
