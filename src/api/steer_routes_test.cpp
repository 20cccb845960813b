// Goal: a player that shows the token of its play is told where to go, in the form that manifests
// carry too; with one edge nothing is told and manifests stay as they are.
#include "api/steer_routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <variant>

#include "base/encoding.h"
#include "base/json.h"
#include "store/object_id.h"

namespace matinee::api {
namespace {

constexpr auto kNoDeadline = MonotonicInstant::max();

class SteerRoutes : public testing::Test {
 protected:
  void SetUp() override {
    media::Package package;
    package.title_id = title_.to_string();
    package.duration_ms = 1'000;
    media::Track track;
    track.track_id = "v";
    track.kind = "video";
    track.codec = "avc1.64001e";
    track.width = 640;
    track.height = 360;
    track.playlist = std::string(64, 'c');
    track.timescale = 1'000;
    track.init = {std::string(64, 'a'), 0, 10};
    track.segments = {{0, 0, 10, 0, 1'000}};
    track.objects = {std::string(64, 'b')};
    package.tracks = {track};
    media::add_track_objects(package, track);
    package.objects[track.playlist] = {10, "application/vnd.apple.mpegurl"};
    document_ = media::serialise_package(package);
    token_ = tokens_.mint({.package = store::object_id_of(document_).bytes,
                           .expires = clock_.now() + std::chrono::hours{1}});
    add_steer_routes(router_, world_);
    ASSERT_TRUE(board_.join({.id = "local", .base_url = "", .site = "", .is_local = true}));
  }
  void join_two() {
    for (const char* id : {"e1", "e2"}) {
      ASSERT_TRUE(
          board_.join({.id = id, .base_url = std::string("http://") + id + ".test", .site = ""}));
      ASSERT_TRUE(board_.report(id, {}));
    }
  }
  Result<http::Response> get(const std::string& target) {
    http::Request request;
    request.target = target;
    request.context.client_address = "203.0.113.7";
    request.context.deadline.at = kNoDeadline;
    const auto matched = router_.match(
        request.method, request.path(),
        target.starts_with("/admin") ? http::ListenerKind::admin : http::ListenerKind::internal);
    const auto* match = std::get_if<http::RouteMatch>(&matched);
    if (match == nullptr) return fail(ErrorCode::not_found, "no route");
    return (*match->handler)(request);
  }
  static Json json_of(const http::Response& response) {
    return Json::parse(std::get<std::string>(response.body));
  }

  FakeClock clock_{from_ms(1'700'000'000'000)};
  delivery::SteerBoard board_{clock_, {.ttl = std::chrono::seconds{5}}};
  guard::PathTokenRing tokens_{{guard::PathTokenKey{1, {}}}};
  std::string document_;
  TitleId title_ = TitleId::parse(std::string(32, '1')).value();
  std::string token_;
  PackageCache packages_{
      [this](std::string_view, std::size_t, Deadline) -> Result<std::string> { return document_; },
      1'000'000};
  SteerWorld world_{clock_,
                    board_,
                    tokens_,
                    packages_,
                    [this](const TitleId& id) -> Result<std::string> {
                      if (id != title_) return fail(ErrorCode::not_found, "no such title");
                      return "Metropolis";
                    },
                    "https://films.test/"};
  http::Router router_;
};

TEST_F(SteerRoutes, OneEdgeIsNothingToSteer) {
  const auto answer = get("/v1/steering/pathways?token=" + token_);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  const auto steered = board_.decide({.address = "203.0.113.7"}, title_);
  EXPECT_TRUE(steered_manifest(steered, token_, "").pathways.empty());
  EXPECT_TRUE(steered_manifest(steered, token_, "").steering_uri.empty());
}

TEST_F(SteerRoutes, TheTokenOfAPlayAdmits) {
  join_two();
  const auto answer = get("/v1/steering/pathways?token=" + token_ + "&_HLS_pathway=e1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->headers.value_of("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(answer->headers.value_of("Cache-Control"), "no-store");
  const Json json = json_of(*answer);
  EXPECT_EQ(json["VERSION"], 1);
  EXPECT_EQ(json["TTL"], 5);
  EXPECT_EQ(json["RELOAD-URI"], "https://films.test/v1/steering/pathways?token=" + token_);
  auto ids = json["PATHWAY-PRIORITY"].get<std::vector<std::string>>();
  std::ranges::sort(ids);
  EXPECT_EQ(ids, (std::vector<std::string>{"e1", "e2"}));

  for (const auto* query : {"", "?token=", "?token=abc"}) {
    const auto refused = get(std::string("/v1/steering/pathways") + query);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::forbidden) << query;
  }
  clock_.advance(std::chrono::hours{2});
  EXPECT_EQ(get("/v1/steering/pathways?token=" + token_).error().code, ErrorCode::forbidden);
}

TEST_F(SteerRoutes, ManifestsCarryTheFirstAnswer) {
  join_two();
  const auto steered = board_.decide({.address = "203.0.113.7"}, title_);
  const auto options = steered_manifest(steered, "t", "https://films.test");
  ASSERT_EQ(options.pathways.size(), 2U);
  EXPECT_EQ(options.pathways[0].base_uri, "http://" + options.pathways[0].id + ".test/m/t/");
  const std::string head = "data:application/json;base64,";
  ASSERT_TRUE(options.steering_uri.starts_with(head));
  const std::string document =
      R"({"VERSION":1,"TTL":5,"RELOAD-URI":"https://films.test/v1/steering/pathways?token=t",)"
      R"("PATHWAY-PRIORITY":[")" +
      options.pathways[0].id + R"(",")" + options.pathways[1].id + R"("]})";
  EXPECT_EQ(options.steering_uri, head + to_base64(bytes_of(document)));
}

TEST_F(SteerRoutes, DecisionsAreExplained) {
  const auto one = get("/admin/steer/explain?client=203.0.113.7&title=" + title_.to_string());
  ASSERT_TRUE(one) << one.error().message;
  const Json json = json_of(*one);
  EXPECT_EQ(json["title"], "Metropolis");
  EXPECT_EQ(json["ttl_s"], 5);
  EXPECT_EQ(json["pathways"].size(), 1U);
  EXPECT_EQ(json["reasons"].back(), "one edge serves all plays: manifests name no pathways");
  join_two();
  const auto more = get("/admin/steer/explain?client=203.0.113.7&title=" + title_.to_string());
  ASSERT_TRUE(more);
  EXPECT_EQ(json_of(*more)["pathways"].size(), 3U);
  // To look is to promise nothing.
  EXPECT_EQ(board_.drain("e1").value(), clock_.now());

  EXPECT_EQ(get("/admin/steer/explain?title=" + title_.to_string()).error().code,
            ErrorCode::invalid);
  EXPECT_EQ(get("/admin/steer/explain?client=::1&title=zz").error().code, ErrorCode::not_found);
  EXPECT_EQ(get("/admin/steer/explain?client=::1&title=" + std::string(32, '2')).error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace matinee::api
