// Goal: whatever a crash or a disk made of the last segment, recovery neither crashes nor gives out
// bytes that fail their checksum; a log that opens takes records and opens again with the same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/faulty_files.h"
#include "store/event_log.h"

namespace {

using namespace matinee;

std::vector<std::string> read_all(store::EventLog& log) {
  std::vector<std::string> all;
  std::uint64_t from = *log.earliest(0);
  while (from < *log.end(0)) {
    auto page = log.read(0, from);
    MATINEE_CHECK(page.has_value());  // the last segment was checked when it was opened
    MATINEE_CHECK(!page->records.empty() && page->next > from);
    for (auto& record : page->records) all.push_back(std::move(record.bytes));
    from = page->next;
  }
  return all;
}

}  // namespace

// The input is the last segment from byte 0 on; its salt and base are what it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 65536) return 0;
  SeededRandom random(1);
  FaultyFiles files(random);
  const FakeClock clock{from_ms(0)};
  const store::Environment environment{files, clock, random};
  constexpr const char* kUrl = "log:///log?partitions=1&segment_bytes=4096";
  MATINEE_CHECK(open_event_log(kUrl, environment).has_value());
  {
    auto file = files.open("/log/p-0000/00000000000000000000.log", OpenMode::write);
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    MATINEE_CHECK((*file)->write_at(0, bytes).has_value());
    MATINEE_CHECK((*file)->resize(size).has_value());
  }
  std::vector<std::string> records;
  {
    auto log = store::open_event_log(kUrl, environment);
    if (!log) {
      MATINEE_CHECK(log.error().code == ErrorCode::corrupt);
      return 0;
    }
    records = read_all(**log);
    const std::vector<std::string_view> more{"one", "two"};
    MATINEE_CHECK((*log)->append(0, more) == records.size());
    records.insert(records.end(), {"one", "two"});
    MATINEE_CHECK(read_all(**log) == records);
  }
  files.cut_power();
  auto log = store::open_event_log(kUrl, environment);
  MATINEE_CHECK(log.has_value());
  MATINEE_CHECK(read_all(**log) == records);
  return 0;
}
