// Goal: an operator finds out what happened to a job, however long it has been tried; the log stays
// small.
#include "functions/job_log.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "functions/job_queue.h"
#include "store/store_url.h"

namespace matinee::functions {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class Log : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-job-log-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    queue_ = std::make_unique<JobQueue>(*database_, clock_, random_, JobQueue::Options{});
    ASSERT_TRUE(queue_->migrate());
  }
  void TearDown() override {
    queue_.reset();
    database_.reset();
    fs::remove_all(root_);
  }
  void enqueue(const std::string& key, const std::string& subject = "t1", int priority = 0) {
    const auto queued = queue_->enqueue(*database_, {.key = key,
                                                     .kind = "encode",
                                                     .subject = subject,
                                                     .priority = priority,
                                                     .sequence = ++sequence_});
    ASSERT_TRUE(queued) << queued.error().message;
  }
  LeasedJob lease(const std::string& worker = "w1") {
    static const std::vector<std::string> kKinds{"encode"};
    auto leased = queue_->lease(worker, kKinds, 0ms);
    EXPECT_TRUE(leased && *leased);
    return leased && *leased ? **leased : LeasedJob{};
  }
  std::vector<std::string> texts(const JobId& id) {
    const auto lines = queue_->log().of_job(*database_, id);
    EXPECT_TRUE(lines);
    std::vector<std::string> all;
    for (const auto& line : *lines)
      all.push_back(std::string(name_of(line.level)) + " " + line.text);
    return all;
  }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{4};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<JobQueue> queue_;
  std::int64_t sequence_ = 0;
};

TEST_F(Log, AJobThatWentWellKeepsOneLine) {
  enqueue("a");
  const auto job = lease("media-7");
  const std::vector<std::string> said{"matinee-codec took 1 s", "storing took 2 s"};
  ASSERT_TRUE(queue_->note(job.id, job.epoch, said));
  EXPECT_EQ(texts(job.id).size(), 2U);
  clock_.advance(2500ms);
  ASSERT_TRUE(queue_->complete(job.id, job.epoch, "{}"));
  EXPECT_EQ(texts(job.id), std::vector<std::string>{"info done by media-7 in 2500 ms"});
}

TEST_F(Log, TriesLossesAndTheLastFailureAreTold) {
  enqueue("a");
  const auto first = lease("media-1");
  ASSERT_TRUE(queue_->fail(first.id, first.epoch, {"unavailable", "the origin is away"}, true));
  clock_.advance(10s);
  lease("media-2");
  clock_.advance(1min);  // died
  const auto third = lease("media-3");
  ASSERT_TRUE(queue_->fail(third.id, third.epoch, {"corrupt", "no picture in it"}, false));
  EXPECT_EQ(texts(first.id),
            (std::vector<std::string>{
                "warning try 1 of 3 failed (unavailable): the origin is away",
                "info try 2 by media-2", "warning its worker went away without a word (1 so far)",
                "info try 2 by media-3", "error failed (corrupt): no picture in it"}));
}

TEST_F(Log, OnlyTheHolderOfTheLeaseIsHeard) {
  enqueue("a");
  const auto job = lease();
  EXPECT_EQ(queue_->note(job.id, job.epoch + 1, std::vector<std::string>{"x"}).error().code,
            ErrorCode::conflict);
  EXPECT_TRUE(queue_->note(job.id, job.epoch, {}));
  EXPECT_TRUE(texts(job.id).empty());
}

TEST_F(Log, IsARingOfShortLines) {
  enqueue("a");
  const auto job = lease();
  for (int i = 0; i < kJobLogLinesMax + 7; ++i) {
    ASSERT_TRUE(queue_->log().add(*database_, job.id, "t1", LogLevel::info, std::to_string(i)));
  }
  const auto lines = texts(job.id);
  ASSERT_EQ(lines.size(), static_cast<std::size_t>(kJobLogLinesMax));
  EXPECT_EQ(lines.front(), "info 7");
  EXPECT_EQ(lines.back(), "info 56");
  // A line that is one more than can be said in one go is not heard, and no reason to fail.
  const std::vector<std::string> many(30, "x");
  EXPECT_TRUE(queue_->note(job.id, job.epoch, many));
}

TEST_F(Log, WhateverAProgramSaysIsOneLineOfText) {
  const struct {
    std::string said;
    std::string kept;
  } cases[] = {
      {"two\nlines\tand a bell\x07", "two lines and a bell "},
      {"caf\xC3\xA9 \xE2\x9C\x93", "caf\xC3\xA9 \xE2\x9C\x93"},
      {"broken \xC3( \xFF", "broken ?( ?"},
      {"cut \xE2\x9C", "cut ??"},
      {std::string(kJobLogTextMax + 100, 'x'), std::string(kJobLogTextMax, 'x')},
      {std::string(kJobLogTextMax - 1, 'x') + "\xC3\xA9", std::string(kJobLogTextMax - 1, 'x')},
      {std::string("a\0b", 3), "a b"},
  };
  enqueue("a");
  const auto job = lease();
  for (const auto& item : cases) {
    ASSERT_TRUE(queue_->log().add(*database_, job.id, "t1", LogLevel::warning, item.said));
    EXPECT_EQ(texts(job.id).back(), "warning " + item.kept);
  }
}

