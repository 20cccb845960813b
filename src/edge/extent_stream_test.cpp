// Goal: whatever ranges are asked for while extents are evicted and the origin fails, a viewer gets
// exactly the file's bytes or an error, never other or fewer bytes.
#include "edge/extent_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "edge/range.h"
#include "edge/scripted_origin.h"

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;
using Fault = ScriptedOrigin::Fault;

constexpr std::size_t kExtent = store::kExtentBytes;

// Stands for a loop: calls posted by any thread, run by the test.
class PostedCalls {
 public:
  ExtentStream::Post post() {
    return [this](FetchPool::Task task) {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::move(task));
      arrived_.notify_one();
    };
  }
  bool run_all() {
    std::deque<FetchPool::Task> calls;
    {
      const std::lock_guard lock(mutex_);
      calls.swap(calls_);
    }
    for (FetchPool::Task& call : calls) call();
    return !calls.empty();
  }
  // Waits until there is one; for tests with fetch threads.
  void await() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [this] { return !calls_.empty(); });
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<FetchPool::Task> calls_;
};

struct ModelOptions {
  std::uint64_t seed;
  int operations;
  std::size_t fetch_threads;  // 0: the test runs reads itself, replayable by the seed
};

// Clients ask for random ranges of random files, some leave midway; everything that they get is
// compared with the file.
class Model {
 public:
  explicit Model(ModelOptions options)
      : options_(options), random_(options.seed), faults_(options.seed + 1), clients_(12) {
    for (unsigned i = 0; i < 48; ++i) {
      const std::size_t bytes = file_bytes(i);
      files_.push_back(origin_.add(ScriptedOrigin::content(bytes, i)));
    }
    origin_.next_fault = [this] { return fault(); };
    origin_.next_hashes_fault = [this] { return fault(); };
    ExtentCache::Options cache_options;
    cache_options.bytes_max = 12 * kExtent;
    cache_options.failure_keep = 50ms;
    cache_options.fetch.threads = options.fetch_threads;
    cache_options.origin.hashes_bytes_max = 3'000;
    cache_options.origin.pause_first = 0ms;
    cache_options.origin.pause_longest = 0ms;
    cache_.emplace(cache_options, origin_.origin(), clock_, metrics_);
    view_.emplace(*cache_, 64);
  }

  void run() {
    while (operations_ < options_.operations && !testing::Test::HasFailure()) {
      step(clients_[below(clients_.size())]);
      if (options_.fetch_threads == 0) {
        if (below(3) != 0) cache_->run_one();
        clock_.advance(1ms);
      } else if (std::ranges::all_of(clients_, [](const auto& c) { return c.waiting; })) {
        calls_.await();
      }
      calls_.run_all();
      ASSERT_LE(cache_->bytes_used(), 12 * kExtent);
    }
    std::printf("seed %lu: %d ranges, %d whole, %d failed before and %d after the first byte\n",
                options_.seed, operations_, finished_, failed_before_, failed_after_);
    EXPECT_GT(finished_, operations_ / 2);
    EXPECT_GT(failed_before_ + failed_after_, 0);
    EXPECT_GT(metrics_.counter("matinee_edge_extent_evictions_total", "").value(), 0U);
  }

 private:
  struct Client {
    std::shared_ptr<ExtentStream> stream;
    const std::string* file = nullptr;
    std::uint64_t first = 0;
    std::uint64_t bytes = 0;
    std::uint64_t got = 0;
    bool waiting = false;
  };

  std::uint64_t below(std::uint64_t bound) { return random_() % bound; }

  std::size_t file_bytes(unsigned i) {
    constexpr std::size_t kEdges[] = {0,           1,           kExtent - 1,     kExtent,
                                      kExtent + 1, 2 * kExtent, 3 * kExtent + 7, 9 * kExtent - 3};
    if (i < std::size(kEdges)) return kEdges[i];
    return below(i % 4 == 0 ? 3 * kExtent : kExtent / 8);
  }

