#pragma once
// codec/encode: one chunk of a title's video as H.264 in several sizes.

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// "track_id:WxH:crf:maxrate_bps", and where its sample file goes.
struct RungTarget {
  std::string track_id;
  int width = 0;
  int height = 0;
  int crf = 23;
  std::int64_t maxrate_bps = 0;
  std::ostream* out = nullptr;
};
Result<RungTarget> parse_rung_target(const std::string& text);

/// Pictures shown in [start_ms, end_ms) of the time line; each `idr_ms` begins a group of pictures.
struct EncodeJob {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::vector<std::int64_t> idr_ms;  // rising
  std::vector<RungTarget> rungs;
};

/// Decodes once. Over chunks that meet, every picture of the source comes once.
/// Returns {"rungs":[{"track_id","samples","bytes"}],"frames"}.
/// Errors: invalid, corrupt (no picture in the chunk can be decoded), unavailable (disk full).
Result<Json> encode(Source& source, const EncodeJob& job);

}  // namespace matinee::codec
