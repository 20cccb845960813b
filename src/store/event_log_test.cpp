// Goal: every EventLog keeps records in order, gives them back from any offset, and shows them only
// once they are durable.
#include "store/event_log.h"

#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <set>
#include <thread>

#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

using namespace std::chrono_literals;

class EventLogConformance : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { open(); }
  void open() {
    log_.reset();
    const std::string scheme = GetParam();
    auto opened =
        open_event_log((scheme == "mem" ? "mem://" : store_url(scheme, folder_.path() / "log")) +
                           "?partitions=2&segment_bytes=4096",
                       test_.environment);
    ASSERT_TRUE(ok(opened));
    log_ = std::move(*opened);
  }
  Result<std::uint64_t> append(std::uint32_t partition, std::vector<std::string_view> records) {
    return log_->append(partition, records);
  }
  std::vector<LogRecord> read_all(std::uint32_t partition, LogReadLimits limits = {}) {
    std::vector<LogRecord> all;
    std::uint64_t from = *log_->earliest(partition);
    for (;;) {
      auto page = log_->read(partition, from, limits);
      EXPECT_TRUE(ok(page));
      if (!page || page->records.empty()) return all;
      from = page->next;
      for (auto& record : page->records) all.push_back(std::move(record));
    }
  }

  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<EventLog> log_;
};

TEST_P(EventLogConformance, KeepsTheOrderOfEachPartition) {
  EXPECT_EQ(log_->partitions(), 2U);
  EXPECT_EQ(append(0, {"a", "b"}), 0U);
  EXPECT_EQ(append(1, {"x"}), 0U);
  EXPECT_EQ(append(0, {"", "c"}), 2U);
  EXPECT_EQ(read_all(0), (std::vector<LogRecord>{{0, "a"}, {1, "b"}, {2, ""}, {3, "c"}}));
  EXPECT_EQ(read_all(1), (std::vector<LogRecord>{{0, "x"}}));
  EXPECT_EQ(log_->end(0), 4U);
  EXPECT_EQ(log_->earliest(0), 0U);
}

TEST_P(EventLogConformance, ReadsFromAnyOffsetWithLimits) {
  std::vector<std::string> records;
  for (int i = 0; i < 500; ++i) records.push_back(std::string(40, 'r') + std::to_string(i));
  for (const auto& record : records) ASSERT_TRUE(ok(append(0, {record})));
  SeededRandom random(1);
  for (int i = 0; i < 200; ++i) {
    const std::uint64_t from = random.below(records.size());
    const LogReadLimits limits{1 + random.below(20), random.below(400)};
    auto page = log_->read(0, from, limits);
    ASSERT_TRUE(ok(page));
    ASSERT_FALSE(page->records.empty());
    EXPECT_LE(page->records.size(), limits.records_max);
    std::size_t bytes = 0;
    for (std::size_t k = 0; k < page->records.size(); ++k) {
      EXPECT_EQ(page->records[k], (LogRecord{from + k, records[from + k]}));
      bytes += page->records[k].bytes.size();
    }
    EXPECT_EQ(page->next, from + page->records.size());
    EXPECT_TRUE(bytes <= limits.bytes_max || page->records.size() == 1);
  }
  EXPECT_TRUE(log_->read(0, 500)->records.empty());
  EXPECT_TRUE(log_->read(0, 9999)->records.empty());
  EXPECT_EQ(log_->read(0, 500)->next, 500U);
}

TEST_P(EventLogConformance, TakesRecordsLargerThanASegment) {
  const std::string large(kLogRecordBytesMax, 'l');
  ASSERT_TRUE(ok(append(0, {large})));
  ASSERT_TRUE(ok(append(0, {"small"})));
  ASSERT_TRUE(ok(append(0, {large, large, large, "s"})));
  auto all = read_all(0);
  ASSERT_EQ(all.size(), 6U);
  EXPECT_EQ(all[4].bytes, large);
  EXPECT_EQ(all[5].bytes, "s");
}

