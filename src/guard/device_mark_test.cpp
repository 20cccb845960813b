// Goal: only a mark that we gave for that account and password makes a browser a known one.
#include "guard/device_mark.h"

#include <gtest/gtest.h>

namespace matinee::guard {
namespace {

TEST(DeviceMark, IsKnownForItsAccountAndPasswordOnly) {
  FakeClock clock(from_ms(1'772'366'400'000));
  SeededRandom random(9);
  const SecretKey key = SecretKey::generate(random);
  const auto account = AccountId::generate(clock, random);
  const auto mark = mint_device_mark(key, account, "hash", random);
  const auto device = device_of_mark(key, account, "hash", mark);
  ASSERT_TRUE(device);
  EXPECT_EQ(*device, mark.substr(0, 32));
  EXPECT_NE(mint_device_mark(key, account, "hash", random), mark);
  EXPECT_FALSE(device_of_mark(key, account, "new hash", mark));
  EXPECT_FALSE(device_of_mark(key, AccountId::generate(clock, random), "hash", mark));
  EXPECT_FALSE(device_of_mark(SecretKey::generate(random), account, "hash", mark));
  for (std::size_t i = 0; i < mark.size(); ++i) {
    std::string bent = mark;
    bent[i] = bent[i] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(device_of_mark(key, account, "hash", bent)) << i;
  }
  for (const std::string& text :
       {std::string(), std::string("."), std::string(76, 'a'), mark + "a", mark.substr(1)}) {
    EXPECT_FALSE(device_of_mark(key, account, "hash", text)) << text;
  }
}

}  // namespace
}  // namespace matinee::guard
