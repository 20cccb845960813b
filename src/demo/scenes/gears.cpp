// A scene: a clock from inside: brass wheels, an escapement that ticks. Scripts: 0 brass, 1 steel
// and blue.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Gears final : public Scene {
 public:
  Gears(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const Rgb ground = hex(script_ == 0 ? 0x140C08 : 0x070B14);
    picture.clear(ground);
    picture.glow(picture.w() * 0.36F, picture.h() * 0.32F, picture.h() * 0.95F, 1.5F,
                 hex(script_ == 0 ? 0x6A3A14 : 0x1C3A6A), 0.75F);
    // A tick: most of the turn within a sixth of each half second, with a little rebound.
    const float beat = moment.second * 2;
    const float whole = std::floor(beat);
    const float into = beat - whole;
    const float tick =
        whole + smooth(0, 0.22F, into) +
        0.08F * std::sin(std::min(into, 0.5F) * 4 * kPi) * (1 - smooth(0.2F, 0.5F, into));
    const float zoom = 1 + 0.12F * std::sin(moment.past() * kPi);
    const auto at = [&](float x, float y) {
      return Point{picture.w() / 2 + x * s * zoom, picture.h() / 2 + y * s * zoom};
    };
    const float k = s * zoom;
    // Wheels mesh: their turns are as their teeth. Far ones first.
    wheel(picture, at(-190, 96), 118 * k, 48, -tick * 0.13F * 0.5F, 0.34F, k, 6);
    wheel(picture, at(236, -96), 138 * k, 56, tick * 0.13F * 0.43F, 0.34F, k, 5);
    wheel(picture, at(62, 120), 92 * k, 36, tick * 0.13F * 0.66F, 0.5F, k, 5);
    wheel(picture, at(-72, -30), 104 * k, 40, -tick * 0.13F * 0.6F + 0.05F, 0.72F, k, 6);
    pendulum(picture, moment, at(10, -150), k);
    wheel(picture, at(78, -26), 62 * k, 24, tick * 0.13F, 0.88F, k, 4);
    escapement(picture, at(78, -26), moment, tick, k);
    wheel(picture, at(-176, -104), 50 * k, 20, tick * 0.13F * 1.2F, 0.95F, k, 4);
    wheel(picture, at(202, 92), 66 * k, 26, -tick * 0.13F * 0.92F, 1.0F, k, 5);
    draw_dust(picture, moment, s);
  }

 private:
  [[nodiscard]] Rgb metal(float tone) const {
    return script_ == 0 ? mix(hex(0x2A1608), hex(0xF2C26A), tone)
                        : mix(hex(0x0A1220), hex(0xB8CCE4), tone);
  }

  void wheel(Picture& picture, Point at, float radius, int teeth, float angle, float near, float k,
             int spokes) const {
    Shape shadow;
    shadow.add_disc(at.x + 7 * k * near, at.y + 9 * k * near, radius * 1.02F);
    shadow.cut_disc(at.x + 7 * k * near, at.y + 9 * k * near, radius * 0.74F);
    picture.fill(shadow, Paint::flat({0, 0, 0}, 0.42F));
    const float tooth = radius * kPi / static_cast<float>(teeth) * 0.9F;
    Shape body;
    std::vector<Point> rim;
    for (int i = 0; i < teeth; ++i) {
      const float from = angle + kTurn * static_cast<float>(i) / static_cast<float>(teeth);
      const float step = kTurn / static_cast<float>(teeth);
      for (const auto& [share, reach] :
           {std::pair{0.0F, -1.0F}, {0.28F, -1.0F}, {0.4F, 0.9F}, {0.78F, 0.9F}, {0.9F, -1.0F}}) {
        rim.push_back(at + turned({radius + reach * tooth * 0.55F, 0}, from + share * step));
      }
    }
    body.add_polygon(rim);
    body.cut_disc(at.x, at.y, radius * 0.76F);
    for (int i = 0; i < spokes; ++i) {
      const float way = angle + kTurn * static_cast<float>(i) / static_cast<float>(spokes);
      body.add_taper(at + turned({radius * 0.1F, 0}, way), at + turned({radius * 0.78F, 0}, way),
                     radius * 0.15F, radius * 0.085F);
    }
    body.add_disc(at.x, at.y, radius * 0.22F);
    const Point light = at + Point{-radius * 0.7F, -radius * 0.8F};
    picture.fill(body, {.from = metal(0.35F + 0.75F * near),
                        .to = metal(0.14F + 0.42F * near),
                        .radial = true,
                        .centre = light,
                        .reach = radius * 2.2F});
    Shape grooves;
    for (const float ring : {0.94F, 0.8F}) {
      std::vector<Point> circle;
      append_arc(circle, at, radius * ring, radius * ring, 0, kTurn, 60);
      grooves.add_stroke(circle, 0.9F * k);
    }
    picture.fill(grooves, Paint::flat(metal(0.02F), 0.5F));
    // Brushed metal: two bright sectors that stay where the light is.
    for (int side = 0; side < 2; ++side) {
      std::vector<Point> sheen{at};
      const float way = -2.2F + kPi * static_cast<float>(side);
      append_arc(sheen, at, radius * 0.98F, radius * 0.98F, way - 0.22F, way + 0.22F, 12);
      Shape ring;
      ring.add_polygon(sheen);
      ring.cut_disc(at.x, at.y, radius * 0.76F);
      picture.fill(ring, {.from = {1, 0.95F, 0.85F},
                          .to = {1, 0.95F, 0.85F},
                          .alpha_from = 0,
                          .alpha_to = 0.15F * near,
                          .radial = true,
                          .centre = at,
                          .reach = radius,
                          .blend = Blend::add});
    }
    picture.disc(at.x, at.y, radius * 0.1F, script_ == 0 ? hex(0xB0203A) : hex(0x3A6AE0));
    picture.glow(at.x - radius * 0.03F, at.y - radius * 0.03F, radius * 0.09F, hex(0xFFFFFF),
                 0.7F * near);
  }

  void escapement(Picture& picture, Point wheel_at, const Moment& moment, float tick,
                  float k) const {
    static_cast<void>(tick);
    const Point pivot = wheel_at + Point{0, -92 * k};
    const float rock = 0.16F * std::tanh(3 * std::sin(moment.second * kTurn));
    Shape anchor;
    std::vector<Point> arm;
    append_arc(arm, {0, 42 * k}, 46 * k, 42 * k, kPi * 1.12F, kPi * 1.88F, 14);
    for (Point& point : arm) point = pivot + turned(point, rock);
    anchor.add_stroke(arm, 8 * k);
    for (const float side : {-1.0F, 1.0F}) {
      anchor.add_taper(pivot + turned({side * 43 * k, 27 * k}, rock),
                       pivot + turned({side * 34 * k, 47 * k}, rock), 9 * k, 3 * k);
    }
    anchor.add_disc(pivot.x, pivot.y, 9 * k);
    anchor.add_line(pivot, pivot + turned({0, 20 * k}, rock), 7 * k);
    picture.fill(anchor, Paint::down(metal(1), metal(0.5F), pivot.y, pivot.y + 60 * k));
    picture.disc(pivot.x, pivot.y, 4 * k, metal(0.1F));
  }

  void pendulum(Picture& picture, const Moment& moment, Point pivot, float k) const {
    const float angle = 0.3F * std::sin(moment.second * kTurn / 2);
    const Point bob = pivot + turned({0, 292 * k}, angle);
    Shape rod;
    rod.add_line(pivot, bob, 4.4F * k);
    picture.fill(rod, Paint::flat(metal(0.66F)));
    Shape shadow;
    shadow.add_disc(bob.x + 8 * k, bob.y + 9 * k, 42 * k);
    picture.fill(shadow, Paint::flat({0, 0, 0}, 0.4F));
    Shape disc;
    disc.add_disc(bob.x, bob.y, 42 * k);
    picture.fill(disc, {.from = metal(1.0F),
                        .to = metal(0.3F),
                        .radial = true,
                        .centre = bob + Point{-16 * k, -19 * k},
                        .reach = 74 * k});
    Shape ring;
    std::vector<Point> circle;
    append_arc(circle, bob, 34 * k, 34 * k, 0, kTurn, 40);
    ring.add_stroke(circle, 1.6F * k);
    picture.fill(ring, Paint::flat(metal(0.08F), 0.6F));
    picture.glow(bob.x - 13 * k, bob.y - 16 * k, 22 * k, hex(0xFFFFFF), 0.5F);
  }

  void draw_dust(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 50; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float x =
          picture.w() *
          std::fmod(chance(seed_, n, 1) + moment.second * 0.011F * (0.4F + chance(n, 2)), 1.0F);
      const float y =
          picture.h() *
          std::fmod(chance(seed_, n, 3) +
                        0.02F * std::sin(moment.second * 0.4F + static_cast<float>(i)) + 1,
                    1.0F);
      picture.glow(x, y, (1 + 2.5F * chance(n, 4)) * s, hex(0xFFE8C0), 0.32F);
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_gears(int script, std::uint32_t seed) {
  return std::make_unique<Gears>(script, seed);
}

}  // namespace matinee::demo
