#include "api/job_client.h"

#include <memory>

namespace matinee::api {
namespace {

constexpr std::chrono::milliseconds kCallMax{10'000};
constexpr std::size_t kAnswerBytesMax = std::size_t{16} * 1024 * 1024;

// What all calls share.
struct Line {
  http::Client& client;
  const Clock& clock;
  std::string worker;
  std::vector<std::string> kinds;
  std::function<std::string()> authorization;

  Result<http::WholeResponse> post(const std::string& target, const Json& body,
                                   std::chrono::milliseconds time_max) {
    http::ClientRequest request{.method = http::Method::post, .target = target};
    request.headers.set("Content-Type", "application/json");
    request.headers.set("Authorization", authorization());
    request.body = to_text(body);
    request.retry_safe = true;  // every call is idempotent by its epoch
    return client.fetch(request, Deadline::in(clock, time_max), kAnswerBytesMax);
  }

  Result<void> tell(const WorkItem& item, std::string_view verb, Json body) {
    body["epoch"] = item.epoch;
    const auto target = "/internal/jobs/" + item.job_id + "/" + std::string(verb);
    const auto answer = post(target, body, kCallMax);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status < 300) return {};
    const auto code = answer->status == 409 || answer->status == 404   ? ErrorCode::conflict
                      : answer->status == 413 || answer->status == 400 ? ErrorCode::invalid
                                                                       : ErrorCode::unavailable;
    return matinee::fail(code, target + ": " + std::to_string(answer->status) + " " + answer->body);
  }
};

Result<std::optional<WorkItem>> parse_work(std::string_view text) {
  auto json = parse_json(text);
  if (!json) return fail(json.error(), "a leased job");
  const auto id = text_member(*json, "job_id");
  const auto kind = text_member(*json, "kind");
  const auto epoch = integer_member(*json, "epoch");
  const auto lease_ms = integer_member(*json, "lease_ms");
  if (!id || !kind || !epoch || !lease_ms || !json->contains("payload")) {
    return fail(ErrorCode::corrupt, "a leased job lacks a member");
  }
  const auto share = json->find("cpu_share");
  return WorkItem{
      *id,    *kind,     (*json)["payload"],
      *epoch, *lease_ms, share != json->end() && share->is_number() ? share->get<double>() : 1.0};
}

}  // namespace

JobTransport http_job_transport(http::Client& client, const Clock& clock, std::string worker,
                                std::vector<std::string> kinds,
                                std::function<std::string()> authorization) {
  // Shared by the four functions, which are copied freely.
  auto line = std::make_shared<Line>(
      Line{client, clock, std::move(worker), std::move(kinds), std::move(authorization)});
  JobTransport transport;
  transport.lease = [line](std::chrono::milliseconds wait) -> Result<std::optional<WorkItem>> {
    const Json body{{"worker", line->worker}, {"kinds", line->kinds}, {"wait_ms", wait.count()}};
    const auto answer = line->post("/internal/jobs/lease", body, wait + kCallMax);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == 204) return std::optional<WorkItem>{};
    if (answer->status != 200) {
      return fail(ErrorCode::unavailable,
                  "leasing a job: " + std::to_string(answer->status) + " " + answer->body);
    }
    return parse_work(answer->body);
  };
  transport.renew = [line](const WorkItem& item, double progress) {
    return line->tell(item, "renew", Json{{"progress", progress}});
  };
  transport.note = [line](const WorkItem& item, const std::vector<std::string>& lines) {
    return line->tell(item, "note", Json{{"lines", lines}});
  };
  transport.complete = [line](const WorkItem& item, const Json& result) {
    return line->tell(item, "complete", Json{{"result", result}});
  };
  transport.fail = [line](const WorkItem& item, const Error& error, bool retry) {
    return line->tell(
        item, "fail",
        Json{{"code", name_of(error.code)}, {"message", error.message}, {"retry", retry}});
  };
  return transport;
}

}  // namespace matinee::api
