// Goal: whatever moment the power goes, the log has every acknowledged record once and in order,
// and damage inside of it is never taken for its end.
#include "store/file_event_log.h"

#include <gtest/gtest.h>

#include <map>

#include "base/faulty_files.h"
#include "store/log_segment.h"
#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

constexpr const char* kUrl = "log:///disk/log?partitions=1&segment_bytes=4096";
const std::filesystem::path kFirstSegment = "/disk/log/p-0000/00000000000000000000.log";

class FileEventLogTest : public testing::Test {
 protected:
  void open() {
    log_.reset();
    auto opened = open_event_log(kUrl, environment_);
    ASSERT_TRUE(ok(opened));
    log_ = std::move(*opened);
  }
  Result<std::uint64_t> append(std::vector<std::string_view> records) {
    return log_->append(0, records);
  }

  SeededRandom random_{11};
  FaultyFiles files_{random_};
  FakeClock clock_{from_ms(0)};
  Environment environment_{files_, clock_, random_};
  std::unique_ptr<EventLog> log_;
};

TEST_F(FileEventLogTest, IsAllThereWhenOpenedAgain) {
  open();
  for (int i = 0; i < 300; ++i) ASSERT_TRUE(ok(append({std::to_string(i)})));
  ASSERT_TRUE(ok(log_->trim(0, 100)));
  const std::uint64_t earliest = *log_->earliest(0);
  open();
  EXPECT_EQ(log_->earliest(0), earliest);
  EXPECT_EQ(log_->end(0), 300U);
  EXPECT_EQ(log_->read(0, 250, {.records_max = 1})->records[0].bytes, "250");
  EXPECT_EQ(append({"next"}), 300U);
}

TEST_F(FileEventLogTest, KeepsItsNumberOfPartitions) {
  open();
  auto again = open_event_log("log:///disk/log?partitions=7", environment_);
  ASSERT_TRUE(ok(again));
  EXPECT_EQ((*again)->partitions(), 1U);
}

TEST_F(FileEventLogTest, RefusesANewerFormatAndWrongUrls) {
  open();
  ASSERT_TRUE(
      write_file(files_, "/disk/log/FORMAT", R"({"kind":"event_log","format":3,"partitions":1})"));
  auto newer = open_event_log(kUrl, environment_);
  ASSERT_TRUE(fails_with(newer, ErrorCode::conflict));
  EXPECT_NE(newer.error().message.find("format 3"), std::string::npos);
  EXPECT_NE(newer.error().message.find("up to 1"), std::string::npos);
  for (const char* url : {"log://", "log://host/x", "kafka://b/topic", "log:///x?partitions=0",
                          "log:///x?partitions=999", "log:///x?segment_bytes=1"}) {
    EXPECT_TRUE(fails_with(open_event_log(url, environment_), ErrorCode::invalid)) << url;
  }
}

TEST_F(FileEventLogTest, BecomesReadOnlyAfterAFailedSyncAndRecoversWhenOpenedAgain) {
  open();
  ASSERT_TRUE(ok(append({"a"})));
  files_.fail_operation(2);  // the write, then the sync
  EXPECT_TRUE(fails_with(append({"b"}), ErrorCode::unavailable));
  const auto operations = files_.operations();
  EXPECT_TRUE(fails_with(append({"c"}), ErrorCode::unavailable));
  EXPECT_EQ(files_.operations(), operations) << "it touched the disk again";
  EXPECT_EQ(log_->end(0), 1U);
  EXPECT_EQ(log_->read(0, 0)->records.size(), 1U);
  open();
  ASSERT_TRUE(ok(append({"d"})));
  files_.cut_power();
  open();
  auto page = log_->read(0, 0);
  ASSERT_TRUE(ok(page));
  EXPECT_EQ(page->records.front().bytes, "a");
  EXPECT_EQ(page->records.back().bytes, "d");
}

