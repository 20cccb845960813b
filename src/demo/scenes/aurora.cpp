// A scene: curtains of light over a frozen lake and a hut. Scripts: 0 green and violet, 1 rose and
// cyan.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Aurora final : public Scene {
 public:
  Aurora(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    picture.sky(
        {{0, hex(0x03061A)}, {0.45F, hex(0x081B38)}, {0.68F, hex(0x12324A)}, {1, hex(0x0A1A2C)}});
    draw_stars(picture, {seed_, 260, 0.66F, 0.9F}, moment.second);
    for (int i = 0; i < 3; ++i) draw_curtain(picture, moment, i);
    const Rgb snow = hex(0x1F3A58);
    draw_hills(picture, {seed_, 0.62F, 0.1F, 2.4F, 0.4F, 0}, mix(snow, hex(0x35587C), 0.5F), snow);
    draw_hills(picture, {seed_ + 5, 0.66F, 0.05F, 3.2F, 0.5F, 0}, hex(0x0E2036), hex(0x0A182A));
    draw_hut(picture, moment, {picture.w() * 0.72F, picture.h() * 0.675F}, s);
    picture.mirror(static_cast<int>(picture.h() * 0.7F), moment.second * 0.4F, 2.2F * s,
                   hex(0x06101E), 0.72F);
    Shape firs;
    for (int i = 0; i < 9; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float x = (i < 6 ? static_cast<float>(i) * 21 * s
                             : picture.w() - static_cast<float>(i - 6) * 25 * s);
      add_fir(firs, x, picture.h() + 8 * s,
              (190 - static_cast<float>(i % 6) * 24 + 40 * chance(n, seed_)) * s, n + seed_);
    }
    picture.fill(firs, Paint::flat(hex(0x02060E)));
  }

 private:
  void draw_curtain(Picture& picture, const Moment& moment, int i) const {
    const float order = static_cast<float>(i);
    const float second = moment.second;
    const Rgb low = hex(script_ == 1 ? 0x39D5FF : 0x3DFFA0);
    const Rgb high = hex(script_ == 1 ? 0xFF4FA8 : 0x8A4DFF);
    const float per_width = 1 / std::max(picture.w(), picture.h());
    const float row = static_cast<float>(seed_ % 50U) + 60 * order;
    const float swell = 0.55F + 0.45F * std::sin(second * 0.21F + order * 2.1F);
    picture.field(
        4, Blend::add, 0, static_cast<int>(picture.h() * 0.68F), [&](float x, float y) -> Veil {
          const float across = x * per_width;
          const float fold = clouds().at(across * 62 + second * (0.5F + 0.22F * order), row);
          const float wander = clouds().at(across * 24 - second * 0.22F, row + 20);
          const float foot = picture.h() * (0.52F - 0.1F * order + 0.17F * wander + 0.05F * fold);
          const float tall = picture.h() * (0.46F + 0.16F * fold);
          const float up = (foot - y) / tall;
          if (up < -0.12F || up > 1) return {};
          const float rays = 0.6F + 0.4F * clouds().at(across * 330 + second * 1.8F, row + 40);
          const float body = up < 0 ? 1 + up / 0.12F : (1 - up) * (1 - up);
          return {mix(low, high, clamp01(up * 1.7F)), 0.85F * body * rays * (0.4F + 0.6F * swell)};
        });
  }

  static void draw_hut(Picture& picture, const Moment& moment, Point foot, float s) {
    Shape hut;
    hut.add_rect(foot.x - 17 * s, foot.y - 15 * s, foot.x + 17 * s, foot.y + 3 * s);
    picture.fill(hut, Paint::flat(hex(0x0A0D16)));
    Shape roof;
    const std::array<Point, 3> gable{Point{foot.x - 24 * s, foot.y - 14 * s},
                                     Point{foot.x, foot.y - 33 * s},
                                     Point{foot.x + 24 * s, foot.y - 14 * s}};
    roof.add_polygon(gable);
    picture.fill(roof, Paint::flat(hex(0x2A4763)));
    Shape window;
    window.add_rect(foot.x - 6 * s, foot.y - 10 * s, foot.x + 4 * s, foot.y - 2 * s);
    const float flicker =
        0.9F + 0.1F * std::sin(moment.second * 7) * std::sin(moment.second * 3.1F);
    picture.fill(window, Paint::flat(hex(0xFFC868) * flicker));
    picture.glow(foot.x - s, foot.y - 6 * s, 46 * s, hex(0xFF9A3C), 0.5F * flicker);
    for (int i = 0; i < 8; ++i) {
      const float age = std::fmod(moment.second * 0.22F + static_cast<float>(i) / 8, 1.0F);
      picture.disc(foot.x + 11 * s + 26 * s * age * age, foot.y - 32 * s - 60 * s * age,
                   (2.5F + 9 * age) * s, hex(0x9FB6CC), 0.2F * (1 - age));
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_aurora(int script, std::uint32_t seed) {
  return std::make_unique<Aurora>(script, seed);
}

}  // namespace matinee::demo
