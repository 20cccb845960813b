// Goal: viewers reach the roles through the edge with their session and nothing forged; what is
// safe outlives a role's death; the rest is refused plainly.
#include "edge/front.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "edge/scripted_origin.h"
#include "http/test_world.h"

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;
using http::Exchange;
using http::Method;
using http::Request;
using http::Response;

const std::string kCookie(43, 'c');
const std::string kId(32, 'a');

// Answers with the request's head and body, so that the test sees what a role is told.
Result<Response> echo(Request& request) {
  std::string text = std::string(name_of(request.method)) + " " + request.target + "\n";
  for (const auto field : request.headers) {
    text.append(field.name).append(": ").append(field.value).append("\n");
  }
  auto body = http::read_body(request, 8'000'000);
  if (!body) return std::unexpected(body.error());
  return Response::text(200, text + "\n" + *body);
}

// Breaks off once all that was written is on its way.
void abort_when_sent(const std::shared_ptr<Exchange>& exchange) {
  exchange->loop().add_timer(1ms, [exchange] {
    if (exchange->buffered_bytes() > 0) return abort_when_sent(exchange);
    exchange->abort();
  });
}

class FrontTest : public testing::Test {
 protected:
  FrontTest() {
    patience_ = 20s;
    control_.router.add({.path = "/internal/session",
                         .operation_id = "session",
                         .visibility = http::Visibility::internal},
                        [this](Request& request) { return session(request); });
    for (const Method method : {Method::get, Method::post}) {
      control_.router.add({.method = method,
                           .path = "/v1/{rest...}",
                           .operation_id = std::string(name_of(method)) + "Echo",
                           .body_bytes_max = 8'000'000},
                          echo);
    }
    control_.router.add({.path = "/m/{token}/{name}", .operation_id = "manifest"}, echo);
    control_.router.add({.path = "/large", .operation_id = "large"}, [](Request&) {
      return Result<Response>(Response::stream(
          200, "text/plain", std::make_unique<http::CountingSource>(12'000'000, true)));
    });
    insight_.router.add({.method = Method::post, .path = "/v1/events", .operation_id = "events"},
                        echo);
  }
  ~FrontTest() override {
    if (!front_) return;
    public_.server().drain(Deadline::in(public_.clock, 0ms));
    front_.reset();
  }

  static http::TestServer::Setup internal() { return {.kind = http::ListenerKind::internal}; }

