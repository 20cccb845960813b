// Goal: each job takes effect exactly once, whatever crashes, expires or comes back late.
#include "functions/job_queue.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

#include "store/store_url.h"

namespace matinee::functions {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

const std::vector<std::string> kKinds{"encode", "probe"};

class Queue : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-jobs-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    open();
  }
  void TearDown() override {
    queue_.reset();
    database_.reset();
    fs::remove_all(root_);
  }
  void open() {
    queue_.reset();
    database_.reset();
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    queue_ = std::make_unique<JobQueue>(*database_, clock_, random_, options_);
    ASSERT_TRUE(queue_->migrate());
    queue_->on_finished([this](store::SqlRunner& sql, const FinishedJob& job) -> Result<void> {
      ends_.push_back(job);
      if (fail_handler_) return matinee::fail(ErrorCode::unavailable, "the handler fails");
      for (const auto& next : follow_ups_[job.key]) {
        if (auto queued = queue_->enqueue(sql, next); !queued) {
          return std::unexpected(queued.error());
        }
      }
      return {};
    });
  }
  bool enqueue(const NewJob& job) {
    const auto queued = queue_->enqueue(*database_, job);
    EXPECT_TRUE(queued) << queued.error().message;
    return queued.value_or(false);
  }
  std::optional<LeasedJob> lease(const std::string& worker = "w1") {
    auto leased = queue_->lease(worker, kKinds, 0ms);
    EXPECT_TRUE(leased) << leased.error().message;
    return leased.value_or(std::nullopt);
  }
  static NewJob job(const std::string& key, int priority = 0) {
    return {.key = key, .kind = "encode", .subject = "t1", .priority = priority, .weight = 2};
  }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{11};
  JobQueue::Options options_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<JobQueue> queue_;
  std::vector<FinishedJob> ends_;
  std::map<std::string, std::vector<NewJob>> follow_ups_;
  bool fail_handler_ = false;
};

TEST_F(Queue, OneKeyIsOneJob) {
  EXPECT_TRUE(enqueue(job("a")));
  EXPECT_FALSE(enqueue(job("a")));
  ASSERT_TRUE(lease());
  EXPECT_FALSE(lease());
  EXPECT_FALSE(enqueue(job("a")));
}

TEST_F(Queue, LeasesInOrderOfPriorityRecencyAndSequence) {
  const auto add = [&](const char* key, int priority, int recency, int sequence) {
    auto made = job(key, priority);
    made.recency = recency;
    made.sequence = sequence;
    enqueue(made);
  };
  add("old-rest", 50, 1, 0);
  add("old-first", 80, 1, 0);
  add("new-first-1", 80, 2, 1);
  add("new-first-0", 80, 2, 0);
  enqueue({.key = "other", .kind = "train", .priority = 1000});
  std::vector<std::string> order;
  while (auto leased = lease()) order.push_back(leased->key);
  EXPECT_EQ(order,
            (std::vector<std::string>{"new-first-0", "new-first-1", "old-first", "old-rest"}));
}

TEST_F(Queue, AStaleEpochIsRefused) {
  enqueue(job("a"));
  const auto first = lease("w1");
  ASSERT_TRUE(first);
  clock_.advance(options_.lease + 1ms);
  const auto second = lease("w2");
  ASSERT_TRUE(second);
  EXPECT_EQ(second->id, first->id);
  EXPECT_GT(second->epoch, first->epoch);
  EXPECT_EQ(queue_->renew(first->id, first->epoch, 0.5).error().code, ErrorCode::conflict);
  EXPECT_EQ(queue_->complete(first->id, first->epoch, "1").error().code, ErrorCode::conflict);
  EXPECT_EQ(queue_->fail(first->id, first->epoch, {}, true).error().code, ErrorCode::conflict);
  ASSERT_TRUE(queue_->complete(second->id, second->epoch, "2"));
  ASSERT_TRUE(queue_->complete(second->id, second->epoch, "3"));  // said twice
  EXPECT_EQ(*queue_->result_of(*database_, "a"), "2");
  ASSERT_EQ(ends_.size(), 1U);
  EXPECT_EQ(ends_[0].result, "2");
  EXPECT_EQ(queue_->complete(JobId{}, 1, "").error().code, ErrorCode::not_found);
}

