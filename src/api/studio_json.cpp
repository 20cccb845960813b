#include "api/studio_json.h"

#include <algorithm>
#include <cmath>

#include "api/title_json.h"

namespace matinee::api {
namespace {

constexpr int kFirstBoost = 500;
constexpr int kLastBoost = -500;
constexpr double kSpeedSecondsMin = 1;  // sooner, a speed would be chance

Json or_null(std::int64_t value) { return value > 0 ? Json(value) : Json(nullptr); }

Json number_or_null(const std::optional<int>& number) {
  return number ? Json(*number) : Json(nullptr);
}

}  // namespace

Json to_json(const functions::JobCounts& counts) {
  return {{"queued", counts.queued},
          {"leased", counts.leased},
          {"done", counts.done},
          {"failed", counts.failed}};
}

std::string_view turn_of(int boost) {
  if (boost > 0) return "first";
  return boost < 0 ? "last" : "normal";
}

Result<int> boost_of_turn(std::string_view turn) {
  if (turn == "first") return kFirstBoost;
  if (turn == "normal") return 0;
  if (turn == "last") return kLastBoost;
  return fail(ErrorCode::invalid, "turn must be \"first\", \"normal\" or \"last\"");
}

Json studio_title_json(const catalog::TitleCard& card, const functions::JobCounts& jobs) {
  Json json = title_admin_json(card.title);
  // Of these the studio has its own words.
  for (const char* name : {"sidecars", "package", "parts"}) json.erase(name);
  json["sidecars"] = card.title.sidecars.size();
  json["show_name"] = card.show_name.empty() ? Json(nullptr) : Json(card.show_name);
  json["season_number"] = number_or_null(card.facts.season_number);
  json["episode_number"] = number_or_null(card.facts.episode_number);
  json["jobs"] = to_json(jobs);
  return json;
}

Json studio_job_json(const functions::JobFacts& job, std::optional<double> speed) {
  const bool waits = job.state == functions::JobState::queued;
  return {{"id", job.id.to_string()},
          {"title_id", job.subject},
          {"step", functions::step_of(job)},
          {"kind", job.kind},
          {"state", name_of(job.state)},
          {"progress", job.progress},
          {"attempts", job.attempts},
          {"attempts_max", job.attempts_max},
          {"worker", job.worker},
          {"speed", speed ? Json(*speed) : Json(nullptr)},
          {"code", job.failure.code},
          {"message", job.failure.message},
          {"created_ms", job.created_ms},
          {"updated_ms", job.updated_ms},
          {"started_ms", or_null(job.started_ms)},
          {"next_try_ms", waits ? or_null(job.not_before_ms) : Json(nullptr)}};
}

std::optional<double> speed_of(const functions::JobFacts& job, const Json& payload,
                               std::int64_t now_ms) {
  if (job.state != functions::JobState::leased || job.started_ms <= 0) return std::nullopt;
  double film_seconds = 0;
  if (payload.contains("chunk") && payload["chunk"].is_object()) {
    const auto start = integer_member(payload["chunk"], "start_ms");
    const auto end = integer_member(payload["chunk"], "end_ms");
    if (start && end) film_seconds = static_cast<double>(*end - *start) / 1000;
  } else if (const auto whole = integer_member(payload, "duration_ms")) {
    film_seconds = static_cast<double>(*whole) / 1000;
  }
  const double seconds = static_cast<double>(now_ms - job.started_ms) / 1000;
  if (film_seconds <= 0 || seconds < kSpeedSecondsMin || job.progress <= 0) return std::nullopt;
  return std::round(film_seconds * job.progress / seconds * 100) / 100;
}

Json stages_json(std::span<const functions::StageReport> stages,
                 const std::map<std::string, std::int64_t>& stored_parts) {
  Json list = Json::array();
  for (const auto& stage : stages) {
    Json rungs = Json::array();
    for (const auto& rung : stage.rungs) {
      const auto stored = stored_parts.find(rung.track_id);
      rungs.push_back(
          {{"track_id", rung.track_id},
           {"width", rung.width},
           {"height", rung.height},
           {"state", name_of(stage.state)},
           {"progress", stage.progress},
           {"expected_bytes", rung.expected_bytes},
           {"stored_bytes", stored == stored_parts.end() ? Json(nullptr) : Json(stored->second)}});
    }
    list.push_back({{"id", stage.id},
                    {"state", name_of(stage.state)},
                    {"progress", stage.progress},
                    {"jobs", stage.jobs},
                    {"done", stage.done},
                    {"failed", stage.failed},
                    {"started_ms", or_null(stage.started_ms)},
                    {"ended_ms", or_null(stage.ended_ms)},
                    {"rungs", std::move(rungs)}});
  }
  return list;
}

Json log_json(std::span<const functions::JobLogLine> lines,
              const std::map<std::string, std::string>& step_of_job) {
  Json list = Json::array();
  for (const auto& line : lines) {
    const auto id = line.job_id.to_string();
    const auto step = step_of_job.find(id);
    list.push_back({{"at_ms", line.at_ms},
                    {"level", name_of(line.level)},
                    {"job_id", id},
                    {"step", step == step_of_job.end() ? "" : step->second},
                    {"text", line.text}});
  }
  return list;
}

const std::vector<std::pair<std::string, std::string>>& studio_schemas() {
  static const std::vector<std::pair<std::string, std::string>> kSchemas{
      {"JobCounts", R"({"type":"object","required":["queued","leased","done","failed"],
"properties":{"queued":{"type":"integer"},"leased":{"type":"integer"},"done":{"type":"integer"},
"failed":{"type":"integer"}}})"},
      {"StudioTitle", R"({"type":"object","required":["id","kind","name","year","duration_ms",
"playable","state","progress","announced","edition_name","show_name","season_number",
"episode_number","missing_since_ms","path","source_bytes","message","notes","package_version",
"estimate_cpu_seconds","estimate_bytes","added_ms","sidecars","jobs","turn"],"properties":{
"id":{"type":"string","pattern":"^[0-9a-f]{32}$"},
"kind":{"type":"string","enum":["film","show","season","episode","extra","edition"]},
"name":{"type":"string"},"year":{"type":["integer","null"]},
"duration_ms":{"type":["integer","null"]},"playable":{"type":"boolean"},
"state":{"type":"string","enum":["queued","encoding","ready","failed"]},
"progress":{"type":"number","minimum":0,"maximum":1},"announced":{"type":"boolean"},
"edition_name":{"type":["string","null"]},"show_name":{"type":["string","null"]},
"season_number":{"type":["integer","null"]},"episode_number":{"type":["integer","null"]},
"missing_since_ms":{"type":["integer","null"],"description":"since when its file is gone"},
"path":{"type":"string","description":"the file, where it lies"},
"source_bytes":{"type":"integer"},"message":{"type":"string","description":"why it failed"},
"notes":{"type":"array","items":{"type":"string"},
"description":"parts that could not be made, and why"},
"package_version":{"type":"integer"},"estimate_cpu_seconds":{"type":"number"},
"estimate_bytes":{"type":"integer"},"added_ms":{"type":"integer"},
"sidecars":{"type":"integer"},"jobs":{"$ref":"#/components/schemas/JobCounts"},
"turn":{"enum":["first","normal","last"]}}})"},
      {"StudioTitlePage", R"({"type":"object","required":["titles","next_cursor","counts"],
"properties":{"titles":{"type":"array","items":{"$ref":"#/components/schemas/StudioTitle"}},
"next_cursor":{"type":["string","null"]},"counts":{"type":"object",
"required":["queued","encoding","ready","failed","attention"],"properties":{
"queued":{"type":"integer"},"encoding":{"type":"integer"},"ready":{"type":"integer"},
"failed":{"type":"integer"},"attention":{"type":"integer"}}}}})"},
      {"StudioJob", R"({"type":"object","required":["id","title_id","step","kind","state",
"progress","attempts","attempts_max","worker","speed","code","message","created_ms","updated_ms",
"started_ms","next_try_ms"],"properties":{"id":{"type":"string"},"title_id":{"type":"string"},
"title_name":{"type":"string"},"step":{"type":"string"},"kind":{"type":"string"},
"state":{"enum":["queued","leased","done","failed"]},
"progress":{"type":"number","minimum":0,"maximum":1},"attempts":{"type":"integer"},
"attempts_max":{"type":"integer"},"worker":{"type":"string"},
"speed":{"type":["number","null"],"description":"seconds of the film made in one second"},
"code":{"type":"string"},"message":{"type":"string"},"created_ms":{"type":"integer"},
"updated_ms":{"type":"integer"},"started_ms":{"type":["integer","null"]},
"next_try_ms":{"type":["integer","null"]}}})"},
      {"StudioJobPage", R"({"type":"object","required":["counts","jobs"],"properties":{
"counts":{"$ref":"#/components/schemas/JobCounts"},
"jobs":{"type":"array","items":{"$ref":"#/components/schemas/StudioJob"}}}})"},
      {"JobLogLine", R"({"type":"object","required":["at_ms","level","job_id","step","text"],
"properties":{"at_ms":{"type":"integer"},"level":{"enum":["info","warning","error"]},
"job_id":{"type":"string"},"step":{"type":"string"},"text":{"type":"string"}}})"},
      {"StudioJobDetail", R"({"allOf":[{"$ref":"#/components/schemas/StudioJob"},{"type":"object",
"required":["log"],"properties":{"log":{"type":"array",
"items":{"$ref":"#/components/schemas/JobLogLine"}}}}]})"},
      {"Stage", R"({"type":"object","required":["id","state","progress","jobs","done","failed",
"started_ms","ended_ms","rungs"],"properties":{
"id":{"enum":["probe","first","audio","extras","rest","publish"]},
"state":{"enum":["waiting","running","done","failed","partly"]},
"progress":{"type":"number","minimum":0,"maximum":1},"jobs":{"type":"integer"},
"done":{"type":"integer"},"failed":{"type":"integer"},"started_ms":{"type":["integer","null"]},
"ended_ms":{"type":["integer","null"]},"rungs":{"type":"array","items":{"type":"object",
"required":["track_id","width","height","state","progress","expected_bytes","stored_bytes"],
"properties":{"track_id":{"type":"string"},"width":{"type":"integer"},
"height":{"type":"integer"},"state":{"type":"string"},"progress":{"type":"number"},
"expected_bytes":{"type":"integer"},"stored_bytes":{"type":["integer","null"]}}}}}})"},
      {"StudioTitleDetail", R"({"allOf":[{"$ref":"#/components/schemas/StudioTitle"},
{"type":"object","required":["stages","work","left_out","log","reasons"],"properties":{
"stages":{"type":"array","items":{"$ref":"#/components/schemas/Stage"}},
"work":{"type":"array","description":"its jobs: failed, in work and waiting ones first",
"items":{"$ref":"#/components/schemas/StudioJob"}},
"left_out":{"type":"integer","description":"jobs beyond those listed"},
"log":{"type":"array","description":"newest first",
"items":{"$ref":"#/components/schemas/JobLogLine"}},
"reasons":{"type":"array","items":{"type":"string"},"description":"why it is made so"}}}]})"},
      {"StudioOrder", R"({"type":"object","required":["jobs"],"properties":{
"jobs":{"type":"integer","description":"how many jobs this concerned"}}})"},
      {"StudioTurn", R"({"type":"object","required":["turn"],"properties":{
"turn":{"enum":["first","normal","last"]}}})"},
      {"EncodePolicy", R"({"type":"object",
"required":["when","night_window","cpu_share","disk_quota_bytes"],
"properties":{"when":{"type":"string","enum":["now","on_first_watch","never"],
"description":"never: repackage only"},
"night_window":{"type":["object","null"],"required":["from","to"],"properties":{
"from":{"type":"string","description":"local time, as 22:00"},"to":{"type":"string"}}},
"cpu_share":{"type":"number","minimum":0.1,"maximum":1},
"disk_quota_bytes":{"type":["integer","null"],"minimum":0}}})"},
      {"StudioStorage", R"({"type":"object","required":["disk","kinds","stored_bytes",
"source_bytes","remaining_bytes","remaining_cpu_seconds","titles"],"properties":{
"disk":{"type":["object","null"],"required":["total_bytes","free_bytes"],"properties":{
"total_bytes":{"type":"integer"},"free_bytes":{"type":"integer"}}},
"kinds":{"type":"array","items":{"type":"object","required":["kind","bytes"],"properties":{
"kind":{"type":"string"},"bytes":{"type":"integer"}}}},
"stored_bytes":{"type":"integer"},"source_bytes":{"type":"integer"},
"remaining_bytes":{"type":"integer","description":"estimate of what is still to be stored"},
"remaining_cpu_seconds":{"type":"number"},
"titles":{"type":"array","description":"the largest first","items":{"type":"object",
"required":["id","name","bytes","source_bytes"],"properties":{"id":{"type":"string"},
"name":{"type":"string"},"bytes":{"type":"integer"},"source_bytes":{"type":"integer"}}}}}})"},
      {"StudioLibrary", R"({"type":"object",
"required":["counts","libraries","findings","findings_total","scan"],"properties":{
"counts":{"type":"object","description":"titles by kind","additionalProperties":
{"type":"integer"}},"libraries":{"type":"array","items":{"type":"object",
"required":["path","scanned_ms","titles"],"properties":{"path":{"type":"string"},
"scanned_ms":{"type":"integer","description":"0 = never"},"titles":{"type":"integer"}}}},
"findings":{"type":"array","items":{"type":"object","required":["kind","path","reason"],
"properties":{"kind":{"enum":["skipped","ambiguous","unreadable"]},"path":{"type":"string"},
"reason":{"type":"string"}}}},"findings_total":{"type":"integer"},
"scan":{"$ref":"#/components/schemas/StudioScan"}}})"},
      {"StudioScan", R"({"type":"object","required":["number","state","folder","started_ms",
"ended_ms","expected","found","added","changed","missing","error"],"properties":{
"number":{"type":"integer","description":"of the looks that were asked for; 0 = none yet"},
"state":{"enum":["idle","scanning"]},
"folder":{"type":"string","description":"that is looked through"},
"started_ms":{"type":"integer"},"ended_ms":{"type":"integer","description":"0 = not yet"},
"expected":{"type":"integer","description":"titles, about; 0 = not known"},
"found":{"type":"integer"},"added":{"type":"integer"},"changed":{"type":"integer"},
"missing":{"type":"integer"},
"error":{"type":"string","description":"why it broke off; empty = it did not"}}})"},
      {"StudioOverview", R"({"type":"object","required":["titles","jobs","attention","working",
"disk","remaining_cpu_seconds"],"properties":{"titles":{"type":"object",
"required":["queued","encoding","ready","failed","attention"],"properties":{
"queued":{"type":"integer"},"encoding":{"type":"integer"},"ready":{"type":"integer"},
"failed":{"type":"integer"},"attention":{"type":"integer"}}},
"jobs":{"$ref":"#/components/schemas/JobCounts"},
"attention":{"type":"array","items":{"type":"object",
"required":["kind","title_id","name","text"],"properties":{
"kind":{"enum":["title_failed","title_partly","title_missing","no_worker","disk_low",
"library_findings"]},
"title_id":{"type":["string","null"]},"name":{"type":"string"},"text":{"type":"string"}}}},
"working":{"type":"array","items":{"$ref":"#/components/schemas/StudioJob"}},
"disk":{"type":["object","null"],"required":["total_bytes","free_bytes"],"properties":{
"total_bytes":{"type":"integer"},"free_bytes":{"type":"integer"}}},
"remaining_cpu_seconds":{"type":"number"}}})"},
  };
  return kSchemas;
}

Json scan_json(const functions::RescanStatus& status) {
  const auto& progress = status.progress;
  return {{"number", status.number},
          {"state", status.scanning || progress.busy ? "scanning" : "idle"},
          {"folder", progress.folder},
          {"started_ms", status.started_ms},
          {"ended_ms", status.ended_ms},
          {"expected", status.expected},
          {"found", progress.found},
          {"added", progress.added},
          {"changed", progress.changed},
          {"missing", progress.missing},
          {"error", status.error}};
}

}  // namespace matinee::api