TEST_F(Log, ASubjectsLinesComeNewestFirst) {
  enqueue("a");
  enqueue("b");
  enqueue("other", "t2");
  for (int i = 0; i < 3; ++i) {
    const auto job = lease();
    clock_.advance(1s);
    ASSERT_TRUE(queue_->fail(job.id, job.epoch, {"invalid", job.key}, false));
  }
  const auto lines = queue_->log().of_subject(*database_, "t1", 10);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ(lines->at(0).text, "failed (invalid): b");
  EXPECT_EQ(lines->at(0).level, LogLevel::error);
  EXPECT_EQ(queue_->log().of_subject(*database_, "t1", 1)->size(), 1U);
}

class Operator : public Log {
 protected:
  std::vector<std::string> order_of_leases() {
    std::vector<std::string> keys;
    static const std::vector<std::string> kKinds{"encode"};
    while (true) {
      const auto leased = queue_->lease("w", kKinds, 0ms);
      if (!leased || !*leased) return keys;
      keys.push_back((*leased)->key);
    }
  }
};

TEST_F(Operator, ABoostMovesWhatWaitsAndWhatComes) {
  enqueue("t1/a", "t1", 80);
  enqueue("t2/a", "t2", 50);
  ASSERT_TRUE(queue_->set_boost(*database_, "t2", 500));
  enqueue("t2/b", "t2", 20);
  EXPECT_EQ(queue_->boost_of(*database_, "t2").value_or(-1), 500);
  EXPECT_EQ(order_of_leases(), (std::vector<std::string>{"t2/a", "t2/b", "t1/a"}));
}

TEST_F(Operator, ABoostTakenBackLeavesNoTrace) {
  enqueue("t1/a", "t1", 80);
  enqueue("t2/a", "t2", 50);
  for (const int boost : {500, 500, -500, 0}) {
    ASSERT_TRUE(queue_->set_boost(*database_, "t2", boost));
  }
  enqueue("t2/b", "t2", 90);
  EXPECT_EQ(order_of_leases(), (std::vector<std::string>{"t2/b", "t1/a", "t2/a"}));
}

TEST_F(Operator, OneJobIsStoppedAndTriedAgain) {
  enqueue("a");
  enqueue("b");
  const auto job = lease();
  EXPECT_FALSE(queue_->retry_job(*database_, job.id).value_or(true));
  EXPECT_TRUE(queue_->cancel_job(*database_, job.id, "stopped").value_or(false));
  EXPECT_FALSE(queue_->cancel_job(*database_, job.id, "stopped").value_or(true));
  EXPECT_EQ(queue_->renew(job.id, job.epoch, 0.5).error().code, ErrorCode::conflict);
  const auto stopped = queue_->find(*database_, job.id);
  ASSERT_TRUE(stopped);
  EXPECT_EQ(stopped->state, JobState::failed);
  EXPECT_EQ(stopped->failure.code, "cancelled");
  EXPECT_EQ(stopped->failure.message, "stopped");
  EXPECT_TRUE(queue_->retry_job(*database_, job.id).value_or(false));
  EXPECT_EQ(order_of_leases(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(queue_->find(*database_, JobId{}).error().code, ErrorCode::not_found);
}

TEST_F(Operator, TheListBeginsWithWhatIsInWork) {
  enqueue("low", "t1", 10);
  enqueue("high", "t1", 90);
  enqueue("middle", "t2", 50);
  const auto ended = lease();  // high
  ASSERT_TRUE(queue_->fail(ended.id, ended.epoch, {"invalid", "no"}, false));
  lease();  // middle
  enqueue("late", "t2", 70);
  const auto keys = [&](const JobFilter& filter) {
    std::vector<std::string> all;
    const auto jobs = queue_->list(filter);
    EXPECT_TRUE(jobs);
    for (const auto& job : *jobs) all.push_back(job.key);
    return all;
  };
  EXPECT_EQ(keys({}), (std::vector<std::string>{"middle", "late", "low", "high"}));
  EXPECT_EQ(keys({.unfinished = true}), (std::vector<std::string>{"middle", "late", "low"}));
  EXPECT_EQ(keys({.state = JobState::failed}), std::vector<std::string>{"high"});
  EXPECT_EQ(keys({.limit = 1}), std::vector<std::string>{"middle"});
  EXPECT_TRUE(keys({.kind = "probe"}).empty());
  const std::vector<std::string> subjects{"t1", "t2", "t3"};
  const auto counts = queue_->counts_of(*database_, subjects);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->size(), 2U);
  EXPECT_EQ(counts->at("t1").failed, 1);
  EXPECT_EQ(counts->at("t1").queued, 1);
  EXPECT_EQ(counts->at("t2").leased, 1);
}

}  // namespace
}  // namespace matinee::functions