TEST_F(Queue, RenewingKeepsTheLeaseAndNotesProgress) {
  enqueue(job("a"));
  const auto leased = lease();
  for (int i = 0; i < 5; ++i) {
    clock_.advance(options_.lease - 1ms);
    ASSERT_TRUE(queue_->renew(leased->id, leased->epoch, 0.1 * i));
    EXPECT_FALSE(lease("w2"));
  }
  EXPECT_NEAR(*queue_->work_done(*database_, "t1"), 0.8, 1e-9);
  ASSERT_TRUE(queue_->renew(leased->id, leased->epoch, std::nan("")));
  ASSERT_TRUE(queue_->renew(leased->id, leased->epoch, 9.0));
  EXPECT_NEAR(*queue_->work_done(*database_, "t1"), 2.0, 1e-9);
}

TEST_F(Queue, RetriesWithGrowingPausesAndThenFails) {
  enqueue(job("a"));
  for (int attempt = 1; attempt <= 3; ++attempt) {
    auto leased = lease();
    ASSERT_TRUE(leased);
    EXPECT_EQ(leased->attempt, attempt);
    ASSERT_TRUE(queue_->fail(leased->id, leased->epoch, {"unavailable", "disk away"}, true));
    EXPECT_FALSE(lease());  // not at once
    clock_.advance(options_.retry_first * (1 << attempt));
  }
  EXPECT_FALSE(lease());
  ASSERT_EQ(ends_.size(), 1U);
  EXPECT_EQ(ends_[0].failure->message, "disk away");
  EXPECT_EQ(queue_->counts()->failed, 1);
  EXPECT_EQ(*queue_->retry_failed(*database_, "t1"), 1);
  EXPECT_EQ(lease()->attempt, 1);
}

TEST_F(Queue, AFinalFailureIsNotRetried) {
  enqueue(job("a"));
  const auto leased = lease();
  ASSERT_TRUE(queue_->fail(leased->id, leased->epoch, {"invalid", "no video"}, false));
  clock_.advance(1h);
  EXPECT_FALSE(lease());
  EXPECT_EQ(ends_.at(0).failure->code, "invalid");
}

TEST_F(Queue, AJobThatKillsItsWorkersFailsAtLast) {
  options_.lost_leases_max = 4;
  open();
  enqueue(job("a"));
  int leases = 0;
  for (int i = 0; i < 100 && ends_.empty(); ++i) {
    if (auto leased = lease()) {
      ++leases;
      EXPECT_EQ(leased->attempt, 1);  // a worker's death is no failed attempt
    }
    clock_.advance(options_.retry_max);
  }
  EXPECT_EQ(leases, 5);
  EXPECT_EQ(ends_.at(0).failure->code, "lost");
}

TEST_F(Queue, AFailingHandlerUndoesTheEnd) {
  enqueue(job("a"));
  const auto leased = lease();
  fail_handler_ = true;
  EXPECT_EQ(queue_->complete(leased->id, leased->epoch, "1").error().code, ErrorCode::unavailable);
  EXPECT_EQ(queue_->counts()->leased, 1);
  fail_handler_ = false;
  EXPECT_TRUE(queue_->complete(leased->id, leased->epoch, "1"));
}

TEST_F(Queue, CancellingTakesJobsOutOfTheirWorkersHands) {
  enqueue(job("a"));
  enqueue(job("b"));
  const auto leased = lease();
  EXPECT_EQ(*queue_->cancel(*database_, "t1"), 2);
  EXPECT_EQ(queue_->renew(leased->id, leased->epoch, 0).error().code, ErrorCode::conflict);
  EXPECT_FALSE(lease());
  EXPECT_TRUE(ends_.empty());
  const auto facts = queue_->of_subject(*database_, "t1");
  ASSERT_EQ(facts->size(), 2U);
  EXPECT_EQ(facts->front().failure.code, "cancelled");
  EXPECT_EQ(queue_->list(true, 10)->size(), 0U);
  EXPECT_EQ(queue_->list(false, 10)->size(), 2U);
}

