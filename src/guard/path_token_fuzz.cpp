// Goal: no text makes the token check read wildly, and what verifies is what minting writes.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "guard/path_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee;
  guard::PathTokenKey key{.id = 7, .secret = {}};
  for (std::size_t i = 0; i < key.secret.size(); ++i) {
    key.secret[i] = static_cast<unsigned char>(i);
  }
  static const guard::PathTokenRing ring({key});
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto token = ring.verify(text, from_ms(0));
  if (token) MATINEE_CHECK(ring.mint(*token) == text);
  return 0;
}
