#include "api/studio_reads.h"

#include <algorithm>
#include <utility>

#include "api/studio_json.h"
#include "catalog/title_cards.h"
#include "functions/stored_bytes.h"
#include "functions/title_report.h"

namespace matinee::api {
namespace {

constexpr std::size_t kAttentionMax = 50;
constexpr std::size_t kWorkingMax = 50;
constexpr std::size_t kTitleJobsMax = 200;  // of one title's answer
constexpr std::size_t kTitleLogMax = 200;
constexpr std::size_t kLargestMax = 50;
constexpr std::int64_t kFindingsMax = 500;
constexpr std::int64_t kNoWorkerMs = 30'000;  // a job waits so long though no worker is busy
constexpr std::int64_t kDiskLowBytes = 5'000'000'000;
constexpr double kDiskLowShare = 0.05;

Json disk_json(const ControlWorld& world) {
  if (!world.studio.disk) return nullptr;
  const auto disk = world.studio.disk();
  if (!disk) return nullptr;
  return {{"total_bytes", disk->total_bytes}, {"free_bytes", disk->free_bytes}};
}

// A job with its speed, which needs the payload of those in work.
Json job_json(const ControlWorld& world, const functions::JobFacts& job) {
  std::optional<double> speed;
  if (job.state == functions::JobState::leased) {
    const auto text = world.queue.payload_of(world.database, job.key);
    if (const auto payload = text ? parse_json(*text) : Result<Json>(Json())) {
      speed = speed_of(job, *payload, to_ms(world.clock.now()));
    }
  }
  return studio_job_json(job, speed);
}

// The title's name beside a job; empty for one that is gone.
Json named_job_json(const ControlWorld& world, const functions::JobFacts& job,
                    std::map<std::string, std::string>& names) {
  if (!names.contains(job.subject)) {
    std::string name;
    if (const auto id = TitleId::parse(job.subject)) {
      if (const auto title = world.titles.find(world.database, *id)) name = title->name;
    }
    names[job.subject] = std::move(name);
  }
  Json json = job_json(world, job);
  json["title_name"] = names[job.subject];
  return json;
}

Result<Json> jobs_json(const ControlWorld& world, const functions::JobFilter& filter) {
  const auto jobs = world.queue.list(filter);
  if (!jobs) return std::unexpected(jobs.error());
  Json list = Json::array();
  std::map<std::string, std::string> names;
  for (const auto& job : *jobs) list.push_back(named_job_json(world, job, names));
  return list;
}

struct Trouble {
  std::string_view kind;
  std::string text;
};

Trouble trouble_of(const catalog::Title& title) {
  if (title.state == catalog::TitleState::failed) return {"title_failed", title.error};
  if (title.is_missing()) return {"title_missing", title.source_path};
  return {"title_partly", title.notes.empty() ? "" : title.notes.front()};
}

// What failed and what could not be made comes first to whoever runs the house.
Result<void> add_title_attention(const ControlWorld& world, Json& attention) {
  const auto found = catalog::filter_titles(world.database, {.attention = true},
                                            static_cast<std::int64_t>(kAttentionMax), "");
  if (!found) return std::unexpected(found.error());
  Json partly = Json::array();
  for (const auto& id : found->ids) {
    const auto title = world.titles.find(world.database, id);
    if (!title) continue;
    const auto [kind, text] = trouble_of(*title);
    Json item{{"kind", kind}, {"title_id", id.to_string()}, {"name", title->name}, {"text", text}};
    (kind == "title_partly" ? partly : attention).push_back(std::move(item));
  }
  for (auto& item : partly) attention.push_back(std::move(item));
  return {};
}

// Files that a person may want to look at: ambiguous or unreadable ones.
Result<std::int64_t> count_findings(const ControlWorld& world) {
  std::int64_t count = 0;
  for (const auto kind : {catalog::FindingKind::ambiguous, catalog::FindingKind::unreadable}) {
    const auto some = world.library.findings_count(kind);
    if (!some) return some;
    count += *some;
  }
  return count;
}

bool is_low(const Json& disk) {
  if (disk.is_null()) return false;
  const auto free_bytes = disk["free_bytes"].get<std::int64_t>();
  const auto total_bytes = disk["total_bytes"].get<std::int64_t>();
  return free_bytes < kDiskLowBytes &&
         static_cast<double>(free_bytes) < kDiskLowShare * static_cast<double>(total_bytes);
}

// Jobs wait and nobody takes them: the media role is away or was never started.
bool lacks_worker(const ControlWorld& world, const std::vector<functions::JobFacts>& unfinished) {
  const auto now_ms = to_ms(world.clock.now());
  bool waits = false;
  for (const auto& job : unfinished) {
    if (job.state == functions::JobState::leased) return false;
    if (std::max(job.updated_ms, job.not_before_ms) + kNoWorkerMs < now_ms) waits = true;
  }
  return waits;
}

// Failed and unfinished jobs tell more than the many that are done.
int interest_of(const functions::JobFacts& job) {
  switch (job.state) {
    case functions::JobState::failed:
      return 0;
    case functions::JobState::leased:
      return 1;
    case functions::JobState::queued:
      return 2;
    case functions::JobState::done:
      return 3;
  }
  return 3;
}

// What a list says of a title, for one.
Result<Json> listed_title(const ControlWorld& world, const catalog::Title& title) {
  const auto cards = catalog::cards_of(world.database, world.titles, {title});
  if (!cards) return std::unexpected(cards.error());
  const std::string subject = title.id.to_string();
  const auto counts = world.queue.counts_of(world.database, std::span(&subject, 1));
  if (!counts) return std::unexpected(counts.error());
  const auto boost = world.queue.boost_of(world.database, subject);
  if (!boost) return std::unexpected(boost.error());
  const auto own = counts->find(subject);
  Json json = studio_title_json(cards->front(),
                                own == counts->end() ? functions::JobCounts{} : own->second);
  json["turn"] = turn_of(*boost);
  return json;
}

}  // namespace

Result<Json> studio_overview(const ControlWorld& world) {
  const auto titles = catalog::count_titles(world.database);
  if (!titles) return std::unexpected(titles.error());
  const auto jobs = world.queue.counts();
  if (!jobs) return std::unexpected(jobs.error());
  const auto work = catalog::remaining_work(world.database);
  if (!work) return std::unexpected(work.error());
  const auto unfinished = world.queue.list({.unfinished = true, .limit = kWorkingMax});
  if (!unfinished) return std::unexpected(unfinished.error());
  Json attention = Json::array();
  const Json disk = disk_json(world);
  const auto of_house = [](const char* kind) -> Json {
    return {{"kind", kind}, {"title_id", nullptr}, {"name", ""}, {"text", ""}};
  };
  if (is_low(disk)) attention.push_back(of_house("disk_low"));
  if (lacks_worker(world, *unfinished)) attention.push_back(of_house("no_worker"));
  if (auto added = add_title_attention(world, attention); !added) {
    return std::unexpected(added.error());
  }
  const auto findings = count_findings(world);
  if (!findings) return std::unexpected(findings.error());
  if (*findings > 0) attention.push_back(of_house("library_findings"));
  Json working = Json::array();
  std::map<std::string, std::string> names;
  for (const auto& job : *unfinished) {
    if (job.state == functions::JobState::leased) {
      working.push_back(named_job_json(world, job, names));
    }
  }
  return Json{{"titles", *titles},
              {"jobs", to_json(*jobs)},
              {"attention", std::move(attention)},
              {"working", std::move(working)},
              {"disk", disk},
              {"remaining_cpu_seconds", work->cpu_seconds}};
}

Result<Json> studio_titles(const ControlWorld& world, const catalog::TitleFilter& filter,
                           std::int64_t limit, std::string_view cursor) {
  const auto found = catalog::filter_titles(world.database, filter, limit, cursor);
  if (!found) return std::unexpected(found.error());
  std::vector<std::string> subjects;
  for (const auto& id : found->ids) subjects.push_back(id.to_string());
  const auto jobs = world.queue.counts_of(world.database, subjects);
  if (!jobs) return std::unexpected(jobs.error());
  const auto counts = catalog::count_titles(world.database);
  if (!counts) return std::unexpected(counts.error());
  auto titles = world.titles.find_all(world.database, found->ids);
  if (!titles) return std::unexpected(titles.error());
  const auto cards = catalog::cards_of(world.database, world.titles, std::move(*titles));
  if (!cards) return std::unexpected(cards.error());
  Json list = Json::array();
  for (const auto& card : *cards) {
    const std::string subject = card.title.id.to_string();
    const auto own = jobs->find(subject);
    const auto boost = world.queue.boost_of(world.database, subject);
    Json json = studio_title_json(card, own == jobs->end() ? functions::JobCounts{} : own->second);
    json["turn"] = turn_of(boost.value_or(0));
    list.push_back(std::move(json));
  }
  return Json{
      {"titles", std::move(list)},
      {"next_cursor", found->next_cursor.empty() ? Json(nullptr) : Json(found->next_cursor)},
      {"counts", *counts}};
}

Result<Json> studio_title(const ControlWorld& world, const TitleId& id) {
  const auto title = world.titles.find(world.database, id);
  if (!title) return std::unexpected(title.error());
  auto json = listed_title(world, *title);
  if (!json) return json;
  const std::string subject = id.to_string();
  auto jobs = world.queue.of_subject(world.database, subject);
  if (!jobs) return std::unexpected(jobs.error());
  const auto known = world.title_jobs.look(world.database, *title);
  if (!known) return std::unexpected(known.error());
  const auto stored = functions::stored_parts(world.database, id);
  if (!stored) return std::unexpected(stored.error());
  const auto log = world.queue.log().of_subject(world.database, subject, kTitleLogMax);
  if (!log) return std::unexpected(log.error());

  std::optional<media::EncodePlan> plan;
  if (known->plan && *known->plan) plan = **known->plan;
  (*json)["stages"] = stages_json(functions::stages_of(*jobs, plan), *stored);
  std::map<std::string, std::string> steps;
  for (const auto& job : *jobs) steps[job.id.to_string()] = functions::step_of(job);
  std::ranges::stable_sort(*jobs, {}, interest_of);
  (*json)["left_out"] = jobs->size() - std::min(jobs->size(), kTitleJobsMax);
  jobs->resize(std::min(jobs->size(), kTitleJobsMax));
  (*json)["work"] = Json::array();
  for (const auto& job : *jobs) (*json)["work"].push_back(job_json(world, job));
  (*json)["log"] = log_json(*log, steps);
  (*json)["reasons"] = plan ? Json(plan->reasons) : Json::array();
  return json;
}

Result<Json> studio_jobs(const ControlWorld& world, const functions::JobFilter& filter) {
  const auto counts = world.queue.counts();
  if (!counts) return std::unexpected(counts.error());
  auto jobs = jobs_json(world, filter);
  if (!jobs) return std::unexpected(jobs.error());
  return Json{{"counts", to_json(*counts)}, {"jobs", std::move(*jobs)}};
}

Result<Json> studio_job(const ControlWorld& world, const JobId& id) {
  const auto job = world.queue.find(world.database, id);
  if (!job) return std::unexpected(job.error());
  const auto log = world.queue.log().of_job(world.database, id);
  if (!log) return std::unexpected(log.error());
  std::map<std::string, std::string> names;
  Json json = named_job_json(world, *job, names);
  json["log"] = log_json(*log, {{id.to_string(), functions::step_of(*job)}});
  return json;
}

Result<Json> studio_storage(const ControlWorld& world) {
  const auto kinds = functions::stored_by_kind(world.database);
  if (!kinds) return std::unexpected(kinds.error());
  const auto work = catalog::remaining_work(world.database);
  if (!work) return std::unexpected(work.error());
  const auto largest = functions::largest_titles(world.database, kLargestMax);
  if (!largest) return std::unexpected(largest.error());
  Json by_kind = Json::array();
  std::int64_t stored = 0;
  for (const auto& [kind, bytes] : *kinds) {
    by_kind.push_back({{"kind", kind}, {"bytes", bytes}});
    stored += bytes;
  }
  Json titles = Json::array();
  for (const auto& item : *largest) {
    const auto title = world.titles.find(world.database, item.id);
    if (!title) continue;
    titles.push_back({{"id", item.id.to_string()},
                      {"name", title->name},
                      {"bytes", item.bytes},
                      {"source_bytes", title->fingerprint.bytes}});
  }
  return Json{{"disk", disk_json(world)},       {"kinds", std::move(by_kind)},
              {"stored_bytes", stored},         {"source_bytes", work->source_bytes},
              {"remaining_bytes", work->bytes}, {"remaining_cpu_seconds", work->cpu_seconds},
              {"titles", std::move(titles)}};
}

Result<Json> studio_library(const ControlWorld& world) {
  const auto counts = catalog::count_kinds(world.database);
  if (!counts) return std::unexpected(counts.error());
  const auto libraries = world.library.list();
  if (!libraries) return std::unexpected(libraries.error());
  const auto findings = world.library.findings(kFindingsMax);
  if (!findings) return std::unexpected(findings.error());
  const auto findings_total = count_findings(world);
  if (!findings_total) return std::unexpected(findings_total.error());
  Json folders = Json::array();
  for (const auto& library : *libraries) {
    folders.push_back(
        {{"path", library.path}, {"scanned_ms", library.scanned_ms}, {"titles", library.titles}});
  }
  Json list = Json::array();
  for (const auto& finding : *findings) {
    list.push_back(
        {{"kind", name_of(finding.kind)}, {"path", finding.path}, {"reason", finding.reason}});
  }
  return Json{{"counts", Json(*counts)},
              {"libraries", std::move(folders)},
              {"findings", std::move(list)},
              {"findings_total", *findings_total},
              {"scan", scan_json(world.library.rescan_status())}};
}

Result<Json> studio_rescan(const ControlWorld& world) { return scan_json(world.library.rescan()); }

}  // namespace matinee::api
