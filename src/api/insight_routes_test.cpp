// Goal: viewers' events go in durably and come out as their own history, and nobody else's.
#include "api/insight_routes.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <optional>
#include <string>

#include "base/files.h"
#include "base/json.h"
#include "events/history.h"
#include "events/processor.h"
#include "http/openapi.h"
#include "store/event_log.h"

namespace matinee::api {
namespace {

template <typename Kind>
Id<Kind> numbered(unsigned char n) {
  Id<Kind> id;
  id.uuid.bytes[15] = n;
  return id;
}

http::SessionFacts viewer(unsigned char n) {
  return {numbered<SessionKind>(n), numbered<TenantKind>(1), numbered<AccountKind>(1),
          numbered<ProfileKind>(n), numbered<PseudonymKind>(n)};
}

class InsightRoutes : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-insight-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    auto log = store::open_event_log("mem://?partitions=1", environment_);
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
    intake_.emplace(*log_, keys_, clock_, random_, metrics_);
    processor_.emplace(*log_,
                       events::ProcessorOptions{.name = "history", .folder = folder_ / "state"},
                       events::apply_to_history, environment_, metrics_);
    world_.emplace(InsightWorld{
        *intake_, [this](Pseudonym pseudonym) { return processor_->state_of(pseudonym); },
        [](std::string_view authorization, guard::Operation operation) -> Result<void> {
          const auto role = guard::role_of(authorization);
          if (!role) return fail(ErrorCode::unauthorized, "who are you");
          if (!guard::is_permitted(*role, operation)) return fail(ErrorCode::forbidden, "may not");
          return {};
        }});
    add_insight_routes(router_, *world_);
  }
  void TearDown() override {
    processor_.reset();
    std::filesystem::remove_all(folder_);
  }

