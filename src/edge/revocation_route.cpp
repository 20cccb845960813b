#include "edge/revocation_route.h"

#include <string>
#include <utility>

#include "base/json.h"

namespace matinee::edge {
namespace {

constexpr std::size_t kBodyBytesMax = std::size_t{64} * 1024;

Result<std::vector<SessionId>> read_sessions(http::Request& request) {
  const auto text = http::read_body(request, kBodyBytesMax);
  if (!text) return std::unexpected(text.error());
  const auto json = parse_json(*text, 3);
  if (!json) return std::unexpected(json.error());
  const auto list = json->is_object() ? json->find("session_ids") : json->end();
  if (list == json->end() || !list->is_array() || list->size() > kRevocationsMax) {
    return fail(ErrorCode::invalid, "session_ids must be a list of at most " +
                                        std::to_string(kRevocationsMax) + " ids");
  }
  std::vector<SessionId> sessions;
  for (const Json& entry : *list) {
    if (!entry.is_string()) return fail(ErrorCode::invalid, "a session's id must be text");
    const auto id = SessionId::parse(entry.get_ref<const std::string&>());
    if (!id) return fail(ErrorCode::invalid, "a session's id: " + id.error().message);
    sessions.push_back(*id);
  }
  return sessions;
}

}  // namespace

void add_revocation_route(http::Router& router,
                          std::function<Result<void>(std::string_view)> authorize,
                          std::function<Result<void>(const std::vector<SessionId>&)> forget) {
  http::Route route;
  route.method = http::Method::post;
  route.path = "/internal/revocations";
  route.operation_id = "revokeSessions";
  route.summary = "Sessions that ended or changed.";
  route.visibility = http::Visibility::internal;
  route.retry_safe = true;
  route.success_status = 204;
  route.problem_statuses = {401, 403};
  route.body_bytes_max = kBodyBytesMax;
  router.add(std::move(route),
             [authorize = std::move(authorize),
              forget = std::move(forget)](http::Request& request) -> Result<http::Response> {
               const auto admitted = authorize(request.headers.value_of("Authorization"));
               if (!admitted) return std::unexpected(admitted.error());
               const auto sessions = read_sessions(request);
               if (!sessions) return std::unexpected(sessions.error());
               if (auto done = forget(*sessions); !done) return std::unexpected(done.error());
               return http::Response::empty(204);
             });
}

}  // namespace matinee::edge
