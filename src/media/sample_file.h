#pragma once
// media/sample_file: compressed samples of one stream on their way from the codec to the packager.
// Written by matinee-codec, read by the packager of the media role.

#include <cstdint>
#include <istream>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace matinee::media {

inline constexpr std::uint32_t kSampleBytesMax = 64U << 20;        // one compressed sample
inline constexpr std::uint32_t kSampleHeaderBytesMax = 64U << 10;  // the JSON in front
inline constexpr std::uint32_t kTimescaleMax = 10'000'000;         // ticks per second
inline constexpr std::int64_t kTicksMax = std::int64_t{1} << 53;   // |pts|, |dts|

/// What all samples of one file share. Video: width, height (coded, 1..16384) and the sample aspect
/// ratio (0 or 1:1 = square). Audio: channels (1..64), sample_rate (Hz, 1..768000).
/// `config` is the AVCDecoderConfigurationRecord (avc1) or AudioSpecificConfig (mp4a).
/// Source: ISO/IEC 14496-15 section 5.3.3; ISO/IEC 14496-3 section 1.6.
struct SampleFileHeader {
  std::string codec;         // "avc1" | "mp4a"
  std::string codec_string;  // RFC 6381: "avc1.64001e", "mp4a.40.2"
  std::uint32_t timescale = 0;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t sar_num = 0;
  std::uint32_t sar_den = 0;
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  std::uint32_t colour_primaries = 0;  // ISO/IEC 23091-2 code points; 0 = not known
  std::uint32_t colour_transfer = 0;
  std::uint32_t colour_matrix = 0;
  bool colour_full_range = false;
  std::vector<unsigned char> config;

  [[nodiscard]] bool is_video() const { return codec == "avc1"; }
  bool operator==(const SampleFileHeader&) const = default;
};

/// One sample's place in time, in ticks of the timescale on the title's time line (0 = its start,
/// also in a file that holds one chunk). Samples stand in decode order. A last sample's duration
/// reaches to the next frame of the title where that is known. Audio may begin below 0: the
/// encoder's priming, which the packager leaves out.
struct Sample {
  std::int64_t pts = 0;
  std::int64_t dts = 0;
  std::uint32_t duration = 0;
  bool key = false;
  std::uint32_t bytes = 0;   // reader: size of the data; writer: ignored
  std::uint64_t offset = 0;  // reader: where the data stands in the file; writer: ignored

  bool operator==(const Sample&) const = default;
};

/// Writes a sample file. The caller owns the stream and checks `finish`, without which the file is
/// refused by the reader. AVC data: NAL units with 4-byte lengths, no parameter sets.
/// Errors: invalid for a header or sample beyond the limits; unavailable when the stream fails.
class SampleFileWriter {
 public:
  static Result<SampleFileWriter> create(std::ostream& out, const SampleFileHeader& header);
  Result<void> write(const Sample& sample, std::span<const unsigned char> data);
  Result<void> finish();

 private:
  explicit SampleFileWriter(std::ostream& out) : out_(&out) {}
  std::ostream* out_;
};

/// Reads a sample file from a seekable stream that outlives the reader. The input is not trusted.
/// Errors: corrupt for anything malformed, truncated or beyond the limits.
class SampleFileReader {
 public:
  static Result<SampleFileReader> open(std::istream& in);

  [[nodiscard]] const SampleFileHeader& header() const { return header_; }
  /// The next sample's head; false after the last one (the end mark has been seen).
  Result<bool> next(Sample& sample);
  /// The bytes of a sample that `next` gave; may be called at any time and in any order.
  Result<void> read_data(const Sample& sample, std::vector<unsigned char>& data);

 private:
  explicit SampleFileReader(std::istream& in) : in_(&in) {}
  std::istream* in_;
  SampleFileHeader header_;
  std::uint64_t next_offset_ = 0;
  std::uint64_t file_bytes_ = 0;
};

/// Whether a header is one that the file format allows. Errors: invalid, naming the member.
Result<void> check_header(const SampleFileHeader& header);

}  // namespace matinee::media
