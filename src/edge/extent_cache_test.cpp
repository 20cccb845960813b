// Goal: an extent is given out only when its bytes are right; one read serves all who wait; memory
// has a hard limit; failures are reported, remembered and healed.
#include "edge/extent_cache.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "edge/scripted_origin.h"

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;
using Fault = ScriptedOrigin::Fault;

constexpr std::size_t kExtent = store::kExtentBytes;

// A cache without threads: the test runs each read itself.
class ExtentCacheTest : public testing::Test {
 protected:
  ExtentCache& cache(std::size_t extents_max = 16) {
    if (!cache_) {
      ExtentCache::Options options;
      options.bytes_max = extents_max * kExtent;
      options.fetch.threads = 0;
      options.origin.pause_first = 0ms;
      options.origin.pause_longest = 0ms;
      cache_.emplace(options, origin_.origin(), clock_, metrics_);
    }
    return *cache_;
  }

  // Faults come in this order, then none.
  void script(std::vector<Fault> faults) {
    origin_.next_fault = [left = std::move(faults), at = std::size_t{0}]() mutable {
      return at < left.size() ? left[at++] : Fault::none;
    };
  }

  Deadline deadline() { return Deadline::in(clock_, 5s); }

  Result<ExtentPtr> get(const ExtentKey& key) {
    Result<ExtentPtr> result = fail(ErrorCode::conflict, "not answered");
    cache().request(key, deadline(), [&](Result<ExtentPtr> answer) { result = std::move(answer); });
    while (cache().run_one()) {
    }
    return result;
  }

  std::uint64_t count(std::string_view name) { return metrics_.counter(name, "").value(); }

  FakeClock clock_{from_ms(1'000'000)};
  Metrics metrics_;
  ScriptedOrigin origin_;
  std::optional<ExtentCache> cache_;
};

TEST_F(ExtentCacheTest, GivesEachExtentOfAnObject) {
  const auto id = origin_.add(ScriptedOrigin::content(2 * kExtent + 100, 1));
  const std::string& bytes = origin_.bytes_of(id);
  for (std::uint64_t index = 0; index < 3; ++index) {
    const auto extent = get({id, index});
    ASSERT_TRUE(extent) << extent.error().message;
    EXPECT_EQ((*extent)->view(), std::string_view(bytes).substr(index * kExtent, kExtent));
  }
  EXPECT_EQ(origin_.reads, 3);
  EXPECT_EQ(origin_.hash_reads, 1);
  ASSERT_TRUE(get({id, 1}));
  EXPECT_EQ(origin_.reads, 3);
  EXPECT_EQ(get({id, 3}).error().code, ErrorCode::not_found);
}

TEST_F(ExtentCacheTest, ManyWaitersShareOneRead) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 2));
  int answered = 0;
  for (int i = 0; i < 200; ++i) {
    cache().request({id, 0}, deadline(), [&](const Result<ExtentPtr>& extent) {
      ASSERT_TRUE(extent);
      EXPECT_EQ((*extent)->view(), origin_.bytes_of(id));
      ++answered;
    });
  }
  EXPECT_EQ(answered, 0);
  while (cache().run_one()) {
  }
  EXPECT_EQ(answered, 200);
  EXPECT_EQ(origin_.reads, 1);
  EXPECT_EQ(count("matinee_edge_extent_collapsed_total"), 199U);
}

TEST_F(ExtentCacheTest, ReadsWrongBytesOnceMoreThenFails) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 3));
  script({Fault::wrong_bytes});
  const auto healed = get({id, 0});
  ASSERT_TRUE(healed);
  EXPECT_EQ((*healed)->view(), origin_.bytes_of(id));

  const auto other = origin_.add(ScriptedOrigin::content(kExtent, 4));
  script({Fault::wrong_bytes, Fault::wrong_bytes});
  EXPECT_EQ(get({other, 0}).error().code, ErrorCode::corrupt);
}

TEST_F(ExtentCacheTest, RefusesHashesThatAreNotTheObjects) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent + 1, 5));
  origin_.next_hashes_fault = [] { return Fault::wrong_bytes; };
  EXPECT_EQ(get({id, 0}).error().code, ErrorCode::corrupt);
  EXPECT_EQ(origin_.reads, 0);
  clock_.advance(2s);
  origin_.next_hashes_fault = [] { return Fault::cut_short; };
  EXPECT_EQ(get({id, 0}).error().code, ErrorCode::corrupt);
  clock_.advance(2s);
  origin_.next_hashes_fault = [] { return Fault::none; };
  EXPECT_TRUE(get({id, 0}));
}

TEST_F(ExtentCacheTest, WaitsForAnOriginThatIsAway) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 6));
  script({Fault::away, Fault::cut_short, Fault::away});
  ASSERT_TRUE(get({id, 0}));
  EXPECT_EQ(origin_.reads, 4);
}

TEST_F(ExtentCacheTest, GivesUpAtOnceWhenTheOriginIsGone) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 7));
  origin_.next_hashes_fault = [] { return Fault::away; };
  origin_.gone = true;
  EXPECT_EQ(get({id, 0}).error().code, ErrorCode::unavailable);
  EXPECT_EQ(origin_.hash_reads, 1);
}

TEST_F(ExtentCacheTest, RemembersAFailureForASecond) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 8));
  script({Fault::missing});
  EXPECT_EQ(get({id, 0}).error().code, ErrorCode::not_found);
  EXPECT_EQ(get({id, 0}).error().code, ErrorCode::not_found);
  EXPECT_EQ(origin_.reads, 1);
  clock_.advance(1s);
  EXPECT_TRUE(get({id, 0}));
}

