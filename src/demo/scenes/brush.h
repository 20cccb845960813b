#pragma once
// demo/scenes/brush: what several scenes draw: ridges of hills, stars, birds, trees, colour
// scripts.

#include <initializer_list>
#include <vector>

#include "demo/draw/noise.h"
#include "demo/draw/picture.h"

namespace matinee::demo {

/// A colour at a moment of a film.
struct Key {
  float at = 0;
  std::uint32_t rrggbb = 0;
};
/// The colour at `t`, eased between the keys; before the first and after the last: those.
Rgb script_colour(float t, std::initializer_list<Key> keys);

/// Heights of hills every `step` pixels: `base` and `height` are shares of the picture's height,
/// `rough` adds small ones.
struct Hills {
  std::uint32_t seed = 1;
  float base = 0.6F;
  float height = 0.1F;
  float waves = 2;  // over a width of 16:9
  float rough = 0.3F;
  float shift = 0;  // in waves: the hills pass to the left

  static constexpr int kStep = 3;
  [[nodiscard]] float top(const Picture& picture, float x) const;
  [[nodiscard]] std::vector<float> tops(const Picture& picture) const;
};
void draw_hills(Picture& picture, const Hills& hills, Rgb top, Rgb bottom);

struct Stars {
  std::uint32_t seed = 1;
  int count = 120;
  float bottom = 0.6F;  // share of the height down to which they stand
  float light = 1;
};
void draw_stars(Picture& picture, const Stars& stars, float second);

/// Some birds in a loose flock about (x, y).
void add_birds(Shape& shape, float x, float y, float size, int count, std::uint32_t seed,
               float second);
/// A fir standing at (x, foot).
void add_fir(Shape& shape, float x, float foot, float height, std::uint32_t seed);
/// Mist: soft bands between two heights (shares), drifting.
void draw_mist(Picture& picture, float from, float to, Rgb colour, float strength, float drift);
/// Falling snow in three depths.
void draw_snow(Picture& picture, float second, int count, float wind, float strength);

}  // namespace matinee::demo
