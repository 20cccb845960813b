// Goal: a scan finds every film once, explains everything else, and never hangs or strays.
#include "catalog/library_scan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

class LibraryScan : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-scan-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string write(const std::string& name, const std::string& content = "film") {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  static std::string reason_of(const ScanResult& result, const std::string& path) {
    for (const auto& skipped : result.skipped) {
      if (skipped.path == path) return skipped.reason;
    }
    return {};
  }

  fs::path root_;
  ScanLimits limits_;
};

TEST_F(LibraryScan, FindsFilmsBelowAFolderAndReportsTheRest) {
  write("b/Film two (1950).mkv");
  write("a.mp4");
  const auto notes = write("notes.txt");
  write("a.en.srt");
  const auto stray = write("stray.srt");
  const auto hidden = write(".hidden.mp4");
  const auto result = scan_path(root_.string(), limits_);
  ASSERT_EQ(result.films.size(), 2U);
  EXPECT_EQ(result.films[0].path, (root_ / "a.mp4").string());
  ASSERT_EQ(result.films[0].sidecars.size(), 1U);
  EXPECT_EQ(result.films[0].sidecars[0].name.language, "en");
  EXPECT_EQ(result.films[1].path, (root_ / "b/Film two (1950).mkv").string());
  EXPECT_EQ(result.skipped.size(), 3U);
  EXPECT_EQ(reason_of(result, notes), "no video file by its extension");
  EXPECT_EQ(reason_of(result, stray), "no video file by its extension");
  EXPECT_EQ(reason_of(result, hidden), "hidden");
}

TEST_F(LibraryScan, ASingleFileBringsItsSidecars) {
  const auto film = write("Film.mkv");
  write("Film.de.forced.srt");
  write("Other.mkv");
  const auto result = scan_path(film, limits_);
  ASSERT_EQ(result.films.size(), 1U);
  ASSERT_EQ(result.films[0].sidecars.size(), 1U);
  EXPECT_TRUE(result.films[0].sidecars[0].name.forced);
  EXPECT_TRUE(result.skipped.empty());
}

TEST_F(LibraryScan, OddNamesAreJustNames) {
  for (const char* name : {"it's \"quoted\".mkv", "\xF0\x9F\x8E\xAC.mkv", "two\nlines.mkv",
                           "..dots...mkv", "a;b|c&d$(e).mkv", "%2e%2e.mkv"}) {
    const auto result = scan_path(write(name), limits_);
    ASSERT_EQ(result.films.size(), 1U) << name;
  }
  write("sub/x.mkv");
  EXPECT_EQ(scan_path((root_ / "sub/../sub/x.mkv").string(), limits_).films.size(), 1U);
}

TEST_F(LibraryScan, ExplainsWhatItCannotTake) {
  EXPECT_EQ(scan_path("relative.mkv", limits_).skipped.at(0).reason, "the path is not absolute");
  const auto missing = (root_ / "missing.mkv").string();
  EXPECT_EQ(reason_of(scan_path(missing, limits_), missing), "does not exist");
  const auto empty = write("empty.mkv", "");
  EXPECT_EQ(reason_of(scan_path(empty, limits_), empty), "the file is empty");
  const auto pipe = (root_ / "pipe.mkv").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(reason_of(scan_path(pipe, limits_), pipe), "no regular file");
  const auto latin = write("caf\xE9.mkv");
  EXPECT_EQ(reason_of(scan_path(latin, limits_), latin), "the name is not UTF-8");
  const auto link = (root_ / "dangling.mkv").string();
  fs::create_symlink("nowhere", link);
  EXPECT_EQ(reason_of(scan_path(link, limits_), link), "does not exist");
  const auto loop = (root_ / "loop.mkv").string();
  fs::create_symlink(loop, loop);
  EXPECT_NE(reason_of(scan_path(loop, limits_), loop).find("cannot be read"), std::string::npos);
  if (::geteuid() != 0) {
    const auto closed = write("closed.mkv");
    ASSERT_EQ(::chmod(closed.c_str(), 0), 0);
    EXPECT_NE(reason_of(scan_path(closed, limits_), closed), "");
  }
}

TEST_F(LibraryScan, FollowsLinksButEntersAFolderOnce) {
  write("films/a.mkv");
  fs::create_directory_symlink(root_, root_ / "films/up");
  fs::create_symlink(root_ / "films/a.mkv", root_ / "linked.mkv");
  const auto result = scan_path(root_.string(), limits_);
  EXPECT_EQ(result.films.size(), 2U);
  EXPECT_EQ(reason_of(result, (root_ / "films/up").string()),
            "the same folder was already searched");
}

TEST_F(LibraryScan, StopsAtItsLimits) {
  write("1/2/3/deep.mkv");
  limits_.depth_max = 2;
  auto result = scan_path(root_.string(), limits_);
  EXPECT_TRUE(result.films.empty());
  EXPECT_EQ(reason_of(result, (root_ / "1/2/3").string()), "too many folders deep");

  for (int i = 0; i < 10; ++i) write("many/" + std::to_string(i) + ".mkv");
  const auto many = (root_ / "many").string();
  limits_ = {.films_max = 4, .skipped_max = 2};
  result = scan_path(many, limits_);
  EXPECT_EQ(result.films.size(), 4U);
  EXPECT_EQ(result.skipped.size(), 2U);
  EXPECT_EQ(result.skipped_unreported, 4U);

  limits_ = {.entries_max = 5};
  result = scan_path(many, limits_);
  EXPECT_EQ(result.films.size(), 5U);
  EXPECT_NE(reason_of(result, many).find("too many files"), std::string::npos);
}

TEST_F(LibraryScan, FingerprintKnowsContentNotName) {
  std::string big(1'000'000, 'a');
  const auto first = fingerprint_file(write("1.mkv", big));
  const auto copy = fingerprint_file(write("2.mkv", big));
  big[big.size() / 2] = 'b';
  const auto middle = fingerprint_file(write("3.mkv", big));
  const auto longer = fingerprint_file(write("4.mkv", std::string(1'000'001, 'a')));
  ASSERT_TRUE(first && copy && middle && longer);
  EXPECT_TRUE(first->same_content(*copy));
  EXPECT_FALSE(first->same_content(*middle));
  EXPECT_FALSE(first->same_content(*longer));
  EXPECT_EQ(first->bytes, 1'000'000);
  EXPECT_GT(first->modified_ms, 0);
  EXPECT_EQ(fingerprint_file((root_ / "none").string()).error().code, ErrorCode::not_found);
  EXPECT_EQ(fingerprint_file(root_.string()).error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace matinee::catalog