  Result<Response> session(Request& request) {
    ++session_questions_;
    if (request.headers.value_of("Authorization") != "Matinee-Role edge") {
      return fail(ErrorCode::unauthorized, "who?");
    }
    if (request.headers.cookie("matinee_session") != kCookie) {
      return fail(ErrorCode::unauthorized, "unknown");
    }
    return Response::json(200, R"({"session_id":")" + kId + R"(","tenant_id":")" + kId +
                                   R"(","account_id":")" + kId + R"(","profile_id":")" + kId +
                                   R"(","pseudonym":")" + kId +
                                   R"(","expires_at_ms":99999999999999})");
  }

  void start() {
    Front::Options options;
    options.proxy.control.address = control_.address();
    options.proxy.insight.address = insight_.address();
    options.proxy.patience = patience_;
    options.proxy.answer_longest = 20s;
    options.proxy.in_flight_max = in_flight_max_;
    options.proxy.body_longest = body_longest_;
    options.media.extents.fetch.threads = 1;
    options.clients = client_limits_;
    front_ = std::make_unique<Front>(
        options, FrontWorld{.origin = origin_.origin(),
                            .tokens = guard::PathTokenRing({guard::PathTokenKey{1, {7}}}),
                            .availability = [this](ProxiedRole) { return availability_.load(); },
                            .authorization = [] { return std::string("Matinee-Role edge"); },
                            .ready = [this] { return ready_.load(); },
                            .clock = public_.clock,
                            .metrics = public_.metrics});
    public_.start(front_->handler([](const std::shared_ptr<Exchange>&) {}));
    client_ = std::make_unique<http::Client>(public_.clock, public_.client_options());
  }
  void start_all() {
    control_.start();
    insight_.start();
    start();
  }

  // Lets control play dead: each request is first given to `handler`.
  void control_acts(http::InlineHandler handler) {
    control_.start([handler = std::move(handler)](std::shared_ptr<Exchange> exchange) {
      handler(std::move(exchange));
    });
    insight_.start();
    start();
  }

  Result<http::WholeResponse> send(Method method, std::string target,
                                   const http::Headers& headers = {}, std::string body = {}) {
    http::ClientRequest request;
    request.method = method;
    request.target = std::move(target);
    request.headers = headers;
    if (!body.empty()) request.body = std::move(body);
    return client_->fetch(request, public_.soon(), std::size_t{64} << 20U);
  }
  int status(Method method, std::string target, const http::Headers& headers = {},
             std::string body = {}) {
    const auto response = send(method, std::move(target), headers, std::move(body));
    return response ? response->status : -1;
  }

  std::chrono::milliseconds patience_;
  std::chrono::milliseconds body_longest_{20s};
  std::size_t in_flight_max_ = 100;
  ClientLimits::Options client_limits_;
  std::atomic<RoleAvailability> availability_{RoleAvailability::ready};
  std::atomic<bool> ready_{true};
  std::atomic<int> session_questions_{0};
  ScriptedOrigin origin_;
  http::TestServer control_{internal()};
  http::TestServer insight_{internal()};
  http::TestServer public_{{.tcp = true}};
  std::unique_ptr<Front> front_;
  std::unique_ptr<http::Client> client_;
};

TEST_F(FrontTest, TellsRolesWhoAsksAndNothingForged) {
  start_all();
  const auto response = send(Method::post, "/v1/events?x=1",
                             {{"Cookie", "a=b; matinee_session=" + kCookie},
                              {"Matinee-Profile", "forged"},
                              {"Authorization", "Matinee-Role control"},
                              {"X-Forwarded-For", "1.2.3.4"},
                              {"Content-Type", "application/json"}},
                             "{\"events\":[]}");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  const std::string& seen = response->body;
  EXPECT_TRUE(seen.starts_with("POST /v1/events?x=1\n")) << seen;
  EXPECT_TRUE(seen.ends_with("{\"events\":[]}")) << seen;
  EXPECT_EQ(seen.find("forged"), std::string::npos);
  EXPECT_EQ(seen.find("1.2.3.4"), std::string::npos);
  EXPECT_EQ(seen.find("ookie"), std::string::npos);
  for (const std::string& line :
       {std::string("Authorization: Matinee-Role edge"), "Matinee-Profile: " + kId,
        "Matinee-Session: " + kId, std::string("Matinee-Priority: telemetry"),
        std::string("Matinee-Scheme: http"), std::string("Content-Type: application/json"),
        std::string("Matinee-Request-Id: "), std::string("Matinee-Deadline-Ms: "),
        std::string("Matinee-Client-Address: ")}) {
    EXPECT_NE(seen.find(line), std::string::npos) << line << " in\n" << seen;
  }
  EXPECT_EQ(status(Method::get, "/v1/home", {{"Cookie", "matinee_session=" + kCookie}}), 200);
  EXPECT_EQ(session_questions_, 1);
}

TEST_F(FrontTest, PassesOnWhoeverHasNoSession) {
  start_all();
  const std::string stranger(43, 's');
  const auto response = send(Method::get, "/v1/home", {{"Cookie", "matinee_session=" + stranger}});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body.find("Matinee-Session"), std::string::npos);
  EXPECT_NE(response->body.find("matinee_session=" + stranger), std::string::npos);
  EXPECT_EQ(session_questions_, 1);
  EXPECT_EQ(send(Method::get, "/v1/home")->status, 200);
  EXPECT_EQ(session_questions_, 1);
}

