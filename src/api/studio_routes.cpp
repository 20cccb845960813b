#include "api/studio_routes.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>

#include "api/route_parts.h"
#include "api/studio_json.h"
#include "api/studio_reads.h"
#include "api/viewer.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "base/json.h"

namespace matinee::api {
namespace {

constexpr std::size_t kOrderBytesMax = 4 * 1024;
constexpr std::int64_t kTitlesDefault = 100;
constexpr std::int64_t kJobsDefault = 100;
constexpr std::int64_t kJobsMax = 500;

using Answering = Result<Json> (*)(const ControlWorld&, http::Request&);

// One operation, offered twice: to editors, and on the admin socket.
struct Operation {
  http::Method method;
  std::string_view path;  // below /v1/studio/ and /admin/studio/
  std::string_view operation_id;
  std::string_view summary;
  std::string_view answer_schema;
  Answering answer;
  std::string_view request_schema = {};
  std::vector<http::QueryParameter> query = {};
};

Result<JobId> job_id_of(const http::Request& request) {
  auto id = JobId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no job has such an id");
  return id;
}

Result<std::int64_t> limit_of(const http::Request& request, std::int64_t by_default,
                              std::int64_t limit_max) {
  const auto text = request.query("limit");
  if (!text) return by_default;
  std::int64_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > limit_max) {
    return fail(ErrorCode::invalid,
                "limit must be a number from 1 to " + std::to_string(limit_max));
  }
  return limit;
}

Result<Json> get_overview(const ControlWorld& world, http::Request&) {
  return studio_overview(world);
}

Result<Json> list_titles(const ControlWorld& world, http::Request& request) {
  const auto limit = limit_of(request, kTitlesDefault, catalog::kTitlesPageMax);
  if (!limit) return std::unexpected(limit.error());
  catalog::TitleFilter filter;
  filter.text = request.query("q").value_or("");
  filter.attention = request.query("attention").value_or("") == "1";
  if (const auto state = request.query("state"); state && !state->empty()) {
    using catalog::TitleState;
    for (const auto known :
         {TitleState::queued, TitleState::encoding, TitleState::ready, TitleState::failed}) {
      if (*state == name_of(known)) filter.state = known;
    }
    if (!filter.state) {
      return fail(ErrorCode::invalid, "state must be queued, encoding, ready or failed");
    }
  }
  return studio_titles(world, filter, *limit, request.query("cursor").value_or(""));
}

Result<Json> get_title(const ControlWorld& world, http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  return studio_title(world, *id);
}

Result<Json> order(const Result<std::int64_t>& jobs) {
  if (!jobs) return std::unexpected(jobs.error());
  return Json{{"jobs", *jobs}};
}

Result<Json> order(const Result<void>& done) {
  if (!done) return std::unexpected(done.error());
  return Json{{"jobs", 1}};
}

Result<Json> retry_title(const ControlWorld& world, http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  return order(world.title_jobs.retry(*id));
}

Result<Json> cancel_title(const ControlWorld& world, http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  return order(world.title_jobs.cancel(*id));
}

Result<Json> set_turn(const ControlWorld& world, http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto body = http::read_body(request, kOrderBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 4);
  if (!json) return fail(json.error(), "reading the request");
  const auto turn = text_member(*json, "turn");
  if (!turn) return std::unexpected(turn.error());
  const auto boost = boost_of_turn(*turn);
  if (!boost) return std::unexpected(boost.error());
  if (auto done = world.title_jobs.set_boost(*id, *boost); !done) {
    return std::unexpected(done.error());
  }
  return Json{{"turn", *turn}};
}

Result<Json> list_jobs(const ControlWorld& world, http::Request& request) {
  const auto limit = limit_of(request, kJobsDefault, kJobsMax);
  if (!limit) return std::unexpected(limit.error());
  functions::JobFilter filter;
  filter.limit = static_cast<std::size_t>(*limit);
  filter.kind = request.query("kind").value_or("");
  const auto state = request.query("state").value_or("unfinished");
  using functions::JobState;
  for (const auto known : {JobState::queued, JobState::leased, JobState::done, JobState::failed}) {
    if (state == name_of(known)) filter.state = known;
  }
  filter.unfinished = state == "unfinished";
  if (!filter.state && !filter.unfinished && state != "all") {
    return fail(ErrorCode::invalid,
                "state must be unfinished, all, queued, leased, done or failed");
  }
  return studio_jobs(world, filter);
}

Result<Json> get_job(const ControlWorld& world, http::Request& request) {
  const auto id = job_id_of(request);
  if (!id) return std::unexpected(id.error());
  return studio_job(world, *id);
}

Result<Json> retry_job(const ControlWorld& world, http::Request& request) {
  const auto id = job_id_of(request);
  if (!id) return std::unexpected(id.error());
  return order(world.title_jobs.retry_job(*id));
}

Result<Json> cancel_job(const ControlWorld& world, http::Request& request) {
  const auto id = job_id_of(request);
  if (!id) return std::unexpected(id.error());
  return order(world.title_jobs.cancel_job(*id));
}

Result<Json> get_storage(const ControlWorld& world, http::Request&) {
  return studio_storage(world);
}

Result<Json> get_library(const ControlWorld& world, http::Request&) {
  return studio_library(world);
}

Result<Json> rescan_library(const ControlWorld& world, http::Request&) {
  return studio_rescan(world);
}

Result<Json> get_policy(const ControlWorld& world, http::Request&) {
  return to_json(world.title_jobs.encode_policy());
}

Result<Json> set_policy(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kOrderBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 8);
  if (!json) return fail(json.error(), "reading the request");
  const auto policy = functions::parse_encode_policy(*json);
  if (!policy) return std::unexpected(policy.error());
  if (auto set = world.title_jobs.set_encode_policy(*policy); !set) {
    return std::unexpected(set.error());
  }
  return get_policy(world, request);
}

