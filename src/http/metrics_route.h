#pragma once
// http/metrics_route: the routes every role has: /metrics, /healthz, /readyz.

#include <functional>

#include "base/metrics.h"
#include "http/router.h"

namespace matinee::http {

/// Adds GET /metrics (internal), /healthz and /readyz (200 {"status":"ok"} or 503) to a role's
/// table. `metrics` must outlive the router; `ready` is called from any thread.
void add_process_routes(Router& router, const Metrics& metrics, std::function<bool()> ready);

}  // namespace matinee::http
