#pragma once
// codec/picture_reader: decoded pictures of a stretch of the time line, in the order of showing.

#include <cstdint>
#include <functional>

#include "av.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// Takes a picture whose pts is on the time line, in the stream's time base; false = enough.
using PictureSink = std::function<Result<bool>(AVFrame& frame, AVRational time_base)>;

/// Goes to the key frame at or before `from_ms` and gives every picture from there on, also those
/// before `from_ms`. Damaged pictures are left out. Begins farther ahead, at last at the file's
/// start, when the container's seeking lands too late.
/// Errors: corrupt when nothing can be decoded; those of the sink.
Result<void> read_pictures(Source& source, std::int64_t from_ms, const PictureSink& sink);

}  // namespace matinee::codec
