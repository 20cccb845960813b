#pragma once
// api/studio_routes: how the house is run: titles and how far their making is, jobs, storage. Read
// by the studio pages (/v1/studio/...) and by the operator's command line (/admin/studio/...).

#include <vector>

#include "api/control_world.h"
#include "http/router.h"

namespace matinee::api {

/// Below /v1/studio (for editors and owners) and, the same, below /admin/studio (admin socket):
///   GET overview                 what needs attention first, what is in work
///   GET titles?state=&q=&attention=1&limit=&cursor=
///   GET titles/{id}              one title: stages and rungs, jobs, log
///   POST titles/{id}/retry       tries again what failed or was stopped
///   POST titles/{id}/cancel      stops what is being made
///   POST titles/{id}/turn {"turn":"first"|"normal"|"last"}
///   GET jobs?state=&kind=&limit= those in work first
///   GET jobs/{id}, POST jobs/{id}/retry, POST jobs/{id}/cancel
///   GET storage                  disk, bytes by kind, the largest titles
///   GET library                  folders, counts, ambiguous and unreadable files
///   POST library/rescan          begins to look through all folders, or joins who did; `scan` of
///                                library tells how that stands
/// Answers of GET carry an ETag: a page that polls gets 304 while nothing changed.
/// `world` must outlive the router.
void add_studio_routes(http::Router& router, const ControlWorld& world);

/// The public ones, for the OpenAPI document.
std::vector<http::Route> studio_public_routes();

}  // namespace matinee::api
