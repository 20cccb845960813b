// Goal: an object's id follows from its bytes alone, and no changed, cut or grown list of hashes
// passes for it.
#include "store/object_id.h"

#include <gtest/gtest.h>

#include "base/encoding.h"

namespace matinee::store {
namespace {

std::string pattern(std::size_t bytes) {
  std::string out(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) out[i] = static_cast<char>(i * 131 + i / 251);
  return out;
}

TEST(ObjectId, IsTheHashOfSizeAndExtentHashes) {
  const std::string bytes = pattern(kExtentBytes + 5);
  Sha256 hash;
  hash.update(bytes_of("matinee-object-1\n"));
  hash.update(std::array<unsigned char, 8>{0, 0, 0, 0, 0, 4, 0, 5});
  hash.update(sha256(bytes_of(bytes).first(kExtentBytes)));
  hash.update(sha256(bytes_of(bytes).subspan(kExtentBytes)));
  EXPECT_EQ(object_id_of(bytes), ObjectId{hash.finish()});
}

TEST(ObjectId, OfTheEmptyObjectHasNoExtents) {
  ExtentHasher hasher;
  const ExtentHashes hashes = hasher.finish();
  EXPECT_TRUE(hashes.extents.empty());
  EXPECT_EQ(hashes.id(), object_id_of(""));
  EXPECT_EQ(hashes.serialise(), std::string(8, '\0'));
  EXPECT_TRUE(ExtentHashes::parse(hashes.serialise(), object_id_of("")).has_value());
}

TEST(ObjectId, DoesNotDependOnHowTheBytesArrive) {
  const std::string bytes = pattern(3 * kExtentBytes);
  for (std::size_t step : {1000UZ, 65536UZ, 300'000UZ}) {
    ExtentHasher hasher;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      hasher.update(bytes_of(std::string_view(bytes).substr(at, step)));
    }
    const auto hashes = hasher.finish();
    EXPECT_EQ(hashes.extents.size(), 3U);
    EXPECT_EQ(hashes.id(), object_id_of(bytes)) << step;
  }
}

TEST(ObjectId, ParsesOnlyWhatItPrints) {
  const auto id = object_id_of("nosferatu");
  EXPECT_EQ(ObjectId::parse(id.to_string()), id);
  for (const std::string& wrong : {std::string(), id.to_string().substr(1), id.to_string() + "0",
                                   std::string(64, 'A'), std::string(63, '0') + "g"}) {
    EXPECT_FALSE(ObjectId::parse(wrong)) << wrong;
  }
}

TEST(ExtentHashes, AreCheckedAgainstTheId) {
  const std::string bytes = pattern(2 * kExtentBytes + 1);
  ExtentHasher hasher;
  hasher.update(bytes_of(bytes));
  const auto hashes = hasher.finish();
  const std::string good = hashes.serialise();
  EXPECT_EQ(ExtentHashes::parse(good, hashes.id()), hashes);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_FALSE(ExtentHashes::parse(bad, hashes.id())) << at;
  }
  EXPECT_FALSE(ExtentHashes::parse(good.substr(0, good.size() - 32), hashes.id()));
  EXPECT_FALSE(ExtentHashes::parse(good + std::string(32, 'x'), hashes.id()));
  EXPECT_FALSE(ExtentHashes::parse("", hashes.id()));
}

TEST(ExtentHashes, MatchOnlyTheWholeExtent) {
  const std::string bytes = pattern(kExtentBytes + 10);
  ExtentHasher hasher;
  hasher.update(bytes_of(bytes));
  const auto hashes = hasher.finish();
  const auto all = bytes_of(bytes);
  EXPECT_TRUE(hashes.matches(0, all.first(kExtentBytes)));
  EXPECT_TRUE(hashes.matches(1, all.subspan(kExtentBytes)));
  EXPECT_FALSE(hashes.matches(1, all.first(10)));
  EXPECT_FALSE(hashes.matches(0, all.first(10)));
  EXPECT_FALSE(hashes.matches(2, {}));
  EXPECT_EQ(hashes.extent_bytes(1), 10U);
  EXPECT_EQ(hashes.extent_bytes(2), 0U);
}

}  // namespace
}  // namespace matinee::store
