#pragma once
// codec/captions: one text caption stream as SubRip or WebVTT.

#include <cstdint>
#include <ostream>

#include "base/json.h"
#include "base/result.h"
#include "source.h"

namespace matinee::codec {

/// Styles are dropped but for italics and bold; times are on the title's time line.
/// Returns {"cues"}. Errors: not_found, invalid (pictures instead of text), corrupt.
Result<Json> captions(Source& source, std::int64_t index, bool as_vtt, std::ostream& out);

/// The text of an ASS event as FFmpeg's decoders give it ("0,0,Default,,0,0,0,,{\i1}Hi\Nyou").
std::string plain_text_of_ass(const std::string& event);

}  // namespace matinee::codec
