// Any file under a segment's name: it is read or refused, and every extent that it then claims to
// hold lies inside the file.
#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/faulty_files.h"
#include "edge/disk_segment.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using matinee::edge::DiskSegment;
  matinee::SeededRandom random{1};
  matinee::FaultyFiles files(random);
  MATINEE_CHECK(files.create_folders("/edge").has_value());
  const auto file = files.open("/edge/segment", matinee::OpenMode::create_new);
  MATINEE_CHECK((*file)->write_at(0, {reinterpret_cast<const char*>(data), size}).has_value());
  auto opened = DiskSegment::open(files, "/edge/segment", 1);
  if (!opened) return 0;
  std::uint64_t held = 0;
  std::string bytes;
  for (const auto& record : opened->segment->records()) {
    MATINEE_CHECK(record.offset + record.bytes <= opened->segment->bytes());
    held += record.bytes;
    if (held > (std::uint64_t{1} << 26U)) break;  // a table may name one extent many times
    bytes.resize(record.bytes);
    (void)opened->segment->read(record, bytes);
  }
  return 0;
}
