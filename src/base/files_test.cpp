// Goal: the real file system and the faulty one behave alike until the power goes; then the faulty
// one keeps what was synced and nothing else for sure.
#include "base/files.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <set>

#include "base/crc32c.h"
#include "base/faulty_files.h"

namespace matinee {
namespace {

namespace fs = std::filesystem;

TEST(Crc32c, GivesThePublishedValues) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);  // RFC 3720 B.4
  EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789"));
}

class FilesTest : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (std::string_view(GetParam()) == "system") {
      files_ = std::make_unique<SystemFiles>();
      std::string pattern = (fs::temp_directory_path() / "matinee-files-XXXXXX").string();
      root_ = ::mkdtemp(pattern.data());
    } else {
      files_ = std::make_unique<FaultyFiles>(random_);
      root_ = "/disk";
      ASSERT_TRUE(files_->create_folders(root_));
    }
  }
  void TearDown() override {
    if (std::string_view(GetParam()) == "system") fs::remove_all(root_);
  }

  SeededRandom random_{1};
  std::unique_ptr<Files> files_;
  fs::path root_;
};

TEST_P(FilesTest, WritesAndReadsAtAnyPlace) {
  auto file = files_->open(root_ / "a", OpenMode::create_new);
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->write_at(3, "film"));
  EXPECT_TRUE((*file)->sync());
  EXPECT_EQ((*file)->size(), 7U);
  std::string out(10, 'x');
  EXPECT_EQ((*file)->read_at(0, out), 7U);
  EXPECT_EQ(out.substr(0, 7), std::string("\0\0\0film", 7));
  EXPECT_EQ((*file)->read_at(7, out), 0U);
  EXPECT_TRUE((*file)->allocate(100));
  EXPECT_TRUE((*file)->allocate(50));
  EXPECT_EQ((*file)->size(), 100U);
  EXPECT_TRUE((*file)->resize(4));
  EXPECT_EQ((*file)->size(), 4U);
}

TEST_P(FilesTest, NamesAreCreatedRenamedAndRemoved) {
  const auto a = root_ / "a";
  const auto b = root_ / "folder" / "deep" / "b";
  EXPECT_EQ(files_->open(a, OpenMode::read).error().code, ErrorCode::not_found);
  ASSERT_TRUE(files_->open(a, OpenMode::create_new));
  EXPECT_EQ(files_->open(a, OpenMode::create_new).error().code, ErrorCode::conflict);
  ASSERT_TRUE(files_->create_folders(b.parent_path()));
  ASSERT_TRUE(files_->create_folders(b.parent_path()));
  ASSERT_TRUE(files_->rename_new(a, b));
  EXPECT_FALSE(files_->exists(a));
  EXPECT_TRUE(files_->exists(b));
  ASSERT_TRUE(files_->open(a, OpenMode::create_new));
  EXPECT_EQ(files_->rename_new(a, b).error().code, ErrorCode::conflict);
  EXPECT_TRUE(files_->rename(a, b));
  EXPECT_EQ(files_->list(root_), (std::vector<std::string>{"folder"}));
  EXPECT_EQ(files_->list(b.parent_path()), (std::vector<std::string>{"b"}));
  EXPECT_TRUE(files_->remove(b));
  EXPECT_EQ(files_->remove(b).error().code, ErrorCode::not_found);
  EXPECT_TRUE(files_->sync_folder(b.parent_path()));
  EXPECT_EQ(files_->list(root_ / "nowhere").error().code, ErrorCode::not_found);
}

TEST_P(FilesTest, WholeFilesAreReadAndReplaced) {
  const auto path = root_ / "FORMAT";
  ASSERT_TRUE(write_file(*files_, path, "one"));
  ASSERT_TRUE(files_->open(root_ / "FORMAT.new", OpenMode::create_new));  // as after a crash
  ASSERT_TRUE(write_file(*files_, path, "three"));
  EXPECT_EQ(read_file(*files_, path, 5), "three");
  EXPECT_EQ(read_file(*files_, path, 4).error().code, ErrorCode::limited);
}

INSTANTIATE_TEST_SUITE_P(Both, FilesTest, testing::Values("system", "faulty"),
                         [](const auto& param_info) { return std::string(param_info.param); });

TEST(FaultyFiles, KeepWhatWasSyncedAndForgetTheRestSomeOfTheTime) {
  std::set<std::string> contents;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    SeededRandom random(seed);
    FaultyFiles files(random);
    ASSERT_TRUE(files.create_folders("/disk"));
    auto file = files.open("/disk/a", OpenMode::create_new);
    ASSERT_TRUE((*file)->write_at(0, "safe"));
    ASSERT_TRUE((*file)->sync());
    ASSERT_TRUE(files.sync_folder("/disk"));
    ASSERT_TRUE((*file)->write_at(4, "12"));
    files.cut_power();
    EXPECT_EQ((*file)->write_at(0, "x").error().code, ErrorCode::unavailable);
    auto text = read_file(files, "/disk/a", 100);
    ASSERT_TRUE(text);
    EXPECT_EQ(text->substr(0, 4), "safe");
    contents.insert(*text);
  }
  EXPECT_GE(contents.size(), 3U);  // nothing, all, torn
}

TEST(FaultyFiles, LoseANameWhoseFolderWasNotSynced) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SeededRandom random(seed);
    FaultyFiles files(random);
    ASSERT_TRUE(files.create_folders("/disk"));
    auto file = files.open("/disk/a", OpenMode::create_new);
    ASSERT_TRUE((*file)->sync());
    files.cut_power();
    lost += files.exists("/disk/a") ? 0 : 1;
  }
  EXPECT_GT(lost, 0);
  EXPECT_LT(lost, 50);
}

TEST(FaultyFiles, FailTheOperationAskedFor) {
  SeededRandom random(1);
  FaultyFiles files(random);
  ASSERT_TRUE(files.create_folders("/disk"));
  auto file = files.open("/disk/a", OpenMode::create_new);
  files.fail_operation(2, ErrorCode::limited);
  EXPECT_TRUE((*file)->write_at(0, "a"));
  EXPECT_EQ((*file)->write_at(1, "b").error().code, ErrorCode::limited);
  EXPECT_TRUE((*file)->write_at(1, "b"));
  EXPECT_EQ(files.operations(), 5U);
}

TEST(FaultyFiles, NeverMakeDurableWhatAFailedSyncLeft) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    SeededRandom random(seed);
    FaultyFiles files(random);
    ASSERT_TRUE(files.create_folders("/disk"));
    auto file = files.open("/disk/a", OpenMode::create_new);
    ASSERT_TRUE(files.sync_folder("/disk"));
    ASSERT_TRUE((*file)->write_at(0, std::string(100, 'x')));
    files.fail_operation(1);
    EXPECT_FALSE((*file)->sync());
    EXPECT_TRUE((*file)->sync()) << "which is the trap";
    files.cut_power();
    if (read_file(files, "/disk/a", 100) != std::string(100, 'x')) return;
  }
  FAIL() << "the bytes always survived";
}

}  // namespace
}  // namespace matinee
