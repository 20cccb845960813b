// Goal: folders are scanned soon after they change, not while they do, and from time to time.
#include "functions/library_keeper.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/encoding.h"

namespace matinee::functions {
namespace {

namespace fs = std::filesystem;

constexpr ScanTimes::Options kOptions{
    .quiet_ms = 2, .quiet_max_ms = 10, .watched_ms = 1'000, .unwatched_ms = 100};

TEST(ScanTimesTest, AFolderIsDueWhenItIsNewAndAfterAWhile) {
  ScanTimes times(kOptions);
  EXPECT_FALSE(times.due(0));
  EXPECT_FALSE(times.next_ms());
  times.set_folders({"/a", "/b"}, 5);
  EXPECT_TRUE(times.due(5));
  times.scanned("/a", true, 5);
  times.scanned("/b", false, 5);
  EXPECT_FALSE(times.due(104));
  EXPECT_EQ(times.due(105), "/b");
  EXPECT_EQ(times.next_ms(), 105);
  times.set_folders({"/a", "/b", "/c"}, 50);
  EXPECT_EQ(times.due(50), "/c");  // the others keep their times
  times.scanned("/c", true, 50);
  EXPECT_FALSE(times.due(50));
}

TEST(ScanTimesTest, ChangesWaitForQuietButNotForEver) {
  ScanTimes times(kOptions);
  times.set_folders({"/a"}, 0);
  times.scanned("/a", true, 0);
  times.changed("/elsewhere", 0);
  times.changed("/a", 10);
  EXPECT_FALSE(times.due(11));
  times.changed("/a", 11);
  EXPECT_FALSE(times.due(12));
  EXPECT_EQ(times.due(13), "/a");
  for (std::int64_t now = 12; now < 20; ++now) times.changed("/a", now);
  EXPECT_EQ(times.due(20), "/a");  // ten after the first, although it goes on
  times.scanned("/a", true, 20);
  times.changed("/a", 30);
  EXPECT_FALSE(times.due(31));
}

TEST(DigestReaderTest, ReadsAPieceAtATime) {
  std::string pattern = (fs::temp_directory_path() / "matinee-digest-XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const auto path = fs::path(pattern) / "a.mkv";
  const std::string content(3'000'000, 'x');
  std::ofstream(path, std::ios::binary) << content;
  const auto fingerprint = catalog::fingerprint_file(path.string());
  ASSERT_TRUE(fingerprint);
  catalog::SourceDigest source{{}, path.string(), fingerprint->bytes, fingerprint->modified_ms, {},
                               0};
  DigestReader reader;
  ASSERT_TRUE(reader.begin(source));
  EXPECT_FALSE(*reader.read_on(1'000'000));
  EXPECT_FALSE(*reader.read_on(1'999'999));
  const auto done = reader.read_on(10);
  ASSERT_TRUE(done && *done);
  EXPECT_EQ((*done)->digest.sha256, to_hex(sha256(bytes_of(content))));
  EXPECT_EQ((*done)->sampled_hash, fingerprint->sampled_hash);
  EXPECT_FALSE(reader.is_reading());

  ASSERT_TRUE(reader.begin(source));
  std::ofstream(path, std::ios::app) << "more";
  EXPECT_EQ(reader.read_on(10'000'000).error().code, ErrorCode::conflict);
  EXPECT_EQ(reader.begin(source).error().code, ErrorCode::conflict);
  source.path += ".none";
  EXPECT_EQ(reader.begin(source).error().code, ErrorCode::not_found);
  fs::remove_all(pattern);
}

}  // namespace
}  // namespace matinee::functions