TEST_F(FrontTest, AsksAnewAboutASessionThatWasRevoked) {
  start_all();
  const http::Headers cookie{{"Cookie", "matinee_session=" + kCookie}};
  EXPECT_EQ(status(Method::get, "/v1/home", cookie), 200);
  EXPECT_EQ(status(Method::get, "/v1/home", cookie), 200);
  EXPECT_EQ(session_questions_, 1);
  ASSERT_TRUE(front_->forget_sessions({*SessionId::parse(kId)}, public_.soon()));
  EXPECT_EQ(status(Method::get, "/v1/home", cookie), 200);
  EXPECT_EQ(session_questions_, 2);
}

TEST_F(FrontTest, TellsWhoAsksTooOftenWhenToComeAgain) {
  client_limits_.limits_loopback = true;
  client_limits_.rates.fill({.per_second = 0.001, .burst = 2});
  start_all();
  EXPECT_EQ(status(Method::get, "/v1/home"), 200);
  EXPECT_EQ(status(Method::get, "/v1/home"), 200);
  const auto refused = send(Method::get, "/v1/home");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 429);
  EXPECT_EQ(refused->headers.value_of("Retry-After"), "1000");
  EXPECT_EQ(refused->headers.value_of("Content-Type"), "application/problem+json");
  EXPECT_EQ(status(Method::get, "/m/token/main.mpd"), 200) << "another priority";
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
}

TEST_F(FrontTest, KeepsWhatRolesOfferEachOther) {
  start_all();
  EXPECT_EQ(status(Method::get, "/internal/session", {{"Cookie", "matinee_session=" + kCookie}}),
            404);
  EXPECT_EQ(status(Method::get, "/metrics"), 404);
  EXPECT_EQ(status(Method::get, "//internal/session"), 400);
  EXPECT_EQ(session_questions_, 0);
}

TEST_F(FrontTest, AnswersHealthItself) {
  start();
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
  EXPECT_EQ(status(Method::get, "/readyz"), 200);
  ready_ = false;
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
  EXPECT_EQ(status(Method::get, "/readyz"), 503);
  EXPECT_EQ(status(Method::post, "/healthz"), 405);
  EXPECT_EQ(status(Method::get, "/m/token/" + std::string(64, 'a') + ".mp4"), 403);
}