  Fault fault() {
    const std::lock_guard lock(faults_mutex_);
    const auto dice = faults_() % 200;
    origin_.gone = dice == 0;
    if (dice < 4) return Fault::away;
    if (dice < 8) return Fault::cut_short;
    if (dice < 20) return Fault::wrong_bytes;
    return dice == 20 ? Fault::missing : Fault::none;
  }

  // A random Range header and, found another way, what it must be answered with.
  std::string random_range(std::uint64_t size, std::uint64_t& first, std::uint64_t& bytes) {
    const std::uint64_t at = below(size + size / 8 + 2);
    const std::uint64_t length = 1 + below(below(8) == 0 ? size + 2 : 20'000);
    switch (below(4)) {
      case 0:
        first = length >= size ? 0 : size - length;
        bytes = size - first;
        return "bytes=-" + std::to_string(length);
      case 1:
        first = at;
        bytes = at < size ? size - at : 0;
        return "bytes=" + std::to_string(at) + "-";
      default:
        first = at;
        bytes = at < size ? std::min(length, size - at) : 0;
        return "bytes=" + std::to_string(at) + "-" + std::to_string(at + length - 1);
    }
  }

  void open(Client& client) {
    ++operations_;
    const std::uint64_t pick = std::min(below(files_.size()), below(files_.size()));
    const store::ObjectId& id = files_[files_.size() - 1 - pick];
    client = Client{};
    client.file = &origin_.bytes_of(id);
    const std::uint64_t size = client.file->size();
    const std::string range = random_range(size, client.first, client.bytes);
    const RangeAnswer answer = resolve_range(range, std::nullopt, "\"x\"", size);
    if (client.bytes == 0) {
      ASSERT_EQ(answer.kind, RangeAnswer::Kind::unsatisfiable) << range << " of " << size;
      ++finished_;
      return;
    }
    ASSERT_EQ(answer, (RangeAnswer{RangeAnswer::Kind::part, client.first, client.bytes})) << range;
    client.stream = ExtentStream::make(*view_, calls_.post(),
                                       {.object = {id, 0},
                                        .object_bytes = size,
                                        .first = answer.first,
                                        .bytes = answer.bytes,
                                        .ahead_max = below(4)});
  }

  void step(Client& client) {
    if (client.waiting) return;
    if (!client.stream) {
      open(client);
      return;
    }
    if (below(400) == 0) {  // the viewer leaves
      client = Client{};
      return;
    }
    const auto slice = client.stream->take();
    ASSERT_TRUE(slice) << slice.error().message;
    if (*slice) {
      const std::string_view expected =
          std::string_view(*client.file).substr(client.first + client.got);
      ASSERT_TRUE(expected.starts_with((*slice)->bytes)) << "wrong bytes, seed " << options_.seed;
      client.got += (*slice)->bytes.size();
      ASSERT_LE(client.got, client.bytes);
      if (!client.stream->done()) return;
      ASSERT_EQ(client.got, client.bytes) << "short, seed " << options_.seed;
      ++finished_;
      client = Client{};
      return;
    }
    ASSERT_FALSE(client.stream->done());
    client.waiting = true;
    const auto patience = below(50) == 0 ? 0ms : 5'000ms;
    client.stream->wait(Deadline::in(clock_, patience), [this, &client](Result<void> result) {
      client.waiting = false;
      if (result) return;
      ++(client.got == 0 ? failed_before_ : failed_after_);
      client = Client{};
    });
  }

  const ModelOptions options_;
  std::mt19937_64 random_;
  std::mutex faults_mutex_;
  std::mt19937_64 faults_;
  FakeClock clock_{from_ms(1'000'000)};  // stands still when there are threads
  Metrics metrics_;
  ScriptedOrigin origin_;
  std::vector<store::ObjectId> files_;
  PostedCalls calls_;
  std::vector<Client> clients_;
  std::optional<ExtentCache> cache_;
  std::optional<ExtentView> view_;
  int operations_ = 0;
  int finished_ = 0;
  int failed_before_ = 0;
  int failed_after_ = 0;
};

TEST(EdgeModel, RangesAreTheFilesBytes) {
  Model({.seed = 1, .operations = 20'000, .fetch_threads = 0}).run();
}

TEST(EdgeModel, RangesAreTheFilesBytesWithFetchThreads) {
  Model({.seed = 2, .operations = 3'000, .fetch_threads = 3}).run();
}

TEST(SlowEdgeModel, AMillionRangesAreTheFilesBytes) {
  Model({.seed = std::random_device{}(), .operations = 1'000'000, .fetch_threads = 0}).run();
}

class ExtentStreamTest : public testing::Test {
 protected:
  ExtentStreamTest() {
    ExtentCache::Options options;
    options.bytes_max = 8 * kExtent;
    options.fetch.threads = 0;
    cache_.emplace(options, origin_.origin(), clock_, metrics_);
    view_.emplace(*cache_);
  }

  FakeClock clock_{from_ms(1'000'000)};
  Metrics metrics_;
  ScriptedOrigin origin_;
  PostedCalls calls_;
  std::optional<ExtentCache> cache_;
  std::optional<ExtentView> view_;
};

TEST_F(ExtentStreamTest, ReadsAheadWithinItsLimitAndRange) {
  const auto id = origin_.add(ScriptedOrigin::content(20 * kExtent, 1));
  const auto stream = ExtentStream::make(*view_, calls_.post(),
                                         {.object = {id, 0},
                                          .object_bytes = 20 * kExtent,
                                          .first = kExtent,
                                          .bytes = 3 * kExtent,
                                          .ahead_max = 4});
  bool ready = false;
  stream->wait(Deadline::in(clock_, 5s), [&](const Result<void>& result) { ready = bool(result); });
  while (cache_->run_one()) {
  }
  EXPECT_EQ(origin_.reads, 3);  // extents 1, 2 and 3; not 4 and 5, which the range does not touch
  EXPECT_FALSE(ready);
  calls_.run_all();
  EXPECT_TRUE(ready);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE((*stream->take()).has_value());
  EXPECT_TRUE(stream->done());
  EXPECT_EQ(origin_.reads, 3);
}

TEST_F(ExtentStreamTest, AReadGoesOnWhenItsFirstViewerLeaves) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 2));
  const ExtentStream::Options whole{
      .object = {id, 0}, .object_bytes = kExtent, .first = 0, .bytes = kExtent};
  auto first = ExtentStream::make(*view_, calls_.post(), whole);
  const auto second = ExtentStream::make(*view_, calls_.post(), whole);
  bool second_ready = false;
  first->wait(Deadline::in(clock_, 5s), [](const Result<void>&) { FAIL(); });
  second->wait(Deadline::in(clock_, 5s), [&](const Result<void>&) { second_ready = true; });
  first.reset();
  while (cache_->run_one()) {
  }
  calls_.run_all();
  EXPECT_TRUE(second_ready);
  EXPECT_EQ((*second->take())->bytes, origin_.bytes_of(id));
  EXPECT_EQ(origin_.reads, 1);
}

TEST_F(ExtentStreamTest, RefusesAnObjectOfAnotherLength) {
  const auto id = origin_.add(ScriptedOrigin::content(kExtent, 3));
  const auto stream =
      ExtentStream::make(*view_, calls_.post(),
                         {.object = {id, 0}, .object_bytes = kExtent - 1, .first = 0, .bytes = 10});
  stream->wait(Deadline::in(clock_, 5s), [](const Result<void>&) {});
  while (cache_->run_one()) {
  }
  calls_.run_all();
  EXPECT_EQ(stream->take().error().code, ErrorCode::corrupt);
}

}  // namespace
}  // namespace matinee::edge
