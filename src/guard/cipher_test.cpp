// Goal: what is sealed opens only with its key and its context, and shows every altered bit.
#include "guard/cipher.h"

#include <gtest/gtest.h>

#include "base/encoding.h"
#include "guard/envelope.h"

namespace matinee::guard {
namespace {

class FixedRandom final : public Random {
 public:
  void fill(std::span<unsigned char> out) override {
    for (unsigned char& byte : out) byte = 0;
  }
};

// Test case 14 of "The Galois/Counter Mode of Operation" (McGrew, Viega), appendix B.
TEST(Cipher, IsAes256Gcm) {
  FixedRandom zeros;
  const std::string sealed = seal(SecretKey{}, std::string(16, '\0'), "", zeros);
  EXPECT_EQ(to_hex(bytes_of(sealed)),
            "000000000000000000000000"
            "cea7403d4d606b6e074ec5d3baf39d18"
            "d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(Cipher, OpensOnlyWithItsKeyAndContext) {
  SeededRandom random(1);
  const SecretKey key = SecretKey::generate(random);
  for (const std::string& text : {std::string(), std::string("m"), std::string(100'000, 'x')}) {
    const std::string sealed = seal(key, text, "row 1", random);
    EXPECT_EQ(sealed.size(), text.size() + kSealBytes);
    EXPECT_EQ(unseal(key, sealed, "row 1").value(), text);
    EXPECT_EQ(unseal(key, sealed, "row 2").error().code, ErrorCode::corrupt);
    EXPECT_FALSE(unseal(SecretKey::generate(random), sealed, "row 1"));
  }
}

TEST(Cipher, EveryAlteredBitAndEveryCutIsNoticed) {
  SeededRandom random(2);
  const SecretKey key = SecretKey::generate(random);
  const std::string sealed = seal(key, "a secret", "row", random);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    std::string altered = sealed;
    altered[bit / 8] = static_cast<char>(altered[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(unseal(key, altered, "row")) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(unseal(key, std::string_view(sealed).substr(0, size), "row")) << size;
  }
}

TEST(Cipher, SealingTwiceGivesTwoTexts) {
  SeededRandom random(3);
  const SecretKey key = SecretKey::generate(random);
  EXPECT_NE(seal(key, "same", "row", random), seal(key, "same", "row", random));
}

TEST(SecretKey, IsReadFromHexOfItsLengthOnly) {
  SeededRandom random(4);
  const SecretKey key = SecretKey::generate(random);
  EXPECT_EQ(SecretKey::from_hex_digits(key.hex_digits())->bytes(), key.bytes());
  EXPECT_FALSE(SecretKey::from_hex_digits(""));
  EXPECT_FALSE(SecretKey::from_hex_digits(key.hex_digits() + "00"));
  const auto wrong = SecretKey::from_hex_digits("secret" + key.hex_digits().substr(6));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message.find("secret"), std::string::npos);
}

TEST(Envelope, BelongsToOneEventOfOnePseudonym) {
  SeededRandom random(5);
  const FakeClock clock(from_ms(1'000));
  const SecretKey key = SecretKey::generate(random);
  const auto pseudonym = Pseudonym::generate(clock, random);
  const auto event = EventId::generate(clock, random);
  const std::string sealed = seal_personal(key, pseudonym, event, "fritz lang", random);
  EXPECT_EQ(unseal_personal(key, pseudonym, event, sealed).value(), "fritz lang");
  EXPECT_FALSE(unseal_personal(key, pseudonym, EventId::generate(clock, random), sealed));
  EXPECT_FALSE(unseal_personal(key, Pseudonym::generate(clock, random), event, sealed));
}

}  // namespace
}  // namespace matinee::guard
