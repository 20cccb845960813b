#pragma once
// media/packager: a sample file becomes an init segment and one media object of CMAF segments.
// Called by the media role's jobs; the bytes go straight to the object store.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "media/bmff.h"
#include "media/package.h"
#include "media/sample_file.h"

namespace matinee::media {

inline constexpr std::size_t kSamplesMax = 16'000'000;  // of one sample file
// Audio that outlasts the video's last segment start by so much is cut there, and on from there.
inline constexpr std::int64_t kAudioTailSegmentMs = 6'000;

/// Takes the bytes of a media object in order. An error ends the packaging.
using ByteSink = std::function<Result<void>(ByteView)>;

/// What packaging found out. `segments` are those of one object (object 0), the sidx in front of
/// them.
struct PackagedStream {
  SampleFileHeader header;
  Bytes init;
  std::vector<TrackSegment> segments;
  std::uint64_t bytes = 0;           // of the media object
  std::uint64_t frames = 0;          // samples packaged
  std::uint64_t frames_trimmed = 0;  // audio before the title's start
  std::uint32_t frame_rate_num = 0;  // video: constant, or the average near a usual rate
  std::uint32_t frame_rate_den = 0;
};

/// Packages a whole stream or one chunk: reads the samples twice (once for sizes and times), writes
/// sidx and then moof + mdat per segment to `sink`. `idr_ms` is where segments start, rising, on
/// the title's time line; entries outside the stream are left out.
///
/// Video: a segment starts at the first frame presented at or after each entry (less 1 ms), which
/// must be a key frame; decode times are the presentation times in order, composition offsets
/// signed. Audio: segments start at the frame nearest to each entry; frames before time 0 (priming)
/// are left out, so the rest stay aligned with the video. The last sample's end is its own
/// duration. Memory: about 40 bytes a sample. Errors: invalid for open groups of pictures, a
/// missing key frame, no samples, times out of order; limited beyond kSamplesMax or
/// kSegmentsPerIndexMax; corrupt from the reader; the sink's own.
Result<PackagedStream> package_stream(SampleFileReader& reader,
                                      std::span<const std::int64_t> idr_ms,
                                      std::string_view language, const ByteSink& sink);

/// A track (or one chunk's part of it) of a packaged stream whose init and media objects are
/// stored: kind, codec, sizes, rates, ranges and segments filled in; name, language and default
/// left to the caller.
Track make_track(std::string track_id, const PackagedStream& packaged, std::string init_object,
                 std::string media_object);

}  // namespace matinee::media
