// Goal: an object comes back whole under the hash of its content, and a damaged one never does.
#include "store/content.h"

#include <gtest/gtest.h>

#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

std::string pattern(std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(i * 131 + i / 251);
  return out;
}

class ContentStoreTest : public testing::Test {
 protected:
  std::unique_ptr<ObjectStore> open_objects() {
    return std::move(*open_object_store(store_url("file", folder_.path()), test_.environment));
  }
  TemporaryFolder folder_;
  TestEnvironment test_;
  ContentStore content_{open_objects()};
};

TEST_F(ContentStoreTest, GivesBackObjectsOfEverySizeAroundAnExtent) {
  for (const std::size_t size : {0UZ, 1UZ, 31UZ, 32UZ, kExtentBytes - 1, kExtentBytes,
                                 kExtentBytes + 1, 2 * kExtentBytes, 3 * kExtentBytes + 100}) {
    const std::string bytes = pattern(size);
    auto stored = content_.put(bytes);
    ASSERT_TRUE(ok(stored));
    EXPECT_EQ(stored->id, object_id_of(bytes));
    EXPECT_EQ(stored->bytes, size);
    EXPECT_EQ(content_.read_all(stored->id, size), bytes) << size;
    EXPECT_EQ(content_.hashes(stored->id)->id(), stored->id);
    EXPECT_EQ(content_.hashes(stored->id)->size, size);
  }
}

TEST_F(ContentStoreTest, StoringTwiceIsStoringOnce) {
  const auto first = content_.put("nosferatu");
  const auto second = content_.put("nosferatu");
  ASSERT_TRUE(ok(second));
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(open_objects()->list("", "", 10)->size(), 1U);
}

TEST_F(ContentStoreTest, ReadsFromAnywhereInAnyOrder) {
  const std::string bytes = pattern(3 * kExtentBytes + 100);
  const auto id = content_.put(bytes)->id;
  auto reader = content_.open(id);
  ASSERT_TRUE(ok(reader));
  SeededRandom random(3);
  std::string out(1000, '\0');
  for (int i = 0; i < 300; ++i) {
    const std::size_t offset = random.below(bytes.size() + 10);
    const std::size_t want = random.below(out.size()) + 1;
    auto got = (*reader)->read(offset, std::span(out).first(want));
    ASSERT_TRUE(ok(got));
    EXPECT_EQ(*got == 0, offset >= bytes.size());
    if (*got > 0) {
      EXPECT_EQ(out.substr(0, *got), bytes.substr(offset, *got));
    }
  }
}

TEST_F(ContentStoreTest, KnowsWhatItDoesNotHave) {
  const auto id = object_id_of("never stored");
  EXPECT_TRUE(fails_with(content_.open(id), ErrorCode::not_found));
  EXPECT_TRUE(ok(content_.remove(id)));
  const auto stored = content_.put("gone soon")->id;
  EXPECT_TRUE(ok(content_.remove(stored)));
  EXPECT_TRUE(fails_with(content_.hashes(stored), ErrorCode::not_found));
}

TEST_F(ContentStoreTest, NeverGivesOutDamagedBytesAndHealsByStoringAgain) {
  const std::string bytes = pattern(2 * kExtentBytes + 7);
  const auto id = content_.put(bytes)->id;
  const std::string key = "objects/" + id.to_string();
  const std::string good = *read_object(*open_objects(), key, 10'000'000);
  SeededRandom random(5);
  for (int i = 0; i < 40; ++i) {
    std::string bad = good;
    const std::size_t at = random.below(bad.size());
    bad[at] = static_cast<char>(bad[at] ^ (1 << random.below(8)));
    if (i == 0) bad.pop_back();
    if (i == 1) bad.clear();
    TextSource source(bad);
    ASSERT_TRUE(ok(open_objects()->put(key, source)));
    EXPECT_TRUE(fails_with(content_.read_all(id, bytes.size()), ErrorCode::corrupt)) << at;
  }
  ASSERT_TRUE(ok(content_.put(bytes)));
  EXPECT_EQ(content_.read_all(id, bytes.size()), bytes);
}

TEST_F(ContentStoreTest, GivesOutGoodExtentsOfADamagedObject) {
  const std::string bytes = pattern(2 * kExtentBytes);
  const auto id = content_.put(bytes)->id;
  const std::string key = "objects/" + id.to_string();
  std::string bad = *read_object(*open_objects(), key, 10'000'000);
  bad[kExtentBytes] ^= 1;
  TextSource source(bad);
  ASSERT_TRUE(ok(open_objects()->put(key, source)));
  auto reader = content_.open(id);
  std::string out(10, '\0');
  EXPECT_TRUE(ok((*reader)->read(0, out)));
  EXPECT_TRUE(fails_with((*reader)->read(kExtentBytes, out), ErrorCode::corrupt));
  EXPECT_TRUE(ok((*reader)->read(5, out)));
}

}  // namespace
}  // namespace matinee::store
