// Goal: never over its bytes, scans pass through, what comes back stays.
#include "edge/s3_fifo.h"

#include <gtest/gtest.h>

#include <random>

namespace matinee::edge {
namespace {

TEST(S3Fifo, NeverHoldsMoreThanItMay) {
  std::mt19937_64 random(11);
  S3Fifo<std::uint64_t> cache(10'000);
  for (int i = 0; i < 50'000; ++i) {
    const std::uint64_t key = random() % (1 + random() % 2'000);
    const auto bytes = static_cast<std::uint32_t>(1 + key * 37 % 300);
    const bool held = cache.holds(key);
    EXPECT_EQ(cache.request(key, bytes), held);
    EXPECT_TRUE(cache.holds(key));
    ASSERT_LE(cache.bytes(), 10'000U);
  }
}

TEST(S3Fifo, AScanDoesNotPushOutWhatIsUsed) {
  S3Fifo<std::uint64_t> cache(100);
  for (int twice = 0; twice < 2; ++twice) {
    for (std::uint64_t key = 0; key < 50; ++key) (void)cache.request(key, 1);  // fills it
  }
  for (std::uint64_t key = 1'000; key < 1'500; ++key) (void)cache.request(key, 1);
  for (std::uint64_t key = 0; key < 50; ++key) EXPECT_TRUE(cache.holds(key)) << key;
}

TEST(S3Fifo, WhatComesBackGoesToTheMainQueueAndWhatIsTooLargeIsNotTaken) {
  S3Fifo<std::uint64_t> cache(20);
  for (std::uint64_t key = 0; key < 25; ++key) (void)cache.request(key, 1);
  ASSERT_FALSE(cache.holds(0));
  EXPECT_FALSE(cache.request(0, 1));  // a ghost
  for (std::uint64_t key = 100; key < 115; ++key) (void)cache.request(key, 1);
  EXPECT_TRUE(cache.holds(0));
  EXPECT_FALSE(cache.request(7'000, 21));
  EXPECT_FALSE(cache.holds(7'000));
}

}  // namespace
}  // namespace matinee::edge
