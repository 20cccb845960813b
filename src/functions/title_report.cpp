#include "functions/title_report.h"

#include <algorithm>
#include <array>

#include "functions/job_payloads.h"

namespace matinee::functions {
namespace {

constexpr std::array<std::string_view, 6> kStages{"probe",  "first", "audio",
                                                  "extras", "rest",  "publish"};

std::string_view stage_of(const JobFacts& job) {
  if (job.kind == kProbeKind || job.kind == kAudioKind || job.kind == kPublishKind) return job.kind;
  if (job.kind == kRepackageKind) return "first";
  if (job.kind != kEncodeKind) return "extras";
  return step_of(job).starts_with("encode/rest/") ? "rest" : "first";
}

void add(StageReport& stage, const JobFacts& job) {
  ++stage.jobs;
  if (job.state == JobState::done) ++stage.done;
  if (job.state == JobState::failed) ++stage.failed;
  stage.progress += job.state == JobState::done ? 1 : job.progress;
  if (job.started_ms > 0 && (stage.started_ms == 0 || job.started_ms < stage.started_ms)) {
    stage.started_ms = job.started_ms;
  }
  stage.ended_ms = std::max(stage.ended_ms, job.updated_ms);
}

RungReport report_of(const media::Rung& rung, std::int64_t duration_ms) {
  const double bytes =
      static_cast<double>(rung.expected_bps) / 8 * static_cast<double>(duration_ms) / 1000;
  return {rung.track_id, rung.width, rung.height, static_cast<std::int64_t>(bytes)};
}

// Jobs that are known to come although nobody queued them yet.
int planned_jobs(std::string_view stage, const media::EncodePlan& plan) {
  const int chunks = static_cast<int>(plan.chunks.size());
  const bool has_rest = plan.rungs.size() > (plan.repackage ? 0U : 1U);
  if (stage == "first") return plan.repackage ? 1 : chunks;
  if (stage == "rest") return has_rest ? chunks : 0;
  if (stage == "audio") {
    return static_cast<int>(std::ranges::count_if(
        plan.audio, [&](const auto& audio) { return !plan.repackage || !audio.repackage; }));
  }
  // What is playable is published at once, and all of it at the end.
  if (stage == "publish") return has_rest ? 2 : 1;
  return 0;
}

void add_rungs(StageReport& stage, const media::EncodePlan& plan) {
  const auto duration_ms = plan.duration_ms;
  if (stage.id == "first" && plan.repackage) {
    stage.rungs.push_back(report_of(plan.repackaged, duration_ms));
  } else if (stage.id == "first" && !plan.rungs.empty()) {
    stage.rungs.push_back(report_of(plan.rungs.front(), duration_ms));
  } else if (stage.id == "rest") {
    for (std::size_t i = plan.repackage ? 0 : 1; i < plan.rungs.size(); ++i) {
      stage.rungs.push_back(report_of(plan.rungs[i], duration_ms));
    }
  }
}

void conclude(StageReport& stage) {
  if (stage.jobs > 0) stage.progress = std::clamp(stage.progress / stage.jobs, 0.0, 1.0);
  const int ended = stage.done + stage.failed;
  if (ended < stage.jobs || stage.jobs == 0) {
    stage.state = stage.started_ms > 0 ? StageState::running : StageState::waiting;
    stage.ended_ms = 0;
    return;
  }
  stage.state = stage.failed == 0 ? StageState::done
                : stage.done == 0 ? StageState::failed
                                  : StageState::partly;
}

}  // namespace

std::string_view name_of(StageState state) {
  switch (state) {
    case StageState::waiting:
      return "waiting";
    case StageState::running:
      return "running";
    case StageState::done:
      return "done";
    case StageState::failed:
      return "failed";
    case StageState::partly:
      return "partly";
  }
  return "waiting";
}

std::string step_of(const JobFacts& job) {
  return job.key.size() > job.subject.size() ? job.key.substr(job.subject.size() + 1) : job.key;
}

std::vector<StageReport> stages_of(const std::vector<JobFacts>& jobs,
                                   const std::optional<media::EncodePlan>& plan) {
  std::vector<StageReport> stages;
  for (const auto name : kStages) {
    StageReport stage;
    stage.id = name;
    for (const auto& job : jobs) {
      if (stage_of(job) == name) add(stage, job);
    }
    if (plan) {
      stage.jobs = std::max(stage.jobs, planned_jobs(name, *plan));
      add_rungs(stage, *plan);
    }
    conclude(stage);
    const bool is_wanted = stage.jobs > 0 || !plan;
    if (is_wanted) stages.push_back(std::move(stage));
  }
  return stages;
}

}  // namespace matinee::functions