TEST_F(FileEventLogTest, GoesOnAfterAFullDiskHasRoomAgain) {
  open();
  const std::string record(1000, 'r');
  std::uint64_t appended = 0;
  for (;;) {  // until the next append needs a new segment
    ASSERT_TRUE(ok(append({record})));
    if (++appended == 3) break;
  }
  files_.fail_operation(4, ErrorCode::limited);  // resize, sync, create, allocate
  EXPECT_TRUE(fails_with(append({record, record}), ErrorCode::limited));
  EXPECT_EQ(append({record, record}), appended);
  open();
  EXPECT_EQ(log_->end(0), appended + 2);
}

TEST_F(FileEventLogTest, RefusesToOpenWhenAcknowledgedRecordsAreDamaged) {
  open();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(ok(append({"record"})));
  log_.reset();
  constexpr std::uint64_t kFrame = kFrameHeaderBytes + 6;
  // Every byte of the first four frames; the last one may be a write that was cut off.
  for (std::uint64_t at = kSegmentHeaderBytes; at < kSegmentHeaderBytes + 4 * kFrame; ++at) {
    files_.flip_bit(kFirstSegment, at);
    EXPECT_TRUE(fails_with(open_event_log(kUrl, environment_), ErrorCode::corrupt)) << at;
    files_.flip_bit(kFirstSegment, at);
  }
  files_.flip_bit(kFirstSegment, 9);  // the salt, in the header
  EXPECT_TRUE(fails_with(open_event_log(kUrl, environment_), ErrorCode::corrupt));
  files_.flip_bit(kFirstSegment, 9);
  open();
  EXPECT_EQ(log_->end(0), 5U);
}

TEST_F(FileEventLogTest, ReportsDamageInASealedSegmentWhenItIsRead) {
  open();
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(ok(append({"record"})));
  files_.flip_bit(kFirstSegment, kSegmentHeaderBytes + 40);
  open();
  EXPECT_TRUE(fails_with(log_->read(0, 0, {.records_max = 5}), ErrorCode::corrupt));
  EXPECT_TRUE(ok(log_->read(0, 190)));
}

TEST_F(FileEventLogTest, CutsATornTailOff) {
  open();
  ASSERT_TRUE(ok(append({"kept"})));
  log_.reset();
  auto file = files_.open(kFirstSegment, OpenMode::write);
  const std::uint64_t end = kSegmentHeaderBytes + kFrameHeaderBytes + 4;
  for (const auto& tail : {std::string("MTNF"), std::string(24, '\xff'), std::string(300, 'x')}) {
    ASSERT_TRUE((*file)->write_at(end, tail));
    open();
    EXPECT_EQ(log_->end(0), 1U);
    log_.reset();
    std::string after(tail.size(), 'y');
    ASSERT_TRUE((*file)->read_at(end, after));
    EXPECT_EQ(after, std::string(tail.size(), '\0'));
  }
}

TEST_F(FileEventLogTest, IsNotFooledByARecordThatHoldsAFrame) {
  open();
  std::string frame;
  append_frame(frame, 0, 1, 4000, "forged");
  ASSERT_TRUE(ok(append({"a"})));
  ASSERT_TRUE(ok(append({frame, frame})));
  log_.reset();
  // The second append is cut off in the middle of its first record.
  files_.flip_bit(kFirstSegment, kSegmentHeaderBytes + kFrameHeaderBytes + 1 + 5);
  open();
  EXPECT_EQ(log_->end(0), 1U);
}

// Appends, trims, faults and power cuts as chance has it; the log must be the acknowledged records
// and, after a cut or a fault, at most a first part of the append that was under way.
class CrashModel {
 public:
  explicit CrashModel(std::uint64_t seed) : seed_(seed), random_(seed) {}

  void run(int rounds) {
    for (int round = 0; round < rounds && !testing::Test::HasFatalFailure(); ++round) {
      one_round();
    }
  }

 private:
  static constexpr const char* kModelUrl = "log:///disk/log?partitions=2&segment_bytes=4096";

  struct Partition {
    std::vector<std::string> acknowledged;
    std::vector<std::string> under_way;
    std::uint64_t trimmed_to = 0;
  };

