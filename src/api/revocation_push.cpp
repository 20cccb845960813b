#include "api/revocation_push.h"

#include <algorithm>
#include <span>
#include <utility>

#include "base/json.h"
#include "base/log.h"

namespace matinee::api {
namespace {

constexpr std::size_t kAnswerBytesMax = 4'096;

std::string body_of(std::span<const SessionId> ids) {
  Json list = Json::array();
  for (const SessionId& id : ids) list.push_back(id.to_string());
  return to_text({{"session_ids", std::move(list)}});
}

}  // namespace

RevocationPush::RevocationPush(http::Client& edge, std::function<std::string()> authorization,
                               const Clock& clock, Metrics& metrics)
    : edge_(edge),
      authorization_(std::move(authorization)),
      clock_(clock),
      pushed_(metrics.counter("matinee_control_revocations_total", "Sessions pushed to the edge.")),
      failed_(metrics.counter("matinee_control_revocations_failed_total",
                              "Sessions that the edge could not be told of.")) {}

void RevocationPush::operator()(const std::vector<SessionId>& ids) {
  const auto deadline = Deadline::in(clock_, kPushPatience);
  for (std::span<const SessionId> left(ids); !left.empty();) {
    const auto part = left.first(std::min(left.size(), kIdsMax));
    left = left.subspan(part.size());
    http::ClientRequest request{.method = http::Method::post, .target = "/internal/revocations"};
    request.headers.set("Authorization", authorization_());
    request.headers.set("Content-Type", "application/json");
    request.body = body_of(part);
    request.retry_safe = true;
    const auto answer = edge_.fetch(request, deadline, kAnswerBytesMax);
    if (answer && answer->status == 204) {
      pushed_.add(part.size());
      continue;
    }
    failed_.add(part.size());
    log::warning(
        "the edge was not told of ended sessions; it keeps them for up to a minute",
        {{"sessions", part.size()},
         {"error", answer ? "status " + std::to_string(answer->status) : answer.error().message}});
  }
}

}  // namespace matinee::api
