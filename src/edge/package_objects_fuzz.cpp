// Any bytes: a package is read or refused, never more.
#include <cstddef>
#include <cstdint>

#include "edge/package_objects.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)matinee::edge::parse_package_objects({reinterpret_cast<const char*>(data), size});
  return 0;
}
