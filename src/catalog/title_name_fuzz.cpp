// Goal: whatever a file is called, it gets a name: one line of UTF-8, not empty and not too long.
#include <cstdlib>
#include <string_view>

#include "catalog/plain_text.h"
#include "catalog/title_name.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace matinee::catalog;
  const std::string_view path(reinterpret_cast<const char*>(data), size);
  const TitleName title = parse_title_name(path, 2027);
  if (title.name.empty() || title.name.size() > kTitleNameBytesMax || !is_utf8(title.name) ||
      title.name.find_first_of("\n\r\t") != std::string::npos) {
    std::abort();
  }
  if (title.year && (*title.year < kYearMin || *title.year > 2027)) std::abort();
  const auto half = size / 2;
  (void)parse_sidecar_name(path.substr(0, half), path.substr(half));
  return 0;
}
