// Goal: the values that handlers see say what came over the wire, and believe only who may be.
#include "http/message.h"

#include <gtest/gtest.h>

#include <string>

#include "http/message_writer.h"
#include "http/origin_check.h"
#include "http/problem.h"

namespace matinee::http {
namespace {

TEST(Headers, KeepsOrderAndIgnoresCase) {
  Headers headers{{"Accept", "a"}, {"X", "1"}, {"accept", "b"}};
  EXPECT_EQ(headers.value_of("ACCEPT"), "a");
  EXPECT_EQ(headers.count("Accept"), 2U);
  headers.set("x", "2");
  EXPECT_EQ(headers.value_of("X"), "2");
  EXPECT_EQ(headers.remove("accept"), 2U);
  EXPECT_EQ(headers.size(), 1U);
  headers.add("Matinee-Session", "s");
  headers.add("MATINEE-PROFILE", "p");
  strip_internal_headers(headers);
  EXPECT_EQ(headers.size(), 1U);
  headers.set("x", headers.value_of("x"));
  EXPECT_EQ(headers.value_of("x"), "2");
}

TEST(Headers, FindsTokensAndCookies) {
  const Headers headers{{"Connection", "keep-alive, Close"},
                        {"Cookie", "a=1; matinee_session=xyz; b=\"q\""}};
  EXPECT_TRUE(headers.lists("connection", "close"));
  EXPECT_FALSE(headers.lists("connection", "keep"));
  EXPECT_EQ(headers.cookie("matinee_session"), "xyz");
  EXPECT_EQ(headers.cookie("b"), "q");
  EXPECT_FALSE(headers.cookie("session"));
}

TEST(HeadersDeathTest, RefusesToSplitAResponse) {
  Headers headers;
  EXPECT_DEATH(headers.add("Location", "/\r\nSet-Cookie: a=b"), "is_header_value");
}

TEST(Request, ReadsItsQuery) {
  Request request;
  request.target = "/a/b?x=1&y=a%20b+c&z&bad=%zz&x=2";
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query("x"), "1");
  EXPECT_EQ(request.query("y"), "a b c");
  EXPECT_EQ(request.query("z"), "");
  EXPECT_FALSE(request.query("bad"));
  EXPECT_FALSE(request.query("w"));
}

TEST(OriginCheck, AllowsHosts) {
  const std::string allowed[] = {"films.example", "localhost:8080", "[::1]"};
  EXPECT_TRUE(host_is_allowed("films.example", allowed));
  EXPECT_TRUE(host_is_allowed("Films.Example:8443", allowed));
  EXPECT_TRUE(host_is_allowed("localhost:8080", allowed));
  EXPECT_TRUE(host_is_allowed("[::1]:80", allowed));
  EXPECT_FALSE(host_is_allowed("localhost:9999", allowed));
  EXPECT_FALSE(host_is_allowed("evil.example", allowed));
  EXPECT_FALSE(host_is_allowed("films.example:evil.example", allowed));
  EXPECT_FALSE(host_is_allowed("films.example.evil.example", allowed));
  EXPECT_TRUE(host_is_allowed("anything", {}));
}

TEST(OriginCheck, RefusesForeignOriginsThatChangeState) {
  const std::string allowed[] = {"https://films.example"};
  struct Case {
    Method method;
    const char* origin;
    bool is_allowed;
  };
  const Case cases[] = {
      {Method::post, nullptr, true},
      {Method::post, "http://here:8080", true},
      {Method::post, "https://here:8080", true},
      {Method::post, "https://films.example", true},
      {Method::post, "http://here", false},
      {Method::post, "http://evil.example", false},
      {Method::post, "http://here:8080.evil.example", false},
      {Method::post, "null", false},
      {Method::post, "", false},
      {Method::delete_, "http://evil.example", false},
      {Method::get, "http://evil.example", true},
  };
  for (const Case& test : cases) {
    Request request;
    request.method = test.method;
    request.headers.add("Host", "here:8080");
    if (test.origin != nullptr) request.headers.add("Origin", test.origin);
    EXPECT_EQ(origin_is_allowed(request, allowed), test.is_allowed)
        << (test.origin == nullptr ? "none" : test.origin);
  }
}

TEST(OriginCheck, OverTlsAnOriginWithoutItIsForeign) {
  const std::string allowed[] = {"http://lab.example"};
  const std::pair<const char*, bool> cases[] = {
      {"https://here:8443", true}, {"http://here:8443", false}, {"http://lab.example", true}};
  for (const auto& [origin, is_allowed] : cases) {
    Request request;
    request.method = Method::post;
    request.context.scheme = Scheme::https;
    request.headers.add("Host", "here:8443");
    request.headers.add("Origin", origin);
    EXPECT_EQ(origin_is_allowed(request, allowed), is_allowed) << origin;
  }
}

TEST(RequestContext, TravelsInHeaders) {
  FakeClock clock(from_ms(1'700'000'000'000));
  SeededRandom random(7);
  RequestContext context;
  context.request_id = RequestId::generate(clock, random).to_string();
  context.client_address = "192.0.2.1";
  context.scheme = Scheme::https;
  context.priority = Priority::play_start;
  context.deadline = Deadline::in(clock, std::chrono::milliseconds{1500});
  context.session =
      SessionFacts{SessionId::generate(clock, random), TenantId::generate(clock, random),
                   AccountId::generate(clock, random), ProfileId::generate(clock, random),
                   Pseudonym::generate(clock, random)};
  Headers headers;
  set_context_headers(headers, context, clock);
  EXPECT_EQ(headers.value_of(kDeadlineHeader), "1500");
  const auto read = context_of(headers, ListenerKind::internal, clock);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->request_id, context.request_id);
  EXPECT_EQ(read->client_address, "192.0.2.1");
  EXPECT_EQ(read->scheme, Scheme::https);
  EXPECT_EQ(read->priority, Priority::play_start);
  EXPECT_EQ(read->deadline.at, context.deadline.at);
  EXPECT_EQ(read->session, context.session);
  for (const auto name : {kRequestIdHeader, kSchemeHeader, kPriorityHeader, kDeadlineHeader,
                          kSessionHeader, kPseudonymHeader}) {
    Headers wrong = headers;
    wrong.set(name, "?");
    EXPECT_FALSE(context_of(wrong, ListenerKind::internal, clock)) << name;
  }
  headers.remove(kProfileHeader);
  EXPECT_FALSE(context_of(headers, ListenerKind::internal, clock)) << "all of a session or none";
}

TEST(Problem, ComesBackAsTheErrorItWas) {
  const Error error{ErrorCode::conflict, "the \"lease\" was lost"};
  const Response response = problem(error, "0123");
  EXPECT_EQ(response.status, 409);
  const auto& text = std::get<std::string>(response.body);
  const Error back = error_of(response.status, text, "renewing");
  EXPECT_EQ(back.code, ErrorCode::conflict);
  EXPECT_EQ(back.message, "renewing: the \"lease\" was lost");
  EXPECT_EQ(error_of(503, "<html>", "asking").code, ErrorCode::unavailable);
}

TEST(MessageWriter, WritesDatesAndLeavesConnectionFieldsOut) {
  EXPECT_EQ(http_date(from_ms(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
  std::string out;
  append_fields(out, {{"Connection", "x"}, {"Content-Length", "9"}, {"A", "b"}}, "");
  EXPECT_EQ(out, "A: b\r\n");
}

}  // namespace
}  // namespace matinee::http
