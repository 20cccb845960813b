// Goal: search, lists by genre and person, and the home page's shared rows show what the library
// holds at the moment of asking, in the shapes of the API.
#include "api/search_routes.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "api/control_test_world.h"
#include "api/home_pages.h"

namespace matinee::api {
namespace {

class SearchRoutes : public ControlTest {
 protected:
  catalog::Title add(const std::string& name, const std::string& genre, const std::string& person,
                     std::optional<int> maturity = {}, bool playable = true) {
    const auto title = add_title(name + " (1950).mkv", playable);
    catalog::TitleFacts facts;
    facts.genres = {genre};
    facts.directors = {person};
    facts.maturity = maturity;
    EXPECT_TRUE(titles_.set_facts(*database_, title.id, facts));
    return title;
  }
  static std::vector<std::string> names_of(const Json& titles) {
    std::vector<std::string> names;
    for (const auto& title : titles) names.push_back(title["name"].get<std::string>());
    return names;
  }
};

using Names = std::vector<std::string>;

TEST_F(SearchRoutes, FindTitlesPeopleAndGenres) {
  add("The Third Man", "Film Noir", "Carol Reed");
  add("Odd Man Out", "Film Noir", "Carol Reed");
  add("Caroline", "Drama", "Somebody Else");
  auto answer = get("/v1/search?q=car");
  ASSERT_EQ(answer.status, 200);
  EXPECT_EQ(names_of(answer.json["titles"]), (Names{"Caroline", "Odd Man Out", "The Third Man"}));
  ASSERT_EQ(answer.json["people"].size(), 1U);
  EXPECT_EQ(answer.json["people"][0]["name"], "Carol Reed");
  EXPECT_EQ(answer.json["people"][0]["titles"], 2);
  answer = get("/v1/search?q=n%C3%B6ir");
  ASSERT_EQ(answer.json["genres"].size(), 1U);
  EXPECT_EQ(answer.json["genres"][0]["name"], "Film Noir");
  EXPECT_EQ(answer.json["genres"][0]["titles"], 2);
  EXPECT_EQ(names_of(get("/v1/search?q=thrid+man").json["titles"]), Names{"The Third Man"});
  EXPECT_EQ(get("/v1/search?q=man&limit=1").json["titles"].size(), 1U);
  for (const char* query : {"", "?q=", "?q=%3F%3F", "?q=zzzz"}) {
    answer = get(std::string("/v1/search") + query);
    EXPECT_EQ(answer.status, 200) << query;
    EXPECT_TRUE(answer.json["titles"].empty() && answer.json["people"].empty()) << query;
  }
  for (const auto& query :
       Names{"?q=x&limit=0", "?q=x&limit=51", "?q=" + std::string(1'001, 'x')}) {
    EXPECT_EQ(get("/v1/search" + query).status, 400) << query;
  }
}

TEST_F(SearchRoutes, ListsAreFilteredByGenrePersonKindAndText) {
  add("One", "Film Noir", "Carol Reed");
  add("Two", "Drama", "Carol Reed");
  add("Three", "Film Noir", "Somebody Else");
  const auto list = [&](const std::string& query) {
    return names_of(get("/v1/titles?" + query).json["titles"]);
  };
  EXPECT_EQ(list("genre=film+noir"), (Names{"Three", "One"}));
  EXPECT_EQ(list("person=Carol+Reed"), (Names{"Two", "One"}));
  EXPECT_EQ(list("genre=Film+Noir&person=Carol+Reed"), Names{"One"});
  EXPECT_EQ(list("genre=Film+Noir&kind=show"), Names{});
  EXPECT_EQ(list("genre=none"), Names{});
  EXPECT_EQ(list("q=thr"), Names{"Three"});
  EXPECT_EQ(get("/v1/titles?genre=drama&kind=episode").status, 400);
  EXPECT_EQ(get("/v1/titles?genre=drama&cursor=%21").status, 400);
  const auto first = get("/v1/titles?genre=film+noir&limit=1");
  EXPECT_EQ(names_of(first.json["titles"]), Names{"Three"});
  const auto second = get("/v1/titles?genre=film+noir&limit=1&cursor=" +
                          first.json["next_cursor"].get<std::string>());
  EXPECT_EQ(names_of(second.json["titles"]), Names{"One"});
}

TEST_F(SearchRoutes, HomeHasABillboardAndRowsOfGenresWithoutRepeating) {
  for (int i = 0; i < 40; ++i) {
    add("Film " + std::to_string(i), i % 2 == 0 ? "Film Noir" : "Drama", "Carol Reed", 6 + i % 13,
        i != 39);
  }
  const auto home = get("/v1/home").json;
  ASSERT_TRUE(home["billboard"].is_object());
  EXPECT_TRUE(home["billboard"]["playable"].get<bool>());
  std::set<std::string> seen{home["billboard"]["id"].get<std::string>()};
  std::vector<std::string> rows;
  for (const auto& row : home["rows"]) {
    rows.push_back(row["id"].get<std::string>());
    for (const auto& title : row["titles"]) {
      EXPECT_TRUE(seen.insert(title["id"].get<std::string>()).second);
    }
  }
  EXPECT_EQ(rows, (Names{"recently-added", "genre-drama", "genre-film-noir"}));
  EXPECT_EQ(home["rows"][1]["name"], "Drama");
}

TEST_F(SearchRoutes, HomePagesAreOfWhatMayBeSeenAndFollowTheLibrary) {
  catalog::LibrarySnapshots snapshots(*database_, clock_);
  HomePages pages(*world_, snapshots);
  add("For All", "Drama", "A", 0);
  add("For Adults", "Drama", "B", 18);
  const auto page = [&](const catalog::Visibility& visibility) {
    return (*pages.of(visibility))->rows;
  };
  EXPECT_NE(page({}).find("For Adults"), std::string::npos);
  EXPECT_NE(page({6}).find("For All"), std::string::npos);
  EXPECT_EQ(page({6}).find("For Adults"), std::string::npos);
  EXPECT_EQ(*pages.of({6}), *pages.of({6})) << "made twice for nothing";
  add("One More", "Drama", "C", 6);
  EXPECT_NE(page({6}).find("One More"), std::string::npos);
  EXPECT_EQ(page({5}).find("One More"), std::string::npos);
}

}  // namespace
}  // namespace matinee::api
