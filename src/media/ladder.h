#pragma once
// media/ladder: which sizes and rates of H.264 to make of a picture.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::media {

/// One rendition of the video: square pixels, even sizes, constant quality under a rate limit.
struct Rung {
  std::string track_id;  // "v<height class>": v360, v480, v720, v1080; v<height> for another size
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t crf = 0;           // x264's scale
  std::uint64_t maxrate_bps = 0;   // VBV; the buffer holds 2 s of it
  std::uint64_t expected_bps = 0;  // what films of this size come to, for estimates

  bool operator==(const Rung&) const = default;
};

/// The fixed ladder under a picture of that size as displayed, lowest first: 360, 480, 720 and 1080
/// lines (of the shorter side) as far as the picture has them; a picture of another size below 1080
/// lines gets its own too, in place of a step that is nearly the same. Never larger than the
/// picture; one under 360 lines gets one rung of its own size. Width and height: 1..16384.
std::vector<Rung> fixed_ladder(std::uint32_t display_width, std::uint32_t display_height);

Json to_json(const Rung& rung);
Result<Rung> parse_rung(const Json& json);

}  // namespace matinee::media
