#include "demo/scenes/brush.h"

#include <array>
#include <cmath>

namespace matinee::demo {

Rgb script_colour(float t, std::initializer_list<Key> keys) {
  const Key* at = keys.begin();
  while (at + 1 < keys.end() && at[1].at <= t) ++at;
  if (at + 1 >= keys.end()) return hex(at->rrggbb);
  return mix(hex(at->rrggbb), hex(at[1].rrggbb), smooth(at->at, at[1].at, t));
}

float Hills::top(const Picture& picture, float x) const {
  // A portrait shows the same hills closer together, so that a poster has a skyline too.
  const float width = std::max(picture.w(), picture.h() * 1.1F);
  const float at = (x / width * waves + shift) * 26 + static_cast<float>(seed % 97U) * 13;
  const float row = static_cast<float>(seed % 31U) * 7;
  const float large = clouds().at(at, row);
  const float small = clouds().at(at * 3.7F, row + 40) * rough;
  const float tiny = clouds().at(at * 13.0F, row + 90) * rough * 0.32F;
  return picture.h() * (base - height * (large + small + tiny));
}

std::vector<float> Hills::tops(const Picture& picture) const {
  std::vector<float> out;
  out.reserve(static_cast<std::size_t>(picture.width() / kStep) + 3);
  for (int x = 0; x < picture.width() + 2 * kStep; x += kStep) {
    out.push_back(top(picture, static_cast<float>(x)));
  }
  return out;
}

void draw_hills(Picture& picture, const Hills& hills, Rgb top, Rgb bottom) {
  Shape shape;
  shape.add_ridge(hills.tops(picture), 0, Hills::kStep, picture.h());
  const float high = picture.h() * (hills.base - hills.height);
  picture.fill(shape, Paint::down(top, bottom, high, picture.h() * (hills.base + 0.28F)));
}

void draw_stars(Picture& picture, const Stars& stars, float second) {
  if (stars.light <= 0.01F) return;
  for (int i = 0; i < stars.count; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    const float x = chance(stars.seed, n, 1) * picture.w();
    const float y = chance(stars.seed, n, 2) * picture.h() * stars.bottom;
    const float size = chance(stars.seed, n, 3);
    const float blink =
        0.75F + 0.25F * std::sin(second * (1.5F + 3 * size) + static_cast<float>(i));
    const float high = 1 - y / (picture.h() * stars.bottom) * 0.8F;
    const Rgb tint = mix(hex(0xBFD4FF), hex(0xFFF0D0), chance(stars.seed, n, 4));
    const float light = stars.light * blink * high * (0.25F + 0.9F * size * size * size);
    if (size > 0.93F) {
      picture.glow(x, y, 3.4F * picture.scale(), tint, light);
    } else {
      picture.spark(x, y, tint, light * 1.2F * picture.scale());
    }
  }
}

void add_birds(Shape& shape, float x, float y, float size, int count, std::uint32_t seed,
               float second) {
  for (int i = 0; i < count; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    const float bx = x + (chance(seed, n, 1) - 0.5F) * size * 16 +
                     std::sin(second * 0.5F + static_cast<float>(i)) * size;
    const float by = y + (chance(seed, n, 2) - 0.5F) * size * 6 +
                     std::sin(second * 0.7F + static_cast<float>(i) * 2) * size * 0.5F;
    const float flap =
        std::sin(second * (6 + 2 * chance(seed, n, 3)) + static_cast<float>(i) * 1.7F);
    const float lift = size * (0.28F + 0.34F * flap);
    const std::array<Point, 6> wings{Point{bx - size, by - lift},
                                     Point{bx - size * 0.42F, by - lift * 0.9F - size * 0.12F},
                                     Point{bx, by},
                                     Point{bx + size * 0.42F, by - lift * 0.9F - size * 0.12F},
                                     Point{bx + size, by - lift},
                                     Point{bx, by + size * 0.22F}};
    shape.add_polygon(wings);
  }
}

void add_fir(Shape& shape, float x, float foot, float height, std::uint32_t seed) {
  shape.add_rect(x - height * 0.02F, foot - height * 0.2F, x + height * 0.02F, foot);
  constexpr int kTiers = 6;
  for (int i = 0; i < kTiers; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    const float up = static_cast<float>(i) / kTiers;
    const float half = height * (0.2F * (1 - up) + 0.025F) * (0.85F + 0.3F * chance(seed, n));
    const float low = foot - height * (0.1F + 0.82F * up);
    const float lean = (chance(seed, n, 5) - 0.5F) * half * 0.4F;
    const std::array<Point, 3> tier{Point{x - half + lean, low},
                                    Point{x, low - height * (0.3F - 0.12F * up)},
                                    Point{x + half + lean, low}};
    shape.add_polygon(tier);
  }
}

void draw_mist(Picture& picture, float from, float to, Rgb colour, float strength, float drift) {
  const float height = picture.h();
  const int top = static_cast<int>(from * height);
  const int bottom = static_cast<int>(to * height);
  const float per_unit = 1 / (7 * picture.scale());
  picture.field(8, Blend::over, top, bottom, [&](float x, float y) -> Veil {
    const float inside = pulse(from, to, (to - from) * 0.5F, y / height);
    const float wisp =
        0.55F + 0.45F * clouds().at(x * per_unit * 0.45F + drift, y * per_unit * 1.6F);
    return {colour, clamp01(strength * inside * wisp)};
  });
}

void draw_snow(Picture& picture, float second, int count, float wind, float strength) {
  for (int i = 0; i < count; ++i) {
    const auto n = static_cast<std::uint32_t>(i);
    const float near = chance(n, 3);
    const float speed = (0.06F + 0.22F * near) * picture.h();
    const float fall = chance(n, 1) * picture.h() + second * speed;
    const float y = std::fmod(fall, picture.h() * 1.06F) - picture.h() * 0.03F;
    const float drift =
        chance(n, 2) * picture.w() * 1.4F + second * wind * speed +
        std::sin(second * (0.8F + near) + static_cast<float>(i)) * 6 * picture.scale();
    float x = std::fmod(drift, picture.w() * 1.2F);
    if (x < 0) x += picture.w() * 1.2F;
    x -= picture.w() * 0.1F;
    const float size = (0.5F + 2.2F * near * near) * picture.scale();
    if (size < 1.1F) {
      picture.spark(x, y, hex(0xE8F0FF), strength * (0.3F + 0.5F * near));
    } else {
      picture.disc(x, y, size, hex(0xF2F6FF), strength * (0.35F + 0.4F * near));
    }
  }
}

}  // namespace matinee::demo
