#pragma once
// api/job_routes: how workers get jobs from `control` and bring back what came of them.

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// POST /internal/jobs/lease, /internal/jobs/{id}/renew, /note, /complete and /fail, for roles that
/// may work on jobs. `world` must outlive the router. Errors: 401, 403; 409 when a lease was lost.
void add_job_routes(http::Router& router, const ControlWorld& world);

}  // namespace matinee::api
