// Goal: whatever an Accept-Encoding header says, the choice is one that its own parts allow.
#include <cstdlib>
#include <string_view>

#include "http/content_coding.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace matinee::http;
  const std::string_view header(reinterpret_cast<const char*>(data), size);
  const auto coding = coding_of(header, true, true);
  if (coding != ContentCoding::identity && !accepts_coding(header, name_of(coding))) std::abort();
  if (header.find_first_of("bBgG*") == std::string_view::npos &&
      coding != ContentCoding::identity) {
    std::abort();
  }
  return 0;
}
