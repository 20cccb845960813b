// A scene: a caravan under a heavy sun. Scripts: 0 ochre day to violet dusk, 1 night under a moon.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Dunes final : public Scene {
 public:
  Dunes(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float t = script_ == 1 ? 1 : moment.past();
    const float s = picture.scale();
    const Rgb high =
        script_colour(t, {{0, 0x3FA0C8}, {0.5F, 0xC8643C}, {0.8F, 0x4A2258}, {1, 0x0B1030}});
    const Rgb low =
        script_colour(t, {{0, 0xF6DFA8}, {0.5F, 0xFFB347}, {0.8F, 0xF0603C}, {1, 0x27305C}});
    picture.sky({{0, high}, {0.55F, low}, {1, low}});
    if (t > 0.7F) draw_stars(picture, {seed_, 190, 0.5F, smooth(0.7F, 1, t)}, moment.second);
    const float sun_y = picture.h() * (script_ == 1 ? 0.24F : 0.2F + 0.3F * t);
    const float sun_x = picture.w() * 0.66F;
    const Rgb sun =
        script_colour(t, {{0, 0xFFF8E0}, {0.6F, 0xFFDF9A}, {0.85F, 0xFF8A50}, {1, 0xF4F1E0}});
    picture.glow(sun_x, sun_y, 170 * s, sun, 0.3F);
    picture.disc(sun_x, sun_y, 34 * s, sun * 1.6F);
    if (script_ == 1) picture.disc(sun_x - 12 * s, sun_y - 5 * s, 30 * s, mix(high, low, 0.35F));
    for (int i = 0; i < 5; ++i) draw_dune(picture, moment, i, t, low);
    draw_heat(picture, moment, t, low);
  }

 private:
  [[nodiscard]] Hills dune(const Moment& moment, int i) const {
    const float near = static_cast<float>(i) / 4;
    return {.seed = seed_ + static_cast<std::uint32_t>(i) * 11,
            .base = 0.54F + 0.095F * static_cast<float>(i),
            .height = 0.075F + 0.07F * near,
            .waves = 1.5F - 0.5F * near,
            .rough = 0.02F,
            .shift = moment.second * (0.0006F + 0.0034F * near)};
  }

  void draw_dune(Picture& picture, const Moment& moment, int i, float t, Rgb low) {
    const float near = static_cast<float>(i) / 4;
    const Rgb lit =
        script_colour(t, {{0, 0xF2C079}, {0.5F, 0xF09A4C}, {0.8F, 0xA84A4A}, {1, 0x3A4476}});
    const Rgb dark =
        script_colour(t, {{0, 0xA8672F}, {0.5F, 0x7A3426}, {0.8F, 0x3C1838}, {1, 0x0E1230}});
    const Hills hills = dune(moment, i);
    const auto tops = hills.tops(picture);
    const Rgb top = mix(low, lit, 0.35F + 0.65F * near);
    Shape body;
    body.add_ridge(tops, 0, Hills::kStep, picture.h());
    picture.fill(body, Paint::down(top, mix(dark, top, 0.35F), picture.h() * (hills.base - 0.1F),
                                   picture.h() * (hills.base + 0.3F)));
    // The lee side, in shadow: below the crest, edged by a line that runs down the slope.
    std::vector<float> lee(tops.size());
    for (std::size_t k = 0; k < tops.size(); ++k) {
      const std::size_t ahead = std::min(k + 14, tops.size() - 1);
      const float slope = (tops[ahead] - tops[k]) / (14.0F * Hills::kStep);
      lee[k] = tops[k] + picture.h() * clamp01(0.02F + 0.9F * (0.10F - slope)) * 1.2F;
    }
    Shape lee_side;
    lee_side.add_ridge(lee, 0, Hills::kStep, picture.h());
    picture.fill(lee_side, {.from = dark,
                            .to = dark,
                            .alpha_from = 0.62F * (0.4F + 0.6F * near),
                            .alpha_to = 0.1F,
                            .centre = {0, picture.h() * hills.base},
                            .reach = picture.h() * 0.4F});
    if (i == 2) draw_caravan(picture, moment, hills, mix(dark, hex(0x140810), 0.6F));
  }

  void draw_caravan(Picture& picture, const Moment& moment, const Hills& hills, Rgb colour) const {
    Shape shape;
    const float s = picture.scale() * 1.25F;
    for (int i = 0; i < 6; ++i) {
      const float x = picture.w() * (0.14F + 0.4F * moment.past()) + static_cast<float>(i) * 44 * s;
      const float ground = hills.top(picture, x) + 2 * s;
      add_camel(shape, x, ground, 14 * s, moment.second * 3.2F + static_cast<float>(i) * 1.3F,
                i % 3 != 2);
    }
    picture.fill(shape, Paint::flat(colour));
  }

  static void add_camel(Shape& shape, float x, float ground, float size, float step, bool rider) {
    const float bob = std::sin(step * 2) * size * 0.03F;
    const float back = ground - size * 1.15F + bob;
    for (int leg = 0; leg < 4; ++leg) {
      const float hip = x + (leg < 2 ? -0.55F : 0.5F) * size + (leg % 2 == 0 ? 0.0F : 0.16F * size);
      const float swing = std::sin(step + static_cast<float>(leg) * 1.7F) * size * 0.3F;
      shape.add_taper({hip, back}, {hip + swing, ground}, size * 0.17F, size * 0.08F);
    }
    shape.add_ellipse(x, back - size * 0.05F, size * 0.82F, size * 0.36F, 0);
    const std::array<Point, 3> hump{Point{x - size * 0.5F, back - size * 0.2F},
                                    Point{x, back - size * 0.78F},
                                    Point{x + size * 0.5F, back - size * 0.2F}};
    shape.add_polygon(hump);
    const float nod = std::sin(step) * size * 0.06F;
    shape.add_taper({x + size * 0.7F, back}, {x + size * 1.2F, back - size * 0.72F + nod},
                    size * 0.36F, size * 0.18F);
    shape.add_ellipse(x + size * 1.32F, back - size * 0.76F + nod, size * 0.26F, size * 0.13F,
                      0.2F);
    shape.add_line({x - size * 0.8F, back}, {x - size * 0.98F, back + size * 0.45F}, size * 0.06F);
    if (!rider) {
      shape.add_round_rect(x - size * 0.62F, back - size * 0.62F, x + size * 0.5F,
                           back + size * 0.1F, size * 0.2F);
      return;
    }
    const std::array<Point, 4> robe{
        Point{x - size * 0.3F, back - size * 0.5F}, Point{x - size * 0.06F, back - size * 1.45F},
        Point{x + size * 0.2F, back - size * 1.45F}, Point{x + size * 0.42F, back - size * 0.4F}};
    shape.add_polygon(robe);
    shape.add_disc(x + size * 0.08F, back - size * 1.56F, size * 0.19F);
  }

  void draw_heat(Picture& picture, const Moment& moment, float t, Rgb low) const {
    const float drift = moment.second * 1.6F;
    const float per_unit = 0.12F / picture.scale();
    const float height = picture.h();
    picture.field(
        8, Blend::over, static_cast<int>(height * 0.42F), static_cast<int>(height * 0.98F),
        [&](float x, float y) -> Veil {
          const float down = y / height;
          const float dust = clouds().at(x * per_unit * 0.4F - drift, y * per_unit * 2.4F);
          return {mix(low, hex(0xFFFFFF), 0.12F),
                  clamp01(dust) * 0.4F * pulse(0.42F, 0.98F, 0.22F, down) * (1.1F - 0.5F * t)};
        });
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_dunes(int script, std::uint32_t seed) {
  return std::make_unique<Dunes>(script, seed);
}

}  // namespace matinee::demo
