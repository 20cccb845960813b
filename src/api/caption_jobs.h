#pragma once
// api/caption_jobs: the captions of a title, from a sidecar or a stream to objects of a package.

#include "api/media_jobs.h"
#include "media/package.h"

namespace matinee::api {

/// The `captions` job. Its result is functions/job_payloads.h's caption track, and beside its
/// members "vtt_bytes", "segment_bytes" and "segment_durations_ms" for the publish job.
Result<Json> do_captions_job(const Json& payload, const std::string& source, const JobTools& tools);

/// Enters the caption tracks of a publish job into the package, with their HLS playlists.
Result<void> publish_captions(const Json& payload, media::Package& package, const JobTools& tools);

}  // namespace matinee::api
