// Goal: whatever the profile and whatever the titles, a limited profile is shown exactly what its
// limit allows: in lists, pages, pictures, plays, history and on the home page.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "api/control_test_world.h"

namespace matinee::api {
namespace {

constexpr int kProfiles = 10'000;
constexpr int kTitles = 24;
constexpr int kNewTitlesEvery = 500;  // profiles

class SlowVisibility : public ControlTest {
 protected:
  struct Known {
    std::string id;
    std::optional<int> maturity;
  };

  // A library of films of any maturity and none, all playable.
  void new_titles() {
    // The files of those before are gone: titles are never removed.
    ASSERT_TRUE(database_->execute(
        "UPDATE titles SET missing_since_ms = 1, changed_seq = (SELECT MAX(changed_seq) FROM "
        "titles) + 1"));
    titles_known_.clear();
    history_ = std::vector<WatchedTitle>{};
    for (int i = 0; i < kTitles; ++i) {
      const auto title = add_title("Film " + std::to_string(++made_) + ".mkv", true);
      std::optional<int> maturity;
      if (dice_.below(4) != 0) maturity = static_cast<int>(dice_.below(19));
      catalog::TitleFacts facts;
      facts.maturity = maturity;
      ASSERT_TRUE(titles_.set_facts(*database_, title.id, facts));
      titles_known_.push_back({title.id.to_string(), maturity});
      history_->push_back({title.id, 1'000, false, 4'000, 1});
    }
  }
  // The rule, said once more and apart from the product's.
  static bool may_see(const std::optional<int>& maturity, const std::optional<int>& limit) {
    if (!limit) return true;
    return maturity && *maturity <= *limit;
  }
  static std::set<std::string> ids_of(const Json& list, const char* member) {
    std::set<std::string> ids;
    for (const auto& item : list) ids.insert(item[member].get<std::string>());
    return ids;
  }
  void check_lists(const std::set<std::string>& visible) {
    EXPECT_EQ(ids_of(get("/v1/titles?limit=200").json["titles"], "id"), visible);
    EXPECT_EQ(ids_of(get("/v1/history?limit=100").json["items"], "title_id"), visible);
  }
  void check_home(const std::set<std::string>& visible) {
    const auto home = get("/v1/home");
    ASSERT_EQ(home.status, 200);
    for (const auto& row : home.json["rows"]) {
      for (const auto& id : ids_of(row["titles"], "id")) EXPECT_TRUE(visible.contains(id));
    }
    if (home.json.contains("billboard") && home.json["billboard"].is_object()) {
      EXPECT_TRUE(visible.contains(home.json["billboard"]["id"].get<std::string>()));
    }
  }
  void check_search(const std::set<std::string>& visible) {
    const auto found = get("/v1/search?q=film&limit=50");
    if (found.status != 200) return;  // this build has no search
    for (const auto& id : ids_of(found.json["titles"], "id")) EXPECT_TRUE(visible.contains(id));
  }
  void check_title(const Known& title, bool is_visible) {
    const int wanted = is_visible ? 200 : 404;
    EXPECT_EQ(get("/v1/titles/" + title.id).status, wanted);
    EXPECT_EQ(get("/v1/titles/" + title.id + "/poster").status, wanted);
    EXPECT_EQ(post("/v1/plays", {{"title_id", title.id}}).status, wanted);
  }

  SeededRandom dice_{20261125};
  int made_ = 0;
  std::vector<Known> titles_known_;
};

TEST_F(SlowVisibility, IsTheSameOnEveryPathFor10000Profiles) {
  for (int i = 0; i < kProfiles; ++i) {
    if (i % kNewTitlesEvery == 0) new_titles();
    viewer_.visibility.maturity_max.reset();
    if (dice_.below(10) != 0) {
      viewer_.visibility.maturity_max = static_cast<int>(dice_.below(19));
    }
    std::set<std::string> visible;
    for (const auto& title : titles_known_) {
      if (may_see(title.maturity, viewer_.visibility.maturity_max)) visible.insert(title.id);
    }
    switch (dice_.below(4)) {
      case 0:
        check_lists(visible);
        break;
      case 1:
        check_home(visible);
        break;
      case 2:
        check_search(visible);
        break;
      default: {
        const auto& title = titles_known_[dice_.below(titles_known_.size())];
        check_title(title, visible.contains(title.id));
      }
    }
    ASSERT_FALSE(HasFailure()) << "profile " << i << ", limit "
                               << viewer_.visibility.maturity_max.value_or(-1);
  }
}

}  // namespace
}  // namespace matinee::api
