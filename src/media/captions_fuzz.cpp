// Goal: no bytes crash the captions reader; what it reads can be written and read again unchanged.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "media/captions.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee::media;
  const auto cues = read_cues(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!cues) return 0;
  const auto again = read_cues(write_webvtt(*cues));
  if (!again || *again != *cues) __builtin_trap();
  (void)segment_webvtt(*cues, std::vector<std::int64_t>{0, 61'000, 125'000}, 180'000);
  return 0;
}
