#include "media/cmaf.h"

#include <algorithm>
#include <array>

#include "base/check.h"

namespace matinee::media {
namespace {

// Sample flags. Source: ISO/IEC 14496-12 section 8.8.3.1.
constexpr std::uint32_t kKeySample = 0x02000000;      // depends on no other
constexpr std::uint32_t kBetweenSample = 0x01010000;  // depends on others, no sync sample

constexpr std::array<std::uint32_t, 9> kUnityMatrix{0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};

void put_matrix(BoxWriter& out) {
  for (const std::uint32_t value : kUnityMatrix) out.u32(value);
}

void put_ftyp(BoxWriter& out) {
  out.open("ftyp");
  out.text("cmf2");
  out.u32(0);
  for (const char* brand : {"iso6", "cmfc", "cmf2", "dash"}) out.text(brand);
  out.close();
}

void put_mvhd(BoxWriter& out, std::uint32_t timescale) {
  out.open_full("mvhd", 0, 0);
  out.zeros(8);  // created, modified: not said, so that the same input gives the same bytes
  out.u32(timescale);
  out.u32(0);  // duration: in the fragments
  out.u32(0x10000);
  out.u16(0x100);
  out.zeros(10);
  put_matrix(out);
  out.zeros(24);
  out.u32(kCmafTrackId + 1);
  out.close();
}

void put_tkhd(BoxWriter& out, const SampleFileHeader& header) {
  out.open_full("tkhd", 0, 7);  // enabled, in movie, in preview
  out.zeros(8);
  out.u32(kCmafTrackId);
  out.zeros(4 + 4 + 8);
  out.u16(0);
  out.u16(0);
  out.u16(header.is_video() ? 0 : 0x100);
  out.u16(0);
  put_matrix(out);
  out.u32(header.is_video() ? display_width(header) << 16 : 0);
  out.u32(header.is_video() ? header.height << 16 : 0);
  out.close();
}

void put_mdhd(BoxWriter& out, std::uint32_t timescale, std::string_view language) {
  const bool three = language.size() == 3 &&
                     std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
  std::uint32_t packed = 0;
  for (const char c : three ? language : std::string_view("und")) {
    packed = packed << 5 | static_cast<std::uint32_t>(c - 0x60);
  }
  out.open_full("mdhd", 0, 0);
  out.zeros(8);
  out.u32(timescale);
  out.u32(0);
  out.u16(packed);
  out.u16(0);
  out.close();
}

void put_hdlr(BoxWriter& out, bool video) {
  out.open_full("hdlr", 0, 0);
  out.u32(0);
  out.text(video ? "vide" : "soun");
  out.zeros(12);
  out.text(video ? "VideoHandler" : "SoundHandler");
  out.u8(0);
  out.close();
}

void put_avc1(BoxWriter& out, const SampleFileHeader& header) {
  out.open("avc1");
  out.zeros(6);
  out.u16(1);  // data reference
  out.zeros(16);
  out.u16(header.width);
  out.u16(header.height);
  out.u32(0x480000);
  out.u32(0x480000);
  out.u32(0);
  out.u16(1);
  out.zeros(32);
  out.u16(24);
  out.u16(0xFFFF);
  out.open("avcC");
  out.raw(header.config);
  out.close();
  if (header.colour_primaries != 0 && header.colour_transfer != 0) {
    out.open("colr");
    out.text("nclx");
    out.u16(header.colour_primaries);
    out.u16(header.colour_transfer);
    out.u16(header.colour_matrix);
    out.u8(header.colour_full_range ? 0x80 : 0);
    out.close();
  }
  if (header.sar_num != 0) {
    out.open("pasp");
    out.u32(header.sar_num);
    out.u32(header.sar_den);
    out.close();
  }
  out.close();
}

// A descriptor's tag and its size in the four-byte form. Source: ISO/IEC 14496-1 section 8.3.3.
void put_descriptor(BoxWriter& out, std::uint32_t tag, std::size_t bytes) {
  out.u8(tag);
  for (int shift = 21; shift > 0; shift -= 7) {
    out.u8(static_cast<std::uint32_t>((bytes >> shift) & 0x7F) | 0x80U);
  }
  out.u8(static_cast<std::uint32_t>(bytes & 0x7F));
}

void put_mp4a(BoxWriter& out, const SampleFileHeader& header) {
  constexpr std::size_t kHead = 5;
  const std::size_t specific = header.config.size();
  const std::size_t decoder = 13 + kHead + specific;
  out.open("mp4a");
  out.zeros(6);
  out.u16(1);
  out.zeros(8);
  out.u16(header.channels);
  out.u16(16);
  out.zeros(4);
  out.u32(header.sample_rate <= 0xFFFF ? header.sample_rate << 16 : 0);
  out.open_full("esds", 0, 0);
  put_descriptor(out, 3, 3 + kHead + decoder + kHead + 1);
  out.u16(0);  // ES_ID: none inside a file
  out.u8(0);
  put_descriptor(out, 4, decoder);
  out.u8(0x40);            // ISO/IEC 14496-3 audio
  out.u8((5U << 2) | 1U);  // audio stream
  out.u24(0);
  out.u32(0);
  out.u32(0);
  put_descriptor(out, 5, specific);
  out.raw(header.config);
  put_descriptor(out, 6, 1);
  out.u8(2);
  out.close();
  out.close();
}

void put_minf(BoxWriter& out, const SampleFileHeader& header) {
  out.open("minf");
  if (header.is_video()) {
    out.open_full("vmhd", 0, 1);
    out.zeros(8);
  } else {
    out.open_full("smhd", 0, 0);
    out.zeros(4);
  }
  out.close();
  out.open("dinf");
  out.open_full("dref", 0, 0);
  out.u32(1);
  out.open_full("url ", 0, 1);
  out.close();
  out.close();
  out.close();
  out.open("stbl");
  out.open_full("stsd", 0, 0);
  out.u32(1);
  header.is_video() ? put_avc1(out, header) : put_mp4a(out, header);
  out.close();
  for (const char* empty : {"stts", "stsc", "stsz", "stco"}) {
    out.open_full(empty, 0, 0);
    out.zeros(std::string_view(empty) == "stsz" ? 8 : 4);
    out.close();
  }
  out.close();
  out.close();
}

// How the samples' durations and flags are written: once for all where they are alike.
struct RunShape {
  bool durations = false;
  bool flags = false;
  bool first_flags = false;
  bool offsets = false;
  std::uint32_t default_duration = 0;
  std::uint32_t default_flags = kKeySample;

