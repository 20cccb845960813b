// Goal: a file added twice is one title, pages neither double nor hide titles, and what is written
// is read back.
#include "catalog/titles.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "store/store_url.h"

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class TitlesTable : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-titles-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    ASSERT_TRUE(Titles::migrate(*database_));
  }
  void TearDown() override {
    database_.reset();
    fs::remove_all(root_);
  }
  FoundFilm film(const std::string& name, const std::string& hash = "aa") {
    const auto path = (root_ / name).string();
    std::ofstream(path) << "film";
    return {path, {4, 1000, hash}, {}};
  }
  AddedTitle add(const FoundFilm& found) {
    auto added = titles_.add(*database_, found);
    EXPECT_TRUE(added) << added.error().message;
    return std::move(*added);
  }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};  // 2026-03-01
  SeededRandom random_{7};
  std::unique_ptr<store::Database> database_;
  Titles titles_{clock_, random_};
};

TEST_F(TitlesTable, AddingTwiceIsOneTitle) {
  const auto first = add(film("The Big Sleep (1946).mkv"));
  EXPECT_TRUE(first.is_new);
  EXPECT_EQ(first.title.name, "The Big Sleep");
  EXPECT_EQ(first.title.year, 1946);
  auto again = film("The Big Sleep (1946).mkv");
  again.fingerprint.modified_ms = 5000;  // only touched
  again.sidecars.push_back({"/x/The Big Sleep (1946).en.hi.srt", {"en", false, true}});
  const auto second = add(again);
  EXPECT_FALSE(second.is_new);
  EXPECT_EQ(second.title.id, first.title.id);
  const auto found = titles_.find(*database_, first.title.id);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->sidecars.size(), 1U);
  EXPECT_TRUE(found->sidecars[0].name.hearing_impaired);
}

TEST_F(TitlesTable, ContentAndPathTellTitlesApart) {
  const auto first = add(film("a.mkv", "aa"));
  EXPECT_NE(add(film("a.mkv", "bb")).title.id, first.title.id);  // replaced by another film
  EXPECT_NE(add(film("copy.mkv", "aa")).title.id, first.title.id);
  fs::remove(first.title.source_path);
  const auto moved = add(film("moved.mkv", "aa"));
  EXPECT_EQ(moved.title.id, first.title.id);
  EXPECT_EQ(titles_.find(*database_, first.title.id)->source_path, (root_ / "moved.mkv").string());
}

TEST_F(TitlesTable, KeepsWhatIsWritten) {
  Title title = add(film("it's \"odd\"; -- \xF0\x9F\x8E\xAC\n.mkv")).title;
  title.state = TitleState::encoding;
  title.progress = 0.25;
  title.duration_ms = 90'000;
  title.package_id = std::string(64, 'a');
  title.package_version = 2;
  title.published_parts = "v360 poster";
  title.poster_object = std::string(64, 'b');
  title.error = "no 'video'";
  title.notes = {"captions: bad", "two\nlines"};
  title.work_total = 12.5;
  title.estimate_cpu_seconds = 3.5;
  title.estimate_bytes = 1'000'000;
  ASSERT_TRUE(titles_.update(*database_, title));
  const auto found = titles_.find(*database_, title.id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->name, title.name);
  EXPECT_EQ(found->state, TitleState::encoding);
  EXPECT_EQ(found->progress, 0.25);
  EXPECT_TRUE(found->playable());
  EXPECT_EQ(found->package_version, 2);
  EXPECT_EQ(found->published_parts, "v360 poster");
  EXPECT_EQ(found->error, "no 'video'");
  EXPECT_EQ(found->notes, title.notes);
  EXPECT_EQ(found->work_total, 12.5);
  EXPECT_EQ(found->estimate_bytes, 1'000'000);
  ASSERT_TRUE(titles_.set_progress(*database_, title.id, 7.0));
  EXPECT_EQ(titles_.find(*database_, title.id)->progress, 1.0);
  EXPECT_EQ(titles_.unfinished(*database_)->size(), 1U);
}

TEST_F(TitlesTable, PagesAreStableWhileTitlesComeIn) {
  std::set<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    if (i % 3 == 0) clock_.advance(1ms);  // several in one millisecond
    expected.insert(add(film(std::to_string(i) + ".mkv", std::to_string(i))).title.id.to_string());
  }
  std::set<std::string> seen;
  std::string cursor;
  std::int64_t before_ms = INT64_MAX;
  for (int page = 0; page < 10; ++page) {
    const auto got = titles_.list(*database_, 7, cursor);
    ASSERT_TRUE(got);
    for (const auto& title : got->titles) {
      EXPECT_TRUE(seen.insert(title.id.to_string()).second);
      EXPECT_LE(title.added_ms, before_ms);
      before_ms = title.added_ms;
    }
    clock_.advance(1ms);
    add(film("new" + std::to_string(page) + ".mkv", "new" + std::to_string(page)));
    cursor = got->next_cursor;
    if (cursor.empty()) break;
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(TitlesTable, RefusesForeignCursorsAndUnknownIds) {
  for (const char* cursor : {"x", "!!", "MTIz", "Li4u", "OTk5OTk5OTk5OTk5OTk5OTk5OTkuYQ"}) {
    const auto page = titles_.list(*database_, 10, cursor);
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(titles_.find(*database_, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(titles_.update(*database_, {}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace matinee::catalog
