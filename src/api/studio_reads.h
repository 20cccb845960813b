#pragma once
// api/studio_reads: what the studio's pages are made of, put together from the modules below.

#include "api/control_world.h"
#include "base/json.h"
#include "catalog/title_filter.h"
#include "functions/job_queue.h"

namespace matinee::api {

/// Each is one answer of api/studio_routes; schemas in api/studio_json.
Result<Json> studio_overview(const ControlWorld& world);
Result<Json> studio_titles(const ControlWorld& world, const catalog::TitleFilter& filter,
                           std::int64_t limit, std::string_view cursor);
Result<Json> studio_title(const ControlWorld& world, const TitleId& id);
Result<Json> studio_jobs(const ControlWorld& world, const functions::JobFilter& filter);
Result<Json> studio_job(const ControlWorld& world, const JobId& id);
Result<Json> studio_storage(const ControlWorld& world);
Result<Json> studio_library(const ControlWorld& world);
/// Looks through all folders of the library; takes as long as that takes.
Result<Json> studio_rescan(const ControlWorld& world);

}  // namespace matinee::api
