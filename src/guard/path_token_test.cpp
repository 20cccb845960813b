// Goal: a media token is accepted exactly until it expires, under any key of the ring, unaltered.
#include "guard/path_token.h"

#include <gtest/gtest.h>

#include <string>

namespace matinee::guard {
namespace {

using namespace std::chrono_literals;

const Instant kNewYear = from_ms(1767225600000);  // 2026-01-01

PathTokenKey counting_key(std::uint8_t id, unsigned char first) {
  PathTokenKey key{.id = id, .secret = {}};
  for (std::size_t i = 0; i < key.secret.size(); ++i) {
    key.secret[i] = static_cast<unsigned char>(first + i);
  }
  return key;
}

PathToken counting_token() {
  PathToken token{.package = {}, .expires = kNewYear};
  for (std::size_t i = 0; i < token.package.size(); ++i) {
    token.package[i] = static_cast<unsigned char>(32 + i);
  }
  return token;
}

// Computed by another implementation (Python's hmac and base64).
constexpr std::string_view kVector =
    "AQcAAAGbdtqoACAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4_fMLJpcCQEntlhNEYLKyzeA";

TEST(PathToken, IsWhatTheFormatSays) {
  const PathTokenRing ring({counting_key(7, 0)});
  EXPECT_EQ(ring.mint(counting_token()), kVector);
  const auto token = ring.verify(kVector, kNewYear - 1ms);
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(*token, counting_token());
}

TEST(PathToken, EndsAtItsExpiry) {
  const PathTokenRing ring({counting_key(7, 0)});
  EXPECT_TRUE(ring.verify(kVector, kNewYear - 1ms));
  ASSERT_FALSE(ring.verify(kVector, kNewYear));
  EXPECT_EQ(ring.verify(kVector, kNewYear).error().code, ErrorCode::forbidden);
}

TEST(PathToken, EveryAlteredCharacterIsRefused) {
  const PathTokenRing ring({counting_key(7, 0), counting_key(6, 9)});
  for (std::size_t i = 0; i < kVector.size(); ++i) {
    for (const char other : std::string_view("AZaz09-_=+ \n")) {
      std::string text(kVector);
      if (text[i] == other) continue;
      text[i] = other;
      EXPECT_FALSE(ring.verify(text, kNewYear - 1h)) << text;
    }
  }
}

TEST(PathToken, TextOfAnotherLengthIsRefused) {
  const PathTokenRing ring({counting_key(7, 0)});
  const std::string text(kVector);
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(ring.verify(text.substr(0, length), kNewYear - 1h)) << length;
  }
  EXPECT_FALSE(ring.verify(text + "A", kNewYear - 1h));
  EXPECT_FALSE(ring.verify(text + "==", kNewYear - 1h));
}

TEST(PathToken, RotationKeepsOldTokensUntilTheirKeyIsDropped) {
  const PathTokenRing rotated({counting_key(7, 0), counting_key(8, 1)});
  EXPECT_TRUE(rotated.verify(kVector, kNewYear - 1h));
  const std::string fresh = rotated.mint(counting_token());
  EXPECT_NE(fresh, kVector);
  const PathTokenRing dropped({counting_key(8, 1)});
  EXPECT_FALSE(dropped.verify(kVector, kNewYear - 1h));
  EXPECT_TRUE(dropped.verify(fresh, kNewYear - 1h));
  // The same id with another secret is another key.
  EXPECT_FALSE(PathTokenRing({counting_key(7, 1)}).verify(kVector, kNewYear - 1h));
}

TEST(PathToken, AnErrorRepeatsNothingOfTheToken) {
  const PathTokenRing ring({counting_key(7, 1)});
  const auto forged = ring.verify(kVector, kNewYear - 1h);
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().message.find(kVector.substr(0, 8)), std::string::npos);
}

TEST(PathTokenDeathTest, RejectsTwoKeysWithOneId) {
  EXPECT_DEATH(PathTokenRing({counting_key(7, 0), counting_key(7, 1)}), "check failed");
}

}  // namespace
}  // namespace matinee::guard
