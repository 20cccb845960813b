#pragma once
// api/admin_routes: what the operator's command line asks of `control`, on the admin socket only.

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// POST /admin/titles {"paths": [absolute paths]}: adds films at once, decodes nothing ->
///   {"titles":[{"path","title_id","name","year","state","is_new","message"}],
///    "skipped":[{"path","reason"}], "skipped_unreported"}
/// GET /admin/titles/{id}: everything of a title and its jobs.
/// GET /admin/jobs?all=1&limit=: {"counts":{queued,leased,done,failed},"jobs":[...]}.
/// All of visibility admin. `world` must outlive the router.
void add_admin_routes(http::Router& router, const ControlWorld& world);

}  // namespace matinee::api
