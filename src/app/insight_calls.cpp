#include "app/insight_calls.h"

#include "base/encoding.h"
#include "base/json.h"
#include "http/problem.h"

namespace matinee::app {
namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{256} * 1024;
constexpr std::size_t kHistoryLimit = 50;

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
  if (answer->status == 400) {
    return std::unexpected(http::error_of(answer->status, answer->body, "asking insight"));
  }
  if (answer->status != 200) {
    return fail(ErrorCode::unavailable, "insight answered " + std::to_string(answer->status));
  }
  return parse_json(answer->body);
}

Result<api::WatchedPage> watched_page(const Json& json) {
  api::WatchedPage page;
  for (const auto& item : json.value("items", Json::array())) {
    const auto title = text_member(item, "title_id");
    const auto position_ms = integer_member(item, "position_ms");
    if (!title || !position_ms) return fail(ErrorCode::corrupt, "insight's history lacks a member");
    const auto id = TitleId::parse(*title);
    if (!id) return std::unexpected(id.error());
    page.items.push_back({*id, *position_ms, item.value("completed", false),
                          item.value("duration_ms", std::int64_t{0}),
                          item.value("watched_at_ms", std::int64_t{0})});
  }
  if (const auto next = text_member(json, "next_cursor")) page.next_cursor = *next;
  return page;
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
  calls.history_page = [&insight, authorization = std::move(authorization)](
                           const http::SessionFacts& facts, std::size_t limit,
                           const std::string& cursor,
                           Deadline deadline) -> Result<api::WatchedPage> {
    const auto target =
        "/internal/history?limit=" + std::to_string(limit) + "&cursor=" + percent_encode(cursor);
    const auto json = fetch_json(insight, request_for(facts, target, authorization), deadline);
    if (!json) return std::unexpected(json.error());
    return watched_page(*json);
  };
  calls.history = [page = calls.history_page](
                      const http::SessionFacts& facts,
                      Deadline deadline) -> Result<std::vector<api::WatchedTitle>> {
    auto first = page(facts, kHistoryLimit, "", deadline);
    if (!first) return std::unexpected(first.error());
    return std::move(first->items);
  };
  return calls;
}

}  // namespace matinee::app
