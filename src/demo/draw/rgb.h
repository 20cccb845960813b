#pragma once
// demo/draw/rgb: colours as the films think of them: light in three parts, display-coded.

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace matinee::demo {

/// 0 = black, 1 = the display's most; light may be added beyond, the finish rolls it off.
struct Rgb {
  float r = 0;
  float g = 0;
  float b = 0;

  friend constexpr Rgb operator+(Rgb a, Rgb c) { return {a.r + c.r, a.g + c.g, a.b + c.b}; }
  friend constexpr Rgb operator*(Rgb a, Rgb c) { return {a.r * c.r, a.g * c.g, a.b * c.b}; }
  friend constexpr Rgb operator*(Rgb a, float k) { return {a.r * k, a.g * k, a.b * k}; }
};

/// 0xRRGGBB, as a paint chart gives it.
constexpr Rgb hex(std::uint32_t rrggbb) {
  return {static_cast<float>(rrggbb >> 16 & 255U) / 255.0F,
          static_cast<float>(rrggbb >> 8 & 255U) / 255.0F,
          static_cast<float>(rrggbb & 255U) / 255.0F};
}

constexpr float mix(float a, float b, float t) { return a + (b - a) * t; }
/// `t` 0 = a, 1 = b, clamped.
constexpr Rgb mix(Rgb a, Rgb b, float t) {
  t = std::clamp(t, 0.0F, 1.0F);
  return {mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}

constexpr float clamp01(float value) { return std::clamp(value, 0.0F, 1.0F); }
/// 0 before `from`, 1 after `to`, with an ease at both ends.
constexpr float smooth(float from, float to, float at) {
  const float t = clamp01((at - from) / (to - from));
  return t * t * (3 - 2 * t);
}
/// Comes in fast and settles: for things that arrive.
constexpr float ease_out(float t) {
  const float left = 1 - clamp01(t);
  return 1 - left * left * left;
}
/// Rises from 0 over [from, from+over], falls to 0 over [to-over, to].
constexpr float pulse(float from, float to, float over, float at) {
  return smooth(from, from + over, at) * (1 - smooth(to - over, to, at));
}

inline constexpr float kPi = 3.14159265F;
inline constexpr float kTurn = 2 * kPi;

}  // namespace matinee::demo