  void one_round() {
    auto log = open_event_log(kModelUrl, environment_);
    ASSERT_TRUE(ok(log)) << "seed " << seed_;
    for (std::uint32_t p = 0; p < 2; ++p) compare(**log, p);
    if (testing::Test::HasFatalFailure()) return;
    const std::uint64_t n = 1 + random_.below(40);
    const bool cut = random_.below(3) > 0;
    if (cut) {
      files_.stop_at_operation(n);
    } else {
      files_.fail_operation(n);
    }
    for (int step = 0; step < 200; ++step) {
      if (!one_step(**log)) break;
    }
    log->reset();
    files_.fail_nothing();
    if (cut || random_.below(2) == 0) files_.cut_power();
    // Also while it recovers, twice in a row.
    if (random_.below(3) == 0) {
      files_.stop_at_operation(1 + random_.below(6));
      (void)open_event_log(kModelUrl, environment_);
      files_.cut_power();
    }
  }

  bool one_step(EventLog& log) {
    const auto p = static_cast<std::uint32_t>(random_.below(2));
    Partition& model = partitions_[p];
    if (random_.below(20) == 0) {
      const std::uint64_t before = random_.below(model.acknowledged.size() + 1);
      model.trimmed_to = std::max(model.trimmed_to, before);
      return log.trim(p, before).has_value();
    }
    std::vector<std::string> records(1 + random_.below(4));
    for (auto& record : records) {
      const std::size_t size = random_.below(random_.below(10) == 0 ? 2500 : 60);
      record = std::to_string(counter_++) + std::string(size, static_cast<char>('a' + size % 26));
    }
    const std::vector<std::string_view> views(records.begin(), records.end());
    auto offset = log.append(p, views);
    if (!offset) {
      model.under_way = std::move(records);
      return false;
    }
    EXPECT_EQ(*offset, model.acknowledged.size()) << "seed " << seed_;
    for (auto& record : records) model.acknowledged.push_back(std::move(record));
    return true;
  }

  void compare(EventLog& log, std::uint32_t p) {
    Partition& model = partitions_[p];
    const std::uint64_t earliest = *log.earliest(p);
    const std::uint64_t end = *log.end(p);
    ASSERT_LE(earliest, model.trimmed_to) << "seed " << seed_;
    ASSERT_GE(end, model.acknowledged.size()) << "lost, seed " << seed_;
    ASSERT_LE(end, model.acknowledged.size() + model.under_way.size()) << "seed " << seed_;
    for (std::size_t i = 0; model.acknowledged.size() < end; ++i) {
      model.acknowledged.push_back(model.under_way[i]);
    }
    model.under_way.clear();
    std::uint64_t from = earliest;
    while (from < end) {
      auto page = log.read(p, from, {.records_max = 7, .bytes_max = 3000});
      ASSERT_TRUE(ok(page)) << "seed " << seed_;
      ASSERT_FALSE(page->records.empty());
      for (const auto& record : page->records) {
        ASSERT_EQ(record.offset, from) << "seed " << seed_;
        ASSERT_EQ(record.bytes, model.acknowledged[from]) << "seed " << seed_;
        ++from;
      }
    }
  }

  std::uint64_t seed_;
  SeededRandom random_;
  FaultyFiles files_{random_};
  FakeClock clock_{from_ms(0)};
  Environment environment_{files_, clock_, random_};
  std::map<std::uint32_t, Partition> partitions_;
  int counter_ = 0;
};

TEST(FileEventLogModel, LosesRepeatsAndReordersNothingAcknowledged) {
  for (std::uint64_t seed = 1; seed <= 60 && !testing::Test::HasFatalFailure(); ++seed) {
    CrashModel(seed).run(10);
  }
}

TEST(SlowEventLogModel, LosesRepeatsAndReordersNothingAcknowledged) {
  for (std::uint64_t seed = 1000; seed < 2000 && !testing::Test::HasFatalFailure(); ++seed) {
    CrashModel(seed).run(20);
  }
}

}  // namespace
}  // namespace matinee::store