  explicit RunShape(std::span<const FragmentSample> samples) {
    default_duration = samples.front().duration;
    // A last sample may be longer or shorter than the rest, which then need their own durations.
    durations = std::ranges::any_of(
        samples, [&](const FragmentSample& s) { return s.duration != default_duration; });
    offsets = std::ranges::any_of(samples, [](const auto& s) { return s.composition_offset != 0; });
    const auto keys = std::ranges::count_if(samples, &FragmentSample::key);
    if (keys == static_cast<std::ptrdiff_t>(samples.size())) return;
    default_flags = kBetweenSample;
    first_flags = keys == 1 && samples.front().key;
    flags = keys != 0 && !first_flags;
  }
  [[nodiscard]] std::uint32_t trun_flags() const {
    return 0x1U | 0x200U | (first_flags ? 0x4U : 0U) | (durations ? 0x100U : 0U) |
           (flags ? 0x400U : 0U) | (offsets ? 0x800U : 0U);
  }
  [[nodiscard]] std::uint64_t sample_bytes() const {
    return 4U + (durations ? 4U : 0U) + (flags ? 4U : 0U) + (offsets ? 4U : 0U);
  }
};

std::uint64_t data_bytes(const SegmentLayout& layout) {
  std::uint64_t sum = 0;
  for (const FragmentSample& sample : layout.samples) sum += sample.bytes;
  return sum;
}

}  // namespace

std::uint32_t display_width(const SampleFileHeader& header) {
  if (header.sar_num == 0 || header.sar_num == header.sar_den) return header.width;
  const std::uint64_t width =
      (std::uint64_t{header.width} * header.sar_num + header.sar_den / 2) / header.sar_den;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(width, 1, 65535));
}

