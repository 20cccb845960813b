#pragma once
// media/encode_plan: what to make of a source, in which pieces, and what it will cost.
// Pure: the same probe gives the same plan. Read by the title pipeline, which makes jobs of it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "media/ladder.h"
#include "media/probe.h"

namespace matinee::media {

inline constexpr std::int64_t kSegmentTargetMs = 4'000;
inline constexpr std::int64_t kSegmentMinMs = 2'000;
inline constexpr std::int64_t kSegmentMaxMs = 6'000;  // unless the source's key frames are sparser
inline constexpr std::int64_t kChunkTargetMs = 30'000;
inline constexpr std::int64_t kChunkTailMs = 2'000;
inline constexpr std::int64_t kKeyFrameGapMsMax = 10'500;  // of a source that is repackaged
inline constexpr std::int64_t kTitleDurationMsMax = 48LL * 3'600'000;

/// One unit of encoding work: [start_ms, end_ms), beginning and ending at the IDR list (the last
/// one at the end). `idr_ms` are the IDR times inside it, the first being start_ms. The frame at an
/// IDR time is the first one that is presented at or after it (less 1 ms, as times are rounded).
struct EncodeChunk {
  std::uint32_t index = 0;
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::vector<std::int64_t> idr_ms;

  bool operator==(const EncodeChunk&) const = default;
};

/// One audio track to make: copied when the video is repackaged and the stream is AAC-LC, else
/// encoded to AAC-LC.
struct AudioPlan {
  std::string track_id;  // "a<stream>"
  int stream = 0;
  bool repackage = false;
  std::string language;
  std::string name;
  bool is_default = false;  // exactly one is
};

struct CaptionPlan {
  int stream = 0;
  std::string language;
};

struct EncodePlan {
  int video_stream = 0;
  std::int64_t duration_ms = 0;
  bool repackage = false;  // the source's own video becomes the rung `repackaged`
  Rung repackaged;
  std::vector<Rung> rungs;           // to encode, in the order in which to make them
  std::vector<std::int64_t> idr_ms;  // where segments start, the same for every rung
  std::vector<EncodeChunk> chunks;   // empty when there is nothing to encode
  std::vector<AudioPlan> audio;
  std::vector<CaptionPlan> captions;  // text streams only
  std::int64_t poster_at_ms = 0;
  double cpu_seconds = 0;            // estimate of one core's time, all steps
  std::uint64_t bytes = 0;           // estimate of what will be stored
  std::vector<std::string> reasons;  // for the operator: why so
};

/// Errors: invalid when the source has no video, or its size or duration cannot be used.
Result<EncodePlan> plan_encode(const Probe& probe);

/// Where segments start, given where a source has key frames: 2 to 6 s apart and near 4 s where the
/// key frames allow it, farther where they do not. Starts with the first key frame.
std::vector<std::int64_t> choose_idr_ms(const std::vector<std::int64_t>& key_frames_ms,
                                        std::int64_t duration_ms);

/// Cuts the IDR list into chunks of about 30 s; a rest of under 10 s goes to the last one.
std::vector<EncodeChunk> cut_chunks(const std::vector<std::int64_t>& idr_ms,
                                    std::int64_t duration_ms);

/// For display and for job payloads; members are named as in the structs.
Json to_json(const EncodePlan& plan);
Json to_json(const EncodeChunk& chunk);
Result<EncodeChunk> parse_chunk(const Json& json);

}  // namespace matinee::media
