// Goal: no Cookie header breaks the edge, and what is found in one is a cookie that we could have
// made and that stands in the header.
#include <cstdlib>
#include <string_view>

#include "guard/session_cookie.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  for (const bool secure : {false, true}) {
    const auto session = matinee::guard::session_cookie_of(header, secure);
    if (session && (session->size() != 43 || header.find(*session) == header.npos)) std::abort();
    const auto device = matinee::guard::device_cookie_of(header, secure);
    if (device && (device->empty() || header.find(*device) == header.npos)) std::abort();
  }
  return 0;
}
