#include "api/admin_routes.h"

#include <charconv>
#include <string>
#include <utility>

#include "api/studio_json.h"
#include "api/title_json.h"
#include "base/json.h"
#include "catalog/titles_in_work.h"

namespace matinee::api {
namespace {

constexpr std::size_t kBodyBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kPathsMax = 1'000;
constexpr std::size_t kProgressBytesMax = 256;
constexpr std::size_t kJobsDefault = 100;
constexpr std::int64_t kTitlesInWork = 20;
constexpr std::int64_t kDigestsPage = 500;

Json job_json(const functions::JobFacts& job) {
  return {{"job_id", job.id.to_string()},
          {"key", job.key},
          {"kind", job.kind},
          {"subject", job.subject},
          {"state", name_of(job.state)},
          {"attempts", job.attempts},
          {"progress", job.progress},
          {"worker", job.worker},
          {"code", job.failure.code},
          {"message", job.failure.message},
          {"created_ms", job.created_ms},
          {"updated_ms", job.updated_ms}};
}

Json jobs_json(const std::vector<functions::JobFacts>& jobs) {
  Json list = Json::array();
  for (const auto& job : jobs) list.push_back(job_json(job));
  return list;
}

struct AddRequest {
  std::vector<std::string> paths;
  functions::IntakeOptions options;
};

Result<AddRequest> add_request_of(http::Request& request) {
  const auto body = http::read_body(request, kBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 8);
  if (!json) return fail(json.error(), "reading the request");
  if (!json->is_object() || !json->contains("paths") || !(*json)["paths"].is_array()) {
    return fail(ErrorCode::invalid, "paths must be a list");
  }
  AddRequest add;
  for (const auto& path : (*json)["paths"]) {
    if (!path.is_string()) return fail(ErrorCode::invalid, "paths must be a list of names");
    add.paths.push_back(path.get<std::string>());
  }
  if (add.paths.empty() || add.paths.size() > kPathsMax) {
    return fail(ErrorCode::invalid, "1 to 1000 paths can be added at once");
  }
  for (const auto& [name, option] : {std::pair("announce", &add.options.announce),
                                     std::pair("remember", &add.options.remember)}) {
    const auto found = json->find(name);
    if (found == json->end()) continue;
    if (!found->is_boolean()) {
      return fail(ErrorCode::invalid, std::string(name) + " must be true or false");
    }
    *option = found->get<bool>();
  }
  return add;
}

Json taken_json(const functions::TakenTitle& title) {
  return {{"path", title.path},
          {"title_id", title.id.is_nil() ? Json(nullptr) : Json(title.id.to_string())},
          {"kind", name_of(title.kind)},
          {"name", title.name},
          {"year", title.year ? Json(*title.year) : Json(nullptr)},
          {"state", name_of(title.state)},
          {"is_new", title.is_new},
          {"message", title.message}};
}

Json findings_json(const std::vector<catalog::Finding>& findings) {
  Json list = Json::array();
  for (const auto& finding : findings) {
    list.push_back(
        {{"path", finding.path}, {"reason", finding.reason}, {"kind", name_of(finding.kind)}});
  }
  return list;
}

http::Response report_response(const functions::IntakeReport& report) {
  Json titles = Json::array();
  for (const auto& title : report.titles) titles.push_back(taken_json(title));
  Json counts = Json::object();
  for (const auto& [kind, count] : report.counts) counts[std::string(name_of(kind))] = count;
  return http::Response::json(200, to_text({{"titles", std::move(titles)},
                                            {"counts", std::move(counts)},
                                            {"added", report.added},
                                            {"changed", report.changed},
                                            {"missing", report.missing},
                                            {"skipped", findings_json(report.findings)},
                                            {"skipped_unreported", report.findings_unreported}}));
}

Result<http::Response> add_titles(const ControlWorld& world, http::Request& request) {
  const auto add = add_request_of(request);
  if (!add) return std::unexpected(add.error());
  const auto report = world.library.take(add->paths, add->options);
  if (!report) return std::unexpected(report.error());
  return report_response(*report);
}

Result<http::Response> rescan(const ControlWorld& world) {
  return http::Response::json(200, to_text(scan_json(world.library.rescan())));
}

Result<http::Response> get_scan(const ControlWorld& world) {
  const auto status = world.library.rescan_status();
  Json json = scan_json(status);
  json["skipped"] = findings_json(status.findings);
  return http::Response::json(200, to_text(json));
}

Result<http::Response> get_title(const ControlWorld& world, const http::Request& request) {
  const auto id = TitleId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no title has such an id");
  const auto title = world.titles.find(world.database, *id);
  if (!title) return std::unexpected(title.error());
  const auto jobs = world.queue.of_subject(world.database, id->to_string());
  if (!jobs) return std::unexpected(jobs.error());
  Json json = title_admin_json(*title);
  json["jobs"] = jobs_json(*jobs);
  const auto making = world.title_jobs.making(world.database, *title);
  if (!making) return std::unexpected(making.error());
  json["waiting"] = making->waiting.empty() ? Json(nullptr) : Json(making->waiting);
  json["stored_bytes"] = making->stored_bytes;
  json["seconds_left"] = making->seconds_left ? Json(*making->seconds_left) : Json(nullptr);
  return http::Response::json(200, to_text(json));
}

Result<http::Response> set_progress(const ControlWorld& world, http::Request& request) {
  const auto id = TitleId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no title has such an id");
  const auto body = http::read_body(request, kProgressBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 2);
  if (!json) return fail(json.error(), "reading the request");
  const auto progress = json->is_object() ? json->find("progress") : json->end();
  if (progress == json->end() || !progress->is_number() || !(progress->get<double>() >= 0) ||
      progress->get<double>() > 1) {
    return fail(ErrorCode::invalid, "progress must be a number from 0 to 1");
  }
  const auto noted = world.database.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto title = world.titles.find(sql, *id);
    if (!title) return std::unexpected(title.error());
    if (!title->announced) {
      return fail(ErrorCode::conflict, "the file of " + title->name + " is there already");
    }
    return world.titles.set_progress(sql, *id, progress->get<double>());
  });
  if (!noted) return std::unexpected(noted.error());
  return http::Response::json(200, "{}");
}