TEST_F(FrontTest, PassesManifestsOnForAnyOrigin) {
  start_all();
  const auto response = send(Method::get, "/m/token/main.mpd");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->headers.value_of("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(response->body.starts_with("GET /m/token/main.mpd\n"));
  EXPECT_EQ(status(Method::options, "/m/token/main.mpd"), 204);
}

TEST_F(FrontTest, StreamsLargeBodiesBothWays) {
  start_all();
  const auto down = send(Method::get, "/large");
  ASSERT_TRUE(down) << down.error().message;
  EXPECT_EQ(down->body.size(), 12'000'000U);
  const std::string large(900'000, 'u');
  const auto up = send(Method::post, "/v1/uploads", {}, large);
  ASSERT_TRUE(up) << up.error().message;
  EXPECT_TRUE(up->body.ends_with(large));
  EXPECT_EQ(status(Method::post, "/v1/events", {}, std::string(300'000, 'e')), 413);
}

TEST_F(FrontTest, APlayOutlivesTheDeathOfControl) {
  std::atomic<int> tries{0};
  control_acts([&](const std::shared_ptr<Exchange>& exchange) {
    const int number = ++tries;
    if (number == 1) return exchange->abort();
    // The second time it dies with half an answer out.
    exchange->begin(Response::text(201, ""), 10);
    exchange->write(http::SharedBytes::unowned("01234"));
    if (number == 2) return abort_when_sent(exchange);
    exchange->write(http::SharedBytes::unowned("56789"));
    exchange->finish();
  });
  const auto response =
      send(Method::post, "/v1/plays", {{"Idempotency-Key", "k"}}, "{\"title_id\":\"x\"}");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "0123456789");
  EXPECT_EQ(tries, 3);
}

TEST_F(FrontTest, WhatIsNotSafeIsSentOnce) {
  std::atomic<int> tries{0};
  control_acts([&](const std::shared_ptr<Exchange>& exchange) {
    ++tries;
    exchange->abort();
  });
  const auto response = send(Method::post, "/v1/plays", {}, "{\"title_id\":\"x\"}");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.value_of("Retry-After"), "1");
  EXPECT_EQ(tries, 1);
}

TEST_F(FrontTest, ALongAnswerThatBreaksOffIsNotTakenForWhole) {
  control_acts([](const std::shared_ptr<Exchange>& exchange) {
    exchange->begin(Response::text(200, ""), 1'000'000);
    exchange->write(http::SharedBytes::of(std::string(500'000, 'x')));
    abort_when_sent(exchange);
  });
  EXPECT_FALSE(send(Method::get, "/v1/titles"));
}

TEST_F(FrontTest, ARequestWaitsForARoleThatComesBack) {
  insight_.start();
  start();
  http::RawPeer peer = public_.connect();
  peer.send("GET /v1/titles HTTP/1.1\r\nHost: x\r\n\r\n");
  // Nobody accepts at control's socket yet; another answer proves that the edge got on meanwhile.
  EXPECT_EQ(status(Method::get, "/healthz"), 200);
  control_.start();
  EXPECT_TRUE(peer.receive_until("GET /v1/titles"));
  EXPECT_TRUE(peer.received().starts_with("HTTP/1.1 200"));
}

TEST_F(FrontTest, SaysThatARoleStaysAway) {
  patience_ = 50ms;
  availability_ = RoleAvailability::away;
  start();
  const auto response = send(Method::get, "/v1/titles");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->headers.value_of("Retry-After"), "1");
  EXPECT_EQ(response->headers.value_of("Content-Type"), "application/problem+json");
  // Without an answer about its session, an event must not be refused for good.
  EXPECT_EQ(status(Method::post, "/v1/events", {{"Cookie", "matinee_session=" + kCookie}}, "{}"),
            503);
}

TEST_F(FrontTest, GivesUpABrokenRoleAtOnce) {
  availability_ = RoleAvailability::broken;
  control_acts([](const std::shared_ptr<Exchange>& exchange) { exchange->abort(); });
  EXPECT_EQ(status(Method::get, "/v1/titles"), 503);
}

TEST_F(FrontTest, WhoSendsABodyDropByDropLosesItsPlace) {
  in_flight_max_ = 2;  // starts of plays may use one of them
  body_longest_ = 300ms;
  start_all();
  http::RawPeer slow = public_.connect();
  slow.send("POST /v1/plays HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
  ASSERT_TRUE(slow.receive_until("408"));
  EXPECT_EQ(status(Method::post, "/v1/plays", {}, "{}"), 200);
}

TEST_F(FrontTest, TurnsAwayWhatThereIsNoRoomFor) {
  in_flight_max_ = 2;  // browsing may use one of them
  std::vector<std::shared_ptr<Exchange>> held;
  control_acts([&](std::shared_ptr<Exchange> exchange) {
    exchange->begin(Response::text(200, ""), std::nullopt);
    exchange->write(http::SharedBytes::unowned("hello"));
    held.push_back(std::move(exchange));
  });
  http::RawPeer peer = public_.connect();
  peer.send("GET /v1/titles HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(peer.receive_until("hello"));
  EXPECT_EQ(status(Method::get, "/v1/titles"), 503);
  peer.close();
  control_.server().drain(Deadline::in(control_.clock, 0ms));
  held.clear();
}

}  // namespace
}  // namespace matinee::edge
