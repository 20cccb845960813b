// Goal: one death costs no time, a crash loop costs ever more and then ends, a long-lived role that
// is killed again and again is always started again.
#include "fleet/restart_policy.h"

#include <gtest/gtest.h>

namespace matinee::fleet {
namespace {

using namespace std::chrono_literals;

class RestartPolicyTest : public testing::Test {
 protected:
  MonotonicInstant now_{1h};
  SeededRandom random_{7};
  RestartPolicy policy_{RestartPolicy::Options{}};
};

TEST_F(RestartPolicyTest, StartsAtOnceAfterAGoodRunForEver) {
  for (int i = 0; i < 1000; ++i) {
    policy_.on_ready(now_);
    now_ += 2s;
    EXPECT_EQ(policy_.on_death(now_, random_), 0ms);
  }
}

TEST_F(RestartPolicyTest, PausesDoubleWithJitterWhenRunsAreShort) {
  std::chrono::milliseconds before{0};
  for (int i = 0; i < 5; ++i) {
    policy_.on_ready(now_);
    const auto pause = policy_.on_death(now_ + 10ms, random_);
    ASSERT_TRUE(pause);
    if (i == 0) {
      EXPECT_EQ(*pause, 0ms);
    } else {
      const auto whole = 100ms * (1 << (i - 1));
      EXPECT_LE(*pause, whole);
      EXPECT_GE(*pause, whole * 3 / 4);
      EXPECT_GT(*pause, before);
    }
    before = *pause;
  }
}

TEST_F(RestartPolicyTest, NeverPausesLongerThanItsMaximum) {
  for (int i = 0; i < 100; ++i) {
    policy_.on_ready(now_);
    EXPECT_LE(policy_.on_death(now_, random_).value(), 10s);
  }
}

TEST_F(RestartPolicyTest, BreaksAfterFiveDeathsBeforeReady) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(policy_.on_death(now_, random_)) << i;
  EXPECT_FALSE(policy_.on_death(now_, random_));
}

TEST_F(RestartPolicyTest, BeingReadyOnceForgetsEarlierDeaths) {
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(policy_.on_death(now_, random_));
    policy_.on_ready(now_);
    EXPECT_TRUE(policy_.on_death(now_, random_));
  }
}

}  // namespace
}  // namespace matinee::fleet
