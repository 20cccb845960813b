// A scene: a drop under the microscope: cells that part, drift and glow. Scripts: 0 petri, 1 deep
// dye.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Cells final : public Scene {
 public:
  Cells(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool dye = script_ == 1;
    picture.clear(hex(dye ? 0x0A0418 : 0xC4DCCB));
    const float per_unit = 0.09F / s;
    const Rgb stain = hex(dye ? 0x4A1470 : 0xA9D2C0);
    const Rgb other = hex(dye ? 0x0E4A74 : 0xE8D2A0);
    picture.field(8, Blend::over, [&](float x, float y) -> Veil {
      const float a = clouds().at(x * per_unit + moment.second * 0.2F, y * per_unit);
      const float b = clouds().at(y * per_unit * 1.4F - moment.second * 0.15F, x * per_unit + 40);
      return {mix(stain, other, 0.5F + 0.5F * b), clamp01(0.4F + 0.6F * a)};
    });
    for (int i = 0; i < 26; ++i) draw_cell(picture, moment, i, s);
    draw_swimmers(picture, moment, s);
    draw_lens(picture, s);
  }

 private:
  void draw_cell(Picture& picture, const Moment& moment, int i, float s) const {
    const auto n = static_cast<std::uint32_t>(i);
    const bool dye = script_ == 1;
    const float near = static_cast<float>(i) / 25;
    const float clock = moment.second * 0.05F + chance(seed_, n, 1) * 20;
    const Point at{
        picture.w() * (0.5F + 0.62F * clouds().at(clock * 3, static_cast<float>(i) * 11 + 3)),
        picture.h() * (0.5F + 0.66F * clouds().at(clock * 3 + 80, static_cast<float>(i) * 11 + 9))};
    const float radius = (15 + 40 * near * chance(seed_, n, 2) + 10 * near) * s;
    // Every so often one parts in two, and the two drift off as one would.
    const float phase = std::fmod(
        moment.second * (0.07F + 0.03F * chance(seed_, n, 3)) + chance(seed_, n, 4), 1.0F);
    const float parted = smooth(0.35F, 0.8F, phase) * (1 - smooth(0.93F, 1, phase));
    const float way = chance(seed_, n, 5) * kTurn + clock;
    static constexpr std::uint32_t kInks[2][5] = {
        {0xE06A7A, 0x3C9E8A, 0xE8A23C, 0x5A6ACF, 0xB0508C},
        {0x38F0D0, 0xFF4F9A, 0xFFD84A, 0x6A8CFF, 0xA8FF5A}};
    const Rgb ink = hex(kInks[script_][hash(n, seed_) % 5]);
    std::vector<Point> wall;
    constexpr int kSteps = 44;
    for (int k = 0; k < kSteps; ++k) {
      const float angle = kTurn * static_cast<float>(k) / kSteps;
      const float waist = 1 + parted * (0.42F * std::cos(2 * angle) - 0.12F);
      const float wobble =
          1 + 0.06F * clouds().at(angle * 6 + static_cast<float>(i) * 20, moment.second * 2.2F) +
          0.04F * std::sin(3 * angle + moment.second);
      wall.push_back(at + turned(turned({radius * waist * wobble, 0}, angle), way));
    }
    Shape body;
    body.add_polygon(wall);
    const Blend blend = dye ? Blend::add : Blend::over;
    picture.fill(body, {.from = ink,
                        .to = mix(ink, hex(dye ? 0xFFFFFF : 0x2A2A3A), 0.12F),
                        .alpha_from = dye ? 0.06F : 0.22F,
                        .alpha_to = dye ? 0.5F : 0.62F,
                        .radial = true,
                        .centre = at,
                        .reach = radius * 1.15F,
                        .blend = blend});
    Shape rim;
    rim.add_stroke(wall, (dye ? 1.4F : 1.8F) * s, true);
    picture.fill(rim, Paint::flat(dye ? mix(ink, hex(0xFFFFFF), 0.4F) : ink * 0.62F, 0.75F, blend));
    for (const float side : {-1.0F, 1.0F}) {
      const Point heart = at + turned({side * radius * 0.52F * parted, 0}, way);
      Shape nucleus;
      nucleus.add_disc(heart.x, heart.y, radius * 0.27F);
      picture.fill(nucleus, Paint::flat(dye ? mix(ink, hex(0xFFFFFF), 0.55F) : ink * 0.5F,
                                        side < 0 || parted > 0.05F ? 0.7F : 0.0F, blend));
      for (std::uint32_t k = 0; k < 6; ++k) {
        const float spot = chance(n, k, 8) * kTurn + moment.second * 0.2F;
        const Point grain = at + turned({radius * (0.4F + 0.4F * chance(n, k, 9)), 0}, spot + side);
        picture.disc(grain.x, grain.y, (1 + 1.6F * chance(n, k, 10)) * s, dye ? ink : ink * 0.6F,
                     0.5F, blend);
      }
    }
    picture.glow(at.x - radius * 0.35F, at.y - radius * 0.4F, radius * 0.5F, hex(0xFFFFFF),
                 dye ? 0.14F : 0.09F);
  }

  void draw_swimmers(Picture& picture, const Moment& moment, float s) const {
    Shape tails;
    for (int i = 0; i < 9; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float clock =
          moment.second * (0.06F + 0.05F * chance(seed_, n, 21)) + chance(seed_, n, 22);
      const float x = std::fmod(clock, 1.0F) * (picture.w() + 80 * s) - 40 * s;
      const float y =
          picture.h() * (0.1F + 0.8F * chance(seed_, n, 23)) + 26 * s * std::sin(clock * 14);
      const float heading = 0.5F * std::cos(clock * 14);
      tails.add_ellipse(x, y, 7 * s, 3.6F * s, heading);
      std::vector<Point> tail;
      for (int k = 0; k <= 10; ++k) {
        const float back = static_cast<float>(k) / 10;
        tail.push_back(
            Point{x, y} +
            turned({-(6 + 26 * back) * s, 4 * s * back * std::sin(moment.second * 15 - back * 8)},
                   heading));
      }
      tails.add_stroke(tail, 1.1F * s);
    }
    picture.fill(tails, Paint::flat(hex(script_ == 1 ? 0xE8FFF0 : 0x30424A), 0.75F));
  }

  // The round field of the eyepiece.
  static void draw_lens(Picture& picture, float s) {
    static_cast<void>(s);
    const Point eye{picture.w() / 2, picture.h() / 2};
    const float reach = std::max(picture.w(), picture.h()) * 0.53F;
    Shape dark;
    dark.add_rect(-5, -5, picture.w() + 5, picture.h() + 5);
    picture.fill(dark, {.from = {0, 0, 0},
                        .to = {0, 0, 0},
                        .alpha_from = -1.15F,
                        .alpha_to = 0.96F,
                        .radial = true,
                        .centre = eye,
                        .reach = reach});
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_cells(int script, std::uint32_t seed) {
  return std::make_unique<Cells>(script, seed);
}

}  // namespace matinee::demo
