// Goal: whoever runs the house sees where each title stands and why, and gets it going again: by
// the studio's pages and by the command line alike.
#include "api/studio_routes.h"

#include <gtest/gtest.h>

#include "api/control_test_world.h"
#include "api/studio_json.h"
#include "functions/stored_bytes.h"

namespace matinee::api {
namespace {

class StudioRoutes : public ControlTest {
 protected:
  TitleId add_film(const std::string& name) {
    clock_.advance(std::chrono::milliseconds{1});
    const auto path = write(name, name);
    const auto added = title_jobs_->add({path, *catalog::fingerprint_file(path), {}});
    EXPECT_TRUE(added);
    return added->title.id;
  }
  functions::LeasedJob lease() {
    static const std::vector<std::string> kKinds{"probe"};
    const auto leased = queue_->lease("media-1", kKinds, std::chrono::milliseconds{0});
    EXPECT_TRUE(leased && *leased);
    return leased && *leased ? **leased : functions::LeasedJob{};
  }
  void fail_one(const std::string& message) {
    const auto job = lease();
    ASSERT_TRUE(queue_->fail(job.id, job.epoch, {"corrupt", message}, false));
  }
  // Both ways in give the same.
  Json both(const std::string& path) {
    const auto page = get("/v1/studio/" + path);
    const auto command = admin(http::Method::get, "/admin/studio/" + path);
    EXPECT_EQ(page.status, 200) << path << " " << page.body;
    EXPECT_EQ(page.body, command.body) << path;
    return page.json;
  }
  int order(const std::string& path, const Json& body = Json::object()) {
    return post("/v1/studio/" + path, body).status;
  }
};

TEST_F(StudioRoutes, ShowWhatNeedsAHandFirst) {
  const auto broken = add_film("Broken.mkv");
  fail_one("no picture in it");
  add_film("Waiting.mkv");
  auto ready = add_title("Ready.mkv", true);
  ready.notes = {"poster: no picture there"};
  ASSERT_TRUE(titles_.update(*database_, ready));
  auto overview = both("overview");
  ASSERT_EQ(overview["attention"].size(), 2U);
  EXPECT_EQ(overview["attention"][0]["kind"], "title_failed");
  EXPECT_EQ(overview["attention"][0]["title_id"], broken.to_string());
  EXPECT_EQ(overview["attention"][0]["text"], "no picture in it");
  EXPECT_EQ(overview["attention"][1]["kind"], "title_partly");
  EXPECT_EQ(overview["attention"][1]["text"], "poster: no picture there");
  EXPECT_EQ(overview["titles"]["failed"], 1);
  EXPECT_EQ(overview["titles"]["attention"], 2);
  EXPECT_TRUE(overview["disk"].is_null());
  EXPECT_TRUE(overview["working"].empty());

  clock_.advance(std::chrono::minutes{1});
  EXPECT_EQ(both("overview")["attention"][0]["kind"], "no_worker");
  lease();
  overview = both("overview");
  EXPECT_EQ(overview["attention"][0]["kind"], "title_failed");
  ASSERT_EQ(overview["working"].size(), 1U);
  EXPECT_EQ(overview["working"][0]["title_name"], "Waiting");
  EXPECT_EQ(overview["working"][0]["worker"], "media-1");

  world_->studio.disk = [] { return DiskFacts{1'000'000'000'000, 1'000'000'000}; };
  EXPECT_EQ(both("overview")["attention"][0]["kind"], "disk_low");
  world_->studio.disk = [] { return DiskFacts{8'000'000'000, 1'000'000'000}; };
  EXPECT_EQ(both("overview")["disk"]["free_bytes"], 1'000'000'000);
  EXPECT_EQ(both("overview")["attention"][0]["kind"], "title_failed");
}

TEST_F(StudioRoutes, FindTitlesByStateAndName) {
  add_film("Broken.mkv");
  fail_one("no picture in it");
  add_film("Waiting.mkv");
  add_title("Ready.mkv", true);
  auto page = both("titles");
  ASSERT_EQ(page["titles"].size(), 3U);
  EXPECT_EQ(page["titles"][0]["name"], "Ready");
  EXPECT_EQ(page["titles"][2]["jobs"]["failed"], 1);
  EXPECT_EQ(page["titles"][2]["message"], "no picture in it");
  EXPECT_EQ(page["titles"][1]["turn"], "normal");
  EXPECT_EQ(page["titles"][1]["path"], (root_ / "Waiting.mkv").string());
  EXPECT_EQ(page["counts"]["ready"], 1);
  EXPECT_TRUE(page["next_cursor"].is_null());
  EXPECT_EQ(both("titles?state=failed")["titles"][0]["name"], "Broken");
  EXPECT_EQ(both("titles?attention=1")["titles"].size(), 1U);
  EXPECT_EQ(both("titles?q=wAIT")["titles"].size(), 1U);
  page = both("titles?limit=2");
  ASSERT_EQ(page["titles"].size(), 2U);
  const auto cursor = page["next_cursor"].get<std::string>();
  EXPECT_EQ(both("titles?limit=2&cursor=" + cursor)["titles"].size(), 1U);
}

TEST_F(StudioRoutes, ATitleTellsWhyItIsStuckAndGoesOn) {
  const auto id = add_film("Broken.mkv").to_string();
  fail_one("no picture in it");
  auto title = both("titles/" + id);
  EXPECT_EQ(title["state"], "failed");
  EXPECT_EQ(title["stages"][0]["id"], "probe");
  EXPECT_EQ(title["stages"][0]["state"], "failed");
  ASSERT_EQ(title["work"].size(), 1U);
  EXPECT_EQ(title["work"][0]["step"], "probe");
  EXPECT_EQ(title["work"][0]["attempts"], 1);
  EXPECT_EQ(title["work"][0]["attempts_max"], 3);
  EXPECT_EQ(title["work"][0]["code"], "corrupt");
  ASSERT_EQ(title["log"].size(), 1U);
  EXPECT_EQ(title["log"][0]["level"], "error");
  EXPECT_EQ(title["log"][0]["step"], "probe");
  EXPECT_EQ(title["log"][0]["text"], "failed (corrupt): no picture in it");

  EXPECT_EQ(order("titles/" + id + "/cancel"), 409);
  EXPECT_EQ(order("titles/" + id + "/retry"), 200);
  EXPECT_EQ(order("titles/" + id + "/retry"), 409);
  EXPECT_EQ(both("titles/" + id)["state"], "queued");
  const auto job = both("jobs")["jobs"][0]["id"].get<std::string>();
  EXPECT_EQ(both("jobs/" + job)["log"].size(), 1U);
  EXPECT_EQ(admin(http::Method::post, "/admin/studio/jobs/" + job + "/cancel").status, 200);
  EXPECT_EQ(order("jobs/" + job + "/cancel"), 409);
  title = both("titles/" + id);
  EXPECT_EQ(title["message"], "stopped by an operator");
  EXPECT_EQ(order("jobs/" + job + "/retry"), 200);
  EXPECT_EQ(order("titles/" + id + "/cancel"), 200);
}

TEST_F(StudioRoutes, TheTurnOfATitleIsSaid) {
  const auto id = add_film("Film.mkv").to_string();
  for (const char* turn : {"first", "last", "normal"}) {
    EXPECT_EQ(order("titles/" + id + "/turn", {{"turn", turn}}), 200);
    EXPECT_EQ(both("titles/" + id)["turn"], turn);
  }
}

TEST_F(StudioRoutes, JobsSayHowFastTheyGo) {
  add_film("Film.mkv");
  const auto probe = lease();
  EXPECT_EQ(both("jobs")["jobs"][0]["speed"], nullptr);
  EXPECT_EQ(both("jobs?state=leased")["counts"]["leased"], 1);
  EXPECT_EQ(both("jobs?state=failed")["jobs"].size(), 0U);
  EXPECT_EQ(both("jobs?state=all&kind=encode")["jobs"].size(), 0U);
  functions::JobFacts job;
  job.state = functions::JobState::leased;
  job.started_ms = 10'000;
  job.progress = 0.5;
  const Json chunk{{"chunk", {{"start_ms", 30'000}, {"end_ms", 60'000}}}};
  EXPECT_NEAR(speed_of(job, chunk, 20'000).value_or(0), 1.5, 1e-9);
  EXPECT_NEAR(speed_of(job, {{"duration_ms", 100'000}}, 20'000).value_or(0), 5, 1e-9);
  EXPECT_FALSE(speed_of(job, chunk, 10'100));           // too soon to say
  EXPECT_FALSE(speed_of(job, Json::object(), 20'000));  // no film length
  EXPECT_FALSE(speed_of(job, Json(7), 20'000));
  job.state = functions::JobState::done;
  EXPECT_FALSE(speed_of(job, chunk, 20'000));
}

TEST_F(StudioRoutes, StorageAddsUp) {
  const auto title = add_title("Film.mkv", true);
  Json payload{{"tracks", Json::array({media::to_json(package_of(title).tracks[0])})},
               {"poster", {{"bytes", 50}}}};
  ASSERT_TRUE(functions::note_stored(*database_, title.id, payload));
  world_->studio.disk = [] { return DiskFacts{100, 40}; };
  const auto storage = both("storage");
  EXPECT_EQ(storage["disk"]["total_bytes"], 100);
  EXPECT_EQ(storage["stored_bytes"], 400'750);
  ASSERT_EQ(storage["kinds"].size(), 2U);
  EXPECT_EQ(storage["titles"][0]["bytes"], 400'750);
  EXPECT_EQ(storage["source_bytes"], 8);
  world_->studio.disk = []() -> Result<DiskFacts> {
    return fail(ErrorCode::unavailable, "the disk is away");
  };
  EXPECT_TRUE(both("storage")["disk"].is_null());
}

TEST_F(StudioRoutes, TheLibraryTellsWhatItDidNotUnderstand) {
  write("films/Salt (1998).mkv", "film");
  ASSERT_TRUE(libraries_.remember(*database_, (root_ / "films").string()));
  EXPECT_EQ(both("library")["libraries"][0]["scanned_ms"], 0);
  const auto looked = post("/v1/studio/library/rescan", Json::object());
  ASSERT_EQ(looked.status, 200) << looked.body;
  EXPECT_EQ(looked.json["number"], 1);
  rescan_->wait();
  const auto scan = both("library")["scan"];
  EXPECT_EQ(scan["state"], "idle");
  EXPECT_EQ(scan["number"], 1);
  EXPECT_EQ(scan["added"], 1);
  EXPECT_EQ(scan["error"], "");
  const std::vector<catalog::Finding> odd{
      {catalog::FindingKind::ambiguous, "/films/2001.mkv", "a year or a name"},
      {catalog::FindingKind::unreadable, "/films/x.mkv", "permission denied"}};
  ASSERT_TRUE(libraries_.scanned(*database_, (root_ / "films").string(), 1, odd));
  const auto library = both("library");
  EXPECT_EQ(library["counts"]["film"], 1);
  EXPECT_EQ(library["libraries"][0]["path"], (root_ / "films").string());
  EXPECT_EQ(library["libraries"][0]["titles"], 1);
  EXPECT_EQ(library["findings_total"], 2);
  ASSERT_EQ(library["findings"].size(), 2U);
  EXPECT_EQ(library["findings"][0]["reason"], "a year or a name");
  EXPECT_EQ(library["findings"][1]["kind"], "unreadable");
  const auto attention = both("overview")["attention"];
  EXPECT_EQ(attention[attention.size() - 1]["kind"], "library_findings");
}

TEST_F(StudioRoutes, APageThatPollsGetsNothingTwice) {
  add_film("Film.mkv");
  const auto first = get("/v1/studio/jobs");
  const auto etag = first.headers.value_of("ETag");
  ASSERT_FALSE(etag.empty());
  const http::Headers again{{"Cookie", kCookie}, {"If-None-Match", etag}};
  EXPECT_EQ(get("/v1/studio/jobs", again).status, 304);
  lease();
  EXPECT_EQ(get("/v1/studio/jobs", again).status, 200);
}

TEST_F(StudioRoutes, WhatIsWrongIsSaidAndNothingHappens) {
  const auto id = add_film("Film.mkv").to_string();
  for (const char* path :
       {"titles?limit=0", "titles?limit=201", "titles?limit=x", "titles?state=odd",
        "titles?cursor=odd", "jobs?state=odd", "jobs?limit=501", "jobs?limit=-1"}) {
    EXPECT_EQ(get("/v1/studio/" + std::string(path)).status, 400) << path;
  }
  const std::string nobody = TitleId{}.to_string();
  for (const std::string& path :
       {"titles/" + nobody, std::string("titles/x"), "jobs/" + nobody, std::string("jobs/..%2f")}) {
    EXPECT_EQ(get("/v1/studio/" + path).status, 404) << path;
  }
  for (const std::string& path :
       {"titles/" + nobody + "/retry", "titles/" + nobody + "/cancel", "jobs/" + nobody + "/retry",
        "jobs/" + nobody + "/cancel", std::string("jobs/x/cancel")}) {
    EXPECT_EQ(order(path), 404) << path;
  }
  const auto turn = "/v1/studio/titles/" + id + "/turn";
  for (const char* body : {"", "x", "[]", "{}", R"({"turn":5})", R"({"turn":"soon"})",
                           R"({"turn":)", "[[[[[[[[1]]]]]]]]"}) {
    EXPECT_EQ(send(http::Method::post, turn, body, {{"Cookie", kCookie}}).status, 400) << body;
  }
  EXPECT_EQ(send(http::Method::post, turn, std::string(5'000, ' '), {{"Cookie", kCookie}}).status,
            413);
  EXPECT_EQ(both("titles/" + id)["turn"], "normal");
}

TEST_F(StudioRoutes, AreForEditorsAndTheAdminSocket) {
  int public_routes = 0;
  int admin_routes = 0;
  for (const auto& route : router_.routes()) {
    if (route.path.starts_with("/v1/studio/")) {
      EXPECT_EQ(route.access, "editor") << route.path;
      ++public_routes;
    }
    if (route.path.starts_with("/admin/studio/")) {
      EXPECT_EQ(route.access, "admin") << route.path;
      const int status = send(route.method, route.path, "{}").status;
      EXPECT_TRUE(status == 404 || status == 405) << route.path;
      ++admin_routes;
    }
  }
  EXPECT_EQ(public_routes, admin_routes);
  EXPECT_GE(public_routes, 11);
}

}  // namespace
}  // namespace matinee::api
