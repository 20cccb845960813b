#pragma once
// api/admin_routes: what the operator's command line asks of `control`, on the admin socket only.

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// POST /admin/titles {"paths": [absolute paths], "remember": false, "announce": false}: takes in
///   files and folders at once, decodes nothing. remember: folders are scanned again by themselves.
///   announce: also titles of .nfo files whose video is not there yet. ->
///   {"titles":[{"path","title_id","kind","name","year","state","is_new","message"}],
///    "counts":{by kind},"added","changed","missing",
///    "skipped":[{"path","reason","kind":"skipped|ambiguous|unreadable"}], "skipped_unreported"}
/// POST /admin/library/rescan: begins to look through all remembered folders.
/// GET /admin/library/scan: how that stands: {"number","state","folder","found","added","changed",
///   "missing","expected","error", ...,"skipped":[what was ambiguous or unreadable, at its end]}.
/// GET /admin/library/digests?after=: {"digests":[{"title_id","path","bytes","sha256"}],"next",
///   "unread"}: what was read of the sources; `next` is "" at the end.
/// GET /admin/titles/{id}: everything of a title and its jobs.
/// PUT /admin/titles/{id}/progress {"progress": 0..1}: how far the file of an announced title is
///   made -> 200. Errors: conflict once the file is there.
/// GET /admin/jobs?all=1&limit=: {"counts":{queued,leased,done,failed},"jobs":[...],
///   "titles":[{"title_id","name","announced","progress"}]}: titles: in work, at most 20.
/// All of visibility admin. `world` must outlive the router.
void add_admin_routes(http::Router& router, const ControlWorld& world);

}  // namespace matinee::api
