#pragma once
// demo/canvas: a picture in I420 and the few ways in which the generated films draw on it.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace matinee::demo {

/// BT.709, video range: what the films are encoded as.
struct Colour {
  std::uint8_t y = 16;
  std::uint8_t u = 128;
  std::uint8_t v = 128;
};

/// 0..1 each, outside is clamped.
Colour rgb(double red, double green, double blue);
/// `t` 0 = a, 1 = b.
Colour mix(Colour a, Colour b, double t);

/// Everything is clipped at the edges. Width and height are even.
class Canvas {
 public:
  Canvas(int width, int height);
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  /// The three planes, one after another.
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }
  void copy_from(const Canvas& other);

  /// Pixels [from, to) of row `y`.
  void span(int y, int from, int to, Colour colour);
  /// `alpha` 0..256.
  void blend_span(int y, int from, int to, Colour colour, int alpha);
  void blend_pixel(int x, int y, Colour colour, int alpha);
  /// A smooth-edged disc; `alpha` 0..256.
  void disc(double x, double y, double radius, Colour colour, int alpha = 256);
  /// Light that fades with the square of the distance, added to what is there.
  void glow(double x, double y, double radius, Colour colour, double strength);
  /// Everything below `tops` (one for each column, in rows), smooth-edged, from `top` to `bottom`
  /// coloured over the height of the picture.
  void ridge(std::span<const float> tops, Colour top, Colour bottom);
  /// Letters of 5x7 cells, each `scale` pixels; capitals, digits and . : - only.
  void text(int x, int y, int scale, std::string_view text, Colour colour, int alpha = 256);
  [[nodiscard]] static int text_width(std::string_view text, int scale);
  /// Draws the whole picture nearer to black: 0 = black, 256 = as it is.
  void fade(int level);

 private:
  std::uint8_t* row_y(int y) { return bytes_.data() + y * width_; }
  std::uint8_t* row_u(int y) { return bytes_.data() + width_ * height_ + y / 2 * (width_ / 2); }
  std::uint8_t* row_v(int y) { return row_u(y) + width_ / 2 * (height_ / 2); }

  int width_;
  int height_;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace matinee::demo