TEST_F(Queue, HasLimits) {
  options_.text_bytes_max = 100;
  options_.unfinished_max = 2;
  open();
  auto long_job = job("long");
  long_job.payload = std::string(101, ' ');
  EXPECT_EQ(queue_->enqueue(*database_, long_job).error().code, ErrorCode::limited);
  enqueue(job("a"));
  enqueue(job("b"));
  EXPECT_EQ(queue_->enqueue(*database_, job("c")).error().code, ErrorCode::limited);
  const auto leased = lease();
  EXPECT_EQ(queue_->complete(leased->id, leased->epoch, std::string(101, ' ')).error().code,
            ErrorCode::limited);
  EXPECT_EQ(queue_->lease("w", {}, 0ms).error().code, ErrorCode::invalid);
  EXPECT_EQ(queue_->lease("w", std::vector<std::string>(33, "x"), 0ms).error().code,
            ErrorCode::invalid);
}

TEST_F(Queue, AWaitingWorkerIsWoken) {
  std::optional<LeasedJob> got;
  std::thread worker([&] {
    auto leased = queue_->lease("w1", kKinds, 25s);  // the clock stands still: only a wake helps
    if (leased) got = *leased;
  });
  enqueue(job("a"));
  queue_->wake();
  worker.join();
  ASSERT_TRUE(got);
  std::thread waiting([&] {
    const auto leased = queue_->lease("w1", kKinds, 25s);
    EXPECT_TRUE(leased && !*leased);
  });
  queue_->stop();
  waiting.join();
}

// Workers crash, stall and come back late; the machine restarts. The model: a job's follow-up is
// enqueued by its end alone, so each of a chain's jobs ends exactly once and in order.
TEST_F(Queue, RandomCrashesLeaveEachEffectExactlyOnce) {
  constexpr std::uint64_t kSeed = 20261121;
  SeededRandom chance(kSeed);
  SCOPED_TRACE("seed " + std::to_string(kSeed));
  constexpr int kChains = 4;
  constexpr int kLength = 8;
  options_.lost_leases_max = 1000;
  open();
  const auto name = [](int chain, int link) {
    return std::to_string(chain) + "/" + std::to_string(link);
  };
  for (int chain = 0; chain < kChains; ++chain) {
    enqueue(job(name(chain, 0)));
    for (int link = 0; link + 1 < kLength; ++link) {
      auto next = job(name(chain, link + 1));
      next.attempts_max = 1000;
      follow_ups_[name(chain, link)] = {next};
    }
  }
  std::vector<LeasedJob> held;  // by workers alive, dead or asleep
  std::map<std::string, int> accepted;
  for (int step = 0; step < 20'000 && queue_->counts()->done < kChains * kLength; ++step) {
    if (held.size() > 6) held.erase(held.begin());  // gone for good
    const auto roll = chance.below(100);
    if (roll < 45) {
      if (auto leased = lease()) held.push_back(*leased);
    } else if (roll < 70 && !held.empty()) {
      const auto& pick = held[chance.below(held.size())];  // maybe stale, maybe again
      if (queue_->complete(pick.id, pick.epoch, std::to_string(pick.epoch))) ++accepted[pick.key];
    } else if (roll < 75 && !held.empty()) {
      const auto& pick = held[chance.below(held.size())];
      (void)queue_->renew(pick.id, pick.epoch, 0.5);
    } else if (roll < 80 && !held.empty()) {
      const auto& pick = held[chance.below(held.size())];
      (void)queue_->fail(pick.id, pick.epoch, {"unavailable", "x"}, true);
    } else if (roll < 98) {
      clock_.advance(std::chrono::milliseconds(chance.below(9'000)));
    } else {
      open();  // the process died: only what was committed is left
    }
  }
  EXPECT_EQ(queue_->counts()->done + queue_->counts()->failed, kChains * kLength);
  std::map<std::string, int> ended;
  for (const auto& end : ends_) ++ended[end.key];
  for (int chain = 0; chain < kChains; ++chain) {
    for (int link = 0; link < kLength; ++link) EXPECT_EQ(ended[name(chain, link)], 1);
  }
  const auto facts = queue_->of_subject(*database_, "t1");
  EXPECT_EQ(facts->size(), static_cast<std::size_t>(kChains * kLength));
}

}  // namespace
}  // namespace matinee::functions
