#pragma once
// codec/extract: the compressed samples of one H.264 or AAC stream as they are.

#include <ostream>

#include "base/json.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// Writes stream `index` as a sample file on the title's time line; audio before 0 is left out.
/// Returns {"samples","bytes"}. Errors: not_found, invalid (another codec), corrupt.
Result<Json> extract(Source& source, std::int64_t index, std::ostream& out);

}  // namespace matinee::codec
