// Goal: what an operator types becomes the policy that was meant, or an error that says what to
// type.
#include "app/policy.h"

#include <gtest/gtest.h>

namespace matinee::app {
namespace {

PolicyOptions options(std::string when, std::string night, std::string share, std::string quota) {
  PolicyOptions made;
  made.when = std::move(when);
  made.night = std::move(night);
  made.cpu_share = std::move(share);
  made.quota = std::move(quota);
  return made;
}

TEST(PolicyCommand, ChangesOnlyWhatWasGiven) {
  const auto all = changed_policy({}, options("never", "22:00-06:00", "50%", "1.5TB"));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->when, functions::EncodeWhen::never);
  EXPECT_EQ(all->night_window, (functions::NightWindow{1'320, 360}));
  EXPECT_EQ(all->cpu_share, 0.5);
  EXPECT_EQ(all->disk_quota_bytes, 1'500'000'000'000);
  EXPECT_EQ(changed_policy(*all, {}), *all);
  EXPECT_EQ(changed_policy(*all, options("now", "off", "1", "off")), functions::EncodePolicy{});
  EXPECT_EQ(changed_policy({}, options("", "", "", "12345"))->disk_quota_bytes, 12'345);
}

TEST(PolicyCommand, RefusesNonsense) {
  for (const auto& wrong :
       {options("later", "", "", ""), options("", "22:00", "", ""), options("", "22-6", "", ""),
        options("", "", "half", ""), options("", "", "5", ""), options("", "", "", "much"),
        options("", "", "", "-5GB")}) {
    const auto policy = changed_policy({}, wrong);
    ASSERT_FALSE(policy);
    EXPECT_EQ(policy.error().code, ErrorCode::invalid);
  }
}

}  // namespace
}  // namespace matinee::app
