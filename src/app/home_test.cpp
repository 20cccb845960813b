// Goal: one Matinee per home; a home of the future, of somebody else or in ruins is refused with a
// message that says which.
#include "app/home.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace matinee::app {
namespace {

namespace fs = std::filesystem;

class HomeTest : public testing::Test {
 protected:
  ~HomeTest() override { fs::remove_all(base_); }

  Result<Home> open() { return Home::open(base_ / "home", clock_, random_); }
  void describe(const std::string& text) {
    fs::create_directories(base_ / "home");
    std::ofstream(base_ / "home" / "home.json") << text;
  }

  fs::path base_ = fs::temp_directory_path() / ("matinee-home-" + std::to_string(::getpid()));
  SystemClock clock_;
  SeededRandom random_{1};
};

TEST_F(HomeTest, IsCreatedThenOpenedAgain) {
  ASSERT_TRUE(open().has_value());
  const auto again = open();
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(fs::is_directory(again->paths().objects()));
  EXPECT_EQ(fs::status(again->paths().secrets()).permissions() & fs::perms::all, fs::perms(0700));
}

TEST_F(HomeTest, IsItsOwnersAloneWhoeverMadeItsFolders) {
  ASSERT_TRUE(open().has_value());
  fs::permissions(base_ / "home" / "media", fs::perms(0755));
  const auto home = open();
  ASSERT_TRUE(home.has_value());
  for (const auto& part : fs::directory_iterator(base_ / "home")) {
    if (!part.is_directory()) continue;
    EXPECT_EQ(part.status().permissions() & fs::perms::all, fs::perms(0700)) << part.path();
  }
}

TEST_F(HomeTest, IsForOneAtATime) {
  const auto first = open();
  ASSERT_TRUE(first.has_value());
  const auto second = open();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
}

TEST_F(HomeTest, IsKnownToRunByItsLockNotByTheSocketsThatAKillLeaves) {
  const HomePaths paths{base_ / "home"};
  EXPECT_FALSE(check_running(paths).has_value());
  {
    const auto home = open();
    ASSERT_TRUE(home.has_value());
    std::ofstream(paths.socket("admin")) << "";
    EXPECT_TRUE(check_running(paths).has_value());
  }
  const auto stopped = check_running(paths);
  ASSERT_FALSE(stopped.has_value());
  EXPECT_EQ(stopped.error().code, ErrorCode::unavailable);
  EXPECT_NE(stopped.error().message.find("matinee serve --home"), std::string::npos);
}

TEST_F(HomeTest, OfANewerMatineeIsRefused) {
  describe(R"({"format":99})");
  const auto home = open();
  ASSERT_FALSE(home.has_value());
  EXPECT_EQ(home.error().code, ErrorCode::invalid);
  EXPECT_NE(home.error().message.find("99"), std::string::npos);
}

TEST_F(HomeTest, InRuinsIsRefused) {
  for (const char* text : {"", "{", "[]", R"({"format":"1"})", R"({"format":0})"}) {
    describe(text);
    const auto home = open();
    ASSERT_FALSE(home.has_value()) << text;
    EXPECT_EQ(home.error().code, ErrorCode::corrupt) << text;
  }
}

TEST_F(HomeTest, WhoseCreationBrokeOffIsCreatedAgain) {
  fs::create_directories(base_ / "home");
  std::ofstream(base_ / "home" / "lock");
  std::ofstream(base_ / "home" / "home.json.new") << "{\"form";
  const auto home = open();
  ASSERT_TRUE(home.has_value()) << home.error().message;
  EXPECT_FALSE(fs::exists(base_ / "home" / "home.json.new"));
}

TEST_F(HomeTest, NeverTakesOverAFolderWithOtherThings) {
  fs::create_directories(base_ / "home");
  std::ofstream(base_ / "home" / "holiday.jpg") << "x";
  const auto home = open();
  ASSERT_FALSE(home.has_value());
  EXPECT_EQ(home.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace matinee::app
