#include "api/admin_routes.h"

#include <charconv>
#include <string>
#include <utility>

#include "api/title_json.h"
#include "base/json.h"
#include "catalog/library_scan.h"

namespace matinee::api {
namespace {

constexpr std::size_t kBodyBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kPathsMax = 1'000;
constexpr std::size_t kJobsDefault = 100;

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

Result<std::vector<std::string>> paths_of(http::Request& request) {
  const auto body = http::read_body(request, kBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 8);
  if (!json) return fail(json.error(), "reading the request");
  if (!json->is_object() || !json->contains("paths") || !(*json)["paths"].is_array()) {
    return fail(ErrorCode::invalid, "paths must be a list");
  }
  std::vector<std::string> paths;
  for (const auto& path : (*json)["paths"]) {
    if (!path.is_string()) return fail(ErrorCode::invalid, "paths must be a list of names");
    paths.push_back(path.get<std::string>());
  }
  if (paths.empty() || paths.size() > kPathsMax) {
    return fail(ErrorCode::invalid, "1 to 1000 paths can be added at once");
  }
  return paths;
}

// The film as it was added, or why it was not.
Json added_json(const ControlWorld& world, const catalog::FoundTitle& film) {
  const auto added = world.title_jobs.add(film);
  if (!added) {
    return {{"path", film.path},
            {"title_id", nullptr},
            {"state", "failed"},
            {"is_new", false},
            {"message", added.error().message}};
  }
  const auto& title = added->title;
  return {{"path", film.path},
          {"title_id", title.id.to_string()},
          {"name", title.name},
          {"year", title.year ? Json(*title.year) : Json(nullptr)},
          {"state", name_of(title.state)},
          {"is_new", added->is_new},
          {"message", title.error}};
}

Result<http::Response> add_titles(const ControlWorld& world, http::Request& request) {
  const auto paths = paths_of(request);
  if (!paths) return std::unexpected(paths.error());
  Json titles = Json::array();
  Json skipped = Json::array();
  std::size_t unreported = 0;
  for (const auto& path : *paths) {
    const auto found = catalog::scan_path(path, {});
    for (const auto& film : found.films) titles.push_back(added_json(world, film));
    for (const auto& item : found.skipped) {
      skipped.push_back({{"path", item.path}, {"reason", item.reason}});
    }
    unreported += found.skipped_unreported;
  }
  return http::Response::json(200, to_text({{"titles", std::move(titles)},
                                            {"skipped", std::move(skipped)},
                                            {"skipped_unreported", unreported}}));
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
  return http::Response::json(200, to_text(json));
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
  return http::Response::json(200, to_text({{"counts",
                                             {{"queued", counts->queued},
                                              {"leased", counts->leased},
                                              {"done", counts->done},
                                              {"failed", counts->failed}}},
                                            {"jobs", jobs_json(*jobs)}}));
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
  router.add(admin_route(http::Method::get, "/admin/titles/{id}", "getAdminTitle",
                         "Everything of a title and its jobs."),
             [&world](http::Request& request) { return get_title(world, request); });
  router.add(admin_route(http::Method::get, "/admin/jobs", "listJobs", "Jobs and their counts."),
             [&world](http::Request& request) { return get_jobs(world, request); });
}

}  // namespace matinee::api
