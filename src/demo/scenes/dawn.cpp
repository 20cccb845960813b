// A scene: mountains, firs, a lake; the sun comes up. Scripts: 0 rose and gold, 1 winter, 2
// harvest.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Dawn final : public Scene {
 public:
  Dawn(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float day = smooth(0.02F, 0.9F, moment.past());
    const float water = 0.7F;
    const Rgb high = high_sky(day);
    const Rgb middle = middle_sky(day);
    const Rgb low = low_sky(day);
    picture.sky({{0, high}, {0.36F, middle}, {0.62F, low}, {1, low}});
    draw_stars(picture, {seed_, 170, 0.55F, 1 - smooth(0.12F, 0.5F, day)}, moment.second);
    draw_clouds(picture, moment, day, low);
    const float sun_x = picture.w() * (0.42F + 0.1F * day);
    const float sun_y = picture.h() * (0.72F - 0.42F * day);
    const float s = picture.scale();
    picture.glow(sun_x, sun_y, picture.h() * 0.7F, 1.6F, low, 0.22F + 0.06F * day);
    picture.glow(sun_x, sun_y, 80 * s, hex(0xFFB765), 0.55F - 0.2F * day);
    picture.disc(sun_x, sun_y, 19 * s, mix(hex(0xFFC890), hex(0xFFF6DC), day) * 1.7F);
    draw_land(picture, moment, day, low);
    picture.mirror(static_cast<int>(picture.h() * water), moment.second, 5 * s,
                   mix(hex(0x070B1E), hex(0x12384F), day), 0.8F);
    draw_sun_path(picture, moment, day, sun_x, water);
    draw_shore(picture, moment, day);
  }

 private:
  [[nodiscard]] Rgb high_sky(float day) const {
    if (script_ == 1) return script_colour(day, {{0, 0x0A1430}, {0.5F, 0x34568C}, {1, 0x86B6DE}});
    if (script_ == 2) return script_colour(day, {{0, 0x1A1030}, {0.5F, 0x5C3F6E}, {1, 0x5F9BB0}});
    return script_colour(day, {{0, 0x070A22}, {0.45F, 0x2A2B66}, {1, 0x4F93D6}});
  }
  [[nodiscard]] Rgb middle_sky(float day) const {
    if (script_ == 1) return script_colour(day, {{0, 0x1B2A55}, {0.5F, 0x8FA3CF}, {1, 0xCFE2F2}});
    if (script_ == 2) return script_colour(day, {{0, 0x3A1B40}, {0.5F, 0xC46A5A}, {1, 0xF0C890}});
    return script_colour(day, {{0, 0x1E1542}, {0.45F, 0x8A4A86}, {1, 0xA9CBE6}});
  }
  [[nodiscard]] Rgb low_sky(float day) const {
    if (script_ == 1) return script_colour(day, {{0, 0x33406E}, {0.5F, 0xF0B8B0}, {1, 0xFBEBDD}});
    if (script_ == 2) return script_colour(day, {{0, 0x6A2A34}, {0.5F, 0xFF9A4A}, {1, 0xFFE2A0}});
    return script_colour(day, {{0, 0x4A1E46}, {0.45F, 0xF2875E}, {1, 0xFFE0B0}});
  }

  void draw_clouds(Picture& picture, const Moment& moment, float day, Rgb low) const {
    const float per_unit = 0.26F / picture.scale();
    const float drift = moment.second * 0.25F + static_cast<float>(seed_ % 200U);
    picture.field(
        4, Blend::over, 0, static_cast<int>(picture.h() * 0.6F), [&](float x, float y) -> Veil {
          const float puff = clouds().at(x * per_unit * 0.5F + drift, y * per_unit * 2.1F);
          const float body = smooth(0.05F, 0.75F, puff);
          const float under =
              clouds().at(x * per_unit * 0.5F + drift, (y + 7 * picture.scale()) * per_unit * 2.1F);
          const Rgb lit = mix(low, hex(0xFFFFFF), 0.35F * day);
          const Rgb shade = mix(hex(0x1C1838), low, 0.35F + 0.4F * day);
          return {mix(shade, lit, clamp01(0.5F + (puff - under) * 2.2F)),
                  body * (0.35F + 0.3F * day)};
        });
  }

  void draw_land(Picture& picture, const Moment& moment, float day, Rgb low) const {
    const Rgb far_colour = mix(low, hex(script_ == 2 ? 0x6B4A6A : 0x5A5C92), 0.62F);
    const Rgb near_colour = script_ == 1   ? mix(hex(0x0C1630), hex(0x44607E), day)
                            : script_ == 2 ? mix(hex(0x120A16), hex(0x4C3420), day)
                                           : mix(hex(0x05060F), hex(0x14343A), day);
    for (int i = 0; i < 5; ++i) {
      const float near = static_cast<float>(i) / 4;
      const Hills hills{.seed = seed_ * 7 + static_cast<std::uint32_t>(i) * 19,
                        .base = 0.52F + 0.045F * static_cast<float>(i),
                        .height = 0.17F - 0.03F * static_cast<float>(i),
                        .waves = 2.2F + near,
                        .rough = 0.42F,
                        .shift = moment.second * 0.0012F * (1 + 4 * near)};
      const Rgb top = mix(far_colour, near_colour, near * near * 0.4F + near * 0.6F);
      draw_hills(picture, hills, top, mix(top, low, 0.4F * (1 - near)));
      if (i == 1 || i == 3) {
        draw_mist(picture, 0.5F + 0.04F * static_cast<float>(i), 0.74F,
                  mix(low, hex(0xFFFFFF), 0.2F), 0.34F * (0.4F + 0.6F * day),
                  moment.second * 0.35F);
      }
    }
    Shape birds;
    const float flown = moment.past();
    add_birds(birds, picture.w() * (0.95F - 0.8F * flown), picture.h() * (0.3F - 0.06F * flown),
              5.5F * picture.scale(), 7, seed_, moment.second);
    if (day > 0.35F) picture.fill(birds, Paint::flat(mix(near_colour, low, 0.25F), 0.85F));
  }

  void draw_sun_path(Picture& picture, const Moment& moment, float day, float sun_x,
                     float water) const {
    const float top = picture.h() * water;
    const float deep = picture.h() - top;
    const float s = picture.scale();
    const int lines = static_cast<int>(26 * s);
    for (int i = 0; i < lines; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float down = static_cast<float>(i) / static_cast<float>(lines);
      const float y = top + deep * down * down + 2;
      const float wave =
          std::sin(moment.second * (1.4F + chance(n, seed_)) + static_cast<float>(i) * 2.1F);
      const float half = (6 + 58 * down) * s * (0.75F + 0.5F * wave);
      const float x = sun_x + std::sin(moment.second * 0.9F + static_cast<float>(i)) * 9 * s * down;
      picture.glow(x, y, (1.2F + 3.2F * down) * s, half / ((1.2F + 3.2F * down) * s), hex(0xFFC27A),
                   (0.28F + 0.5F * day) * (1 - 0.45F * down));
    }
  }

  void draw_shore(Picture& picture, const Moment& moment, float day) const {
    Shape trees;
    const float s = picture.scale();
    const float pan = moment.past() * 26 * s;
    for (int i = 0; i < 13; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const bool left = i % 2 == 0;
      const float off = static_cast<float>(i / 2) * 17 * s * (0.8F + 0.5F * chance(n, seed_));
      const float x = left ? off - pan * 0.6F : picture.w() - off + 10 * s - pan;
      const float tall = (150 - off * 0.9F / s + 46 * chance(n, seed_, 2)) * s;
      if (tall > 30 * s) add_fir(trees, x, picture.h() + 12 * s, tall, n + seed_);
    }
    picture.fill(trees, Paint::flat(mix(hex(0x020308), hex(0x0A1A1C), day)));
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_dawn(int script, std::uint32_t seed) {
  return std::make_unique<Dawn>(script, seed);
}

}  // namespace matinee::demo
