#pragma once
// media/blurhash: a picture as a few characters, shown blurred until the picture itself is there.
// Written by matinee-codec, read by the web app.

#include <cstdint>
#include <span>
#include <string>

namespace matinee::media {

/// The BlurHash of `width` x `height` pixels, 3 bytes each (sRGB), row by row: a cosine transform
/// of `columns` x `rows` components (1 to 9 each) in base 83; 4 + 2 * columns * rows characters.
/// Takes time in proportion to pixels times components: give it a picture of about 32 x 32.
/// Source: BlurHash, Algorithm.md (Wolt).
std::string blurhash(std::span<const std::uint8_t> rgb, int width, int height, int columns,
                     int rows);

/// The components that suit a picture of this shape: 12 in all, more along its longer side.
struct BlurhashComponents {
  int columns = 4;
  int rows = 3;
};
BlurhashComponents blurhash_components(int width, int height);

}  // namespace matinee::media
