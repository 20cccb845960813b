#pragma once
// codec/jpeg: one picture of a film as a JPEG.

#include "av.h"
#include "base/result.h"

namespace matinee::codec {

/// The frame (4:2:0, full range) as a whole JPEG file: same frame, same bytes.
/// Errors: unavailable.
Result<Packet> encode_jpeg(AVFrame& frame);

}  // namespace matinee::codec
