// Goal: no bytes crash the box reader; what it reads of boxes lies inside the input.
#include <cstddef>
#include <cstdint>

#include "media/bmff.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee::media;
  const ByteView input(data, size);
  (void)describe_boxes(input);
  (void)find_box(input, "moov/trak/mdia/minf/stbl/stsd/avc1");
  const auto boxes = read_boxes(input);
  if (!boxes) return 0;
  std::uint64_t sum = 0;
  for (const Box& box : *boxes) {
    sum += box.bytes;
    if (box.type == "moof") (void)read_fragment(box.body);
    if (box.type == "sidx") (void)read_segment_index(box.body);
  }
  if (sum != size) __builtin_trap();
  return 0;
}
