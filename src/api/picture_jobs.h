#pragma once
// api/picture_jobs: the pictures of a title: one from the film, those that lie next to it, and
// the thumbnails of its time line.

#include "api/media_jobs.h"
#include "media/package.h"

namespace matinee::api {

/// The jobs of these kinds; payloads and results as in functions/job_payloads.h.
Result<Json> do_poster_job(const Json& payload, const std::string& source, const JobTools& tools);
/// A picture that cannot be read becomes an "error" of its own and fails nothing else.
Result<Json> do_artwork_job(const Json& payload, const std::string& source, const JobTools& tools);
Result<Json> do_thumbnails_job(const Json& payload, const std::string& source,
                               const JobTools& tools);

/// Enters the thumbnails of a publish job into the package, when it brings any.
Result<void> publish_thumbnails(const Json& payload, media::Package& package);

}  // namespace matinee::api
