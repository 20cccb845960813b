// Goal: the encode policy says when, at every minute of a year, and says why not.
#include "functions/encode_policy.h"

#include <gtest/gtest.h>

#include <string>

namespace matinee::functions {
namespace {

Json policy_json() {
  return Json{{"when", "on_first_watch"},
              {"night_window", {{"from", "22:00"}, {"to", "06:00"}}},
              {"cpu_share", 0.5},
              {"disk_quota_bytes", 1'000}};
}

TEST(EncodePolicy, IsReadBackAsItWasWritten) {
  const auto policy = parse_encode_policy(policy_json());
  ASSERT_TRUE(policy) << policy.error().message;
  EXPECT_EQ(policy->when, EncodeWhen::on_first_watch);
  EXPECT_EQ(policy->night_window, (NightWindow{22 * 60, 6 * 60}));
  EXPECT_EQ(to_json(*policy), policy_json());
  EXPECT_EQ(parse_encode_policy(to_json(EncodePolicy{})), EncodePolicy{});
}

TEST(EncodePolicy, NonsenseIsRefusedByName) {
  const auto refuse = [](const char* member, Json value) {
    auto json = policy_json();
    json[member] = std::move(value);
    const auto policy = parse_encode_policy(json);
    EXPECT_FALSE(policy) << json.dump();
    return policy ? std::string() : policy.error().message;
  };
  EXPECT_NE(refuse("when", "sometimes").find("when"), std::string::npos);
  EXPECT_NE(refuse("when", 3).find("when"), std::string::npos);
  EXPECT_NE(refuse("cpu_share", 0).find("cpu_share"), std::string::npos);
  EXPECT_NE(refuse("cpu_share", 1.5).find("cpu_share"), std::string::npos);
  EXPECT_NE(refuse("disk_quota_bytes", -1).find("disk_quota_bytes"), std::string::npos);
  EXPECT_NE(refuse("disk_quota_bytes", 1.5).find("disk_quota_bytes"), std::string::npos);
  for (const char* const wrong : {"24:00", "7:00", "07:60", "ab:cd", "", "07:00 "}) {
    EXPECT_NE(refuse("night_window", {{"from", wrong}, {"to", "06:00"}}).find("night_window"),
              std::string::npos);
  }
  refuse("night_window", {{"from", "06:00"}, {"to", "06:00"}});
  refuse("night_window", "22-6");
  auto json = policy_json();
  json.erase("cpu_share");
  EXPECT_FALSE(parse_encode_policy(json));
  EXPECT_FALSE(parse_encode_policy(Json::array()));
}

TEST(EncodePolicy, AYearOfNights) {
  EncodePolicy policy;
  policy.night_window = NightWindow{22 * 60, 6 * 60};
  std::int64_t open = 0;
  for (int minute = 0; minute < 365 * 1440; ++minute) {
    const auto gate = night_gate(policy, minute % 1440);
    EXPECT_EQ(gate.open, gate.reason.empty());
    if (gate.open) ++open;
  }
  EXPECT_EQ(open, 365 * 8 * 60);
  EXPECT_TRUE(night_gate(policy, 22 * 60).open);
  EXPECT_TRUE(night_gate(policy, 0).open);
  EXPECT_FALSE(night_gate(policy, 6 * 60).open);
  EXPECT_EQ(night_gate(policy, 720).reason, "films are encoded from 22:00 to 06:00 only");
  policy.night_window = NightWindow{60, 120};
  EXPECT_TRUE(night_gate(policy, 60).open);
  EXPECT_FALSE(night_gate(policy, 120).open);
  policy.night_window.reset();
  EXPECT_TRUE(night_gate(policy, 720).open);
}

TEST(EncodePolicy, QuotaAndFirstWatch) {
  EncodePolicy policy;
  EXPECT_TRUE(quota_gate(policy, 1LL << 60, 1).open);
  policy.disk_quota_bytes = 10'000'000'000;
  EXPECT_TRUE(quota_gate(policy, 9'000'000'000, 1'000'000'000).open);
  const auto full = quota_gate(policy, 9'000'000'001, 1'000'000'000);
  EXPECT_FALSE(full.open);
  EXPECT_EQ(full.reason,
            "the disk quota of 10.0 GB has no room for about 1.0 GB more (9.0 GB are taken)");
  EXPECT_TRUE(watch_gate(policy, false).open);
  policy.when = EncodeWhen::on_first_watch;
  EXPECT_FALSE(watch_gate(policy, false).open);
  EXPECT_TRUE(watch_gate(policy, true).open);
  policy.when = EncodeWhen::never;
  EXPECT_FALSE(watch_gate(policy, true).open);
}

}  // namespace
}  // namespace matinee::functions
