// Goal: whatever an .nfo file holds, what is taken from it is valid UTF-8 within the limits.
#include <cstdlib>
#include <string_view>

#include "catalog/nfo.h"
#include "catalog/plain_text.h"
#include "catalog/title_name.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace matinee::catalog;
  const auto nfo = parse_nfo({reinterpret_cast<const char*>(data), size});
  if (!nfo) return 0;
  if (nfo->titles.size() > kNfoTitlesMax) std::abort();
  for (const auto& title : nfo->titles) {
    auto limited = title.facts;
    limit_facts(limited);
    if (limited != title.facts || !is_utf8(title.name) || !is_utf8(title.facts.plot) ||
        title.name.size() > kTitleNameBytesMax) {
      std::abort();
    }
  }
  return 0;
}
