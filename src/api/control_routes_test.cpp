// Goal: workers, roles and the operator get exactly what is theirs, each by its own way in.
#include "api/control_routes.h"

#include <gtest/gtest.h>

#include <set>
#include <variant>

#include "api/control_test_world.h"

namespace matinee::api {
namespace {

class ControlRoutes : public ControlTest {
 protected:
  Answer job(const std::string& path, const Json& body, std::string_view role = "media") {
    return post("/internal/jobs/" + path, body, {{"Authorization", role}});
  }
  Answer lease() { return job("lease", {{"worker", "w1"}, {"kinds", {"probe"}}, {"wait_ms", 0}}); }
};

TEST_F(ControlRoutes, AnOperatorAddsFilmsAndAWorkerGetsTheirJobs) {
  const auto film = write("films/The Big Sleep (1946).mkv", "film");
  const auto notes = write("films/notes.txt", "text");
  const auto added =
      admin(http::Method::post, "/admin/titles", {{"paths", {(root_ / "films").string(), "x"}}});
  ASSERT_EQ(added.status, 200);
  ASSERT_EQ(added.json["titles"].size(), 1U);
  const auto& title = added.json["titles"][0];
  EXPECT_EQ(title["path"], film);
  EXPECT_EQ(title["name"], "The Big Sleep");
  EXPECT_EQ(title["state"], "queued");
  EXPECT_EQ(title["is_new"], true);
  ASSERT_EQ(added.json["skipped"].size(), 2U);
  EXPECT_EQ(added.json["skipped"][0]["path"], notes);

  const auto leased = lease();
  ASSERT_EQ(leased.status, 200);
  EXPECT_EQ(leased.json["kind"], "probe");
  EXPECT_EQ(leased.json["payload"]["source"], film);
  EXPECT_EQ(leased.json["attempt"], 1);
  EXPECT_GT(leased.json["lease_ms"], 0);
  EXPECT_EQ(lease().status, 204);

  const auto id = leased.json["job_id"].get<std::string>();
  const auto epoch = leased.json["epoch"].get<std::int64_t>();
  EXPECT_EQ(job(id + "/renew", {{"epoch", epoch}, {"progress", 0.5}}).status, 200);
  EXPECT_EQ(job(id + "/renew", {{"epoch", epoch + 1}}).status, 409);
  EXPECT_EQ(job(id + "/complete", {{"epoch", epoch}, {"result", 5}}).status, 400);
  EXPECT_EQ(job(id + "/fail",
                {{"epoch", epoch}, {"code", "invalid"}, {"message", "no video"}, {"retry", false}})
                .status,
            200);
  const auto shown =
      admin(http::Method::get, "/admin/titles/" + title["title_id"].get<std::string>());
  EXPECT_EQ(shown.json["state"], "failed");
  EXPECT_EQ(shown.json["message"], "no video");
  EXPECT_EQ(shown.json["jobs"][0]["state"], "failed");
  const auto jobs = admin(http::Method::get, "/admin/jobs?all=1");
  EXPECT_EQ(jobs.json["counts"]["failed"], 1);
  EXPECT_EQ(jobs.json["jobs"].size(), 1U);
  EXPECT_EQ(admin(http::Method::get, "/admin/jobs").json["jobs"].size(), 0U);
}

TEST_F(ControlRoutes, CompletingMovesTheTitleOn) {
  write("Film.mkv", "film");
  admin(http::Method::post, "/admin/titles", {{"paths", {(root_ / "Film.mkv").string()}}});
  const auto leased = lease();
  const auto id = leased.json["job_id"].get<std::string>();
  const Json done = {{"epoch", leased.json["epoch"]}, {"result", {{"probe", Json::object()}}}};
  EXPECT_EQ(job(id + "/complete", done).status, 200);
  EXPECT_EQ(job(id + "/complete", done).status, 200);                 // the first answer got lost
  EXPECT_EQ(get("/v1/titles").json["titles"][0]["state"], "failed");  // a probe without video
}

TEST_F(ControlRoutes, OnlyRolesThatMayWorkGetJobs) {
  const Json body = {{"worker", "w"}, {"kinds", {"probe"}}, {"wait_ms", 0}};
  EXPECT_EQ(job("lease", body, "").status, 401);
  EXPECT_EQ(job("lease", body, "edge").status, 403);
  EXPECT_EQ(job("lease", body, "media").status, 204);
  EXPECT_EQ(job("lease", {{"worker", "w"}}).status, 400);
  EXPECT_EQ(job("lease", {{"worker", "w"}, {"kinds", {1}}}).status, 400);
  EXPECT_EQ(job("lease", {{"worker", "w"}, {"kinds", Json::array()}}).status, 400);
  EXPECT_EQ(job("xyz/renew", {{"epoch", 1}}).status, 404);
  EXPECT_EQ(job(JobId{}.to_string() + "/renew", {{"epoch", 1}}).status, 404);
}

TEST_F(ControlRoutes, AdminRoutesExistOnTheAdminSocketOnly) {
  for (const auto listener : {http::ListenerKind::internal, http::ListenerKind::public_}) {
    const auto answer = send(http::Method::get, "/admin/jobs", {}, {}, listener);
    EXPECT_EQ(answer.status, 404);
    EXPECT_NE(send(http::Method::post, "/admin/titles", "{}", {}, listener).status, 200);
  }
  for (const Json& body : {Json::object(), Json{{"paths", "x"}}, Json{{"paths", {1}}},
                           Json{{"paths", Json::array()}}}) {
    EXPECT_EQ(admin(http::Method::post, "/admin/titles", body).status, 400);
  }
}

TEST_F(ControlRoutes, TheEdgeResolvesSessionsAndInsightGetsKeys) {
  const http::Headers edge{{"Authorization", "edge"}, {"Cookie", kCookie}};
  const auto session = get("/internal/session", edge);
  ASSERT_EQ(session.status, 200);
  EXPECT_EQ(session.json["profile_id"], facts_.profile_id.to_string());
  EXPECT_EQ(session.json["pseudonym"], facts_.pseudonym.to_string());
  EXPECT_EQ(get("/internal/session", {{"Authorization", "edge"}}).status, 401);
  EXPECT_EQ(get("/internal/session", {{"Cookie", kCookie}}).status, 401);
  const auto path = "/internal/profiles/" + facts_.profile_id.to_string() + "/key";
  const auto key = get(path, {{"Authorization", "insight"}});
  ASSERT_EQ(key.status, 200);
  EXPECT_EQ(key.json["key"].get<std::string>().size(), 64U);
  EXPECT_EQ(get(path, {{"Authorization", "edge"}}).status, 403);
  EXPECT_EQ(
      get("/internal/profiles/" + ProfileId{}.to_string() + "/key", {{"Authorization", "insight"}})
          .status,
      404);
}

TEST_F(ControlRoutes, PagesComeFromTheAppAndNothingElseDoes) {
  const auto page = get("/title/123");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.headers.value_of("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(page.headers.value_of("Cache-Control"), "no-cache");
  EXPECT_NE(page.headers.value_of("Content-Security-Policy").find("default-src 'none'"),
            std::string_view::npos);
  EXPECT_EQ(page.headers.value_of("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(get("/", {{"If-None-Match", page.headers.value_of("ETag")}}).status, 304);
  const auto script = get("/assets/app-1234.js");
  EXPECT_EQ(script.headers.value_of("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.headers.value_of("Cache-Control"), "public, max-age=31536000, immutable");
  for (const char* path :
       {"/assets/none.js", "/missing.png", "/v1/none", "/m/none", "/internal/none", "/../t.db",
        "/%2e%2e/t.db", "/assets/../../t.db", "/..%2ft.db", "/web/index.html"}) {
    EXPECT_EQ(get(path).status, 404) << path;
  }
}

TEST_F(ControlRoutes, FilesThatTheBuildCompressedAreServedSoToWhoTakesIt) {
  write("small/index.html", "<!doctype html>");
  write("small/assets/app.js", "start()");
  write("small/assets/app.js.br", "as brotli");
  write("small/assets/app.js.gz", "as gzip");
  write("small/assets/lone.br", "a file of its own");
  const auto app = WebApp::open((root_ / "small").string());
  ASSERT_TRUE(app);
  const auto ask = [&](const char* path, const http::Headers& headers) {
    http::Request request;
    request.target = path;
    request.headers = headers;
    return app->respond(request);
  };
  struct Case {
    const char* accepted;
    const char* coding;
    const char* body;
  };
  std::set<std::string> etags;
  for (const auto& [accepted, coding, body] : std::vector<Case>{
           {"gzip, br", "br", "as brotli"}, {"gzip", "gzip", "as gzip"}, {"", "", "start()"}}) {
    const auto answer = ask("/assets/app.js", {{"Accept-Encoding", accepted}});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->headers.value_of("Content-Encoding"), coding);
    EXPECT_EQ(answer->headers.value_of("Vary"), "Accept-Encoding");
    EXPECT_EQ(answer->headers.value_of("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ(std::get<http::SharedBytes>(answer->body).view(), body);
    const std::string etag(answer->headers.value_of("ETag"));
    EXPECT_TRUE(etags.insert(etag).second) << "one tag for two bodies";
    const auto again =
        ask("/assets/app.js", {{"Accept-Encoding", accepted}, {"If-None-Match", etag}});
    EXPECT_EQ(again->status, 304);
    EXPECT_FALSE(again->headers.has("Content-Encoding"));
  }
  EXPECT_FALSE(ask("/", {{"Accept-Encoding", "br"}})->headers.has("Vary"));
  EXPECT_EQ(ask("/assets/app.js.br", {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(ask("/assets/lone.br", {})->status, 200);
}

TEST(WebAppFolder, MustHoldAnApp) {
  EXPECT_EQ(WebApp::open("/nonexistent").error().code, ErrorCode::not_found);
  http::Request request;
  EXPECT_EQ(WebApp().respond(request).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace matinee::api
