#pragma once
// functions/title_pipeline: what has to happen next to make a title playable, and why. Pure: the
// same state gives the same decision. title_jobs brings the state and carries the decision out.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "catalog/artwork.h"
#include "catalog/titles.h"
#include "functions/encode_policy.h"
#include "functions/job_payloads.h"
#include "functions/job_queue.h"
#include "media/encode_plan.h"
#include "media/probe.h"

namespace matinee::functions {

/// One job of the title as the decision needs it. Steps are named "probe", "repackage",
/// "encode/v360/0" (first rung, chunk 0), "encode/rest/0" (all other rungs), "audio/a1",
/// "captions/s3" (stream), "captions/f<hash of path>" (sidecar), "poster", "thumbnails",
/// "artwork/<hash of the pictures' ids>", "publish/1" (version).
struct StepFacts {
  std::string kind;
  JobState state = JobState::queued;
  std::string message = {};  // why it failed
  std::string code = {};     // of that failure, as JobFailure::code
};

/// Everything known about a title's making.
struct PipelineState {
  TitleId title_id;
  std::string source_path;
  std::int64_t added_ms = 0;
  std::vector<catalog::Sidecar> sidecars;
  std::optional<Result<media::EncodePlan>> plan;  // absent until the probe is done
  std::map<std::string, StepFacts> steps;
  int published_version = 0;
  std::string published_parts;  // as PublishPlan::parts of that version
  bool has_source = true;       // false: a show, or announced; then only artwork is made
  std::vector<catalog::Artwork> artwork_to_make;  // files that nothing was made of yet
  EncodePolicy policy;
  bool asked_for = false;         // somebody wanted to watch it
  std::int64_t stored_bytes = 0;  // taken by all titles, or promised to those being encoded
};

/// A job to enqueue; its key is "<title id>/<step>".
struct NextStep {
  std::string step;
  std::string_view kind;
  int priority = 0;
  std::int64_t sequence = 0;
  double weight = 0;
  Json payload;        // of a publish step: without tracks, captions and poster
  std::string reason;  // for the operator
};

/// What one version of the package is made of: the steps whose results go into it.
struct PublishPlan {
  int version = 0;
  std::string parts;                                   // all of the below as one text, to compare
  bool repackaged = false;                             // the result of "repackage"
  std::vector<std::vector<std::string>> video_passes;  // the steps of all chunks, in order
  std::vector<std::string> audio;                      // steps
  std::vector<std::string> captions;                   // steps
  bool poster = false;
  bool thumbnails = false;
};

struct Decision {
  std::vector<NextStep> steps;
  std::optional<PublishPlan> publish;  // its NextStep is the last of `steps`
  catalog::TitleState state = catalog::TitleState::queued;
  std::string error;               // why the title failed
  std::vector<std::string> notes;  // optional parts that could not be made
  std::string waiting;             // why encodes that are to come are not begun; empty = none wait
  double work_total = 0;           // weight of all steps, with those still to come
  bool cancel_rest = false;        // the title has failed: what still waits is in vain
};

/// The plan of a title, given what its probe found and how its steps went: a source that could not
/// be repackaged because of what is in it (failed as invalid or corrupt) is encoded instead.
/// Errors: as media::plan_encode.
Result<media::EncodePlan> plan_title(media::Probe probe,
                                     const std::map<std::string, StepFacts>& steps);

/// The next steps of a title. A step that exists already is not given again, so carrying the same
/// decision out twice changes nothing. The title fails when its probe, plan, repackaging (but
/// see plan_title), a video chunk or a publication fails, or all of its audio for want of anything
/// but the source; what was published before stays. Encodes that the policy does not let begin
/// are left out: a title that is repackaged is ready without them, another waits.
Decision decide_next(const PipelineState& state);

}  // namespace matinee::functions
