// Goal: viewers get the stable API as the issue has it, a play start survives repetition, and what
// is away takes nothing else with it.
#include "api/viewer_routes.h"

#include <gtest/gtest.h>

#include <set>

#include "api/control_test_world.h"
#include "api/title_json.h"

namespace matinee::api {
namespace {

using namespace std::chrono_literals;
const http::Headers kEdge{{"Authorization", "edge"}};

class ViewerRoutes : public ControlTest {};

TEST_F(ViewerRoutes, ListTitlesPageByPage) {
  std::set<std::string> expected;
  for (int i = 0; i < 5; ++i) {
    expected.insert(
        add_title("Film " + std::to_string(i) + " (1950).mkv", i % 2 == 0).id.to_string());
  }
  std::set<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 3; ++page) {
    const auto answer = get("/v1/titles?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor));
    ASSERT_EQ(answer.status, 200);
    for (const auto& title : answer.json["titles"]) {
      seen.insert(title["id"].get<std::string>());
      EXPECT_EQ(title["year"], 1950);
      EXPECT_EQ(title["kind"], "film");
      const bool playable = title["playable"].get<bool>();
      EXPECT_EQ(title["state"], playable ? "ready" : "queued");
      EXPECT_EQ(title["poster_url"].is_null(), !playable);
      EXPECT_EQ(title["duration_ms"].is_null(), !playable);
      EXPECT_FALSE(title.contains("path"));
    }
    if (answer.json["next_cursor"].is_null()) break;
    cursor = answer.json["next_cursor"].get<std::string>();
  }
  EXPECT_EQ(seen, expected);
  for (const char* query : {"limit=0", "limit=201", "limit=x", "limit=", "cursor=%21"}) {
    EXPECT_EQ(get(std::string("/v1/titles?") + query).status, 400) << query;
  }
}

TEST_F(ViewerRoutes, ATitlePageNamesItsLanguages) {
  const auto title = add_title("Film.mkv", true);
  auto answer = get("/v1/titles/" + title.id.to_string());
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json["height"], 360);
  EXPECT_EQ(answer.json["captions"][0]["language"], "en");
  EXPECT_TRUE(answer.json["message"].is_null());
  EXPECT_EQ(get("/v1/titles/" + TitleId{}.to_string()).status, 404);
  EXPECT_EQ(get("/v1/titles/..%2f").status, 404);
  // Without the origin the page still comes, without languages.
  const auto other = add_title("Other.mkv", true);
  origin_away_ = true;
  answer = get("/v1/titles/" + other.id.to_string());
  EXPECT_EQ(answer.status, 200);
}

TEST_F(ViewerRoutes, AFailedTitleSaysWhyWithoutTellingPaths) {
  auto title = add_title("Film.mkv", false);
  title.state = catalog::TitleState::failed;
  title.error = "it has no video";
  ASSERT_TRUE(titles_.update(*database_, title));
  const auto path = "/v1/titles/" + title.id.to_string();
  EXPECT_EQ(get(path).json["message"], "it has no video");
  title.error = "opening /secret/place/Film.mkv: gone";
  ASSERT_TRUE(titles_.update(*database_, title));
  EXPECT_EQ(get(path).body.find("secret"), std::string::npos);
}

TEST_F(ViewerRoutes, PostersAreKeptByBrowsers) {
  const auto title = add_title("Film.mkv", true);
  const auto url = title_json({.title = title})["poster_url"].get<std::string>();
  const auto answer = get(url);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "a picture");
  EXPECT_EQ(answer.headers.value_of("Content-Type"), "image/jpeg");
  EXPECT_EQ(answer.headers.value_of("Cache-Control"), "private, max-age=31536000, immutable");
  const std::string etag(answer.headers.value_of("ETag"));
  const int reads = object_reads_;
  EXPECT_EQ(get(url, {{"Cookie", kCookie}, {"If-None-Match", etag}}).status, 304);
  EXPECT_EQ(object_reads_, reads);
  const auto bare = get("/v1/titles/" + title.id.to_string() + "/poster");
  EXPECT_EQ(bare.headers.value_of("Cache-Control"), "private, no-cache");
  const auto none = add_title("None.mkv", false);
  EXPECT_EQ(get("/v1/titles/" + none.id.to_string() + "/poster").status, 404);
}

