#pragma once
// demo/draw/finish: what a laboratory does to a picture: bloom, grade, vignette, grain, print.

#include <cstdint>
#include <vector>

#include "demo/draw/picture.h"

namespace matinee::demo {

/// How a film is printed.
struct Grade {
  Rgb lift{0, 0, 0};   // added to the shadows
  Rgb gain{1, 1, 1};   // multiplies everything
  float contrast = 1;  // about the middle
  float saturation = 1;
  float bloom = 0.5F;       // how much light spreads
  float bloom_from = 0.6F;  // which light does
  float vignette = 0.35F;
  float grain = 0.014F;
  float aspect = 0;  // bars above and below, or beside; 0 = none
};

/// Prints `picture` in place; `frame` moves the grain.
void finish(Picture& picture, const Grade& grade, int frame);

/// BT.709, video range, I420: what the films are encoded from. Width and height are even.
void to_i420(const Picture& picture, std::vector<std::uint8_t>& out);
/// Eight bits a part, R G B.
std::vector<std::uint8_t> to_rgb(const Picture& picture);
/// A picture made small: each pixel the mean of what it covers.
Picture shrunk(const Picture& picture, int width, int height);

}  // namespace matinee::demo
