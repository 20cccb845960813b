// A scene: a night train crosses a viaduct in falling snow. Script 1: a summer evening without
// snow.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Train final : public Scene {
 public:
  Train(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool summer = script_ == 1;
    const Rgb low = hex(summer ? 0xFFA866 : 0x8FA6C4);
    const Rgb high = hex(summer ? 0x38305E : 0x16223C);
    picture.sky({{0, high}, {0.35F, mix(high, low, 0.45F)}, {0.62F, low}, {1, low}});
    picture.disc(picture.w() * 0.24F, picture.h() * 0.2F, 21 * s,
                 hex(summer ? 0xFFE0B0 : 0xF2F4F0));
    picture.glow(picture.w() * 0.24F, picture.h() * 0.2F, 120 * s, hex(0xDCE6FF), 0.25F);
    const Rgb dark = hex(summer ? 0x1A1428 : 0x1A2740);
    for (int i = 0; i < 4; ++i) {
      const float near = static_cast<float>(i) / 3;
      const Rgb top = mix(mix(low, dark, 0.3F), dark, near);
      draw_hills(picture,
                 {.seed = seed_ + static_cast<std::uint32_t>(i) * 5,
                  .base = 0.5F + 0.075F * static_cast<float>(i),
                  .height = 0.15F - 0.025F * static_cast<float>(i),
                  .waves = 1.8F + near,
                  .rough = 0.5F,
                  .shift = moment.second * 0.003F * (1 + 3 * near)},
                 mix(top, hex(0xFFFFFF), summer ? 0.0F : 0.16F), top);
      if (i == 1) draw_mist(picture, 0.5F, 0.78F, low, 0.4F, moment.second * 0.5F);
    }
    draw_bridge(picture, moment, s, dark);
    draw_train(picture, moment, s);
    if (!summer) draw_snow(picture, moment.second, 340, 0.9F, 0.9F);
    draw_near_firs(picture, moment, s);
  }

 private:
  static float deck(const Picture& picture) { return picture.h() * 0.64F; }

  static void draw_bridge(Picture& picture, const Moment& moment, float s, Rgb dark) {
    const float top = deck(picture);
    const float span = 74 * s;
    const float shift = std::fmod(moment.second * 9 * s, span);
    Shape bridge;
    bridge.add_rect(-10, top, picture.w() + 10, top + 11 * s);
    for (float x = -span - shift; x < picture.w() + span; x += span) {
      bridge.add_taper({x, top + 8 * s}, {x, picture.h() + 10}, 13 * s, 21 * s);
      std::vector<Point> spandrel;
      spandrel.push_back({x, top + 9 * s});
      spandrel.push_back({x, top + 62 * s});
      append_arc(spandrel, {x + span / 2, top + 62 * s}, span / 2 - 7 * s, 46 * s, kPi, 1.5F * kPi,
                 10);
      spandrel.push_back({x + span / 2, top + 9 * s});
      bridge.add_polygon(spandrel);
      for (Point& point : spandrel) point.x = 2 * x + span - point.x;
      bridge.add_polygon(spandrel);
    }
    picture.fill(bridge, Paint::down(mix(dark, hex(0x6A7288), 0.32F),
                                     mix(dark, hex(0x000000), 0.3F), top, picture.h()));
    Shape line;
    line.add_rect(-10, top - 1.2F * s, picture.w() + 10, top + 1.6F * s);
    picture.fill(line, Paint::flat(hex(0xDDE6F4), 0.75F));
  }

  static void draw_train(Picture& picture, const Moment& moment, float s) {
    const float top = deck(picture) - 1 * s;
    const float head = picture.w() * (0.62F + 0.12F * std::sin(moment.second * 0.11F));
    const float shake = std::sin(moment.second * 11) * 0.25F * s;
    Shape cars;
    Shape windows;
    for (int car = 0; car < 7; ++car) {
      const float right = head - static_cast<float>(car + 1) * 72 * s;
      cars.add_round_rect(right - 69 * s, top - 25 * s + shake, right, top - 3 * s + shake, 4 * s);
      cars.add_rect(right - 2 * s, top - 12 * s, right + 5 * s, top - 8 * s);
      for (int i = 0; i < 7; ++i) {
        const float x = right - 63 * s + static_cast<float>(i) * 8.6F * s;
        windows.add_rect(x, top - 20 * s + shake, x + 5.6F * s, top - 12.5F * s + shake);
      }
      for (int i = 0; i < 4; ++i) {
        cars.add_disc(right - (11 + static_cast<float>(i) * 15.5F) * s, top - 2.6F * s, 3.2F * s);
      }
    }
    add_engine(cars, head, top + shake, s);
    picture.fill(cars, Paint::flat(hex(0x0C0E18)));
    picture.fill(windows, Paint::flat(hex(0xFFCB70)));
    for (int car = 0; car < 7; ++car) {
      picture.glow(head - (static_cast<float>(car) * 72 + 106) * s, top - 15 * s, 24 * s, 2.0F,
                   hex(0xFF9C3A), 0.32F);
    }
    picture.glow(head + 3 * s, top - 17 * s, 70 * s, hex(0xFFE6B0), 0.75F);
    Shape beam;
    const std::array<Point, 4> cone{Point{head, top - 19 * s}, Point{head + 240 * s, top - 54 * s},
                                    Point{head + 240 * s, top + 4 * s}, Point{head, top - 15 * s}};
    beam.add_polygon(cone);
    picture.fill(beam, Paint::light(hex(0xFFE8B8), 0.42F, {head, top - 17 * s}, 240 * s));
    for (int i = 0; i < 26; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float age = std::fmod(moment.second * 0.34F + static_cast<float>(i) / 26, 1.0F);
      const float x = head - 14 * s - age * 300 * s;
      const float y = top - 40 * s - 46 * s * std::sqrt(age) + (chance(n, 9) - 0.5F) * 14 * s * age;
      picture.glow(x, y, (7 + 34 * age) * s, mix(hex(0xFFDDA8), hex(0xB4C0D6), age * 3),
                   0.34F * (1 - age) * (1 - age) + 0.03F * (1 - age));
    }
  }

  static void add_engine(Shape& shape, float head, float top, float s) {
    shape.add_round_rect(head - 62 * s, top - 22 * s, head - 4 * s, top - 5 * s, 7 * s);
    shape.add_rect(head - 68 * s, top - 30 * s, head - 42 * s, top - 4 * s);
    shape.add_rect(head - 71 * s, top - 32 * s, head - 39 * s, top - 29 * s);
    shape.add_taper({head - 14 * s, top - 20 * s}, {head - 14 * s, top - 35 * s}, 6 * s, 9 * s);
    shape.add_ellipse(head - 29 * s, top - 22 * s, 5 * s, 5 * s, 0);
    for (int i = 0; i < 4; ++i) {
      shape.add_disc(head - (12 + static_cast<float>(i) * 14) * s, top - 5 * s, 5.4F * s);
    }
    const std::array<Point, 3> plough{Point{head - 6 * s, top - 8 * s}, Point{head + 8 * s, top},
                                      Point{head - 6 * s, top}};
    shape.add_polygon(plough);
  }

  void draw_near_firs(Picture& picture, const Moment& moment, float s) const {
    Shape firs;
    const float span = 190 * s;
    const float moved = moment.second * 46 * s;
    const auto passed = static_cast<std::uint32_t>(moved / span);
    for (int i = -1; i < static_cast<int>(picture.w() / span) + 3; ++i) {
      const auto n = static_cast<std::uint32_t>(i + 2) + passed;
      const float x =
          static_cast<float>(i) * span - std::fmod(moved, span) + chance(n, seed_) * span * 0.7F;
      add_fir(firs, x, picture.h() + 10 * s, (95 + 85 * chance(n, seed_, 2)) * s, n);
    }
    picture.fill(firs, Paint::down(script_ == 1 ? hex(0x0E0A18) : hex(0x14203A), hex(0x04060E),
                                   picture.h() * 0.6F, picture.h()));
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_train(int script, std::uint32_t seed) {
  return std::make_unique<Train>(script, seed);
}

}  // namespace matinee::demo
