// Goal: a file added twice is one title, pages neither double nor hide titles, and what is written
// is read back.
#include "catalog/titles.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
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
  FoundTitle film(const std::string& name, const std::string& hash = "aa") {
    const auto path = (root_ / name).string();
    std::ofstream(path) << "film";
    return {path, {4, 1000, hash}, {}};
  }
  AddedTitle add(const FoundTitle& found) {
    auto added = titles_.add(*database_, found);
    EXPECT_TRUE(added) << added.error().message;
    return std::move(*added);
  }

  TitleId add_show(const std::string& name) {
    return add({.path = (root_ / name).string(), .kind = TitleKind::show, .name = name}).title.id;
  }
  void add_episode(const std::string& show, int season, int episode) {
    const auto folder = (root_ / show).string();
    FoundTitle above{.path = folder + "/Season " + std::to_string(season),
                     .kind = TitleKind::season,
                     .parent_path = folder};
    above.facts.season_number = season;
    add(above);
    const auto name = show + std::to_string(season) + "x" + std::to_string(episode);
    auto found = film(name, name);
    found.kind = TitleKind::episode;
    found.parent_path = above.path;
    found.facts.season_number = season;
    found.facts.episode_number = episode;
    episodes_[{season, episode}] = add(found).title.id;
  }

  std::map<std::pair<int, int>, TitleId> episodes_;
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
  EXPECT_NE(add(film("copy.mkv", "aa")).title.id, first.title.id);  // both are there
  EXPECT_NE(add(film("a.mkv", "bb")).title.id, first.title.id);     // replaced by another film
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
    const auto got = titles_.list(*database_, {.limit = 7, .cursor = cursor}, {});
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

