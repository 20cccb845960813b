// Goal: what lies in folders is shown as titles.
#include <gtest/gtest.h>

#include "api/control_test_world.h"

namespace matinee::api {
namespace {

class LibraryShown : public ControlTest {
 protected:
  Json take(bool announce = false) {
    const auto answer = admin(
        http::Method::post, "/admin/titles",
        {{"paths", {(root_ / "films").string()}}, {"remember", true}, {"announce", announce}});
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json;
  }
};

TEST_F(LibraryShown, AShowsPageHoldsSeasonsAndEpisodes) {
  write("films/Show (2005)/tvshow.nfo",
        "<tvshow><title>The Show</title><mpaa>FSK 6</mpaa><genre>Drama</genre></tvshow>");
  write("films/Show (2005)/Season 1/Show S01E01 - Pilot.mkv", "one");
  write("films/Show (2005)/Season 1/Show S01E02.mkv", "two");
  write("films/Show (2005)/Trailers/Soon.mkv", "trailer");
  const auto report = take();
  EXPECT_EQ(report["counts"]["episode"], 2);
  EXPECT_EQ(report["added"], 5);

  const auto list = get("/v1/titles").json;
  ASSERT_EQ(list["titles"].size(), 1U);
  const auto& show = list["titles"][0];
  EXPECT_EQ(show["kind"], "show");
  EXPECT_EQ(show["certificate"], "FSK 6");
  EXPECT_EQ(show["maturity"], 6);
  const auto page = get("/v1/titles/" + show["id"].get<std::string>()).json;
  ASSERT_EQ(page["seasons"].size(), 1U);
  EXPECT_EQ(page["seasons"][0]["season_number"], 1);
  const auto& episodes = page["seasons"][0]["episodes"];
  ASSERT_EQ(episodes.size(), 2U);
  EXPECT_EQ(episodes[0]["name"], "Pilot");
  EXPECT_EQ(episodes[0]["show_name"], "The Show");
  EXPECT_EQ(episodes[0]["certificate"], "FSK 6");
  EXPECT_EQ(episodes[1]["episode_number"], 2);
  ASSERT_EQ(page["extras"].size(), 1U);
  EXPECT_EQ(page["extras"][0]["kind"], "extra");
  EXPECT_EQ(get("/v1/titles?kind=episode").json["titles"].size(), 2U);
  EXPECT_EQ(get("/v1/titles?kind=opera").status, 400);
}

TEST_F(LibraryShown, AFilmsEditionsNameEachOther) {
  write("films/Film (1999)/Film (1999).mkv", "one");
  write("films/Film (1999)/Film (1999) - Long.mkv", "other");
  take();
  const auto list = get("/v1/titles").json;
  ASSERT_EQ(list["titles"].size(), 1U);
  const auto film = get("/v1/titles/" + list["titles"][0]["id"].get<std::string>()).json;
  ASSERT_EQ(film["editions"].size(), 2U);
  EXPECT_EQ(film["editions"][0]["id"], film["id"]);
  EXPECT_EQ(film["editions"][1]["name"], "Long");
  const auto other = get("/v1/titles/" + film["editions"][1]["id"].get<std::string>()).json;
  EXPECT_EQ(other["kind"], "edition");
  EXPECT_EQ(other["editions"], film["editions"]);
}

TEST_F(LibraryShown, WhatIsGoneIsGoneFromPages) {
  const auto film = write("films/Film.mkv", "film");
  take();
  EXPECT_EQ(get("/v1/titles").json["titles"].size(), 1U);
  std::filesystem::remove(film);
  const auto begun = admin(http::Method::post, "/admin/library/rescan", Json::object());
  EXPECT_EQ(begun.json["number"], 1);
  rescan_->wait();
  const auto scan = admin(http::Method::get, "/admin/library/scan").json;
  EXPECT_EQ(scan["state"], "idle");
  EXPECT_EQ(scan["missing"], 1);
  EXPECT_TRUE(scan["skipped"].empty());
  EXPECT_EQ(get("/v1/titles").json["titles"].size(), 0U);
}

TEST_F(LibraryShown, AnAnnouncedFilmIsShownBeforeItIsThere) {
  write("films/Soon (2030).nfo", "<movie><title>Soon</title></movie>");
  take(true);
  const auto title = get("/v1/titles").json["titles"][0];
  EXPECT_EQ(title["announced"], true);
  EXPECT_EQ(title["playable"], false);
  write("films/Soon (2030).mkv", "film");
  const auto there = take();
  EXPECT_EQ(there["titles"][0]["title_id"], title["id"]);
  EXPECT_EQ(get("/v1/titles").json["titles"][0]["announced"], false);
}

TEST_F(LibraryShown, AnAnnouncedFilmSaysHowFarItIsMade) {
  write("films/Soon (2030)/Soon (2030).nfo", "<movie><title>Soon</title></movie>");
  write("films/Soon (2030)/poster.png", "picture");
  take(true);
  const auto title = get("/v1/titles").json["titles"][0];
  EXPECT_EQ(title["progress"], 0);
  EXPECT_TRUE(title["poster"].is_object()) << "its picture is announced with it";
  const auto path = "/admin/titles/" + title["id"].get<std::string>() + "/progress";
  EXPECT_EQ(admin(http::Method::get, "/admin/jobs").json["titles"].size(), 0U);
  for (const Json& bad : {Json{{"progress", 1.5}}, Json{{"progress", "half"}}, Json::array()}) {
    EXPECT_EQ(admin(http::Method::put, path, bad).status, 400) << bad;
  }
  EXPECT_EQ(admin(http::Method::put, path, {{"progress", 0.4}}).status, 200);
  EXPECT_EQ(get("/v1/titles").json["titles"][0]["progress"], 0.4);
  const auto in_work = admin(http::Method::get, "/admin/jobs").json["titles"];
  ASSERT_EQ(in_work.size(), 1U);
  EXPECT_EQ(in_work[0]["name"], "Soon");
  EXPECT_EQ(in_work[0]["announced"], true);
  write("films/Soon (2030)/Soon (2030).mkv", "film");
  take();
  EXPECT_EQ(get("/v1/titles").json["titles"][0]["progress"], 0);
  EXPECT_EQ(admin(http::Method::put, path, {{"progress", 0.5}}).status, 409);
}

TEST_F(LibraryShown, DigestsAreListedForVerify) {
  const auto title = add_title("Film.mkv", false);
  catalog::SourceDigest digest{title.id, title.source_path, 8, 1, std::string(64, 'a'), 0};
  ASSERT_TRUE(digests_.record(*database_, digest, "hash"));
  const auto page = admin(http::Method::get, "/admin/library/digests").json;
  ASSERT_EQ(page["digests"].size(), 1U);
  EXPECT_EQ(page["digests"][0]["path"], title.source_path);
  EXPECT_EQ(page["next"], "");
  EXPECT_EQ(admin(http::Method::get, "/admin/library/digests?after=x").status, 400);
}

}  // namespace
}  // namespace matinee::api
