#include "api/job_routes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "functions/job_payloads.h"

namespace matinee::api {
namespace {

constexpr std::size_t kSmallBodyBytesMax = 64 * 1024;
constexpr std::size_t kResultBodyBytesMax = 16 * 1024 * 1024;
constexpr std::size_t kNameBytesMax = 200;
constexpr std::chrono::milliseconds kAnswerReserve{1'000};

using JobHandler = std::function<Result<http::Response>(http::Request&, const Json&)>;

// Admits workers and reads their JSON.
http::Handler for_worker(const ControlWorld& world, std::size_t bytes_max, JobHandler handler) {
  return [&world, bytes_max,
          handler = std::move(handler)](http::Request& request) -> Result<http::Response> {
    const auto admitted =
        world.authorize(request.headers.value_of("Authorization"), guard::Operation::work_on_jobs);
    if (!admitted) return std::unexpected(admitted.error());
    const auto body = http::read_body(request, bytes_max);
    if (!body) return std::unexpected(body.error());
    const auto json = parse_json(*body);
    if (!json) return fail(json.error(), "reading the request");
    if (!json->is_object()) return fail(ErrorCode::invalid, "the request must be a JSON object");
    return handler(request, *json);
  };
}

struct Held {
  JobId id;
  std::int64_t epoch;
};

Result<Held> held_of(const http::Request& request, const Json& json) {
  const auto id = JobId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no job has such an id");
  const auto epoch = integer_member(json, "epoch");
  if (!epoch) return std::unexpected(epoch.error());
  return Held{*id, *epoch};
}

Result<http::Response> answer(const Result<void>& done) {
  if (!done) return std::unexpected(done.error());
  return http::Response::json(200, "{}");
}

Result<std::vector<std::string>> texts_of(const Json& json, const std::string& name) {
  const auto list = json.find(name);
  if (list == json.end() || !list->is_array()) {
    return fail(ErrorCode::invalid, name + " must be a list");
  }
  std::vector<std::string> texts;
  for (const auto& text : *list) {
    if (!text.is_string()) return fail(ErrorCode::invalid, name + " must be a list of texts");
    texts.push_back(text.get<std::string>());
  }
  return texts;
}

Result<std::vector<std::string>> kinds_of(const Json& json) {
  auto kinds = texts_of(json, "kinds");
  if (kinds &&
      std::ranges::any_of(*kinds, [](const auto& kind) { return kind.size() > kNameBytesMax; })) {
    return fail(ErrorCode::invalid, "kinds must be a list of names");
  }
  return kinds;
}

// Only encodes take long enough to be held back.
double cpu_share_of(const ControlWorld& world, std::string_view kind) {
  return kind == functions::kEncodeKind ? world.title_jobs.encode_policy().cpu_share : 1.0;
}

Result<http::Response> lease(const ControlWorld& world, const http::Request& request,
                             const Json& json) {
  const auto worker = text_member(json, "worker");
  if (!worker) return std::unexpected(worker.error());
  const auto kinds = kinds_of(json);
  if (!kinds) return std::unexpected(kinds.error());
  std::int64_t wait_ms = 0;
  if (json.contains("wait_ms")) {
    const auto given = integer_member(json, "wait_ms");
    if (!given) return std::unexpected(given.error());
    wait_ms = std::max<std::int64_t>(0, *given);
  }
  // The answer must still reach the worker before its own deadline.
  const auto left = request.context.deadline.left(world.clock) - kAnswerReserve;
  const auto wait = std::min<std::chrono::milliseconds>(
      std::chrono::milliseconds(wait_ms), std::max(left, std::chrono::milliseconds{0}));
  const auto job =
      world.queue.lease(std::string_view(*worker).substr(0, kNameBytesMax), *kinds, wait);
  if (!job) return std::unexpected(job.error());
  if (!*job) return http::Response::empty(204);
  const auto& leased = **job;
  // The payload is JSON text already: not parsed only to be written again.
  std::string text = R"({"job_id":")" + leased.id.to_string() + R"(","kind":)" +
                     to_text(Json(leased.kind)) + R"(,"epoch":)" + std::to_string(leased.epoch) +
                     R"(,"lease_ms":)" + std::to_string(leased.lease_ms) + R"(,"attempt":)" +
                     std::to_string(leased.attempt) + R"(,"cpu_share":)" +
                     to_text(Json(cpu_share_of(world, leased.kind))) + R"(,"payload":)" +
                     leased.payload + "}";
  return http::Response::json(200, std::move(text));
}

Result<http::Response> renew(const ControlWorld& world, const http::Request& request,
                             const Json& json) {
  const auto held = held_of(request, json);
  if (!held) return std::unexpected(held.error());
  const auto progress = json.find("progress");
  const bool given = progress != json.end() && progress->is_number();
  return answer(world.queue.renew(held->id, held->epoch, given ? progress->get<double>() : 0.0));
}

Result<http::Response> note(const ControlWorld& world, const http::Request& request,
                            const Json& json) {
  const auto held = held_of(request, json);
  if (!held) return std::unexpected(held.error());
  const auto lines = texts_of(json, "lines");
  if (!lines) return std::unexpected(lines.error());
  return answer(world.queue.note(held->id, held->epoch, *lines));
}

Result<http::Response> complete(const ControlWorld& world, const http::Request& request,
                                const Json& json) {
  const auto held = held_of(request, json);
  if (!held) return std::unexpected(held.error());
  const auto result = json.find("result");
  if (result == json.end() || !result->is_object()) {
    return fail(ErrorCode::invalid, "result must be a JSON object");
  }
  return answer(world.queue.complete(held->id, held->epoch, to_text(*result)));
}

Result<http::Response> fail_job(const ControlWorld& world, const http::Request& request,
                                const Json& json) {
  const auto held = held_of(request, json);
  if (!held) return std::unexpected(held.error());
  auto code = text_member(json, "code");
  if (!code) return std::unexpected(code.error());
  auto message = text_member(json, "message");
  if (!message) return std::unexpected(message.error());
  const auto retry = json.find("retry");
  const bool again = retry != json.end() && retry->is_boolean() && retry->get<bool>();
  return answer(world.queue.fail(held->id, held->epoch,
                                 {code->substr(0, kNameBytesMax), std::move(*message)}, again));
}

http::Route job_route(std::string path, std::string operation_id, std::string summary) {
  http::Route route;
  route.method = http::Method::post;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.visibility = http::Visibility::internal;
  route.access = "internal";
  route.problem_statuses = {401, 403, 409};
  route.body_bytes_max = kSmallBodyBytesMax;
  return route;
}

}  // namespace

void add_job_routes(http::Router& router, const ControlWorld& world) {
  router.add(job_route("/internal/jobs/lease", "leaseJob", "The next job, or 204 after wait_ms."),
             for_worker(world, kSmallBodyBytesMax, [&world](auto& request, const Json& json) {
               return lease(world, request, json);
             }));
  router.add(job_route("/internal/jobs/{id}/renew", "renewJob", "Keeps a lease."),
             for_worker(world, kSmallBodyBytesMax, [&world](auto& request, const Json& json) {
               return renew(world, request, json);
             }));
  router.add(job_route("/internal/jobs/{id}/note", "noteJob", "Lines for the job's log."),
             for_worker(world, kSmallBodyBytesMax, [&world](auto& request, const Json& json) {
               return note(world, request, json);
             }));
  auto completion = job_route("/internal/jobs/{id}/complete", "completeJob", "Brings a result.");
  completion.body_bytes_max = kResultBodyBytesMax;
  completion.retry_safe = true;
  router.add(std::move(completion),
             for_worker(world, kResultBodyBytesMax, [&world](auto& request, const Json& json) {
               return complete(world, request, json);
             }));
  router.add(job_route("/internal/jobs/{id}/fail", "failJob", "Gives a job back, or gives it up."),
             for_worker(world, kSmallBodyBytesMax, [&world](auto& request, const Json& json) {
               return fail_job(world, request, json);
             }));
}

}  // namespace matinee::api
