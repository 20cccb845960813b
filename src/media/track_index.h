#pragma once
// media/track_index: where each segment of a track lies, in order of time. Never "a file": a track
// is a list of (object, offset, bytes, start, duration), so that it can grow and be replaced in
// parts.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "media/package.h"

namespace matinee::media {

/// The most by which one segment may begin after the end of the one before it, or before that end.
inline constexpr std::uint64_t kJoinGapMsMax = 1'000;

/// Bits per second, rounded up.
struct Bandwidth {
  std::uint64_t average_bps = 0;
  std::uint64_t peak_bps = 0;

  bool operator==(const Bandwidth&) const = default;
};

/// A growing list of segments of one timescale, contiguous in time and in each object.
/// At most kSegmentsMax segments.
class TrackIndex {
 public:
  explicit TrackIndex(std::uint32_t timescale) : timescale_(timescale) {}

  /// Adds a segment of the object `object_id` (TrackSegment::object is not looked at). Where it
  /// begins a little after the end of the last one, that one's duration is drawn to it; likewise if
  /// before. Errors: invalid when it is empty, starts more than kJoinGapMsMax away from that end,
  /// overlaps bytes of its object, or goes back to an object left before; limited when full.
  Result<void> append(const std::string& object_id, TrackSegment segment);

  [[nodiscard]] const std::vector<TrackSegment>& segments() const { return segments_; }
  [[nodiscard]] const std::vector<std::string>& objects() const { return objects_; }
  [[nodiscard]] Bandwidth bandwidth() const;

 private:
  std::uint32_t timescale_;
  std::vector<TrackSegment> segments_;
  std::vector<std::string> objects_;
};

/// Average and peak rate of segments, without the init segment. The peak is the largest rate of any
/// run of segments that lasts 0.5 to 1.5 target durations; 0 and 0 for no segments.
/// Source: draft-pantos-hls-rfc8216bis section 4.1.
Bandwidth segment_bandwidth(std::span<const TrackSegment> segments, std::uint32_t timescale);

/// EXT-X-TARGETDURATION of these segments: the longest, rounded to seconds; at least 1.
std::uint64_t target_duration_s(std::span<const TrackSegment> segments, std::uint32_t timescale);

/// Joins what the encode jobs made of one rung's chunks, in order of time, to one track: same
/// properties, all segments, rates computed anew. Chunks without segments (a source that was
/// shorter than it said) are left out. Errors: invalid when no segments are left, or when their
/// init segments (which carry the avcC), codecs, sizes or timescales differ, or when they do not
/// follow one another in time.
Result<Track> join_chunks(std::span<const Track> chunks);

}  // namespace matinee::media
