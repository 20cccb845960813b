// Goal: one client cannot take the service from the others, a household does not notice, and the
// table stays small whoever comes.
#include "edge/client_limits.h"

#include <gtest/gtest.h>

#include <string>

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;
using http::Priority;

class ClientLimitsTest : public testing::Test {
 protected:
  ClientLimits::Options small() {
    ClientLimits::Options options;
    options.rates.fill({.per_second = 10, .burst = 5});
    options.clients_max = 100;
    return options;
  }
  // How many of `count` requests at once are let in.
  int let_in(ClientLimits& limits, const std::string& address, int count,
             Priority priority = Priority::browse) {
    int let = 0;
    for (int i = 0; i < count; ++i) let += limits.enter(address, priority, now_) ? 0 : 1;
    return let;
  }
  MonotonicInstant now_{1h};
};

TEST_F(ClientLimitsTest, LetsABurstInAndThenTheRate) {
  ClientLimits limits(small());
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 5);
  EXPECT_EQ(limits.enter("192.0.2.1", Priority::browse, now_), 100ms) << "when to come again";
  now_ += 100ms;
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 1);
  now_ += 1h;
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 5) << "no more than a burst is saved up";
}

TEST_F(ClientLimitsTest, CountsEachClientAndPriorityByItself) {
  ClientLimits limits(small());
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 5);
  EXPECT_EQ(let_in(limits, "192.0.2.2", 20), 5);
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20, Priority::playback), 5) << "playing goes on";
  EXPECT_EQ(let_in(limits, "2001:db8::1", 20), 5);
  EXPECT_EQ(let_in(limits, "2001:db8::2", 20), 0) << "the same household";
}

TEST_F(ClientLimitsTest, LeavesAloneWhatIsNoClient) {
  ClientLimits limits(small());
  EXPECT_EQ(let_in(limits, "127.0.0.1", 50), 50);
  EXPECT_EQ(let_in(limits, "unix", 50), 50);
  EXPECT_EQ(limits.clients(), 0U);
  auto options = small();
  options.limits_loopback = true;
  ClientLimits strict(options);
  EXPECT_EQ(let_in(strict, "127.0.0.1", 50), 5);
  options.rates.fill({});
  ClientLimits off(options);
  EXPECT_EQ(let_in(off, "192.0.2.1", 50), 50);
}

TEST_F(ClientLimitsTest, ForgetsTheClientThatAskedLongestAgo) {
  ClientLimits limits(small());
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 5);
  EXPECT_EQ(let_in(limits, "192.0.2.2", 20), 5);
  for (int i = 0; i < 1'000; ++i) {
    let_in(limits, "198.51." + std::to_string(i / 250) + "." + std::to_string(i % 250), 1);
    EXPECT_EQ(let_in(limits, "192.0.2.2", 1), 0) << "it keeps asking, so it is remembered";
  }
  EXPECT_EQ(limits.clients(), 100U);
  EXPECT_EQ(let_in(limits, "192.0.2.1", 20), 5);
}

TEST_F(ClientLimitsTest, AHouseholdDoesNotMeetTheDefaults) {
  ClientLimits limits{ClientLimits::Options{}};
  for (int second = 0; second < 60; ++second) {
    EXPECT_EQ(let_in(limits, "192.0.2.1", 40, Priority::playback), 40);  // 20 viewers seeking
    EXPECT_EQ(let_in(limits, "192.0.2.1", 150), 150);                    // pages being opened
    now_ += 1s;
  }
}

}  // namespace
}  // namespace matinee::edge
