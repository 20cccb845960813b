// A scene: balloons rise over quilted hills. Scripts: 0 morning, 1 evening.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Balloons final : public Scene {
 public:
  Balloons(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool evening = script_ == 1;
    const Rgb high = hex(evening ? 0x4A4C9A : 0x5CB8E4);
    const Rgb low = hex(evening ? 0xFFB088 : 0xFDF3D8);
    picture.sky({{0, high}, {0.66F, low}, {1, low}});
    picture.glow(picture.w() * 0.2F, picture.h() * 0.5F, 230 * s, hex(0xFFF3C8), 0.16F);
    draw_clouds(picture, moment, s);
    for (int i = 0; i < 4; ++i) draw_balloon(picture, moment, i, s);
    for (int i = 0; i < 4; ++i) draw_quilt(picture, moment, i, low, s);
    for (int i = 4; i < 7; ++i) draw_balloon(picture, moment, i, s);
  }

 private:
  void draw_clouds(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 7; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float span = picture.w() + 260 * s;
      const float x =
          std::fmod(chance(seed_, n, 1) * span + moment.second * (2 + 3 * chance(seed_, n, 2)) * s,
                    span) -
          130 * s;
      const float y = picture.h() * (0.1F + 0.42F * chance(seed_, n, 3));
      for (int k = 0; k < 8; ++k) {
        const auto m = static_cast<std::uint32_t>(k);
        const float size = (16 + 22 * chance(n, m, 1)) * s;
        picture.glow(x + (static_cast<float>(k) - 3.5F) * 17 * s, y - 9 * s * chance(n, m, 2), size,
                     1.7F, hex(script_ == 1 ? 0xFFC4A8 : 0xFFFFFF), 0.32F);
      }
    }
  }

  void draw_quilt(Picture& picture, const Moment& moment, int i, Rgb low, float s) const {
    static constexpr std::uint32_t kCloth[] = {0x7FB069, 0xA7C957, 0xE6C15A, 0x5C946E,
                                               0xD98E4A, 0x8CB369, 0xC9B458};
    const float near = static_cast<float>(i) / 3;
    const Hills hills{.seed = seed_ + static_cast<std::uint32_t>(i) * 7,
                      .base = 0.68F + 0.075F * static_cast<float>(i),
                      .height = 0.07F - 0.008F * static_cast<float>(i),
                      .waves = 1.2F,
                      .rough = 0.04F,
                      .shift = moment.second * 0.0012F * (1 + 2 * near)};
    const auto tops = hills.tops(picture);
    const Rgb air = mix(low, high_air(), 0.3F);
    const float cell = (42 + 26 * near) * s;
    const float moved = hills.shift / hills.waves * std::max(picture.w(), picture.h() * 1.1F);
    const int passed = static_cast<int>(std::floor(moved / cell));
    for (int k = -2; k < static_cast<int>(picture.w() / cell) + 3; ++k) {
      const float left = static_cast<float>(k + passed) * cell - moved;
      const auto n = static_cast<std::uint32_t>(k + passed + 100);
      Shape field;
      std::vector<Point> points;
      const float lean = cell * 0.7F;
      for (float x = left; x <= left + cell + 0.5F; x += cell / 6)
        points.push_back({x, hills.top(picture, x)});
      points.push_back({left + cell + lean, picture.h() + 20});
      points.push_back({left + lean, picture.h() + 20});
      field.add_polygon(points);
      const Rgb cloth = hex(kCloth[hash(n, seed_ + static_cast<std::uint32_t>(i)) % 7]);
      const Rgb tint = script_ == 1 ? cloth * Rgb{0.9F, 0.62F, 0.66F} : cloth;
      const Rgb colour = mix(air, tint, 0.35F + 0.65F * near);
      const float top = picture.h() * (hills.base - 0.06F);
      picture.fill(
          field, Paint::down(mix(colour, hex(0xFFFFFF), 0.12F), colour * 0.8F, top, top + 130 * s));
      Shape seam;
      seam.add_line({left, hills.top(picture, left)}, {left + lean, picture.h() + 20},
                    (1 + 1.4F * near) * s);
      picture.fill(seam, Paint::flat(colour * 0.62F, 0.7F));
      if (chance(n, 91) > 0.62F) {
        const float x = left + cell * 0.5F;
        const float foot = hills.top(picture, x) + 10 * s * near;
        Shape tree;
        for (int t = 0; t < 3; ++t)
          tree.add_disc(x + static_cast<float>(t * 9) * s * (0.4F + near),
                        foot - 5 * s * (0.5F + near), (3 + 6 * near) * s);
        picture.fill(tree, Paint::flat(mix(air, hex(script_ == 1 ? 0x3A3A48 : 0x2E5E46),
                                           0.4F + 0.6F * near)));
      }
    }
  }

  [[nodiscard]] Rgb high_air() const { return hex(script_ == 1 ? 0x8A6AA8 : 0x9CCBE0); }

  void draw_balloon(Picture& picture, const Moment& moment, int i, float s) const {
    static constexpr std::uint32_t kSilk[][2] = {
        {0xE63946, 0xFFF1D6}, {0xF4A261, 0x264653}, {0x2A9D8F, 0xF6E7B4}, {0x6A4C93, 0xFFCA3A},
        {0xFF6B6B, 0x4ECDC4}, {0x1D5FA8, 0xF9F4E4}, {0xFFD166, 0xEF476F}};
    const auto n = static_cast<std::uint32_t>(i);
    const float near = static_cast<float>(i) / 6;
    const float size = (15 + 62 * near * near) * s;
    const float x =
        picture.w() *
            (0.1F + 0.8F * std::fmod(chance(seed_, n, 41) + static_cast<float>(i) * 0.31F, 1.0F)) +
        (moment.past() - 0.5F) * 90 * s * (0.4F + near) +
        4 * s * std::sin(moment.second * 0.5F + static_cast<float>(i));
    const float y = picture.h() * (0.62F - 0.1F * near - 0.34F * moment.past() * (0.5F + near) +
                                   0.22F * (chance(seed_, n, 42) - 0.5F)) +
                    3 * s * std::sin(moment.second * 0.7F + static_cast<float>(i) * 2);
    const Rgb ink[2] = {hex(kSilk[i][0]), hex(kSilk[i][1])};
    const Rgb air = script_ == 1 ? hex(0xF2A890) : hex(0xE8F2F0);
    const auto outline = [&](float share) {
      // One side of the envelope, `share` -1..1 of its half width.
      std::vector<Point> side;
      for (int k = 0; k <= 20; ++k) {
        const float down = static_cast<float>(k) / 20;
        const float angle = -kPi / 2 + down * kPi * 0.86F;
        const float taper = 1 - smooth(0.62F, 1, down) * 0.42F;
        side.push_back({x + size * share * std::cos(angle) * taper,
                        y + size * 1.08F * std::sin(angle) + size * 0.16F * down});
      }
      return side;
    };
    constexpr int kGores = 10;
    for (int gore = 0; gore < kGores; ++gore) {
      const float from = std::sin((static_cast<float>(gore) / kGores - 0.5F) * kPi);
      const float to = std::sin((static_cast<float>(gore + 1) / kGores - 0.5F) * kPi);
      auto points = outline(from);
      const auto other = outline(to);
      points.insert(points.end(), other.rbegin(), other.rend());
      Shape part;
      part.add_polygon(points);
      const float sun = 1.08F - 0.44F * smooth(-0.2F, 1, (from + to) / 2);
      picture.fill(part, Paint::flat(mix(ink[gore % 2] * sun, air, 0.45F * (1 - near))));
    }
    const float foot = y + size * 1.22F;
    Shape basket;
    basket.add_round_rect(x - size * 0.13F, foot + size * 0.28F, x + size * 0.13F,
                          foot + size * 0.5F, size * 0.04F);
    for (int rope = -1; rope <= 1; rope += 2) {
      basket.add_line({x + static_cast<float>(rope) * size * 0.2F, foot - size * 0.16F},
                      {x + static_cast<float>(rope) * size * 0.12F, foot + size * 0.3F},
                      std::max(0.6F, size * 0.018F));
    }
    picture.fill(basket, Paint::flat(mix(hex(0x5A3A22), air, 0.4F * (1 - near))));
    const float burn =
        std::max(0.0F, std::sin(moment.second * 0.8F + static_cast<float>(i) * 1.9F) - 0.55F) *
        2.2F;
    if (burn > 0) picture.glow(x, foot + size * 0.05F, size * 0.42F, hex(0xFFA030), burn);
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_balloons(int script, std::uint32_t seed) {
  return std::make_unique<Balloons>(script, seed);
}

}  // namespace matinee::demo
