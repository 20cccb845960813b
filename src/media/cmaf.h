#pragma once
// media/cmaf: the boxes of a CMAF track: init segment, segment heads and segment index.
// Source: ISO/IEC 23000-19 sections 7.3 and 7.5; ISO/IEC 14496-12, -14 (esds), -15 (avcC).

#include <cstdint>
#include <span>
#include <string>

#include "media/bmff.h"
#include "media/sample_file.h"

namespace matinee::media {

inline constexpr std::uint32_t kCmafTrackId = 1;  // every track stands in its own objects
inline constexpr std::size_t kSegmentsPerIndexMax = 65'535;  // sidx counts them in 16 bits

/// ftyp and moov of one track; the same header and language give the same bytes.
/// `language` is BCP 47; only three letters get into the file, anything else becomes "und".
Bytes write_init_segment(const SampleFileHeader& header, std::string_view language);

/// What a segment is made of: samples in decode order, with decode times from `decode_time` on.
struct SegmentLayout {
  std::uint32_t sequence = 0;  // counts from 1 in the object
  std::uint64_t decode_time = 0;
  std::vector<FragmentSample> samples;
};

/// moof, and the head of the mdat whose data follow: the samples' bytes one after another.
/// The samples' sizes must come to less than 4 GiB.
Bytes write_segment_head(const SegmentLayout& layout);

/// How many bytes `write_segment_head` gives, without the samples' data.
std::uint64_t segment_head_bytes(const SegmentLayout& layout);

/// A sidx over segments that follow it at once: 1..kSegmentsPerIndexMax of them, each below 2 GiB.
Bytes write_segment_index(std::uint32_t timescale, std::uint64_t earliest_presentation_time,
                          std::span<const SegmentIndexEntry> entries);

/// The width at which square pixels show the picture: coded width times sample aspect ratio.
std::uint32_t display_width(const SampleFileHeader& header);

}  // namespace matinee::media
