// Goal: whatever happens in a watched folder is told, and nothing is watched beyond the limit.
#include "catalog/folder_watch.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <filesystem>
#include <fstream>

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-watch-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    fs::create_directories(root_ / "a/b");
    fs::create_directories(root_ / "other");
  }
  void TearDown() override { fs::remove_all(root_); }
  // The kernel tells at once; the wait is for a loaded machine only.
  static std::set<std::string> changes(FolderWatch& watch) {
    pollfd descriptor{watch.descriptor(), POLLIN, 0};
    return ::poll(&descriptor, 1, 5'000) == 1 ? watch.take_changes() : std::set<std::string>();
  }
  fs::path root_;
};

TEST_F(Watch, ToldOfFilesInFoldersBelow) {
  auto watch = FolderWatch::open(100);
  ASSERT_TRUE(watch) << watch.error().message;
  const auto root = (root_ / "a").string();
  EXPECT_TRUE(watch->watch(root));
  EXPECT_TRUE(watch->take_changes().empty());
  std::ofstream(root_ / "other/x.mkv") << "x";
  EXPECT_TRUE(watch->take_changes().empty());
  std::ofstream(root_ / "a/b/x.mkv") << "x";
  EXPECT_EQ(changes(*watch), std::set{root});
  (void)watch->take_changes();
  fs::create_directory(root_ / "a/new");
  EXPECT_EQ(changes(*watch), std::set{root});
  EXPECT_TRUE(watch->watch(root));
  std::ofstream(root_ / "a/new/y.mkv") << "y";
  EXPECT_EQ(changes(*watch), std::set{root});
  fs::remove_all(root_ / "a/b");
  EXPECT_EQ(changes(*watch), std::set{root});
}

TEST_F(Watch, BeyondTheLimitIsSaid) {
  auto watch = FolderWatch::open(1);
  ASSERT_TRUE(watch);
  EXPECT_FALSE(watch->watch((root_ / "a").string()));
  EXPECT_FALSE(watch->watch((root_ / "none").string()));  // it may come
}

}  // namespace
}  // namespace matinee::catalog