Result<http::Response> get_jobs(const ControlWorld& world, const http::Request& request) {
  std::size_t limit = kJobsDefault;
  if (const auto text = request.query("limit")) {
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (error != std::errc{} || end != text->data() + text->size()) {
      return fail(ErrorCode::invalid, "limit must be a number");
    }
  }
  const auto counts = world.queue.counts();
  if (!counts) return std::unexpected(counts.error());
  const auto jobs = world.queue.list(!request.query("all").has_value(), limit);
  if (!jobs) return std::unexpected(jobs.error());
  const auto in_work = catalog::titles_in_work(world.database, kTitlesInWork);
  if (!in_work) return std::unexpected(in_work.error());
  Json titles = Json::array();
  for (const auto& title : *in_work) {
    titles.push_back({{"title_id", title.id.to_string()},
                      {"name", title.name},
                      {"announced", title.announced},
                      {"progress", title.progress}});
  }
  return http::Response::json(200, to_text({{"counts",
                                             {{"queued", counts->queued},
                                              {"leased", counts->leased},
                                              {"done", counts->done},
                                              {"failed", counts->failed}}},
                                            {"jobs", jobs_json(*jobs)},
                                            {"titles", std::move(titles)}}));
}

Result<http::Response> get_digests(const ControlWorld& world, const http::Request& request) {
  TitleId after;
  if (const auto text = request.query("after"); text && !text->empty()) {
    const auto id = TitleId::parse(*text);
    if (!id) return fail(ErrorCode::invalid, "after must be a title's id");
    after = *id;
  }
  const auto digests = world.library.digests(after, kDigestsPage);
  if (!digests) return std::unexpected(digests.error());
  const auto unread = world.library.digests_due();
  if (!unread) return std::unexpected(unread.error());
  Json list = Json::array();
  for (const auto& digest : *digests) {
    list.push_back({{"title_id", digest.title_id.to_string()},
                    {"path", digest.path},
                    {"bytes", digest.bytes},
                    {"sha256", digest.sha256}});
  }
  const bool has_more = list.size() == static_cast<std::size_t>(kDigestsPage);
  return http::Response::json(
      200, to_text({{"digests", std::move(list)},
                    {"next", has_more ? digests->back().title_id.to_string() : std::string()},
                    {"unread", *unread}}));
}

http::Route admin_route(http::Method method, std::string path, std::string operation_id,
                        std::string summary) {
  http::Route route;
  route.method = method;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.visibility = http::Visibility::admin;
  route.access = "admin";
  route.body_bytes_max = kBodyBytesMax;
  return route;
}

}  // namespace

void add_admin_routes(http::Router& router, const ControlWorld& world) {
  router.add(admin_route(http::Method::post, "/admin/titles", "addTitles", "Adds films by path."),
             [&world](http::Request& request) { return add_titles(world, request); });
  router.add(admin_route(http::Method::post, "/admin/library/rescan", "rescanLibrary",
                         "Begins to scan all remembered folders anew."),
             [&world](http::Request&) { return rescan(world); });
  router.add(admin_route(http::Method::get, "/admin/library/scan", "getLibraryScan",
                         "How far the scan of all folders is, or what it came to."),
             [&world](http::Request&) { return get_scan(world); });
  router.add(admin_route(http::Method::get, "/admin/library/digests", "listDigests",
                         "The digests of all sources that were read."),
             [&world](http::Request& request) { return get_digests(world, request); });
  router.add(admin_route(http::Method::get, "/admin/titles/{id}", "getAdminTitle",
                         "Everything of a title and its jobs."),
             [&world](http::Request& request) { return get_title(world, request); });
  router.add(admin_route(http::Method::put, "/admin/titles/{id}/progress", "setTitleProgress",
                         "How far the file of an announced title is made."),
             [&world](http::Request& request) { return set_progress(world, request); });
  router.add(admin_route(http::Method::get, "/admin/jobs", "listJobs", "Jobs and their counts."),
             [&world](http::Request& request) { return get_jobs(world, request); });
}

}  // namespace matinee::api