TEST_F(TitlesTable, WhatIsKnownOfATitleIsReadBack) {
  const auto id = add(film("Film.mkv")).title.id;
  TitleFacts facts;
  facts.original_name = "Le Film";
  facts.plot = "Two lines.\nOf plot.";
  facts.certificate = "FSK 12";
  facts.maturity = 12;
  facts.genres = {"Drama", "Noir \xC3\xB6"};
  facts.cast = {{"Lauren Bacall", "Vivian"}, {"Nobody", ""}};
  facts.premiered = "1946-08-23";
  facts.imdb_id = "tt0038355";
  facts.chapters = {{0, "Begin"}, {60'000, ""}};
  facts.markers = {{MarkerKind::credits, 6'000'000, 6'100'000}};
  facts.rating = 7.9;
  ASSERT_TRUE(titles_.set_facts(*database_, id, facts));
  const auto read = titles_.facts_of(*database_, std::array{id, TitleId{}});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->size(), 1U);
  EXPECT_EQ(read->at(id), facts);
  EXPECT_EQ(titles_.find(*database_, id)->maturity, 12);
}

TEST_F(TitlesTable, AFactThatNobodyTellsAnyMoreIsGone) {
  auto found = film("Film.mkv");
  found.name = "As its .nfo says";
  found.year = 1946;
  found.facts.plot = "A plot.";
  found.facts.tagline = "A line.";
  found.facts.maturity = 12;
  found.facts.genres = {"Drama", "Noir"};
  found.facts.markers = {{MarkerKind::intro, 0, 10}};
  const auto id = add(found).title.id;
  const auto facts = [&] { return titles_.facts_of(*database_, std::array{id})->at(id); };
  TitleFacts of_file;
  of_file.plot = "The file's own plot.";
  of_file.chapters = {{0, "Begin"}, {60'000, ""}};
  ASSERT_TRUE(titles_.set_file_facts(*database_, id, of_file));
  EXPECT_EQ(facts().plot, "A plot.");
  EXPECT_EQ(facts().chapters, of_file.chapters);
  EXPECT_FALSE(add(found).is_changed);

  found.facts.genres = {"Drama"};
  found.facts.tagline.clear();
  EXPECT_TRUE(add(found).is_changed);
  EXPECT_EQ(facts().genres, (std::vector<std::string>{"Drama"}));
  EXPECT_EQ(facts().tagline, "");

  auto bare = film("Film.mkv");
  bare.is_partial = true;  // its .nfo cannot be read just now
  EXPECT_FALSE(add(bare).is_changed);
  bare.is_partial = false;  // it is gone
  EXPECT_TRUE(add(bare).is_changed);
  EXPECT_EQ(facts(), of_file);
  const auto now = titles_.find(*database_, id);
  EXPECT_EQ(now->name, "Film");
  EXPECT_FALSE(now->year || now->maturity);
  EXPECT_FALSE(add(bare).is_changed);
}

TEST_F(TitlesTable, FactsFromAFileAreCutToWhatCanBe) {
  TitleFacts facts;
  facts.plot = std::string(100'000, 'x');
  facts.original_name = "two\nlines \xFF ";
  facts.genres = {"", "Drama", "Drama", "  Noir "};
  facts.maturity = 99;
  facts.rating = 11;
  facts.premiered = "yesterday";
  facts.season_number = -1;
  facts.chapters = {{5'000, "b"}, {-1, "x"}, {0, "a"}};
  facts.markers = {{MarkerKind::intro, 10, 10}};
  facts.cast = {{"", "Nobody"}, {"Somebody", ""}};
  limit_facts(facts);
  EXPECT_EQ(facts.plot.size(), kFactTextBytesMax);
  EXPECT_EQ(facts.original_name, "two lines \xEF\xBF\xBD");
  EXPECT_EQ(facts.genres, (std::vector<std::string>{"Drama", "Noir"}));
  EXPECT_FALSE(facts.maturity || facts.rating || facts.season_number);
  EXPECT_TRUE(facts.premiered.empty() && facts.markers.empty());
  EXPECT_EQ(facts.chapters, (std::vector<Chapter>{{0, "a"}, {5'000, "b"}}));
  EXPECT_EQ(facts.cast, (std::vector<CastMember>{{"Somebody", ""}}));
}

TEST_F(TitlesTable, AShowHoldsItsSeasonsAndEpisodesInOrder) {
  const auto show = add_show("Show");
  for (const auto& [season, episode] :
       std::vector<std::pair<int, int>>{{2, 1}, {1, 2}, {1, 1}, {0, 1}, {0, 2}}) {
    add_episode("Show", season, episode);
  }
  const auto seasons = titles_.children(*database_, show, {});
  ASSERT_TRUE(seasons);
  std::vector<std::string> names;
  for (const auto& season : *seasons) names.push_back(season.name);
  EXPECT_EQ(names, (std::vector<std::string>{"Season 1", "Season 2", "Specials"}));
  EXPECT_EQ(titles_.list(*database_, {}, {})->titles.size(), 1U);  // the show
  EXPECT_EQ(titles_.list(*database_, {.kinds = {TitleKind::episode}}, {})->titles.size(), 5U);

  const auto next_of = [&](int season, int episode) -> std::string {
    const auto next = titles_.next_episode(*database_, episodes_[{season, episode}], {});
    EXPECT_TRUE(next);
    if (!next || !*next) return "none";
    for (const auto& [number, id] : episodes_) {
      if (id == (*next)->id)
        return std::to_string(number.first) + "x" + std::to_string(number.second);
    }
    return "unknown";
  };
  EXPECT_EQ(next_of(1, 1), "1x2");
  EXPECT_EQ(next_of(1, 2), "2x1");
  EXPECT_EQ(next_of(2, 1), "none");
  EXPECT_EQ(next_of(0, 1), "0x2");
  EXPECT_EQ(next_of(0, 2), "none");  // a series does not begin after its specials
}

TEST_F(TitlesTable, MaturityIsHandedDownAndHides) {
  const auto show = add_show("Show");
  add_episode("Show", 1, 1);
  const auto season = titles_.children(*database_, show, {})->front().id;
  const auto episode = episodes_[{1, 1}];
  const Visibility child{.maturity_max = 6};
  EXPECT_EQ(titles_.find(*database_, episode, child).error().code, ErrorCode::not_found);

  TitleFacts facts;
  facts.maturity = 6;
  ASSERT_TRUE(titles_.set_facts(*database_, show, facts));
  EXPECT_TRUE(titles_.find(*database_, show, child) && titles_.find(*database_, episode, child));
  add_episode("Show", 1, 2);  // comes later, inherits too
  EXPECT_EQ(titles_.children(*database_, season, child)->size(), 2U);

  TitleFacts own = titles_.facts_of(*database_, std::array{episode})->at(episode);
  own.maturity = 16;
  ASSERT_TRUE(titles_.set_facts(*database_, episode, own));
  facts.maturity = 0;
  ASSERT_TRUE(titles_.set_facts(*database_, show, facts));
  EXPECT_EQ(titles_.find(*database_, episode)->maturity, 16);
  EXPECT_EQ(titles_.children(*database_, season, child)->size(), 1U);
  const auto seen = titles_.find_all(*database_, std::array{episode, episodes_[{1, 2}]}, child);
  EXPECT_EQ(seen->size(), 1U);
  const auto next = titles_.next_episode(*database_, episodes_[{1, 2}], child);
  EXPECT_TRUE(next && !*next);
  EXPECT_TRUE(titles_.list(*database_, {}, {.maturity_max = 0})->titles.size() == 1U);
  facts.maturity.reset();
  ASSERT_TRUE(titles_.set_facts(*database_, show, facts));
  EXPECT_TRUE(titles_.list(*database_, {}, child)->titles.empty());  // unrated again
}

TEST_F(TitlesTable, EveryWriteMovesTheLibraryOn) {
  const auto first = add(film("a.mkv", "aa")).title;
  const auto second = add(film("b.mkv", "bb")).title;
  const auto seen = *titles_.last_change(*database_);
  EXPECT_EQ(titles_.changed_since(*database_, 0, 100)->size(), 2U);
  EXPECT_TRUE(titles_.changed_since(*database_, seen, 100)->empty());
  add(film("a.mkv", "aa"));  // as it was
  EXPECT_EQ(*titles_.last_change(*database_), seen);
  ASSERT_TRUE(titles_.set_progress(*database_, first.id, 0.5));
  const auto changed = titles_.changed_since(*database_, seen, 100);
  ASSERT_EQ(changed->size(), 1U);
  EXPECT_EQ(changed->front().id, first.id);
  ASSERT_TRUE(titles_.update(*database_, second));
  EXPECT_EQ(titles_.changed_since(*database_, seen, 100)->back().id, second.id);
}

TEST_F(TitlesTable, AnAnnouncedTitleGetsItsFile) {
  const auto path = (root_ / "Soon (2026).nfo").string();
  FoundTitle soon{.path = path, .announced = true};
  soon.facts.plot = "To come.";
  const auto announced = add(soon);
  EXPECT_TRUE(announced.title.announced);
  EXPECT_EQ(announced.title.name, "Soon");
  EXPECT_TRUE(titles_.unfinished(*database_)->empty());
  EXPECT_FALSE(add(soon).is_changed);
  auto there = film("Soon (2026).mkv");
  there.announced_by = {path};
  there.facts = soon.facts;  // of the same .nfo
  const auto attached = add(there);
  EXPECT_TRUE(attached.is_attached);
  EXPECT_EQ(attached.title.id, announced.title.id);
  EXPECT_EQ(titles_.unfinished(*database_)->size(), 1U);
  const auto id = announced.title.id;
  EXPECT_EQ(titles_.facts_of(*database_, std::array{id})->at(id).plot, "To come.");
  EXPECT_EQ(attached.title.source_path, there.path);
  EXPECT_FALSE(attached.title.announced);
}

TEST_F(TitlesTable, WhatAScanDoesNotFindGoesMissingAndComesBack) {
  const auto kept = film("a.mkv", "aa");
  const auto gone = film("b.mkv", "bb");
  const auto unread = film("c.mkv", "cc");
  std::unordered_set<TitleId> found{add(kept).title.id};
  const auto lost = add(gone).title.id;
  add(unread);
  add({.path = (root_ / "soon.nfo").string(), .announced = true});
  EXPECT_EQ(titles_.mark_missing(*database_, (root_ / "none").string(), {}, {}), 0);
  const auto unread_paths = std::array{unread.path};
  EXPECT_EQ(titles_.mark_missing(*database_, root_.string(), found, unread_paths), 1);
  EXPECT_EQ(titles_.find(*database_, lost, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(titles_.list(*database_, {}, {})->titles.size(), 3U);
  const auto back = add(gone);
  EXPECT_TRUE(back.is_changed && !back.is_new);
  EXPECT_TRUE(titles_.find(*database_, lost, {}));
}

TEST_F(TitlesTable, WhatLiesWhereAnotherLayHidesIt) {
  const auto first = add(film("a.mkv", "aa")).title;
  add(film("a.mkv", "bb"));
  EXPECT_TRUE(titles_.find(*database_, first.id)->is_missing());
  EXPECT_EQ(titles_.find(*database_, first.id, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(titles_.list(*database_, {}, {})->titles.size(), 1U);
}

TEST_F(TitlesTable, RefusesForeignCursorsAndUnknownIds) {
  for (const char* cursor : {"x", "!!", "MTIz", "Li4u", "OTk5OTk5OTk5OTk5OTk5OTk5OTkuYQ"}) {
    const auto page = titles_.list(*database_, {.cursor = cursor}, {});
    ASSERT_FALSE(page) << cursor;
    EXPECT_EQ(page.error().code, ErrorCode::invalid);
  }
  EXPECT_EQ(titles_.find(*database_, {}).error().code, ErrorCode::not_found);
  EXPECT_EQ(titles_.update(*database_, {}).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace matinee::catalog
