// Goal: every public request goes to the role that answers it, with nothing in it that only the
// edge may say, and no path leads to what roles offer each other.
#include <gtest/gtest.h>

#include <string>

#include "edge/admission.h"
#include "edge/header_policy.h"
#include "edge/media_path.h"
#include "edge/route_plan.h"

namespace matinee::edge {
namespace {

using http::Method;
using http::Priority;

struct RouteCase {
  const char* name;
  Method method;
  const char* path;
  Answerer answerer;
  Priority priority;
  bool retry_safe;
};

class Routes : public testing::TestWithParam<RouteCase> {};

TEST_P(Routes, LeadToTheirRole) {
  const RouteCase& c = GetParam();
  const auto plan = plan_route(c.method, c.path, {});
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(plan->answerer, c.answerer);
  if (c.answerer == Answerer::nobody) return;
  EXPECT_EQ(plan->priority, c.priority);
  EXPECT_EQ(plan->retry_safe, c.retry_safe);
  EXPECT_FALSE(plan->name.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Routes,
    testing::Values(
        RouteCase{"page", Method::get, "/", Answerer::control, Priority::browse, true},
        RouteCase{"asset", Method::get, "/assets/app.js", Answerer::control, Priority::browse,
                  true},
        RouteCase{"titles", Method::get, "/v1/titles", Answerer::control, Priority::browse, true},
        RouteCase{"play", Method::post, "/v1/plays", Answerer::control, Priority::play_start,
                  false},
        RouteCase{"rating", Method::post, "/v1/ratings", Answerer::control, Priority::browse,
                  false},
        RouteCase{"events", Method::post, "/v1/events", Answerer::insight, Priority::telemetry,
                  true},
        RouteCase{"events_spelt", Method::post, "/v1/%65vents", Answerer::insight,
                  Priority::telemetry, true},
        RouteCase{"history", Method::get, "/v1/history", Answerer::control, Priority::browse, true},
        RouteCase{"health", Method::get, "/healthz", Answerer::health, Priority::playback, true},
        RouteCase{"media", Method::get, "/m/token/ab.mp4", Answerer::media, Priority::playback,
                  true},
        RouteCase{"hls", Method::get, "/m/token/main.m3u8", Answerer::control, Priority::play_start,
                  true},
        RouteCase{"dash", Method::head, "/m/token/main.mpd", Answerer::control,
                  Priority::play_start, true},
        RouteCase{"dash_preflight", Method::options, "/m/token/main.mpd", Answerer::media,
                  Priority::playback, false},
        RouteCase{"media_without_name", Method::get, "/m/token", Answerer::nobody, {}, false},
        RouteCase{"media_deeper", Method::get, "/m/token/a/b.mp4", Answerer::nobody, {}, false},
        RouteCase{"media_spelt", Method::get, "/%6d/token/ab.mp4", Answerer::nobody, {}, false},
        RouteCase{"metrics", Method::get, "/metrics", Answerer::nobody, {}, false},
        RouteCase{"internal", Method::get, "/internal/session", Answerer::nobody, {}, false},
        RouteCase{
            "internal_spelt", Method::get, "/%69nternal/session", Answerer::nobody, {}, false},
        RouteCase{"objects", Method::post, "/objects", Answerer::nobody, {}, false}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(RoutePlanTest, RefusesPathsThatTwoReadersTakeDifferently) {
  for (const char* path :
       {"//internal/session", "/v1/../internal/session", "/./metrics", "/v1/%2e%2e/internal",
        "/a%2f..%2finternal", "/a\\b", "/%zz", "/%00", "v1/titles", "*", "/v1//titles"}) {
    EXPECT_FALSE(plan_route(Method::get, path, {})) << path;
  }
}

TEST(RoutePlanTest, APlayMayBeRepeatedWithItsKey) {
  const http::Headers headers{{"Idempotency-Key", "abc"}};
  const auto plan = plan_route(Method::post, "/v1/plays", headers);
  ASSERT_TRUE(plan);
  EXPECT_TRUE(plan->retry_safe);
  EXPECT_EQ(plan->body_bytes_max, kRepeatableBodyMax);
}

TEST(HeaderPolicy, TakesFromClientsWhatOnlyTheEdgeMaySay) {
  const http::Headers client{{"Host", "films.example"},
                             {"Connection", "keep-alive, X-Secret-Hop"},
                             {"X-Secret-Hop", "1"},
                             {"Keep-Alive", "timeout=5"},
                             {"TE", "trailers"},
                             {"Upgrade", "h2c"},
                             {"Transfer-Encoding", "chunked"},
                             {"Content-Length", "5"},
                             {"Expect", "100-continue"},
                             {"Authorization", "Matinee-Role control.1.x"},
                             {"matinee-session", "forged"},
                             {"MATINEE-Profile", "forged"},
                             {"Forwarded", "for=1.2.3.4"},
                             {"X-Forwarded-For", "1.2.3.4"},
                             {"x-forwarded-host", "evil"},
                             {"X-Real-IP", "1.2.3.4"},
                             {"Via", "1.1 x"},
                             {"Cookie", "matinee_session=abc"},
                             {"Idempotency-Key", "k"},
                             {"Accept", "text/html"}};
  const http::Headers to_control = forwarded_request(client, ProxiedRole::control);
  EXPECT_EQ(to_control.size(), 3U);
  EXPECT_EQ(to_control.value_of("Cookie"), "matinee_session=abc");
  EXPECT_EQ(to_control.value_of("Idempotency-Key"), "k");
  EXPECT_EQ(to_control.value_of("Accept"), "text/html");
  const http::Headers to_insight = forwarded_request(client, ProxiedRole::insight);
  EXPECT_FALSE(to_insight.has("Cookie"));
  EXPECT_EQ(to_insight.size(), 2U);
}

TEST(HeaderPolicy, TakesFromRolesWhatIsInternal) {
  const http::Headers role{{"Content-Type", "text/html"}, {"Matinee-Request-Id", "x"},
                           {"Content-Length", "5"},       {"Date", "x"},
                           {"Set-Cookie", "a=1"},         {"Set-Cookie", "b=2"}};
  const http::Headers client = forwarded_response(role);
  EXPECT_EQ(client.size(), 3U);
  EXPECT_EQ(client.count("Set-Cookie"), 2U);
}

TEST(MediaPathTest, KeepsTokensOutOfLogs) {
  EXPECT_EQ(loggable_path("/m/secret/ab.mp4"), "/m/-/ab.mp4");
  EXPECT_EQ(loggable_path("/m/secret"), "/m/-");
  EXPECT_EQ(loggable_path("/m/secret/a/b"), "/m/-");
  EXPECT_EQ(loggable_path("/%6d/secret/b"), "/m/-");
  EXPECT_EQ(loggable_path("//m/secret/b"), "/m/-");
  EXPECT_EQ(loggable_path("/v1/titles"), "/v1/titles");
}

TEST(MediaPathTest, NamesAnObject) {
  const std::string id(64, 'a');
  EXPECT_TRUE(object_of_name(id + ".mp4"));
  EXPECT_TRUE(object_of_name(id + ".m3u8"));
  EXPECT_FALSE(object_of_name(id));
  EXPECT_FALSE(object_of_name(id + "."));
  EXPECT_FALSE(object_of_name(id + ".mp4.mp4"));
  EXPECT_FALSE(object_of_name("a" + id + ".mp4"));
  EXPECT_FALSE(object_of_name("main.m3u8"));
}

TEST(AdmissionTest, TurnsAwayFromTheBottom) {
  Metrics metrics;
  Admission admission(100, metrics);
  std::vector<Admission::Ticket> tickets;
  const auto fill = [&](Priority priority) {
    while (auto ticket = admission.enter(priority)) tickets.push_back(std::move(ticket));
    return admission.in_flight();
  };
  EXPECT_EQ(fill(Priority::fill), 45U);
  EXPECT_EQ(fill(Priority::telemetry), 55U);
  EXPECT_EQ(fill(Priority::browse), 80U);
  EXPECT_FALSE(admission.enter(Priority::telemetry));
  EXPECT_EQ(fill(Priority::play_start), 95U);
  EXPECT_EQ(fill(Priority::playback), 100U);
  tickets.clear();
  EXPECT_EQ(admission.in_flight(), 0U);
  EXPECT_TRUE(admission.enter(Priority::fill));
}

}  // namespace
}  // namespace matinee::edge
