#pragma once
// codec/thumbnails: small pictures of a whole film on sheets of 10 x 10.

#include <ostream>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "media/thumbnails.h"
#include "source.h"

namespace matinee::codec {

/// Writes one JPEG a sheet, filled row by row; the last one is only as large as it must be. Each
/// thumbnail is the key frame at or before its time; films under 2 minutes are decoded whole, and
/// give the very picture. What cannot be decoded repeats the picture before.
/// Returns {"width","height","sheets":[{"width","height","bytes"}]}; width and height of one
/// thumbnail. Errors: invalid, corrupt (nothing can be decoded), unavailable.
Result<Json> make_thumbnails(Source& source, const media::ThumbnailPlan& plan,
                             const std::vector<std::ostream*>& sheets);

}  // namespace matinee::codec
