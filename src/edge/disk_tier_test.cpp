// Goal: the disk tier gives back what was put or nothing, through restarts, power cuts, damage and
// a full disk, and its files are never larger than their limit.
#include "edge/disk_tier.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/faulty_files.h"
#include "edge/scripted_origin.h"
#include "edge/verified_origin.h"

namespace matinee::edge {
namespace {

constexpr std::size_t kSmall = 4'000;

ExtentKey key_of(unsigned object, std::uint64_t index = 0) {
  return {store::object_id_of("object " + std::to_string(object)), index};
}

std::string bytes_for(const ExtentKey& key, std::size_t bytes = kSmall) {
  return ScriptedOrigin::content(bytes, static_cast<unsigned>(ExtentKeyHash{}(key) % 1'000'003));
}

class DiskTierTest : public ::testing::Test {
 protected:
  DiskTier::Options options(std::uint64_t bytes_max = 8 * 300'000) const {
    return {.folder = "/edge", .bytes_max = bytes_max, .segment_bytes = bytes_max / 8};
  }
  std::unique_ptr<DiskTier> open() { return open(options()); }
  std::unique_ptr<DiskTier> open(DiskTier::Options opts) {
    auto tier = DiskTier::open(std::move(opts), files_, metrics_);
    EXPECT_TRUE(tier) << tier.error().message;
    return std::move(*tier);
  }
  std::uint64_t bytes_on_disk() {
    std::uint64_t total = 0;
    const auto names = files_.list("/edge").value();
    for (const std::string& name : names) {
      if (DiskSegment::number_of(name)) {
        total += files_.open("/edge/" + name, OpenMode::read).value()->size().value();
      }
    }
    return total;
  }
  static void put(DiskTier& tier, const ExtentKey& key) {
    const auto done = tier.put(key, bytes_for(key));
    ASSERT_TRUE(done) << done.error().message;
  }

