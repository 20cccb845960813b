// Goal: guesses cost time, right ones do not, and no guesser can make the table grow or forget.
#include "guard/throttle.h"

#include <gtest/gtest.h>

#include <vector>

namespace matinee::guard {
namespace {

using namespace std::chrono_literals;

class Guesses : public testing::Test {
 protected:
  std::chrono::milliseconds guess(const std::string& key) {
    const GuessBucket bucket{.key = key, .burst = 3, .refill = 10s};
    return throttle_.take(std::span(&bucket, 1));
  }
  FakeClock clock_{from_ms(1'772'366'400'000)};
  GuessThrottle throttle_{clock_};
};

TEST_F(Guesses, AreFreeAtFirstThenWaited) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guess("a"), 0ms);
  const auto wait = guess("a");
  EXPECT_GT(wait, 9s);
  EXPECT_LE(wait, 10s + 1ms);
  EXPECT_EQ(guess("b"), 0ms) << "another's bucket";
  clock_.advance(wait);
  EXPECT_EQ(guess("a"), 0ms);
  EXPECT_GT(guess("a"), 0ms);
  clock_.advance(24h);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guess("a"), 0ms);
  EXPECT_GT(guess("a"), 0ms) << "a day's rest is worth no more than the burst";
}

TEST_F(Guesses, ARightOneIsForgivenAndAnUnseenOneGivenBack) {
  const std::vector<GuessBucket> buckets{{.key = "a", .burst = 2, .refill = 10s}};
  EXPECT_EQ(throttle_.take(buckets), 0ms);
  throttle_.give_back(buckets);
  EXPECT_EQ(throttle_.take(buckets), 0ms);
  EXPECT_EQ(throttle_.take(buckets), 0ms);
  EXPECT_GT(throttle_.take(buckets), 0ms);
  throttle_.forgive(buckets);
  EXPECT_EQ(throttle_.take(buckets), 0ms);
}

TEST_F(Guesses, OneEmptyBucketTakesNothingFromTheOthers) {
  const std::vector<GuessBucket> both{{.key = "narrow", .burst = 1, .refill = 60s},
                                      {.key = "wide", .burst = 3, .refill = 10s}};
  EXPECT_EQ(throttle_.take(both), 0ms);
  for (int i = 0; i < 50; ++i) EXPECT_GT(throttle_.take(both), 0ms);
  const std::vector<GuessBucket> wide{both[1]};
  EXPECT_EQ(throttle_.take(wide), 0ms);
  EXPECT_EQ(throttle_.take(wide), 0ms);
}

TEST_F(Guesses, TheTableHasAnEndAndForgetsTheOldestFirst) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(guess("kept"), 0ms);
  for (std::size_t i = 0; i < GuessThrottle::kBucketsMax + 10; ++i) {
    (void)guess("k" + std::to_string(i));
    if (i % 1'000 == 0) {
      EXPECT_GT(guess("kept"), 0ms) << "who guesses on is not forgotten";
    }
  }
  EXPECT_EQ(guess("k0"), 0ms);
}

TEST(ClientAddresses, AreSortedByWhereTheyAre) {
  for (const char* here : {"127.0.0.1", "127.8.8.8", "::1", "unix", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(is_loopback(here)) << here;
    EXPECT_TRUE(is_local_network(here)) << here;
  }
  for (const char* near : {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.9", "169.254.1.1",
                           "fe80::1%eth0", "fd00::1", "fc00::1"}) {
    EXPECT_FALSE(is_loopback(near)) << near;
    EXPECT_TRUE(is_local_network(near)) << near;
  }
  for (const char* far : {"8.8.8.8", "172.32.0.1", "172.15.0.1", "192.169.0.1", "2001:db8::1",
                          "::", "", "127.0.0.1.evil", "fec0::1"}) {
    EXPECT_FALSE(is_local_network(far)) << far;
  }
}

TEST(ClientAddresses, OneHouseholdIsOneGuesser) {
  EXPECT_EQ(guesser_of("2001:db8:1:2::3"), guesser_of("2001:db8:1:2:ffff::9"));
  EXPECT_NE(guesser_of("2001:db8:1:2::3"), guesser_of("2001:db8:1:3::3"));
  EXPECT_NE(guesser_of("192.0.2.1"), guesser_of("192.0.2.2"));
  EXPECT_EQ(guesser_of("unix"), "unix");
}

}  // namespace
}  // namespace matinee::guard
