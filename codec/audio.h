#pragma once
// codec/audio: one audio stream as AAC-LC stereo.

#include <cstdint>
#include <ostream>

#include "base/json.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// Decodes stream `index`, mixes it to stereo of 48 kHz and encodes 128 kbit/s AAC-LC. Sound keeps
/// its place beside the pictures: what comes before 0 is cut, gaps are filled with silence.
/// Returns {"samples","bytes"}. Errors: not_found, invalid, corrupt (nothing can be decoded).
Result<Json> encode_audio(Source& source, std::int64_t index, std::ostream& out);

}  // namespace matinee::codec