std::vector<Operation> operations() {
  using enum http::Method;
  const http::QueryParameter limit{.name = "limit",
                                   .summary = "how many at most",
                                   .schema = R"({"type":"integer","minimum":1})"};
  return {
      {get, "overview", "getStudioOverview", "What needs attention, and what is in work.",
       "StudioOverview", get_overview},
      {get,
       "titles",
       "listStudioTitles",
       "Titles and how far their making is, newest first.",
       "StudioTitlePage",
       list_titles,
       {},
       {limit,
        {.name = "cursor", .summary = "next_cursor of the page before"},
        {.name = "state",
         .summary = "only those",
         .schema = R"({"type":"string","enum":["queued","encoding","ready","failed"]})"},
        {.name = "q", .summary = "in the name or the path"},
        {.name = "attention", .summary = "1: only what failed, in whole or in part"}}},
      {get, "titles/{id}", "getStudioTitle", "One title: stages, rungs, jobs and log.",
       "StudioTitleDetail", get_title},
      {post, "titles/{id}/retry", "retryTitle", "Tries again what failed or was stopped.",
       "StudioOrder", retry_title},
      {post, "titles/{id}/cancel", "cancelTitle", "Stops what is being made of a title.",
       "StudioOrder", cancel_title},
      {post, "titles/{id}/turn", "setTitleTurn", "Whose turn it is: first, normal or last.",
       "StudioTurn", set_turn, "StudioTurn"},
      {get,
       "jobs",
       "listStudioJobs",
       "Jobs: those in work, then those that wait, in their order.",
       "StudioJobPage",
       list_jobs,
       {},
       {limit,
        {.name = "state",
         .summary = "only those; unfinished when absent",
         .schema = R"({"type":"string",
"enum":["unfinished","all","queued","leased","done","failed"]})"},
        {.name = "kind", .summary = "probe, encode, ...: only those"}}},
      {get, "jobs/{id}", "getStudioJob", "One job with its log.", "StudioJobDetail", get_job},
      {post, "jobs/{id}/retry", "retryJob", "Tries a failed job again.", "StudioOrder", retry_job},
      {post, "jobs/{id}/cancel", "cancelJob", "Ends a job that waits or runs.", "StudioOrder",
       cancel_job},
      {get, "storage", "getStudioStorage", "What lies where, and what is still to come.",
       "StudioStorage", get_storage},
      {get, "library", "getStudioLibrary", "The library's folders, and what was odd in them.",
       "StudioLibrary", get_library},
      {post, "library/rescan", "rescanStudioLibrary", "Begins to look through the library again.",
       "StudioScan", rescan_library},
      {get, "encode-policy", "getEncodePolicy",
       "When films are encoded, and how much of the machine that may take.", "EncodePolicy",
       get_policy},
      {put, "encode-policy", "setEncodePolicy", "Sets it; what waits is looked at again.",
       "EncodePolicy", set_policy, "EncodePolicy"},
  };
}

http::Route route_of(const Operation& operation, bool admin) {
  http::Route route;
  route.method = operation.method;
  route.path = (admin ? "/admin/studio/" : "/v1/studio/") + std::string(operation.path);
  route.operation_id = (admin ? "admin." : "") + std::string(operation.operation_id);
  route.summary = operation.summary;
  route.visibility = admin ? http::Visibility::admin : http::Visibility::public_;
  route.access = admin ? "admin" : "editor";
  route.retry_safe = operation.method == http::Method::get;
  route.response_schema = reference(operation.answer_schema);
  if (!operation.request_schema.empty()) {
    route.request_schema = reference(operation.request_schema);
  }
  route.query = operation.query;
  route.problem_statuses = {401, 403};
  if (operation.path.find('{') != std::string_view::npos) route.problem_statuses.push_back(404);
  if (operation.method == http::Method::post) route.problem_statuses.push_back(409);
  route.body_bytes_max = kOrderBytesMax;
  return route;
}

// An answer that a page may ask for again and again: it is sent when it has changed.
http::Response answer_of(const http::Request& request, const Json& json) {
  std::string text = to_text(json);
  const auto hash = sha256(bytes_of(text));
  const std::string etag = '"' + to_hex(std::span(hash).first(16)) + '"';
  const bool reads = request.method == http::Method::get || request.method == http::Method::head;
  auto response = reads && request.headers.lists("If-None-Match", etag)
                      ? http::Response::empty(304)
                      : http::Response::json(200, std::move(text));
  if (reads) response.headers.set("ETag", etag);
  response.headers.set("Cache-Control", reads ? "private, no-cache" : "no-store");
  return response;
}

}  // namespace

void add_studio_routes(http::Router& router, const ControlWorld& world) {
  for (const auto& operation : operations()) {
    const http::Handler handler =
        [&world, answer = operation.answer](http::Request& request) -> Result<http::Response> {
      const auto json = answer(world, request);
      if (!json) return std::unexpected(json.error());
      return answer_of(request, *json);
    };
    router.add(route_of(operation, /*admin=*/true), handler);
    router.add(route_of(operation, /*admin=*/false),
               for_editor(world, [handler](http::Request& request, const Viewer&) {
                 return handler(request);
               }));
  }
}

std::vector<http::Route> studio_public_routes() {
  std::vector<http::Route> routes;
  for (const auto& operation : operations()) {
    routes.push_back(route_of(operation, /*admin=*/false));
  }
  return routes;
}

}  // namespace matinee::api
