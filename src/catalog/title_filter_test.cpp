// Goal: an operator finds a title by where it stands and by its name, page by page.
#include "catalog/title_filter.h"

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

class Filter : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-filter-XXXXXX").string();
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
  Title add(const std::string& name, TitleState state = TitleState::queued,
            const std::vector<std::string>& notes = {}) {
    clock_.advance(1ms);
    const auto path = (root_ / (name + ".mkv")).string();
    std::ofstream(path) << name;
    auto title = titles_.add(*database_, {path, *fingerprint_file(path), {}})->title;
    title.state = state;
    title.notes = notes;
    EXPECT_TRUE(titles_.update(*database_, title));
    return title;
  }
  std::vector<std::string> names(const TitleFilter& filter) {
    std::vector<std::string> all;
    const auto found = filter_titles(*database_, filter, 100, "");
    EXPECT_TRUE(found);
    for (const auto& id : found->ids) all.push_back(titles_.find(*database_, id)->name);
    return all;
  }
  using Names = std::vector<std::string>;

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{7};
  std::unique_ptr<store::Database> database_;
  Titles titles_{clock_, random_};
};

TEST_F(Filter, ByStateAndByWhatNeedsAHand) {
  add("Salt");
  add("Meridian", TitleState::failed);
  add("Lantern", TitleState::ready, {"poster: no picture"});
  add("Ferry", TitleState::ready);
  EXPECT_EQ(names({}), (Names{"Ferry", "Lantern", "Meridian", "Salt"}));
  EXPECT_EQ(names({.state = TitleState::ready}), (Names{"Ferry", "Lantern"}));
  EXPECT_EQ(names({.attention = true}), (Names{"Lantern", "Meridian"}));
  EXPECT_EQ(names({.state = TitleState::ready, .attention = true}), Names{"Lantern"});
  const auto counts = count_titles(*database_);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->at("ready"), 2);
  EXPECT_EQ(counts->at("failed"), 1);
  EXPECT_EQ(counts->at("encoding"), 0);
  EXPECT_EQ(counts->at("attention"), 2);
}

TEST_F(Filter, ByNameAsItIsWritten) {
  add("Night Ferry to Aarhus");
  add("100% Salt");
  add("100 Salt");
  EXPECT_EQ(names({.text = "nIGHT f"}), Names{"Night Ferry to Aarhus"});
  EXPECT_EQ(names({.text = "0% s"}), Names{"100% Salt"});
  EXPECT_EQ(names({.text = "0_ s"}), Names{});
  EXPECT_EQ(names({.text = "'; DROP TABLE titles; --"}), Names{});
  EXPECT_EQ(filter_titles(*database_, {.text = "\xFF"}, 10, "").error().code, ErrorCode::invalid);
  EXPECT_EQ(names({.text = root_.filename().string()}).size(), 3U);  // in the path
  EXPECT_EQ(filter_titles(*database_, {.text = std::string(kFilterTextMax + 1, 'x')}, 10, "")
                .error()
                .code,
            ErrorCode::invalid);
}

TEST_F(Filter, PagesNeitherDoubleNorHide) {
  std::set<std::string> expected;
  for (int i = 0; i < 7; ++i) expected.insert(add("Film " + std::to_string(i)).id.to_string());
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = filter_titles(*database_, {}, 3, cursor);
    ASSERT_TRUE(page);
    for (const auto& id : page->ids) EXPECT_TRUE(seen.insert(id.to_string()).second);
    cursor = page->next_cursor;
    if (++pages == 1) add("One that comes in meanwhile");
  } while (!cursor.empty() && pages < 10);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(pages, 3);
  for (const char* wrong : {"x", "12", "12.", ".abc", "12.zz", "99999999999999999999.00"}) {
    EXPECT_EQ(filter_titles(*database_, {}, 3, wrong).error().code, ErrorCode::invalid) << wrong;
  }
}

TEST_F(Filter, WhatIsStillToBeMade) {
  auto half = add("Half", TitleState::encoding);
  half.estimate_cpu_seconds = 100;
  half.estimate_bytes = 1'000;
  half.progress = 0.25;
  ASSERT_TRUE(titles_.update(*database_, half));
  auto ready = add("Ready", TitleState::ready);
  ready.estimate_cpu_seconds = 50;
  ready.estimate_bytes = 9;
  ASSERT_TRUE(titles_.update(*database_, ready));
  const auto work = remaining_work(*database_);
  ASSERT_TRUE(work);
  EXPECT_NEAR(work->cpu_seconds, 75, 1e-9);
  EXPECT_EQ(work->bytes, 1'000);
  EXPECT_EQ(work->source_bytes, 4 + 5);  // the files hold their names
}

}  // namespace
}  // namespace matinee::catalog
