// A scene: a garden that grows while one looks. Scripts: 0 day, 1 moonlight.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Garden final : public Scene {
 public:
  Garden(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool night = script_ == 1;
    const float t = moment.past();
    const Rgb high =
        night ? hex(0x0A1438) : script_colour(t, {{0, 0xF7D9C4}, {0.5F, 0xBFE6F0}, {1, 0xF9E3B8}});
    const Rgb low =
        night ? hex(0x24447A) : script_colour(t, {{0, 0xFDF3E4}, {0.5F, 0xF4FBF2}, {1, 0xFDF0DC}});
    picture.sky({{0, high}, {0.75F, low}, {1, low}});
    const Point sun{picture.w() * (0.16F + 0.6F * t),
                    picture.h() * (0.3F - 0.14F * std::sin(t * kPi))};
    picture.glow(sun.x, sun.y, 170 * s, hex(night ? 0xBFD4FF : 0xFFF0B0), night ? 0.5F : 0.12F);
    picture.disc(sun.x, sun.y, 27 * s, hex(night ? 0xEEF2FF : 0xFFCF5A) * 1.1F);
    if (night) draw_stars(picture, {seed_, 90, 0.6F, 0.8F}, moment.second);
    draw_hills(picture, {seed_, 0.78F, 0.05F, 1.6F, 0.1F, 0}, night ? hex(0x1C3A5E) : hex(0xBBD9A6),
               night ? hex(0x12263E) : hex(0x8CBF7E));
    for (int layer = 0; layer < 3; ++layer) {
      const int plants = 9 - layer;
      for (int i = 0; i < plants; ++i) draw_plant(picture, moment, layer, i, plants, low);
    }
    draw_hills(picture, {seed_ + 3, 0.955F, 0.02F, 2.4F, 0.3F, 0},
               night ? hex(0x0A1A22) : hex(0x4C7A4A), night ? hex(0x040A10) : hex(0x2E5236));
    draw_butterflies(picture, moment, s);
  }

 private:
  void draw_plant(Picture& picture, const Moment& moment, int layer, int i, int plants,
                  Rgb air) const {
    const auto n = static_cast<std::uint32_t>(layer * 50 + i);
    const float near = static_cast<float>(layer) / 2;
    const float s = picture.scale() * (0.62F + 0.5F * near);
    const float begin = -0.3F + 0.75F * chance(seed_, n, 1);
    const float grown = ease_out((moment.past() - begin) / 0.4F);
    if (grown <= 0.01F) return;
    const float x = picture.w() *
                    (static_cast<float>(i) + 0.5F + 0.6F * (chance(seed_, n, 2) - 0.5F)) /
                    static_cast<float>(plants);
    const float tall = (110 + 130 * chance(seed_, n, 3)) * s * grown;
    const float wind = 0.045F * std::sin(moment.second * 1.1F + x * 0.01F) +
                       0.02F * std::sin(moment.second * 2.7F + static_cast<float>(i));
    const float lean = (chance(seed_, n, 4) - 0.5F) * 0.5F + wind * 2;
    const bool night = script_ == 1;
    const Rgb leaf = mix(night ? hex(0x16486A) : hex(0x3C8C50), air, 0.5F * (1 - near));
    std::vector<Point> stem;
    Point at{x, picture.h() * 0.97F};
    constexpr int kJoints = 12;
    for (int k = 0; k <= kJoints; ++k) {
      stem.push_back(at);
      at = at + turned({0, -tall / kJoints}, lean * static_cast<float>(k) / kJoints);
    }
    Shape green;
    for (int k = 0; k < kJoints; ++k) {
      const float up = static_cast<float>(k) / kJoints;
      green.add_taper(stem[static_cast<std::size_t>(k)], stem[static_cast<std::size_t>(k + 1)],
                      (4.5F - 2.5F * up) * s, (4.3F - 2.5F * up) * s);
      if (k % 3 == 1) {
        const float open = smooth(up * 0.7F, up * 0.7F + 0.3F, grown);
        for (const float side : {-1.0F, 1.0F})
          add_leaf(green, stem[static_cast<std::size_t>(k)],
                   side * (1.1F - 0.3F * up) + lean * up + wind,
                   (30 + 16 * chance(n, 6)) * s * open * (1 - 0.5F * up));
      }
    }
    picture.fill(green, Paint::down(leaf, leaf * 0.72F, picture.h() * 0.4F, picture.h()));
    draw_flower(picture, stem.back(), n, s * smooth(0.5F, 1, grown), lean, air, near, moment);
  }

  static void add_leaf(Shape& shape, Point from, float angle, float length) {
    if (length < 1) return;
    std::vector<Point> points;
    for (int k = 0; k <= 8; ++k) {
      const float along = static_cast<float>(k) / 8;
      points.push_back(from +
                       turned({length * 0.24F * std::sin(along * kPi), -length * along}, angle));
    }
    for (int k = 8; k >= 0; --k) {
      const float along = static_cast<float>(k) / 8;
      points.push_back(from +
                       turned({-length * 0.24F * std::sin(along * kPi), -length * along}, angle));
    }
    shape.add_polygon(points);
  }

  void draw_flower(Picture& picture, Point at, std::uint32_t n, float s, float lean, Rgb air,
                   float near, const Moment& moment) const {
    if (s < 0.05F) return;
    static constexpr std::uint32_t kPetals[2][6] = {
        {0xE8506A, 0xF6A13C, 0x7A5AC8, 0xF7D046, 0xF28CB0, 0x3C8CD8},
        {0x6AD8FF, 0xB08CFF, 0x8CFFD8, 0xFF9CE0, 0xE0F0FF, 0x5A9CFF}};
    const Rgb ink = mix(hex(kPetals[script_][hash(n, seed_) % 6]), air, 0.45F * (1 - near));
    const int kind = static_cast<int>(hash(n, 77) % 4);
    const float breathe = 1 + 0.03F * std::sin(moment.second * 1.3F + at.x);
    if (script_ == 1) picture.glow(at.x, at.y, 52 * s, ink, 0.35F);
    if (kind == 3) {  // a bell
      std::vector<Point> bell;
      append_arc(bell, {0, 0}, 15 * s, 19 * s, kPi, kTurn, 14);
      bell.push_back({21 * s, 15 * s});
      for (int k = 1; k < 6; ++k)
        bell.push_back({(21 - 7 * static_cast<float>(k)) * s, (k % 2 == 0 ? 15.0F : 9.0F) * s});
      bell.push_back({-21 * s, 15 * s});
      for (Point& point : bell) point = at + turned(point * breathe, lean * 1.4F);
      Shape shape;
      shape.add_polygon(bell);
      picture.fill(shape,
                   Paint::down(mix(ink, hex(0xFFFFFF), 0.3F), ink, at.y - 19 * s, at.y + 15 * s));
      return;
    }
    const int petals = kind == 0 ? 6 : kind == 1 ? 12 : 20;
    for (int ring = 0; ring < (kind == 2 ? 2 : 1); ++ring) {
      Shape shape;
      for (int k = 0; k < petals; ++k) {
        const float angle = kTurn * (static_cast<float>(k) + 0.5F * static_cast<float>(ring)) /
                                static_cast<float>(petals) +
                            lean;
        const float reach =
            (kind == 0 ? 15.0F : 17.0F) * s * (1 - 0.34F * static_cast<float>(ring)) * breathe;
        const Point middle = at + turned({reach, 0}, angle);
        shape.add_ellipse(middle.x, middle.y, reach * 0.92F,
                          reach * (kind == 0   ? 0.62F
                                   : kind == 1 ? 0.3F
                                               : 0.2F),
                          angle);
      }
      picture.fill(shape, {.from = mix(ink, hex(0xFFFFFF), 0.45F + 0.2F * static_cast<float>(ring)),
                           .to = ink,
                           .radial = true,
                           .centre = at,
                           .reach = 32 * s});
    }
    picture.disc(at.x, at.y, 8.5F * s, hex(script_ == 1 ? 0xF4FAFF : 0x6A3C1E));
    picture.disc(at.x - 1.5F * s, at.y - 1.5F * s, 5 * s, hex(script_ == 1 ? 0xFFFFFF : 0xE0A040));
  }

  void draw_butterflies(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 7; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float clock = moment.second * 0.07F + chance(seed_, n, 31) * 30;
      const Point at{
          picture.w() * (0.5F + 0.56F * clouds().at(clock * 4, static_cast<float>(i) * 23)),
          picture.h() * (0.44F + 0.36F * clouds().at(clock * 4 + 90, static_cast<float>(i) * 23))};
      const float flap =
          0.25F + 0.75F * std::fabs(std::sin(moment.second * 8 + static_cast<float>(i) * 2));
      const float tilt = 0.4F * clouds().at(clock * 9, 7);
      const Rgb ink = hex(script_ == 1 ? 0xBFE8FF : (i % 2 == 0 ? 0xF08A2C : 0x3A6ACB));
      Shape wings;
      for (const float side : {-1.0F, 1.0F}) {
        const Point upper = at + turned({side * 6 * s * flap, -3.5F * s}, tilt);
        const Point lower = at + turned({side * 4.6F * s * flap, 4 * s}, tilt);
        wings.add_ellipse(upper.x, upper.y, 7 * s * flap, 5.4F * s, side * -0.5F + tilt);
        wings.add_ellipse(lower.x, lower.y, 4.6F * s * flap, 4 * s, side * 0.5F + tilt);
      }
      picture.fill(wings, Paint::flat(ink, 0.95F));
      Shape body;
      body.add_ellipse(at.x, at.y, 1.2F * s, 6 * s, tilt);
      picture.fill(body, Paint::flat(hex(0x2A1A14)));
      if (script_ == 1) picture.glow(at.x, at.y, 16 * s, ink, 0.5F);
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_garden(int script, std::uint32_t seed) {
  return std::make_unique<Garden>(script, seed);
}

}  // namespace matinee::demo