  SeededRandom random_{7};
  FaultyFiles files_{random_};
  Metrics metrics_;
};

TEST_F(DiskTierTest, HoldsWhatWasPutThroughARestart) {
  {
    const auto tier = open();
    for (unsigned i = 0; i < 200; ++i) put(*tier, key_of(i, i % 3));
    EXPECT_FALSE(tier->read(key_of(1000)));
  }
  const auto tier = open();
  for (unsigned i = 0; i < 200; ++i) {
    ASSERT_EQ(tier->read(key_of(i, i % 3)), bytes_for(key_of(i, i % 3))) << i;
  }
  EXPECT_EQ(tier->contents().size(), 200U);
}

TEST_F(DiskTierTest, AProcessThatDiedLeavesItsUnsealedSegmentReadable) {
  auto tier = open();
  for (unsigned i = 0; i < 100; ++i) put(*tier, key_of(i));
  // As after kill -9: nobody seals; the machine's file system has what was written.
  const auto second = open();
  for (unsigned i = 0; i < 100; ++i) EXPECT_EQ(second->read(key_of(i)), bytes_for(key_of(i))) << i;
}

TEST_F(DiskTierTest, TheFilesNeverPassTheirLimit) {
  const auto tier = open();
  for (unsigned i = 0; i < 3'000; ++i) {
    put(*tier, key_of(i));
    ASSERT_LE(tier->bytes_used(), options().bytes_max);
    if (i % 16 == 0) {
      ASSERT_LE(bytes_on_disk(), options().bytes_max);
    }
  }
  EXPECT_GT(tier->bytes_used(), options().bytes_max * 3 / 4);
  EXPECT_EQ(tier->read(key_of(2'999)), bytes_for(key_of(2'999)));
  EXPECT_FALSE(tier->holds(key_of(0)));
}

TEST_F(DiskTierTest, WhatIsReadStaysWhileOthersPass) {
  const auto tier = open();
  for (unsigned i = 0; i < 3'000; ++i) {
    put(*tier, key_of(i));
    ASSERT_TRUE(tier->read(key_of(0))) << "after " << i;
  }
}

TEST_F(DiskTierTest, PinnedObjectsStayUnread) {
  const auto tier = open();
  std::unordered_set<store::ObjectId> pinned;
  for (unsigned i = 0; i < 350; ++i) pinned.insert(key_of(i).object);  // more than half of it all
  tier->pin(pinned);
  for (unsigned i = 0; i < 3'000; ++i) put(*tier, key_of(i));
  for (unsigned i = 0; i < 350; ++i) EXPECT_TRUE(tier->holds(key_of(i))) << i;
}

TEST_F(DiskTierTest, EverythingPinnedStillTakesNewOnes) {
  const auto tier = open();
  std::unordered_set<store::ObjectId> pinned;
  for (unsigned i = 0; i < 3'000; ++i) pinned.insert(key_of(i).object);
  tier->pin(pinned);
  for (unsigned i = 0; i < 3'000; ++i) put(*tier, key_of(i));
  EXPECT_TRUE(tier->holds(key_of(2'999)));
}

TEST_F(DiskTierTest, ALowerLimitHoldsFromTheStart) {
  {
    const auto tier = open();
    for (unsigned i = 0; i < 1'000; ++i) put(*tier, key_of(i));
  }
  auto smaller = options();
  smaller.bytes_max = 8 * 200'000;
  EXPECT_FALSE(DiskTier::open(smaller, files_, metrics_));  // an eighth holds no extent
  smaller.bytes_max = 8 * 270'000;
  const auto tier = open(smaller);
  EXPECT_LE(bytes_on_disk(), smaller.bytes_max);
}

TEST_F(DiskTierTest, DamagedBytesAreNotHeld) {
  const auto tier = open();
  put(*tier, key_of(1));
  files_.flip_bit("/edge/" + DiskSegment::name_of(1),
                  kDiskHeaderBytes + kDiskRecordHeaderBytes + 77);
  EXPECT_FALSE(tier->read(key_of(1)));
  EXPECT_FALSE(tier->holds(key_of(1)));
  put(*tier, key_of(1));
  EXPECT_EQ(tier->read(key_of(1)), bytes_for(key_of(1)));
}

TEST_F(DiskTierTest, WhatNoSegmentTakesIsRefused) {
  const auto tier = open();
  const auto done = tier->put(key_of(1), std::string(400'000, 'x'));
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::limited);
}

// Any operation may fail and the power may go at any moment: what is read is right.
TEST_F(DiskTierTest, ModelOfFaults) {
  std::mt19937_64 chance(11);
  auto tier = open();
  std::uint64_t read = 0;
  for (int step = 0; step < 20'000; ++step) {
    const ExtentKey key = key_of(static_cast<unsigned>(chance() % 900), chance() % 2);
    const auto what = chance() % 1'000;
    if (what < 550) {
      (void)tier->put(key, bytes_for(key, 1 + ExtentKeyHash{}(key) % 9'000));
    } else if (what < 980) {
      if (const auto bytes = tier->read(key)) {
        ++read;
        ASSERT_EQ(*bytes, bytes_for(key, 1 + ExtentKeyHash{}(key) % 9'000)) << step;
      }
    } else if (what < 990) {
      files_.fail_operation(1 + chance() % 4,
                            chance() % 2 == 0 ? ErrorCode::limited : ErrorCode::unavailable);
    } else if (what < 995) {
      tier->pin({key.object, key_of(3).object});
    } else {
      files_.fail_nothing();
      if (chance() % 2 == 0) files_.cut_power();
      tier = nullptr;
      tier = open();
    }
    ASSERT_LE(tier->bytes_used(), options().bytes_max);
  }
  files_.fail_nothing();
  EXPECT_LE(bytes_on_disk(), options().bytes_max);
  EXPECT_GT(read, 500U);
}

TEST_F(DiskTierTest, AnEdgeServesFromItsDiskWhenTheOriginIsGone) {
  ScriptedOrigin origin;
  const auto object = origin.add(ScriptedOrigin::content(2 * store::kExtentBytes + 5, 3));
  FetchPool pool({.threads = 0});
  SystemClock clock;
  const auto deadline = [&] { return Deadline::in(clock, std::chrono::milliseconds{500}); };
  const auto tier = open(options(std::uint64_t{16} << 20U));
  const auto read_all = [&](Metrics& metrics) {
    VerifiedOrigin verified({.disk = tier.get()}, origin.origin(), pool, clock, metrics);
    return verified.read_object(object, std::size_t{1} << 20U, deadline);
  };
  Metrics first;
  ASSERT_EQ(read_all(first).value(), origin.bytes_of(object));
  origin.next_fault = [] { return ScriptedOrigin::Fault::away; };
  origin.next_hashes_fault = [] { return ScriptedOrigin::Fault::away; };
  origin.gone = true;
  Metrics second;
  EXPECT_EQ(read_all(second).value(), origin.bytes_of(object));
}

TEST_F(DiskTierTest, BytesThatAreNotTheObjectsAreReadAnewFromTheOrigin) {
  ScriptedOrigin origin;
  const auto object = origin.add(ScriptedOrigin::content(kSmall, 3));
  FetchPool pool({.threads = 0});
  SystemClock clock;
  const auto deadline = [&] { return Deadline::in(clock, std::chrono::milliseconds{500}); };
  const auto tier = open(options(std::uint64_t{16} << 20U));
  ASSERT_TRUE(tier->put({object, 0}, ScriptedOrigin::content(kSmall, 4)));
  ASSERT_TRUE(tier->put({object, kHashListIndex}, "no hashes"));
  VerifiedOrigin verified({.disk = tier.get()}, origin.origin(), pool, clock, metrics_);
  EXPECT_EQ(verified.read_object(object, std::size_t{1} << 20U, deadline).value(),
            origin.bytes_of(object));
  EXPECT_EQ(tier->read({object, 0}), origin.bytes_of(object));
}

TEST(DiskSegmentTest, NamesSortAsTheirNumbers) {
  EXPECT_EQ(DiskSegment::number_of(DiskSegment::name_of(0x1f)), 0x1fU);
  EXPECT_LT(DiskSegment::name_of(9), DiskSegment::name_of(16));
  for (const char* name : {"FORMAT", "extents-1.segment", "extents-000000000000001g.segment", ""}) {
    EXPECT_FALSE(DiskSegment::number_of(name)) << name;
  }
}

}  // namespace
}  // namespace matinee::edge
