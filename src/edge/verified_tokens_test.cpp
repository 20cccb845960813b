// Goal: a signature is computed once, and a token is never good for longer than it says.
#include "edge/verified_tokens.h"

#include <gtest/gtest.h>

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;

TEST(VerifiedTokens, KnowsWhatItHasSeen) {
  const Instant now = from_ms(1'000'000);
  const guard::PathTokenRing ring({guard::PathTokenKey{1, {7}}});
  const guard::PathTokenRing other({guard::PathTokenKey{1, {8}}});
  const std::string token = ring.mint({.package = {1, 2, 3}, .expires = now + 10s});
  VerifiedTokens tokens(2);
  EXPECT_FALSE(tokens.verify(other, token, now));
  EXPECT_EQ(tokens.size(), 0U) << "only good ones are kept";
  EXPECT_TRUE(tokens.verify(ring, token, now));
  EXPECT_EQ(tokens.verify(other, token, now)->package, (Sha256Digest{1, 2, 3})) << "from memory";
  std::string forged = token;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_FALSE(tokens.verify(ring, forged, now));
  EXPECT_FALSE(tokens.verify(ring, token, now + 10s)) << "expired";
}

TEST(VerifiedTokens, HoldsNoMoreThanItsLimit) {
  const Instant now = from_ms(1'000'000);
  const guard::PathTokenRing ring({guard::PathTokenKey{1, {7}}});
  VerifiedTokens tokens(3);
  for (unsigned char i = 0; i < 10; ++i) {
    EXPECT_TRUE(tokens.verify(ring, ring.mint({.package = {i}, .expires = now + 10s}), now));
    EXPECT_LE(tokens.size(), 3U);
  }
}

}  // namespace
}  // namespace matinee::edge
