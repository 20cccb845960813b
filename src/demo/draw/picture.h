#pragma once
// demo/draw/picture: a picture in the making, as light: what scenes and posters paint on.

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <vector>

#include "demo/draw/rgb.h"
#include "demo/draw/shape.h"

namespace matinee::demo {

enum class Blend { over, add, multiply };

/// What a shape is filled with: from one colour to another, downwards or outwards.
struct Paint {
  Rgb from;
  Rgb to;
  float alpha_from = 1;
  float alpha_to = 1;
  bool radial = false;  // else vertical
  bool soft = false;    // radial: fades with the square
  Point centre{};       // radial: where `from` is; vertical: y of `from`
  float reach = 1;      // how far `to` is
  Blend blend = Blend::over;

  static Paint flat(Rgb colour, float alpha = 1, Blend blend = Blend::over) {
    return {.from = colour, .to = colour, .alpha_from = alpha, .alpha_to = alpha, .blend = blend};
  }
  static Paint down(Rgb top, Rgb bottom, float top_y, float bottom_y) {
    return {.from = top, .to = bottom, .centre = {0, top_y}, .reach = bottom_y - top_y};
  }
  /// Light that fades outwards, added to what is there.
  static Paint light(Rgb colour, float strength, Point centre, float reach) {
    return {.from = colour,
            .to = colour,
            .alpha_from = strength,
            .alpha_to = 0,
            .radial = true,
            .soft = true,
            .centre = centre,
            .reach = reach,
            .blend = Blend::add};
  }
};

/// A colour at a height, for skies.
struct Stop {
  float at = 0;  // share of the height
  Rgb colour;
};

/// A colour and how much of it, for fields.
struct Veil {
  Rgb colour;
  float alpha = 0;
};

/// Three planes of light. Everything is clipped at the edges. Of one thread.
class Picture {
 public:
  Picture(int width, int height);
  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] float w() const { return static_cast<float>(width_); }
  [[nodiscard]] float h() const { return static_cast<float>(height_); }
  /// How large things are, whatever the picture's shape: 1 at 640x360.
  [[nodiscard]] float scale() const { return scale_; }
  float* plane(int channel) { return light_.data() + static_cast<std::size_t>(channel) * size_; }
  [[nodiscard]] const float* plane(int channel) const {
    return light_.data() + static_cast<std::size_t>(channel) * size_;
  }

  void clear(Rgb colour);
  /// Stops in order; the first also above it, the last below.
  void sky(std::initializer_list<Stop> stops);
  void fill(const Shape& shape, const Paint& paint);
  /// Shows `other`, of the same size, through the shape.
  void fill_with(const Shape& shape, const Picture& other);
  /// A smooth-edged disc.
  void disc(float x, float y, float radius, Rgb colour, float alpha = 1, Blend blend = Blend::over);
  /// Added light that fades to nothing at `radius`.
  void glow(float x, float y, float radius, Rgb colour, float strength);
  /// The same, `wide` times as wide as high.
  void glow(float x, float y, float radius, float wide, Rgb colour, float strength);
  /// A thin bright line, added: rain, traces, sparks.
  void streak(Point from, Point to, float width, Rgb colour, float strength);
  /// One point of light, shared among the four nearest pixels.
  void spark(float x, float y, Rgb colour, float strength);
  /// `at(x, y)` of every `step` pixels (Veil), smoothly between; over or added.
  template <typename At>
  void field(int step, Blend blend, int top, int bottom, const At& at) {
    const int columns = width_ / step + 2;
    const int rows = (bottom - top) / step + 2;
    coarse_.resize(static_cast<std::size_t>(columns * rows));
    for (int row = 0; row < rows; ++row) {
      for (int column = 0; column < columns; ++column) {
        coarse_[static_cast<std::size_t>(row * columns + column)] =
            at(static_cast<float>(column * step), static_cast<float>(top + row * step));
      }
    }
    spread(step, columns, std::max(top, 0), std::min(bottom, height_), top, blend);
  }
  template <typename At>
  void field(int step, Blend blend, const At& at) {
    field(step, blend, 0, height_, at);
  }
  /// Copies rows upside down with a wave: still water from `top` on. `wave` in pixels at the
  /// bottom.
  void mirror(int top, float second, float wave, Rgb tint, float keep);
  void fade(float level);
  /// Shows `other`, of the same size.
  void copy_from(const Picture& other) { light_ = other.light_; }

 private:
  void spread(int step, int columns, int first, int end, int top, Blend blend);
  template <typename Row>
  void cover(const Shape& shape, const Row& row);
  void add_edge(Point a, Point b, float left, float top, int columns, int rows);
  void paint_row(int y, int left, int right, const Paint& paint);
  void blend_run(int y, int left, int right, Rgb colour, Blend blend);
  float row_alpha(const Paint& paint, float t) const;

  int width_;
  int height_;
  std::size_t size_;
  float scale_;
  std::vector<float> light_;
  std::vector<float> cover_;  // of the shape being filled
  std::vector<float> alpha_;  // of the row being filled
  std::vector<Veil> coarse_;
};

}  // namespace matinee::demo
