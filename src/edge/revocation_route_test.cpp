// Goal: control, and nobody else, makes an edge forget sessions.
#include "edge/revocation_route.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/json.h"
#include "http/test_world.h"

namespace matinee::edge {
namespace {

const std::string kOne(32, '1');
const std::string kTwo(32, '2');

struct Answer {
  int status = 0;
  std::vector<std::string> forgotten;
};

Answer revoke(const std::string& body, const std::string& authorization = "control") {
  http::Router router;
  Answer answer;
  add_revocation_route(
      router,
      [](std::string_view header) -> Result<void> {
        if (header.empty()) return fail(ErrorCode::unauthorized, "who?");
        if (header != "control") return fail(ErrorCode::forbidden, "not you");
        return {};
      },
      [&](const std::vector<SessionId>& sessions) -> Result<void> {
        for (const SessionId& session : sessions) answer.forgotten.push_back(session.to_string());
        return {};
      });
  http::Request request;
  http::TextReader reader(body);
  request.method = http::Method::post;
  request.target = "/internal/revocations";
  request.context.listener = http::ListenerKind::internal;
  if (!authorization.empty()) request.headers.add("Authorization", authorization);
  request.set_body(reader);
  answer.status = router.handle(request).status;
  return answer;
}

TEST(RevocationRoute, ForgetsWhatIsListed) {
  const Answer answer = revoke(R"({"session_ids":[")" + kOne + R"(",")" + kTwo + R"("]})");
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.forgotten, (std::vector<std::string>{kOne, kTwo}));
  EXPECT_EQ(revoke(R"({"session_ids":[]})").status, 204);
}

TEST(RevocationRoute, RefusesWhatIsNoList) {
  std::string many = R"({"session_ids":[")" + kOne + "\"";
  for (std::size_t i = 0; i < kRevocationsMax; ++i) many += ",\"" + kOne + "\"";
  for (const std::string& body :
       {std::string(), std::string("nonsense"), std::string("[]"), std::string("{}"),
        std::string(R"({"session_ids":"x"})"), std::string(R"({"session_ids":[1]})"),
        std::string(R"({"session_ids":["x"]})"), many + "]}"}) {
    const Answer answer = revoke(body);
    EXPECT_EQ(answer.status, 400) << body.substr(0, 40);
    EXPECT_TRUE(answer.forgotten.empty());
  }
  EXPECT_EQ(revoke(std::string(100'000, ' ')).status, 413);
}

TEST(RevocationRoute, IsForControlOnly) {
  const std::string body = R"({"session_ids":[")" + kOne + R"("]})";
  EXPECT_EQ(revoke(body, "").status, 401);
  const Answer other = revoke(body, "edge");
  EXPECT_EQ(other.status, 403);
  EXPECT_TRUE(other.forgotten.empty());
}

}  // namespace
}  // namespace matinee::edge
