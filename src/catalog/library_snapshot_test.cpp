// Goal: whatever happens to the library, the snapshot answers as looking at every title would: at
// once for those who ask after a change, also across remade indexes; and never twice differently.
#include "catalog/library_snapshot.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/files.h"
#include "catalog/home_plan.h"
#include "catalog/search_test_support.h"
#include "catalog/titles.h"
#include "store/database.h"
#include "store/store_url.h"

namespace matinee::catalog {
namespace {

constexpr unsigned kSeed = 20'261'125;

class LibrarySnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "matinee-snapshot-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    ASSERT_TRUE(Titles::migrate(*database_));
    snapshots_ = std::make_unique<LibrarySnapshots>(*database_, clock_);
  }
  void TearDown() override {
    snapshots_.reset();
    database_.reset();
    std::filesystem::remove_all(root_);
  }

  TitleId put(int number, const IndexedTitle& like) { return put(*database_, number, like); }
  /// Those from `begin` to before `end`, at once.
  void put_many(int begin, int end) {
    ASSERT_TRUE(database_->transaction([&](store::SqlRunner& sql) -> Result<void> {
      for (int number = begin; number < end; ++number) {
        auto like = made_up_.title();
        like.is_show = number % 8 == 0;  // a path that was a film does not become a show
        put(sql, number, like);
      }
      return {};
    }));
  }
  /// Adds a title, or changes the one of that path.
  TitleId put(store::SqlRunner& sql, int number, const IndexedTitle& like) {
    clock_.advance(std::chrono::milliseconds{1 + static_cast<int>(made_up_.below(3))});
    FoundTitle found;
    found.path = "/nowhere/" + std::to_string(number);
    found.kind = like.is_show ? TitleKind::show : TitleKind::film;
    if (!like.is_show) {
      found.fingerprint = {1'000 + number, 5'000 + number, "hash " + std::to_string(number)};
    }
    found.name = like.name;
    found.year = like.year;
    auto added = titles_.add(sql, found);
    EXPECT_TRUE(added) << added.error().message;
    TitleFacts facts;
    facts.original_name = like.original_name;
    facts.maturity = like.maturity;
    facts.genres = like.genres;
    for (auto person : like.people) {
      // Spellings of one person that differ are SearchModel's; here they come and go with titles.
      std::erase_if(person, [](char c) { return c == '-' || c == '\''; });
      if (!person.empty()) facts.cast.push_back({person, "a role"});
    }
    limit_facts(facts);
    EXPECT_TRUE(titles_.set_facts(sql, added->title.id, facts));
    auto title = *titles_.find(sql, added->title.id);
    title.package_id = like.playable ? "a package" : "";
    EXPECT_TRUE(titles_.update(sql, title));
    return title.id;
  }
  /// The file of a film is gone.
  void lose(const TitleId& id) {
    auto title = *titles_.find(*database_, id);
    title.missing_since_ms = 1;
    EXPECT_TRUE(titles_.update(*database_, title));
  }
  /// What the database holds, as search should see it.
  std::vector<IndexedTitle> truth() {
    std::vector<IndexedTitle> all;
    for (std::int64_t seq = 0;;) {
      const auto changed = titles_.changed_since(*database_, seq, 1'000);
      EXPECT_TRUE(changed);
      for (const auto& title : *changed) {
        seq = title.changed_seq;
        if (title.is_missing()) continue;
        const auto facts = *titles_.facts_of(*database_, std::vector{title.id});
        IndexedTitle one;
        one.id = title.id;
        one.is_show = title.kind == TitleKind::show;
        one.playable = one.is_show || title.playable();
        one.name = title.name;
        one.year = title.year;
        one.maturity = title.maturity;
        one.added_ms = title.added_ms;
        if (const auto known = facts.find(title.id); known != facts.end()) {
          one.original_name = known->second.original_name;
          one.genres = known->second.genres;
          for (const auto& member : known->second.cast) one.people.push_back(member.name);
        }
        all.push_back(std::move(one));
      }
      if (changed->size() < 1'000) return all;
    }
  }
  std::shared_ptr<const LibrarySnapshot> now() {
    auto snapshot = snapshots_->current();
    EXPECT_TRUE(snapshot) << snapshot.error().message;
    return *snapshot;
  }
  static std::vector<TitleId> ids_of(const std::vector<ListPosition>& positions) {
    std::vector<TitleId> ids;
    for (const auto& position : positions) ids.push_back(position.id);
    return ids;
  }
  void expect_truth(const LibrarySnapshot& snapshot) {
    const auto all = truth();
    const SearchOracle oracle(all);
    ASSERT_EQ(snapshot.size(), all.size());
    for (int each = 0; each < 5 && !all.empty(); ++each) {
      const auto typed = made_up_.typed(all[made_up_.below(all.size())]);
      const auto visibility = made_up_.visibility();
      const auto answer = snapshot.search(typed, visibility, 20);
      auto expected = oracle.titles(typed, visibility, 20, false);
      const bool typos = expected.size() < kSearchFew;
      if (typos) expected = oracle.titles(typed, visibility, 20, true);
      ASSERT_EQ(answer.titles, expected) << kSeed << " " << typed;
      auto people = oracle.people(typed, visibility, false);
      if (people.empty()) people = oracle.people(typed, visibility, true);
      ASSERT_EQ(answer.people.size(), std::min(people.size(), kSearchPeopleMax)) << typed;
      for (const auto& person : answer.people) {
        ASSERT_EQ(person.titles, people[person.text]) << kSeed << " " << person.name;
      }
      const auto page = snapshot.list({.genre = "comedie"}, {}, visibility, kListMax);
      auto comedies = oracle.list("comedie", {}, visibility);
      if (comedies.size() > kListMax) comedies.resize(kListMax);
      ASSERT_EQ(ids_of(page), comedies);
    }
  }

  std::filesystem::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{5};
  MadeUpLibrary made_up_{kSeed};
  Titles titles_{clock_, random_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<LibrarySnapshots> snapshots_;
};

TEST_F(LibrarySnapshotTest, AgreesWithTheLibraryAfterEachChange) {
  std::map<int, TitleId> there;
  for (int round = 0; round < 60; ++round) {
    for (auto left = made_up_.below(6); left > 0; --left) {
      const auto number = static_cast<int>(made_up_.below(60));
      auto like = made_up_.title();
      like.is_show = number % 5 == 0;  // a path keeps its kind
      if (made_up_.below(6) == 0 && there.contains(number)) {
        lose(there[number]);
      } else {
        there[number] = put(number, like);
      }
    }
    expect_truth(*now());
    if (HasFatalFailure()) return;
  }
}

TEST_F(LibrarySnapshotTest, ManyChangesAreMadeIntoANewMainIndex) {
  put_many(0, 700);
  expect_truth(*now());
  put_many(300, 1'000);
  expect_truth(*now());
  put(5, made_up_.title());
  expect_truth(*now());
}

TEST_F(LibrarySnapshotTest, AnUnchangedLibraryIsTheSameSnapshot) {
  const auto id = put(1, made_up_.title());
  const auto first = now();
  EXPECT_EQ(now(), first);
  // Progress changes the version, and nothing else.
  ASSERT_TRUE(titles_.set_progress(*database_, id, 0.5));
  const auto second = now();
  EXPECT_GT(second->version(), first->version());
  EXPECT_EQ(second->memory_bytes(), first->memory_bytes());
}

TEST_F(LibrarySnapshotTest, ManyMayAskWhileTheLibraryChanges) {
  put_many(0, 50);
  std::vector<std::thread> asking;
  for (int i = 0; i < 4; ++i) {
    asking.emplace_back([&] {
      for (int each = 0; each < 50; ++each) {
        const auto seen = snapshots_->current();
        ASSERT_TRUE(seen);
        ASSERT_GE((*seen)->size(), 50U);
        ASSERT_LE((*seen)->size(), 900U);
      }
    });
  }
  put_many(50, 900);
  for (auto& thread : asking) thread.join();
  expect_truth(*now());
}

TEST_F(LibrarySnapshotTest, MayBeBegunBeforeAnybodyAsks) {
  put_many(0, 300);
  snapshots_->begin();
  expect_truth(*now());
  put_many(300, 400);
  expect_truth(*now());
  snapshots_ = std::make_unique<LibrarySnapshots>(*database_, clock_);
  snapshots_->begin();  // ends in the middle of its work, whenever that is
}

class LibrarySnapshotSlow : public LibrarySnapshotTest {};

TEST_F(LibrarySnapshotSlow, AThreadTakesOverForALargeLibrary) {
  // Ends in the middle of its work, whenever that is.
  const auto size = static_cast<int>(LibrarySnapshots::kThreadFrom);
  put_many(0, size);
  ASSERT_EQ(now()->size(), LibrarySnapshots::kThreadFrom);
  for (int begin = 0; begin < 3'000; begin += 600) {
    put_many(begin, begin + 600);
    EXPECT_EQ(now()->size(), LibrarySnapshots::kThreadFrom);
  }
}

TEST_F(LibrarySnapshotTest, TheHomePageShowsNoTitleTwice) {
  EXPECT_TRUE(plan_home(*now(), {}, {}).front().titles.empty());
  EXPECT_TRUE(billboard_candidates(*now(), {}).empty());
  for (int number = 0; number < 300; ++number) {
    auto like = made_up_.title();
    like.maturity = number % 3 == 0 ? std::optional(18) : std::optional(6);
    like.genres = {"Genre " + std::to_string(number % 7), "Genre " + std::to_string(number % 5)};
    put(number, like);
    if (number != 1 && number != 5 && number != 20 && number != 299) continue;
    for (const auto& visibility : {Visibility{}, Visibility{6}}) {
      const auto snapshot = now();
      const auto candidates = billboard_candidates(*snapshot, visibility);
      EXPECT_EQ(candidates.empty(), number < 5 || (visibility == Visibility{6} && number < 8));
      const TitleId billboard = candidates.empty() ? TitleId{} : candidates.front();
      std::map<TitleId, int> seen;
      if (!billboard.is_nil()) ++seen[billboard];
      for (const auto& row : plan_home(*snapshot, visibility, billboard)) {
        EXPECT_LE(row.titles.size(), kHomeRowMax);
        for (const auto& id : row.titles) {
          EXPECT_EQ(++seen[id], 1) << row.id;
          EXPECT_TRUE(titles_.find(*database_, id, visibility));
        }
      }
      const auto visible = snapshot->list({}, {}, visibility, kListMax).size();
      if (visible <= kHomeRowMax) {
        EXPECT_EQ(seen.size(), visible);
      }
    }
  }
}

}  // namespace
}  // namespace matinee::catalog
