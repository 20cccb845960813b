// Any site table: it is refused with a line, or every lookup agrees with its own sites.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "delivery/site_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace matinee::delivery;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto table = SiteTable::parse(text);
  if (!table) {
    MATINEE_CHECK(table.error().code == matinee::ErrorCode::invalid);
    MATINEE_CHECK(table.error().message.starts_with("line "));
    return 0;
  }
  MATINEE_CHECK(table->sites().size() <= kSitesMax);
  for (const char* address : {"0.0.0.0", "10.0.0.1", "203.0.113.7", "255.255.255.255",
                              "::", "2001:db8::7", "::ffff:10.0.0.1", "ffff::", "unix"}) {
    const auto match = table->find(address);
    if (!match) continue;
    MATINEE_CHECK(match->site < table->sites().size());
    MATINEE_CHECK(match->length <= (match->is_v6 ? 64 : 32));
    const auto near = table->near(match->site);
    MATINEE_CHECK(!near.empty() && near.front().site == match->site);
  }
  return 0;
}
