#pragma once
// media/bmff: ISO base media files as boxes, read from bytes that are not trusted and written.
// Read by the tests of what we package and by anything that inspects an MP4; written by cmaf.
// Source: ISO/IEC 14496-12 section 4.2 (boxes), 8.8 (fragments), 8.16.3 (sidx).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee::media {

using Bytes = std::vector<unsigned char>;
using ByteView = std::span<const unsigned char>;

inline constexpr std::size_t kBoxesMax = 100'000;  // in one list, and in one description
inline constexpr int kBoxDepthMax = 12;

/// One box inside a buffer that outlives it. `body` is what follows the header (and, for a full
/// box, still begins with version and flags); `offset` counts from the start of the buffer given.
struct Box {
  std::string type;  // four characters, any bytes
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;  // with the header
  ByteView body;
};

/// The boxes that fill `data`, one after another. A size of 0 means: to the end.
/// Errors: corrupt for a box that does not fit, limited for more than kBoxesMax.
Result<std::vector<Box>> read_boxes(ByteView data);

/// The first box on a path of types: "moov/trak/mdia/mdhd". Enters plain container boxes only, and
/// stsd and dref behind their counts. Errors: corrupt as above; not_found.
Result<Box> find_box(ByteView data, std::string_view path);

/// One line a box, indented by depth: "moof 100" (type and bytes). For tests and for people.
/// Errors: corrupt; limited beyond kBoxesMax boxes or kBoxDepthMax levels.
Result<std::string> describe_boxes(ByteView data);

/// One sample of a fragment. Times and durations in ticks.
struct FragmentSample {
  std::uint32_t duration = 0;
  std::uint32_t bytes = 0;
  bool key = false;
  std::int32_t composition_offset = 0;

  bool operator==(const FragmentSample&) const = default;
};

/// What a moof with one track fragment says; the samples of all its truns.
struct Fragment {
  std::uint32_t sequence = 0;
  std::uint32_t track_id = 0;
  std::uint64_t decode_time = 0;
  std::int32_t data_offset = 0;  // of the first sample, from the first byte of the moof
  std::vector<FragmentSample> samples;
};

/// Reads a moof box's body; durations, sizes and flags from tfhd where trun leaves them out.
/// Errors: corrupt; limited for more than kBoxesMax samples.
Result<Fragment> read_fragment(ByteView moof_body);

struct SegmentIndexEntry {
  std::uint32_t bytes = 0;
  std::uint32_t duration = 0;
  bool starts_with_sap = false;

  bool operator==(const SegmentIndexEntry&) const = default;
};

struct SegmentIndex {
  std::uint32_t timescale = 0;
  std::uint64_t earliest_presentation_time = 0;
  std::uint64_t first_offset = 0;
  std::vector<SegmentIndexEntry> entries;
};

/// Reads a sidx box's body. Errors: corrupt, also for references to other indexes.
Result<SegmentIndex> read_segment_index(ByteView sidx_body);

/// Builds boxes in memory: numbers are big-endian, sizes are entered when a box is closed.
/// Misuse (closing what is not open, a box of 4 GiB) stops the process.
class BoxWriter {
 public:
  void open(std::string_view type);
  void open_full(std::string_view type, std::uint32_t version, std::uint32_t flags);
  void close();

  void u8(std::uint32_t value) { put(value, 1); }
  void u16(std::uint32_t value) { put(value, 2); }
  void u24(std::uint32_t value) { put(value, 3); }
  void u32(std::uint32_t value) { put(value, 4); }
  void i32(std::int32_t value) { put(static_cast<std::uint32_t>(value), 4); }
  void u64(std::uint64_t value) { put(value, 8); }
  void zeros(std::size_t count) { bytes_.resize(bytes_.size() + count); }
  void text(std::string_view value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }
  void raw(ByteView value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  /// Overwrites four bytes written before.
  void patch_u32(std::size_t at, std::uint32_t value);
  /// The bytes, once every box is closed.
  Bytes take();

 private:
  void put(std::uint64_t value, int bytes);

  Bytes bytes_;
  std::vector<std::size_t> open_;  // where each open box begins
};

}  // namespace matinee::media
