#pragma once
// functions/title_report: how far the making of a title is, stage by stage and rung by rung, as an
// operator reads it. Pure: from the jobs of a title and its plan.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/job_queue.h"
#include "media/encode_plan.h"

namespace matinee::functions {

/// waiting: nothing of it was begun; partly: it has ended, but some of it failed.
enum class StageState { waiting, running, done, failed, partly };
std::string_view name_of(StageState state);

/// One rung of the ladder, on its way. Rungs made in one decode go forward together.
struct RungReport {
  std::string track_id;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::int64_t expected_bytes = 0;
};

/// Stages in the order of a title's life: "probe", "first" (what makes it playable), "audio",
/// "extras" (captions, pictures), "rest" (the other rungs), "publish".
struct StageReport {
  std::string id;
  StageState state = StageState::waiting;
  double progress = 0;  // 0..1
  int jobs = 0;         // with those that are still to be queued
  int done = 0;
  int failed = 0;
  std::int64_t started_ms = 0;  // of its first try; 0 = not yet
  std::int64_t ended_ms = 0;    // 0 = not yet
  std::vector<RungReport> rungs;
};

/// "encode/rest/0" of the job with the key "<title id>/encode/rest/0".
std::string step_of(const JobFacts& job);

/// `plan` is absent before the probe is done. Stages that the plan does not need are left out.
std::vector<StageReport> stages_of(const std::vector<JobFacts>& jobs,
                                   const std::optional<media::EncodePlan>& plan);

}  // namespace matinee::functions
