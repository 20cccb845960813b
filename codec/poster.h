#pragma once
// codec/poster: one picture that stands for a film.

#include <ostream>

#include "arguments.h"
#include "base/json.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// A picture's size when shown upright with square pixels, scaled down to at most `side_max` on
/// its longer side; even.
Size upright_size(AVFormatContext* format, const AVStream& stream, int side_max);

/// Decodes the first picture shown at or after `at_ms` (else the last one) and writes a JPEG, at
/// most 1280 pixels on its longer side. Pictures of one colour, or nearly black, are passed over
/// for a better one, looked for at every second of the next 20.
/// Returns {"width","height","bytes"}. Errors: invalid, corrupt, unavailable.
Result<Json> poster(Source& source, std::int64_t at_ms, std::ostream& out);

}  // namespace matinee::codec
