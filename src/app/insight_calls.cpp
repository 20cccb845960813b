#include "app/insight_calls.h"

#include "base/json.h"

namespace matinee::app {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{256} * 1024;
constexpr int kHistoryLimit = 50;

http::ClientRequest request_for(const http::SessionFacts& facts, std::string target,
                                const std::function<std::string()>& authorization) {
  http::ClientRequest request{.target = std::move(target)};
  request.headers.set("Authorization", authorization());
  request.headers.set(std::string(http::kSessionHeader), facts.session_id.to_string());
  request.headers.set(std::string(http::kTenantHeader), facts.tenant_id.to_string());
  request.headers.set(std::string(http::kAccountHeader), facts.account_id.to_string());
  request.headers.set(std::string(http::kProfileHeader), facts.profile_id.to_string());
  request.headers.set(std::string(http::kPseudonymHeader), facts.pseudonym.to_string());
  return request;
}

Result<Json> fetch_json(http::Client& insight, const http::ClientRequest& request,
                        Deadline deadline) {
  const auto answer = insight.fetch(request, deadline, kAnswerBytesMax);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) {
    return fail(ErrorCode::unavailable, "insight answered " + std::to_string(answer->status));
  }
  return parse_json(answer->body);
}

Result<std::vector<api::WatchedTitle>> watched_titles(const Json& json) {
  std::vector<api::WatchedTitle> watched;
  for (const auto& item : json.value("items", Json::array())) {
    const auto title = text_member(item, "title_id");
    const auto position_ms = integer_member(item, "position_ms");
    if (!title || !position_ms) return fail(ErrorCode::corrupt, "insight's history lacks a member");
    const auto id = TitleId::parse(*title);
    if (!id) return std::unexpected(id.error());
    watched.push_back({*id, *position_ms, item.value("completed", false)});
  }
  return watched;
}

}  // namespace

api::ControlInsight insight_calls(http::Client& insight,
                                  std::function<std::string()> authorization) {
  api::ControlInsight calls;
  calls.resume_ms = [&insight, authorization](const http::SessionFacts& facts, const TitleId& title,
                                              Deadline deadline) -> Result<std::int64_t> {
    const auto target = "/internal/resume?pseudonym=" + facts.pseudonym.to_string() +
                        "&title_id=" + title.to_string();
    const auto json = fetch_json(insight, request_for(facts, target, authorization), deadline);
    if (!json) return std::unexpected(json.error());
    return integer_member(*json, "resume_ms");
  };
  calls.history = [&insight, authorization = std::move(authorization)](
                      const http::SessionFacts& facts,
                      Deadline deadline) -> Result<std::vector<api::WatchedTitle>> {
    const auto target = "/v1/history?limit=" + std::to_string(kHistoryLimit);
    const auto json = fetch_json(insight, request_for(facts, target, authorization), deadline);
    if (!json) return std::unexpected(json.error());
    return watched_titles(*json);
  };
  return calls;
}

}  // namespace matinee::app
