#pragma once
// codec/image: untrusted pictures (JPEG, PNG, WebP, AVIF) into upright sRGB ones of some widths.
// The only file that knows libvips.

#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::codec {

inline constexpr std::size_t kImageBytesMax = std::size_t{64} << 20;  // of the file
inline constexpr std::int64_t kImagePixelsMax = 80'000'000;
inline constexpr int kImageSideMax = 16'384;
inline constexpr int kImageWidthMax = 1'920;  // of everything that is made

/// A picture to make.
struct ImageTarget {
  std::string format;  // "webp" | "jpeg" | "avif" | "original": WebP when it has transparency, JPEG
                       // of high quality when not
  int width = 0;       // pixels; the picture's own when that is less
  std::ostream* out = nullptr;
};

/// "webp:480:/path" as an option's value; `out` is still to be opened.
struct ImageOption {
  ImageTarget target;
  std::string path;
};
/// Errors: invalid.
Result<ImageOption> parse_image_option(const std::string& text);

/// Once, before the sandbox closes: starts libvips with nothing but the four loaders.
Result<void> prepare_images();

/// Reads the picture by what its bytes say it is, turns it upright and into sRGB, and makes the
/// targets, never larger than it is. Only the first frame of a moving picture is taken.
/// Returns {"width","height" (upright, at most 1920 wide), "alpha", "blurhash",
/// "made":[{"format","width","height","bytes"}]}, made in the order of the targets.
/// Errors: invalid (no such picture, or beyond the limits), corrupt (damaged), unavailable.
Result<Json> make_images(std::span<const unsigned char> file, std::span<const ImageTarget> targets);

}  // namespace matinee::codec
