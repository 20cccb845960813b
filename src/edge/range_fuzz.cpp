// Any Range and If-Range: the answer lies inside the object and agrees with its own Content-Range.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "edge/range.h"

// Input: 2 bytes of object size, one byte that says which headers are there, then
// "range\nif-range".
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using matinee::edge::RangeAnswer;
  if (size < 3) return 0;
  const std::uint64_t object_bytes = static_cast<std::uint64_t>(data[0]) * 256U + data[1];
  const bool has_if_range = (data[2] & 1U) != 0;
  const std::string_view text(reinterpret_cast<const char*>(data + 3), size - 3);
  const std::size_t line = text.find('\n');
  const std::string_view range = text.substr(0, line);
  std::optional<std::string_view> if_range;
  if (has_if_range && line != std::string_view::npos) if_range = text.substr(line + 1);

  const RangeAnswer answer = matinee::edge::resolve_range(range, if_range, "\"ab\"", object_bytes);
  switch (answer.kind) {
    case RangeAnswer::Kind::whole:
      MATINEE_CHECK(answer.first == 0 && answer.bytes == object_bytes);
      break;
    case RangeAnswer::Kind::part:
      MATINEE_CHECK(answer.bytes > 0 && answer.first < object_bytes);
      MATINEE_CHECK(answer.bytes <= object_bytes - answer.first);
      MATINEE_CHECK(!matinee::edge::content_range(answer, object_bytes).empty());
      break;
    case RangeAnswer::Kind::unsatisfiable:
      MATINEE_CHECK(answer.bytes == 0);
      break;
  }
  if (if_range) (void)matinee::edge::none_match_holds(*if_range, "\"ab\"");
  return 0;
}
