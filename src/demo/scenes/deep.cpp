// A scene: under water: light from above, jellyfish, a shoal. Scripts: 0 blue, 1 deep violet.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Deep final : public Scene {
 public:
  Deep(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const bool violet = script_ == 1;
    const float t = moment.past();
    const Rgb top = mix(hex(violet ? 0x5A3FB8 : 0x1FA5C8), hex(violet ? 0x2B1F70 : 0x0F6A9C), t);
    const Rgb bottom = mix(hex(violet ? 0x0C0628 : 0x032440), hex(violet ? 0x040212 : 0x01101E), t);
    picture.sky({{0, top}, {0.5F, mix(top, bottom, 0.66F)}, {1, bottom}});
    draw_rays(picture, moment, mix(top, hex(0xD8FFF4), 0.6F));
    draw_reef(picture, bottom);
    draw_shoal(picture, moment, mix(top, hex(0xFFFFFF), 0.5F), bottom);
    const float s = picture.scale();
    for (int i = 0; i < 8; ++i) draw_jelly(picture, moment, i);
    for (int i = 0; i < 90; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float rise =
          std::fmod(chance(n, 1) + moment.second * (0.012F + 0.03F * chance(n, 2)), 1.0F);
      const float x = chance(n, 3) * picture.w() +
                      9 * s * std::sin(moment.second * 0.8F + static_cast<float>(i));
      const float near = chance(n, 4);
      picture.glow(x, (1 - rise) * picture.h(), (1 + 3.5F * near * near) * s, hex(0xBFF6FF), 0.35F);
    }
  }

 private:
  void draw_rays(Picture& picture, const Moment& moment, Rgb colour) const {
    const float per_width = 1 / std::max(picture.w(), picture.h());
    const float height = picture.h();
    picture.field(8, Blend::add, [&](float x, float y) -> Veil {
      const float down = y / height;
      const float lean = (x + y * 0.32F) * per_width;
      const float ray =
          clouds().at(lean * 34 + moment.second * 0.25F, moment.second * 0.7F) +
          0.6F * clouds().at(lean * 71 - moment.second * 0.4F, 90 + moment.second * 0.5F);
      const float light = clamp01(ray) * (1 - down) * (1 - down);
      const float ripple =
          down < 0.13F ? (0.13F - down) * 3 *
                             clamp01(0.4F + clouds().at(x * per_width * 60,
                                                        y * per_width * 220 + moment.second * 6))
                       : 0;
      return {colour, 0.42F * light + ripple};
    });
  }

  void draw_reef(Picture& picture, Rgb bottom) const {
    for (int i = 0; i < 3; ++i) {
      const float near = static_cast<float>(i) / 2;
      draw_hills(picture,
                 {.seed = seed_ + 3 * static_cast<std::uint32_t>(i),
                  .base = 0.84F + 0.07F * static_cast<float>(i),
                  .height = 0.1F - 0.02F * near,
                  .waves = 2.0F + near,
                  .rough = 0.55F},
                 mix(mix(bottom, hex(0x1D5C7C), 0.35F), bottom * 0.4F, near), bottom * 0.35F);
    }
  }

  void draw_shoal(Picture& picture, const Moment& moment, Rgb light, Rgb dark) const {
    const float s = picture.scale();
    Shape shoal;
    for (int i = 0; i < 46; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float lag = chance(seed_, n, 1) * 2.2F;
      const float clock = moment.second * 0.16F - lag * 0.25F;
      const float x =
          picture.w() * (0.5F + 0.46F * std::sin(clock)) + (chance(seed_, n, 2) - 0.5F) * 110 * s;
      const float y = picture.h() * (0.6F + 0.12F * std::sin(clock * 2.3F)) +
                      (chance(seed_, n, 3) - 0.5F) * 60 * s;
      const float way = std::cos(clock) >= 0 ? 1.0F : -1.0F;
      const float wag = 0.3F * std::sin(moment.second * 9 + static_cast<float>(i));
      const float size = (3 + 2.5F * chance(seed_, n, 4)) * s;
      shoal.add_ellipse(x, y, size * 1.5F, size * 0.5F, wag * 0.3F);
      const std::array<Point, 3> tail{Point{x - way * size * 1.2F, y},
                                      Point{x - way * size * 2.3F, y - size * (0.6F + wag)},
                                      Point{x - way * size * 2.3F, y + size * (0.6F - wag)}};
      shoal.add_polygon(tail);
    }
    picture.fill(shoal, Paint::down(mix(light, dark, 0.2F), mix(light, dark, 0.75F),
                                    picture.h() * 0.4F, picture.h() * 0.8F));
  }

  void draw_jelly(Picture& picture, const Moment& moment, int i) const {
    const auto n = static_cast<std::uint32_t>(i);
    const float near = static_cast<float>(i) / 7;
    const float size = (9 + 44 * near * near) * picture.scale();
    const float beat = moment.second * (1.7F - 0.7F * near) + chance(seed_, n, 1) * kTurn;
    const float pump = std::sin(beat);
    const float rise = std::fmod(
        chance(seed_, n, 2) + moment.second * (0.014F + 0.01F * near) + 0.006F * std::sin(beat - 1),
        1.0F);
    const float x = picture.w() * (0.08F + 0.84F * chance(seed_, n, 3)) +
                    size * 0.7F * std::sin(moment.second * 0.3F + static_cast<float>(i));
    const float y = picture.h() * (1.25F - 1.5F * rise);
    const float wide = size * (1 - 0.14F * pump);
    const float tall = size * (0.82F + 0.16F * pump);
    const Rgb colour = mix(hex(script_ == 1 ? 0x59E8FF : 0xFF8AC4),
                           hex(script_ == 1 ? 0xC48BFF : 0xFFD9A0), chance(seed_, n, 5));
    picture.glow(x, y, size * 2.6F, colour, 0.2F + 0.15F * near);
    Shape threads;
    for (int k = 0; k < 9; ++k) {
      const float side = (static_cast<float>(k) - 4) / 4;
      std::vector<Point> line;
      for (int j = 0; j <= 12; ++j) {
        const float down = static_cast<float>(j) / 12;
        const float sway =
            std::sin(beat - down * 4.2F + static_cast<float>(k)) * size * 0.22F * down;
        line.push_back(
            {x + side * wide * 0.8F * (1 - 0.35F * down) + sway,
             y + size * down * (2.1F + 0.7F * chance(n, static_cast<std::uint32_t>(k)))});
      }
      threads.add_stroke(line, size * (k % 2 == 0 ? 0.055F : 0.1F));
    }
    picture.fill(threads, {.from = colour,
                           .to = colour,
                           .alpha_from = 0.6F,
                           .alpha_to = 0.0F,
                           .centre = {0, y},
                           .reach = size * 2.8F,
                           .blend = Blend::add});
    std::vector<Point> bell;
    append_arc(bell, {x, y}, wide, tall, kPi, kTurn, 22);
    for (int k = 1; k < 8; ++k) {
      bell.push_back(
          {x + wide * (1 - static_cast<float>(k) / 4), y + size * (k % 2 == 0 ? 0.03F : 0.16F)});
    }
    Shape shape;
    shape.add_polygon(bell);
    picture.fill(shape, {.from = colour,
                         .to = mix(colour, hex(0xFFFFFF), 0.5F),
                         .alpha_from = 0.22F,
                         .alpha_to = 0.62F,
                         .radial = true,
                         .centre = {x, y + size * 0.15F},
                         .reach = size * 1.05F,
                         .blend = Blend::add});
    Shape heart;
    for (int k = 0; k < 4; ++k) {
      const float side = static_cast<float>(k) - 1.5F;
      heart.add_ellipse(x + side * wide * 0.26F, y - tall * 0.36F, wide * 0.1F, tall * 0.19F,
                        side * 0.25F);
    }
    picture.fill(heart, Paint::flat(mix(colour, hex(0xFFFFFF), 0.6F), 0.5F, Blend::add));
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_deep(int script, std::uint32_t seed) {
  return std::make_unique<Deep>(script, seed);
}

}  // namespace matinee::demo