Bytes write_init_segment(const SampleFileHeader& header, std::string_view language) {
  BoxWriter out;
  put_ftyp(out);
  out.open("moov");
  put_mvhd(out, header.timescale);
  out.open("trak");
  put_tkhd(out, header);
  out.open("mdia");
  put_mdhd(out, header.timescale, language);
  put_hdlr(out, header.is_video());
  put_minf(out, header);
  out.close();
  out.close();
  out.open("mvex");
  out.open_full("trex", 0, 0);
  out.u32(kCmafTrackId);
  out.u32(1);
  out.zeros(12);
  out.close();
  out.close();
  out.close();
  return out.take();
}

std::uint64_t segment_head_bytes(const SegmentLayout& layout) {
  const RunShape shape(layout.samples);
  constexpr std::uint64_t kMfhd = 16;
  constexpr std::uint64_t kTfhd = 24;
  constexpr std::uint64_t kTfdt = 20;
  const std::uint64_t trun =
      20 + (shape.first_flags ? 4 : 0) + shape.sample_bytes() * layout.samples.size();
  return 8 + kMfhd + 8 + kTfhd + kTfdt + trun + 8;
}

Bytes write_segment_head(const SegmentLayout& layout) {
  MATINEE_CHECK(!layout.samples.empty());
  const std::uint64_t data = data_bytes(layout);
  MATINEE_CHECK(data + 8 <= 0xFFFFFFFFU);
  const RunShape shape(layout.samples);
  BoxWriter out;
  out.open("moof");
  out.open_full("mfhd", 0, 0);
  out.u32(layout.sequence);
  out.close();
  out.open("traf");
  out.open_full("tfhd", 0, 0x020028);  // default-base-is-moof, default duration and flags
  out.u32(kCmafTrackId);
  out.u32(shape.default_duration);
  out.u32(shape.default_flags);
  out.close();
  out.open_full("tfdt", 1, 0);
  out.u64(layout.decode_time);
  out.close();
  out.open_full("trun", 1, shape.trun_flags());
  out.u32(static_cast<std::uint32_t>(layout.samples.size()));
  const std::size_t data_offset_at = out.size();
  out.u32(0);
  if (shape.first_flags) out.u32(kKeySample);
  for (const FragmentSample& sample : layout.samples) {
    if (shape.durations) out.u32(sample.duration);
    out.u32(sample.bytes);
    if (shape.flags) out.u32(sample.key ? kKeySample : kBetweenSample);
    if (shape.offsets) out.i32(sample.composition_offset);
  }
  out.close();
  out.close();
  out.close();
  out.patch_u32(data_offset_at, static_cast<std::uint32_t>(out.size() + 8));
  out.u32(static_cast<std::uint32_t>(data + 8));
  out.text("mdat");
  return out.take();
}

Bytes write_segment_index(std::uint32_t timescale, std::uint64_t earliest_presentation_time,
                          std::span<const SegmentIndexEntry> entries) {
  MATINEE_CHECK(!entries.empty() && entries.size() <= kSegmentsPerIndexMax);
  BoxWriter out;
  out.open_full("sidx", 1, 0);
  out.u32(kCmafTrackId);
  out.u32(timescale);
  out.u64(earliest_presentation_time);
  out.u64(0);
  out.u16(0);
  out.u16(static_cast<std::uint32_t>(entries.size()));
  for (const SegmentIndexEntry& entry : entries) {
    MATINEE_CHECK(entry.bytes >> 31 == 0);
    out.u32(entry.bytes);
    out.u32(entry.duration);
    out.u32(entry.starts_with_sap ? 0x90000000U : 0);  // SAP type 1: a closed group of pictures
  }
  out.close();
  return out.take();
}

}  // namespace matinee::media
