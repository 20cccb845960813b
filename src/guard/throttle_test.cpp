// Goal: guesses cost time, right ones do not, and no guesser can make the table grow or forget.
#include "guard/throttle.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "store/store_url.h"

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

class KeptGuesses : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-guess-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    restart();
  }
  void TearDown() override {
    throttle_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void restart() {
    throttle_.reset();
    database_.reset();
    auto opened = store::open_database(store::store_url("sqlite", folder_ / "matinee.db"),
                                       {files_, clock_, random_});
    ASSERT_TRUE(opened);
    database_ = std::move(*opened);
    throttle_.emplace(clock_);
    ASSERT_TRUE(throttle_->keep_in(*database_));
  }
  std::chrono::milliseconds guess() { return throttle_->take(buckets_); }

  std::filesystem::path folder_;
  SystemFiles files_;
  SeededRandom random_{7};
  FakeClock clock_{from_ms(1'772'366'400'000)};
  const std::vector<GuessBucket> buckets_{{.key = "anna|192.0.2.1", .burst = 3, .refill = 10s},
                                          {.key = "192.0.2.1", .burst = 20, .refill = 10s}};
  std::unique_ptr<store::Database> database_;
  std::optional<GuessThrottle> throttle_;
};

TEST_F(KeptGuesses, ARestartGivesNoneBackAndTimeDoes) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(guess(), 0ms);
    restart();
  }
  EXPECT_GT(guess(), 9s);
  clock_.advance(6s);
  restart();
  EXPECT_GT(guess(), 3s);
  EXPECT_LE(guess(), 4s + 1ms);
  clock_.advance(4s + 1ms);
  restart();
  EXPECT_EQ(guess(), 0ms);
}

TEST_F(KeptGuesses, WhatWasRightOrIsOldIsNotKept) {
  const auto rows = [&] {
    return database_->query_one("SELECT COUNT(*) FROM guess_levels")->integer(0);
  };
  EXPECT_EQ(guess(), 0ms);
  EXPECT_EQ(rows(), 2);
  throttle_->forgive(std::span(buckets_).first(1));
  throttle_->give_back(std::span(buckets_).subspan(1));
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(guess(), 0ms);
  clock_.advance(GuessThrottle::kKeptFor + 1s);
  restart();
  EXPECT_EQ(rows(), 0);
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