  struct Answer {
    int status;
    Json json;
  };
  Answer send(http::Method method, std::string target, std::optional<http::SessionFacts> session,
              std::string body = {}, std::string_view authorization = "edge") {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    request.context.listener = http::ListenerKind::internal;
    request.context.session = session;
    if (!authorization.empty()) request.headers.add("Authorization", authorization);
    http::TextReader reader(std::move(body));
    request.set_body(reader);
    const auto response = router_.handle(request);
    const auto* text = std::get_if<std::string>(&response.body);
    return {response.status, text == nullptr ? Json() : Json::parse(*text, nullptr, false)};
  }
  Json beat(unsigned char id, unsigned char title, std::int64_t position_ms) {
    return {{"id", numbered<EventKind>(id).to_string()},
            {"type", "play.beat"},
            {"schema_version", 1},
            {"session_seq", id},
            {"t_client_ms", to_ms(clock_.now()) - 1000 + id},
            {"t_mono_ms", id * 1000},
            {"play_id", numbered<PlayKind>(title).to_string()},
            {"title_id", numbered<TitleKind>(title).to_string()},
            {"position_ms", position_ms},
            {"duration_ms", 600'000},
            {"consent", {{"essential", true}}}};
  }
  Answer post(const std::vector<Json>& events, std::optional<http::SessionFacts> session) {
    return send(http::Method::post, "/v1/events", session, Json{{"events", events}}.dump());
  }
  Answer resume(unsigned char pseudonym, unsigned char title, std::string_view authorization) {
    return send(http::Method::get,
                "/internal/resume?pseudonym=" + numbered<PseudonymKind>(pseudonym).to_string() +
                    "&title_id=" + numbered<TitleKind>(title).to_string(),
                std::nullopt, {}, authorization);
  }

  std::filesystem::path folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
  store::Environment environment_{files_, clock_, random_};
  Metrics metrics_;
  bool control_is_away_ = false;
  events::ProfileKeys keys_{[this](ProfileId) -> Result<guard::SecretKey> {
                              if (control_is_away_) return fail(ErrorCode::unavailable, "away");
                              return guard::SecretKey{};
                            },
                            clock_};
  std::unique_ptr<store::EventLog> log_;
  std::optional<events::Intake> intake_;
  std::optional<events::Processor> processor_;
  std::optional<InsightWorld> world_;
  http::Router router_;
};

TEST_F(InsightRoutes, EventsBecomeTheViewersHistory) {
  const auto answer =
      post({beat(1, 1, 10'000), beat(2, 2, 590'000), beat(1, 1, 10'000), Json(5)}, viewer(7));
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.json, Json::parse(R"({"accepted":2,"duplicates":1,
    "rejected":[{"index":3,"reason":"an event must be an object"}]})"));
  ASSERT_TRUE(processor_->run_to_end());

  const auto first = send(http::Method::get, "/internal/history?limit=1", viewer(7));
  EXPECT_EQ(first.status, 200);
  ASSERT_EQ(first.json["items"].size(), 1U);
  EXPECT_EQ(first.json["items"][0]["title_id"], numbered<TitleKind>(2).to_string());
  EXPECT_EQ(first.json["items"][0]["completed"], true);
  ASSERT_TRUE(first.json["next_cursor"].is_string());
  const auto second =
      send(http::Method::get,
           "/internal/history?limit=1&cursor=" + first.json["next_cursor"].get<std::string>(),
           viewer(7));
  EXPECT_EQ(second.json["items"][0]["position_ms"], 10'000);
  EXPECT_EQ(second.json["items"][0]["duration_ms"], 600'000);
  EXPECT_TRUE(second.json["next_cursor"].is_null());
  EXPECT_TRUE(send(http::Method::get, "/internal/history", viewer(8)).json["items"].empty());
}

TEST_F(InsightRoutes, WithoutASessionIs401) {
  EXPECT_EQ(post({beat(1, 1, 10'000)}, std::nullopt).status, 401);
  EXPECT_EQ(send(http::Method::get, "/internal/history", std::nullopt).status, 401);
}

TEST_F(InsightRoutes, OnlyEdgeAndControlSayWhoTheViewerIs) {
  struct Case {
    const char* role;
    int status;
  };
  for (const auto& [role, status] :
       {Case{"", 401}, Case{"media", 403}, Case{"insight", 403}, Case{"control", 200}}) {
    EXPECT_EQ(send(http::Method::get, "/internal/history", viewer(7), {}, role).status, status)
        << role;
  }
  EXPECT_EQ(send(http::Method::post, "/v1/events", viewer(7), R"({"events":[]})", "media").status,
            403);
}

TEST_F(InsightRoutes, WrongRequestsAreNamed) {
  EXPECT_EQ(send(http::Method::post, "/v1/events", viewer(7), "{").status, 400);
  EXPECT_EQ(send(http::Method::post, "/v1/events", viewer(7),
                 std::string(events::kEventsBodyBytesMax + 1, ' '))
                .status,
            413);
  for (const char* query : {"limit=0", "limit=101", "limit=ten", "cursor=abc"}) {
    EXPECT_EQ(send(http::Method::get, std::string("/internal/history?") + query, viewer(7)).status,
              400)
        << query;
  }
}

TEST_F(InsightRoutes, WithoutTheProfilesKeyPersonalEventsWait) {
  Json event = beat(1, 1, 10'000);
  event["payload"] = {{"note", "personal"}};
  control_is_away_ = true;
  EXPECT_EQ(post({event}, viewer(7)).status, 503);
  control_is_away_ = false;
  EXPECT_EQ(post({event}, viewer(7)).json["accepted"], 1);
}

TEST_F(InsightRoutes, OnlyControlLearnsWhereToResume) {
  post({beat(1, 1, 61'000)}, viewer(7));
  ASSERT_TRUE(processor_->run_to_end());
  EXPECT_EQ(resume(7, 1, "").status, 401);
  EXPECT_EQ(resume(7, 1, "control").json["resume_ms"], 61'000);
  EXPECT_EQ(resume(8, 1, "control").json["resume_ms"], 0);
  EXPECT_EQ(
      send(http::Method::get, "/internal/resume?pseudonym=x", std::nullopt, {}, "control").status,
      400);
}

TEST_F(InsightRoutes, AnErasureEmptiesTheHistory) {
  post({beat(1, 1, 61'000)}, viewer(7));
  const std::string body = Json{{"tenant_id", numbered<TenantKind>(1).to_string()},
                                {"pseudonym", numbered<PseudonymKind>(7).to_string()}}
                               .dump();
  EXPECT_EQ(send(http::Method::post, "/internal/erasures", {}, body, "").status, 401);
  EXPECT_EQ(send(http::Method::post, "/internal/erasures", viewer(7), body, "edge").status, 403);
  EXPECT_EQ(send(http::Method::post, "/internal/erasures", {}, body, "control").status, 204);
  ASSERT_TRUE(processor_->run_to_end());
  EXPECT_TRUE(send(http::Method::get, "/internal/history", viewer(7)).json["items"].empty());
}

TEST(InsightOpenApi, DescribesThePublicRoutes) {
  http::Router router;
  for (auto& route : insight_public_routes()) {
    router.add(route,
               [](http::Request&) -> Result<http::Response> { return http::Response::empty(204); });
  }
  const auto document =
      parse_json(http::openapi_document(router, {.version = "1", .schemas = insight_schemas()}));
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_TRUE((*document)["paths"]["/v1/events"]["post"]["responses"].contains("202"));
  EXPECT_TRUE((*document)["paths"]["/v1/events"]["post"]["responses"].contains("202"));
  EXPECT_TRUE((*document)["components"]["schemas"].contains("Event"));
}

}  // namespace
}  // namespace matinee::api