TEST_F(ViewerRoutes, HomeShowsWhatWasBegunWhenInsightIsThere) {
  const auto begun = add_title("Begun.mkv", true);
  const auto done = add_title("Done.mkv", true);
  history_ = std::vector<WatchedTitle>{
      {done.id, 4'000, true}, {begun.id, 1'500, false}, {TitleId{}, 10, false}};
  auto rows = get("/v1/home").json["rows"];
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0]["id"], "continue-watching");
  ASSERT_EQ(rows[0]["titles"].size(), 1U);
  EXPECT_EQ(rows[0]["titles"][0]["id"], begun.id.to_string());
  EXPECT_EQ(rows[0]["titles"][0]["position_ms"], 1'500);
  EXPECT_EQ(rows[1]["id"], "recently-added");
  EXPECT_EQ(rows[1]["titles"][0]["id"], done.id.to_string());
  history_ = fail(ErrorCode::unavailable, "insight is away");
  rows = get("/v1/home").json["rows"];
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["titles"].size(), 2U);
}

TEST_F(ViewerRoutes, APlayOpensItsManifests) {
  const auto title = add_title("Film.mkv", true);
  resume_ms_ = std::int64_t{1'200};
  const auto answer = post("/v1/plays", {{"title_id", title.id.to_string()}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json["duration_ms"], 4'000);
  EXPECT_EQ(answer.json["resume_ms"], 1'200);
  EXPECT_EQ(answer.json["expires_at_ms"], to_ms(clock_.now()) + 4'000 + 12 * 3'600'000);
  EXPECT_EQ(answer.json["captions"][0]["kind"], "captions");
  const auto hls_url = answer.json["hls_url"].get<std::string>();
  EXPECT_TRUE(answer.json["captions"][0]["url"].get<std::string>().starts_with(
      hls_url.substr(0, hls_url.rfind('/'))));
  const auto hls = get(hls_url, kEdge);
  EXPECT_EQ(hls.status, 200);
  EXPECT_TRUE(hls.body.starts_with("#EXTM3U"));
  EXPECT_EQ(hls.headers.value_of("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(hls.headers.value_of("Cache-Control"), "no-store");
  EXPECT_EQ(hls.headers.value_of("Content-Type"), "application/vnd.apple.mpegurl");
  const auto dash = get(answer.json["dash_url"].get<std::string>(), kEdge);
  EXPECT_NE(dash.body.find("<MPD"), std::string::npos);
  EXPECT_EQ(dash.headers.value_of("Content-Type"), "application/dash+xml");
  // The package was read once for all of it.
  EXPECT_EQ(object_reads_, 1);
  // The token alone is not enough on a socket of the roles.
  EXPECT_EQ(get(hls_url, {}).status, 401);
  EXPECT_EQ(get(hls_url, {{"Authorization", "media"}}).status, 403);
  clock_.advance(12h + 5s);
  EXPECT_EQ(get(hls_url, kEdge).status, 403);
}

TEST_F(ViewerRoutes, ManifestsNeedAToken) {
  EXPECT_EQ(get("/m/x/main.m3u8", kEdge).status, 403);
  EXPECT_EQ(get("/m/" + std::string(78, 'A') + "/main.mpd", kEdge).status, 403);
  EXPECT_EQ(get("/m/x/other").status, 404);
}

TEST_F(ViewerRoutes, ARepeatedPlayStartIsTheSamePlay) {
  const auto title = add_title("Film.mkv", true);
  const auto other = add_title("Other.mkv", true);
  const Json body = {{"title_id", title.id.to_string()}};
  const http::Headers keyed{{"Cookie", kCookie}, {"Idempotency-Key", "k1"}};
  const auto first = post("/v1/plays", body, keyed);
  ASSERT_EQ(first.status, 200);
  clock_.advance(5s);
  resume_ms_ = std::int64_t{3'000};
  EXPECT_EQ(post("/v1/plays", body, keyed).body, first.body);
  EXPECT_NE(post("/v1/plays", body).json["play_id"], first.json["play_id"]);
  EXPECT_EQ(post("/v1/plays", {{"title_id", other.id.to_string()}}, keyed).status, 409);
  clock_.advance(24h);
  EXPECT_NE(post("/v1/plays", body, keyed).json["play_id"], first.json["play_id"]);
  for (const std::string& key : {std::string(), std::string(129, 'k')}) {
    EXPECT_EQ(post("/v1/plays", body, {{"Cookie", kCookie}, {"Idempotency-Key", key}}).status, 400);
  }
}

TEST_F(ViewerRoutes, APlayNeedsAPlayableTitle) {
  EXPECT_EQ(post("/v1/plays", {{"title_id", TitleId{}.to_string()}}).status, 404);
  EXPECT_EQ(post("/v1/plays", {{"title_id", "x"}}).status, 404);
  EXPECT_EQ(post("/v1/plays", {{"title_id", 5}}).status, 400);
  EXPECT_EQ(post("/v1/plays", Json::array()).status, 400);
  EXPECT_EQ(send(http::Method::post, "/v1/plays", "{", {{"Cookie", kCookie}}).status, 400);
  const auto title = add_title("Film.mkv", false);
  EXPECT_EQ(post("/v1/plays", {{"title_id", title.id.to_string()}}).status, 409);
}

TEST_F(ViewerRoutes, APlayStartsWithoutInsightButNotWithoutOrigin) {
  const auto title = add_title("Film.mkv", true);
  const Json body = {{"title_id", title.id.to_string()}};
  origin_away_ = true;
  EXPECT_EQ(post("/v1/plays", body).status, 503);
  origin_away_ = false;
  resume_ms_ = fail(ErrorCode::unavailable, "insight is away");
  const auto answer = post("/v1/plays", body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json["resume_ms"], 0);
  resume_ms_ = std::int64_t{99'999};  // of a longer version
  EXPECT_EQ(post("/v1/plays", body).json["resume_ms"], 4'000);
}

TEST_F(ViewerRoutes, OnlyTheEdgeSaysWhoTheViewerIs) {
  vouched_for_ = facts_;
  const auto title = add_title("Film.mkv", true);
  const Json body{{"title_id", title.id.to_string()}};
  struct Case {
    http::Headers headers;
    int status;
  };
  for (const auto& each : {Case{{{"Authorization", "edge"}}, 200}, Case{{{"Cookie", kCookie}}, 401},
                           Case{{{"Authorization", "media"}, {"Cookie", kCookie}}, 403},
                           Case{{{"Authorization", "insight"}}, 403}}) {
    EXPECT_EQ(get("/v1/home", each.headers).status, each.status);
    EXPECT_EQ(get("/", each.headers).status, 200) << "pages are for everybody";
    EXPECT_EQ(post("/v1/plays", body, each.headers).status, each.status);
  }
}

TEST_F(ViewerRoutes, WhoHasNoSessionSignsInFirst) {
  for (const char* path : {"/v1/titles", "/v1/home", "/v1/history"}) {
    for (const http::Headers& headers :
         {http::Headers{}, http::Headers{{"Cookie", "matinee_session=forged"}}}) {
      const auto answer = get(path, headers);
      EXPECT_EQ(answer.status, 401) << path;
      EXPECT_EQ(answer.json["code"], "unauthorized");
      EXPECT_FALSE(answer.headers.has("Set-Cookie"));
    }
  }
  for (const char* path : {"/", "/titles/abc", "/assets/app-1234.js"}) {
    EXPECT_EQ(get(path, {}).status, 200) << path;
    EXPECT_FALSE(get(path, {}).headers.has("Set-Cookie")) << path;
  }
}

TEST_F(ViewerRoutes, ADemoSignsInWhoAsksForAPageFromThisMachine) {
  int opened = 0;
  world_->members.open = [&](bool) -> Result<OpenedSession> {
    ++opened;
    return OpenedSession{{facts_, clock_.now()}, "matinee_session=new; HttpOnly"};
  };
  EXPECT_FALSE(get("/", {}).headers.has("Set-Cookie")) << "from elsewhere";
  client_address_ = "127.0.0.1";
  EXPECT_EQ(get("/title/1", {}).headers.value_of("Set-Cookie"), "matinee_session=new; HttpOnly");
  EXPECT_FALSE(get("/").headers.has("Set-Cookie")) << "who has a session keeps it";
  EXPECT_FALSE(get("/assets/app-1234.js", {}).headers.has("Set-Cookie"));
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(get("/v1/home", {}).status, 401) << "a page, not the API";
}

TEST_F(ViewerRoutes, WhoChoseNoProfileWatchesNothing) {
  facts_.profile_id = {};
  for (const char* path : {"/v1/titles", "/v1/home", "/v1/history"}) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 403) << path;
    EXPECT_EQ(answer.json["detail"], kChooseProfileFirst);
  }
}

TEST_F(ViewerRoutes, HistoryShowsWhatThereIs) {
  const auto title = add_title("Film.mkv", true);
  history_ = std::vector<WatchedTitle>{{TitleId::generate(clock_, random_), 10, false, 100, 5},
                                       {title.id, 1'500, false, 4'000, 7}};
  const auto answer = get("/v1/history");
  ASSERT_EQ(answer.status, 200);
  ASSERT_EQ(answer.json["items"].size(), 1U) << "an unknown title was never watched";
  EXPECT_EQ(answer.json["items"][0]["title_id"], title.id.to_string());
  EXPECT_EQ(answer.json["items"][0]["duration_ms"], 4'000);
  EXPECT_TRUE(answer.json["next_cursor"].is_null());
  for (const char* limit : {"0", "101", "x"}) {
    EXPECT_EQ(get(std::string("/v1/history?limit=") + limit).status, 400) << limit;
  }
  history_ = fail(ErrorCode::unavailable, "insight is away");
  EXPECT_EQ(get("/v1/history").status, 503);
}

TEST_F(ViewerRoutes, TheDocumentDescribesWhatOtherRolesServe) {
  http::Route events;
  events.method = http::Method::post;
  events.path = "/v1/events";
  events.operation_id = "postEvents";
  const auto document = parse_json(public_openapi("1.2", std::span(&events, 1), {}), 64);
  ASSERT_TRUE(document);
  for (const char* path :
       {"/v1/titles", "/v1/titles/{id}", "/v1/home", "/v1/plays", "/v1/events"}) {
    EXPECT_TRUE((*document)["paths"].contains(path)) << path;
  }
  EXPECT_TRUE((*document)["components"]["schemas"].contains("Play"));
  EXPECT_EQ(get("/openapi.json").status, 200);
}

TEST_F(ViewerRoutes, ThePackageCacheForgetsTheLeastRecentlyUsed) {
  const auto a = add_title("A.mkv", true).package_id;
  const auto b = add_title("B.mkv", true).package_id;
  const auto c = add_title("C.mkv", true).package_id;
  const Deadline never{MonotonicInstant::max()};
  PackageCache cache(read_object(), 2 * objects_.at(a).size() + 10);
  for (const auto& id : {a, b, a, c, a, c}) ASSERT_TRUE(cache.get(id, never));
  EXPECT_EQ(object_reads_, 3);
  ASSERT_TRUE(cache.get(b, never));
  EXPECT_EQ(object_reads_, 4);
  EXPECT_EQ(cache.get(put_object("{}"), never).error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace matinee::api
