// Goal: no bytes crash the sample file reader or make it read beyond its file.
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>

#include "media/sample_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  auto reader = matinee::media::SampleFileReader::open(in);
  if (!reader) return 0;
  matinee::media::Sample sample;
  std::vector<unsigned char> bytes;
  for (;;) {
    const auto more = reader->next(sample);
    if (!more || !*more) return 0;
    if (!reader->read_data(sample, bytes)) __builtin_trap();
  }
}