TEST_F(ExtentCacheTest, StaysWithinItsMemory) {
  const auto id = origin_.add(ScriptedOrigin::content(40 * kExtent, 9));
  for (std::uint64_t index = 0; index < 40; ++index) {
    ASSERT_TRUE(get({id, index}));
    EXPECT_LE(cache().bytes_used(), 16 * kExtent);
  }
  EXPECT_EQ(count("matinee_edge_extent_evictions_total"), 24U);
}

TEST_F(ExtentCacheTest, FailsWhenResponsesHoldAllMemoryAndRecovers) {
  cache(2);
  const auto id = origin_.add(ScriptedOrigin::content(3 * kExtent, 10));
  std::vector<ExtentPtr> held{*get({id, 0}), *get({id, 1})};
  // Time runs out while the read waits for memory.
  Result<ExtentPtr> result = fail(ErrorCode::conflict, "not answered");
  cache().request({id, 2}, Deadline::in(clock_, 0ms),
                  [&](Result<ExtentPtr> answer) { result = std::move(answer); });
  ASSERT_TRUE(cache().run_one());
  EXPECT_EQ(result.error().code, ErrorCode::unavailable);
  EXPECT_EQ(cache().bytes_used(), 2 * kExtent);
  held.clear();
  clock_.advance(1s);
  EXPECT_TRUE(get({id, 2}));
}

TEST_F(ExtentCacheTest, KeepsWhatIsUsedAgain) {
  const auto hot = origin_.add(ScriptedOrigin::content(4 * kExtent, 11));
  const auto cold = origin_.add(ScriptedOrigin::content(60 * kExtent, 12));
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t index = 0; index < 4; ++index) ASSERT_TRUE(get({hot, index}));
  }
  for (std::uint64_t index = 0; index < 60; ++index) {
    ASSERT_TRUE(get({cold, index}));
    if (index % 8 == 0) {
      for (std::uint64_t again = 0; again < 4; ++again) ASSERT_TRUE(get({hot, again}));
    }
  }
  const int before = origin_.reads;
  for (std::uint64_t index = 0; index < 4; ++index) ASSERT_TRUE(get({hot, index}));
  EXPECT_EQ(origin_.reads, before);
}

TEST_F(ExtentCacheTest, ReadAheadIsTakenOverByAViewer) {
  const auto id = origin_.add(ScriptedOrigin::content(2 * kExtent, 13));
  cache().prefetch({id, 0}, deadline());
  cache().prefetch({id, 0}, deadline());
  EXPECT_TRUE(get({id, 0}));
  EXPECT_EQ(origin_.reads, 1);
  cache().prefetch({id, 1}, deadline());
  while (cache().run_one()) {
  }
  EXPECT_EQ(origin_.reads, 2);
  EXPECT_TRUE(get({id, 1}));
  EXPECT_EQ(origin_.reads, 2);
}

TEST_F(ExtentCacheTest, AViewFindsWhatIsThereAndForgetsWhatWasEvicted) {
  cache(2);
  const auto id = origin_.add(ScriptedOrigin::content(3 * kExtent, 14));
  ExtentView view(cache());
  ASSERT_TRUE(get({id, 0}));
  EXPECT_FALSE(view.holds({id, 0}));
  EXPECT_TRUE(view.find({id, 0}));
  EXPECT_TRUE(view.holds({id, 0}));
  ASSERT_TRUE(get({id, 1}));
  ASSERT_TRUE(get({id, 2}));
  EXPECT_FALSE(view.holds({id, 0}) && view.find({id, 1}) && view.find({id, 2}));
}

TEST_F(ExtentCacheTest, ReadsSmallObjectsWhole) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent + 7, 15));
  const auto text = cache().origin().read_object(id, 2 * kExtent, [this] { return deadline(); });
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, origin_.bytes_of(id));
  const auto large = cache().origin().read_object(id, kExtent, [this] { return deadline(); });
  EXPECT_EQ(large.error().code, ErrorCode::limited);
  const auto empty = origin_.add("");
  const auto nothing = cache().origin().read_object(empty, 10, [this] { return deadline(); });
  ASSERT_TRUE(nothing);
  EXPECT_EQ(*nothing, "");
}

TEST_F(ExtentCacheTest, AnswersWaitersWhenItEnds) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 16));
  std::optional<ErrorCode> code;
  cache().request({id, 0}, deadline(),
                  [&](const Result<ExtentPtr>& answer) { code = answer.error().code; });
  cache_.reset();
  EXPECT_EQ(code, ErrorCode::unavailable);
}

// With threads: 200 waiters of several threads arrive while one read is held up.
TEST(ExtentCacheThreads, AHerdCostsOneRead) {
  ScriptedOrigin origin;
  const auto id = origin.add(ScriptedOrigin::content(kExtent, 20));
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  int answered = 0;
  origin.next_fault = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open; });
    return Fault::none;
  };
  const SystemClock clock;
  Metrics metrics;
  ExtentCache cache({.bytes_max = 4 * kExtent}, origin.origin(), clock, metrics);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        cache.request({id, 0}, Deadline::in(clock, 60s), [&](const Result<ExtentPtr>& extent) {
          const std::lock_guard lock(mutex);
          if (extent && (*extent)->view() == origin.bytes_of(id)) ++answered;
          changed.notify_all();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::unique_lock lock(mutex);
  open = true;
  changed.notify_all();
  changed.wait(lock, [&] { return answered == 200; });
  EXPECT_EQ(origin.reads, 1);
  EXPECT_EQ(origin.hash_reads, 1);
}

}  // namespace
}  // namespace matinee::edge