TEST_P(EventLogConformance, RefusesWhatIsBeyondItsLimits) {
  const std::string too_large(kLogRecordBytesMax + 1, 'l');
  const std::string large(kLogRecordBytesMax, 'l');
  EXPECT_TRUE(fails_with(append(0, {}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(append(0, {too_large}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(append(0, {large, large, large, large, "x"}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(log_->append(0, std::vector<std::string_view>(kLogAppendRecordsMax + 1)),
                         ErrorCode::invalid));
  EXPECT_TRUE(fails_with(append(2, {"x"}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(log_->read(2, 0), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(log_->end(2), ErrorCode::invalid));
  EXPECT_EQ(log_->end(0), 0U);
}

TEST_P(EventLogConformance, TrimsAndSaysWhatIsLeft) {
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(ok(append(0, {std::string(50, 't')})));
  ASSERT_TRUE(ok(log_->trim(0, 200)));
  const std::uint64_t earliest = *log_->earliest(0);
  EXPECT_GT(earliest, 0U);
  EXPECT_LE(earliest, 200U);
  EXPECT_TRUE(fails_with(log_->read(0, earliest - 1), ErrorCode::not_found));
  EXPECT_EQ(read_all(0).size(), 300 - earliest);
  EXPECT_EQ(log_->end(0), 300U);
  ASSERT_TRUE(ok(log_->trim(0, 0)));
  EXPECT_EQ(log_->earliest(0), earliest);
  ASSERT_TRUE(ok(log_->trim(0, 10'000)));
  EXPECT_EQ(log_->end(0), 300U);
  EXPECT_EQ(append(0, {"after"}), 300U);
}

TEST_P(EventLogConformance, WaitsForRecordsAndWakesForShutdown) {
  EXPECT_FALSE(log_->wait_beyond(0, 0, 0ms));
  std::thread writer([&] { EXPECT_TRUE(ok(append(0, {"a"}))); });
  EXPECT_TRUE(log_->wait_beyond(0, 0, 60s));
  writer.join();
  std::atomic<bool> returned = false;
  std::thread waiter([&] {
    EXPECT_FALSE(log_->wait_beyond(0, 1, 60s));
    returned = true;
  });
  while (!returned) log_->wake_waiters();
  waiter.join();
}

TEST_P(EventLogConformance, AppendsOfManyThreadsStandSideBySideInTheirOrder) {
  constexpr std::size_t kThreads = 8;
  constexpr std::size_t kAppends = 50;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < kAppends; ++i) {
        const std::string first = std::to_string(t) + ":" + std::to_string(i) + "a";
        const std::string second = std::to_string(t) + ":" + std::to_string(i) + "b";
        auto offset = append(0, {first, second});
        ASSERT_TRUE(ok(offset));
        auto page = log_->read(0, *offset, {.records_max = 2});
        ASSERT_TRUE(ok(page));
        EXPECT_EQ(page->records, (std::vector<LogRecord>{{*offset, first}, {*offset + 1, second}}));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::map<std::string, std::size_t> next;
  const auto all = read_all(0);
  EXPECT_EQ(all.size(), 2 * kThreads * kAppends);
  for (std::size_t i = 0; i < all.size(); i += 2) {
    const std::string thread = all[i].bytes.substr(0, all[i].bytes.find(':'));
    EXPECT_EQ(all[i].bytes, thread + ":" + std::to_string(next[thread]++) + "a");
  }
}

TEST_P(EventLogConformance, KeepsAKeyInItsPartition) {
  std::set<std::uint32_t> used;
  for (int i = 0; i < 100; ++i) used.insert(log_->partition_of("profile" + std::to_string(i)));
  EXPECT_EQ(used, (std::set<std::uint32_t>{0, 1}));
  EXPECT_EQ(log_->partition_of("123456789"), 0xe3069283U % 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, EventLogConformance, testing::Values("mem", "log"),
                         [](const auto& param_info) { return std::string(param_info.param); });

}  // namespace
}  // namespace matinee::store
