// Goal: what lies in folders becomes titles with jobs, once; what goes is hidden and comes back.
#include "functions/library_intake.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "functions/library_rescan.h"
#include "store/store_url.h"

namespace matinee::functions {
namespace {

namespace fs = std::filesystem;

class Intake : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-intake-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    queue_ = std::make_unique<JobQueue>(*database_, clock_, random_, JobQueue::Options{});
    ASSERT_TRUE(catalog::Titles::migrate(*database_) && catalog::Artworks::migrate(*database_) &&
                catalog::Libraries::migrate(*database_) && queue_->migrate());
    jobs_ = std::make_unique<TitleJobs>(
        TitleJobs::World{*database_, titles_, artworks_, *queue_, clock_});
    ASSERT_TRUE(jobs_->migrate());
    intake_ = std::make_unique<LibraryIntake>(
        LibraryIntake::Parts{*database_, clock_, titles_, artworks_, libraries_, *jobs_},
        LibraryIntake::Options{.batch_max = 3});
    fs::create_directories(root_ / "films");
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& name, const std::string& content = "film") {
    const fs::path path = root_ / "films" / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  IntakeReport take(const IntakeOptions& options = {}) {
    auto report = intake_->take({(root_ / "films").string()}, options);
    EXPECT_TRUE(report) << report.error().message;
    return std::move(*report);
  }
  std::size_t listed() { return titles_.list(*database_, {}, {})->titles.size(); }
  std::int64_t queued() { return queue_->counts()->queued; }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{5};
  catalog::Titles titles_{clock_, random_};
  catalog::Artworks artworks_{clock_, random_};
  catalog::Libraries libraries_{clock_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<JobQueue> queue_;
  std::unique_ptr<TitleJobs> jobs_;
  std::unique_ptr<LibraryIntake> intake_;
};

TEST_F(Intake, AFolderBecomesTitlesWithJobs) {
  for (int i = 0; i < 7; ++i) write("Film " + std::to_string(i) + " (1999).mkv");
  write("Show/Season 1/Show S01E01.mkv");
  write("Show/poster.jpg", "picture");
  const auto report = take();
  EXPECT_EQ(report.titles.size(), 8U);
  EXPECT_EQ(report.added, 10);  // with show and season
  EXPECT_EQ(report.counts.at(catalog::TitleKind::film), 7);
  EXPECT_EQ(report.counts.at(catalog::TitleKind::season), 1);
  EXPECT_EQ(listed(), 8U);
  EXPECT_EQ(queued(), 9);  // eight probes and the pictures of the show
  const auto shows = titles_.list(*database_, {.kinds = {catalog::TitleKind::show}}, {});
  ASSERT_EQ(shows->titles.size(), 1U);
  EXPECT_EQ(artworks_.of(*database_, std::array{shows->titles[0].id})->size(), 1U);

  const auto version = *titles_.last_change(*database_);
  const auto again = take();
  EXPECT_EQ(again.added + again.changed + again.missing, 0);
  EXPECT_EQ(*titles_.last_change(*database_), version);  // nobody has to look again
}

TEST_F(Intake, WhatIsGoneIsHiddenAndComesBackAsItself) {
  write("a.mkv");
  write("b/b.mkv");
  const auto first = take({.remember = true});
  fs::rename(root_ / "films/b", root_ / "away");
  EXPECT_EQ(take().missing, 1);
  EXPECT_EQ(listed(), 1U);
  fs::rename(root_ / "away", root_ / "films/b");
  const auto back = intake_->rescan();
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->changed, 1);
  EXPECT_EQ(back->titles[1].id, first.titles[1].id);
  EXPECT_EQ(listed(), 2U);
  // The whole library out of reach is no reason to hide it.
  fs::rename(root_ / "films", root_ / "unplugged");
  EXPECT_EQ(intake_->rescan()->missing, 0);
  EXPECT_EQ(listed(), 2U);
}

TEST_F(Intake, AMovedFileStaysItself) {
  write("a.mkv", "one film");
  const auto id = take().titles[0].id;
  fs::rename(root_ / "films/a.mkv", root_ / "films/Better name (1999).mkv");
  const auto moved = take();
  EXPECT_EQ(moved.titles.at(0).id, id);
  EXPECT_EQ(moved.added + moved.missing, 0);
  EXPECT_EQ(titles_.find(*database_, id)->name, "Better name");
}

TEST_F(Intake, AnAnnouncedFilmGetsItsFileAndItsJobs) {
  write("Soon (2026).nfo", "<movie><title>Soon</title><plot>To come.</plot></movie>");
  const auto announced = take({.announce = true});
  ASSERT_EQ(announced.titles.size(), 1U);
  EXPECT_EQ(queued(), 0);
  EXPECT_EQ(listed(), 1U);
  EXPECT_EQ(take().missing, 0);  // still to come
  write("Soon (2026).mp4");
  const auto there = take();
  ASSERT_EQ(there.titles.size(), 1U);
  EXPECT_EQ(there.titles[0].id, announced.titles[0].id);
  EXPECT_EQ(queued(), 1);
  EXPECT_FALSE(titles_.find(*database_, there.titles[0].id)->announced);
}

TEST_F(Intake, WhatAnNfoNoLongerSaysIsGone) {
  write("Film (1999).mkv");
  write("Film (1999).nfo",
        "<movie><title>A name</title><plot>A plot.</plot><mpaa>R</mpaa></movie>");
  write("Show/tvshow.nfo", "<tvshow><namedseason number=\"1\">One</namedseason></tvshow>");
  write("Show/Show S01E01.mkv");  // its season has a folder that comes later
  write("Show/Season 1/season.nfo", "<season><plot>Of the season.</plot></season>");
  write("Show/Season 1/Show S01E02.mkv");
  const auto id = take().titles.at(0).id;
  const auto facts = [&] { return titles_.facts_of(*database_, std::array{id})->at(id); };
  EXPECT_EQ(facts().plot, "A plot.");
  const auto version = *titles_.last_change(*database_);
  EXPECT_EQ(take().changed, 0);
  EXPECT_EQ(*titles_.last_change(*database_), version);

  write("Film (1999).nfo", "<movie><title>A name</title>");  // half of it is written
  EXPECT_EQ(take().changed, 0);
  write("Film (1999).nfo", "<movie><title>A name</title></movie>");
  EXPECT_EQ(take().changed, 1);
  EXPECT_EQ(facts().plot, "");
  EXPECT_FALSE(facts().maturity);
  EXPECT_EQ(titles_.find(*database_, id)->name, "A name");
  fs::remove(root_ / "films/Film (1999).nfo");
  EXPECT_EQ(take().changed, 1);
  EXPECT_EQ(titles_.find(*database_, id)->name, "Film");
  fs::remove(root_ / "films/Show/Season 1/season.nfo");
  EXPECT_EQ(take().changed, 1);
}

TEST_F(Intake, FindingsOfTheLastScanAreKept) {
  write("a.mkv");
  write("stray.srt", "1");
  write("notes.txt", "x");
  take({.remember = true});
  const auto findings = libraries_.findings(*database_, 100);
  ASSERT_EQ(findings->size(), 1U);  // what was only skipped is not kept
  EXPECT_EQ(findings->front().kind, catalog::FindingKind::ambiguous);
  fs::remove(root_ / "films/stray.srt");
  EXPECT_TRUE(intake_->rescan());
  EXPECT_TRUE(libraries_.findings(*database_, 100)->empty());
  const auto libraries = libraries_.list(*database_);
  ASSERT_EQ(libraries->size(), 1U);
  EXPECT_EQ(libraries->front().titles, 1);
}

TEST_F(Intake, TwoAddsOfOneFilmAtOnceAreOneFilm) {
  for (int i = 0; i < 20; ++i) write("Film " + std::to_string(i) + ".mkv", std::to_string(i));
  const std::string folder = (root_ / "films").string();
  const std::vector<std::string> whats{folder, folder + "/Film 7.mkv", folder,
                                       folder + "/Film 7.mkv"};
  std::vector<std::thread> adding;
  for (const auto& what : whats) {
    adding.emplace_back([this, &what] { EXPECT_TRUE(intake_->take({what}, {.remember = true})); });
  }
  for (auto& thread : adding) thread.join();
  EXPECT_EQ(listed(), 20U);
  EXPECT_EQ(queued(), 20);
  EXPECT_EQ(libraries_.list(*database_)->size(), 1U);
}

TEST_F(Intake, WhatCannotBeReadAnyMoreStays) {
  write("Film.mkv");
  take();
  fs::remove(root_ / "films/Film.mkv");
  fs::create_symlink(root_ / "films/Film.mkv", root_ / "films/Film.mkv");
  const auto report = take();
  EXPECT_EQ(report.missing, 0);
  EXPECT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(listed(), 1U);
}

TEST_F(Intake, ARescanIsBegunAndAskedHowItStands) {
  for (int i = 0; i < 8; ++i) write("Film " + std::to_string(i) + ".mkv");
  write("stray.srt", "1");
  take({.remember = true});
  write("Another.mkv", "another");
  LibraryRescan rescan({*intake_, libraries_, *database_, clock_});
  EXPECT_EQ(rescan.status().number, 0);
  const auto begun = rescan.start();
  EXPECT_EQ(begun.number, 1);
  EXPECT_EQ(begun.expected, 8);
  rescan.wait();
  const auto done = rescan.status();
  EXPECT_FALSE(done.scanning || done.progress.busy);
  EXPECT_EQ(done.progress.found, 9);
  EXPECT_EQ(done.progress.added, 1);
  EXPECT_EQ(done.findings.size(), 1U);
  EXPECT_GT(done.ended_ms, 0);
  EXPECT_EQ(rescan.start().number, 2);
  rescan.wait();
  intake_->stop();  // the service is stopping
  rescan.start();
  rescan.wait();
  EXPECT_EQ(rescan.status().error, "the service is stopping");
}

TEST_F(Intake, LibrariesDoNotOverlap) {
  const auto remember = [&](const std::string& path) {
    EXPECT_TRUE(libraries_.remember(*database_, path));
    std::string all;
    const auto libraries = libraries_.list(*database_);
    for (const auto& library : *libraries) all += library.path + " ";
    return all;
  };
  EXPECT_EQ(remember("/a/b"), "/a/b ");
  EXPECT_EQ(remember("/a/bc"), "/a/b /a/bc ");
  EXPECT_EQ(remember("/a/b/c"), "/a/b /a/bc ");
  EXPECT_EQ(remember("/a"), "/a ");
}

}  // namespace
}  // namespace matinee::functions
