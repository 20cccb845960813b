// Goal: no Accept header crashes the reader, and a liking is in its range.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "http/accept.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string_view type : {"image/webp", "image/avif", "image/jpeg"}) {
    const auto liking = matinee::http::liking_of(text, type);
    MATINEE_CHECK(liking.thousandths >= 0 && liking.thousandths <= 1000);
  }
  return 0;
}
