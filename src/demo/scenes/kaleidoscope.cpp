// A scene: a kaleidoscope of stained glass. Scripts: 0 cathedral, 1 candy.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Kaleidoscope final : public Scene {
 public:
  Kaleidoscope(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    picture.clear(hex(script_ == 0 ? 0x05030C : 0xFFF6EC));
    const Point eye{picture.w() / 2, picture.h() / 2};
    const float reach = std::sqrt(picture.w() * picture.w() + picture.h() * picture.h()) / 2;
    constexpr int kSectors = 12;
    draw_ground(picture, moment, eye, reach);
    // Outer rings first: the rose grows towards the middle.
    for (int ring = 8; ring >= 0; --ring) {
      const float order = static_cast<float>(ring);
      const float beat = moment.second * (0.25F + 0.02F * order) +
                         chance(seed_, static_cast<std::uint32_t>(ring)) * 9;
      const float spin = (ring % 2 == 0 ? 1.0F : -1.0F) * moment.second * (0.05F + 0.012F * order);
      const float at = reach * (0.04F + 0.125F * order + 0.018F * std::sin(beat));
      const float size = reach * (0.07F + 0.02F * std::sin(beat * 1.3F + 1) + 0.006F * order);
      Shape panes[2];
      Shape leads;
      for (int sector = 0; sector < kSectors; ++sector) {
        const float angle = spin + kTurn * static_cast<float>(sector) / kSectors;
        for (int side = -1; side <= 1; side += 2)
          add_piece(panes[sector % 2], leads, eye, angle, static_cast<float>(side), at, size, ring,
                    beat, s);
      }
      const Rgb colour = glass(ring, beat);
      const Rgb other = glass(ring + 3, beat + 2);
      picture.fill(panes[0], {.from = mix(colour, hex(0xFFFFFF), 0.25F),
                              .to = colour * 0.72F,
                              .radial = true,
                              .centre = eye,
                              .reach = at + size * 1.6F});
      picture.fill(panes[1], {.from = mix(other, hex(0xFFFFFF), 0.25F),
                              .to = other * 0.72F,
                              .radial = true,
                              .centre = eye,
                              .reach = at + size * 1.6F});
      picture.fill(leads, Paint::flat(hex(script_ == 0 ? 0x07050C : 0xFFFFFF)));
    }
    picture.glow(eye.x, eye.y, reach * 0.55F, hex(script_ == 0 ? 0xFFE0A8 : 0xFFFFFF),
                 0.42F + 0.1F * std::sin(moment.second * 0.7F));
    if (script_ == 0) draw_dust(picture, moment, s);
  }

 private:
  // Dim glass behind everything, in two rings of wedges.
  void draw_ground(Picture& picture, const Moment& moment, Point eye, float reach) const {
    for (int ring = 1; ring >= 0; --ring) {
      const float radius = reach * (ring == 1 ? 1.1F : 0.52F);
      const float spin = moment.second * (ring == 1 ? -0.04F : 0.07F);
      for (int part = 0; part < 24; ++part) {
        const float from = spin + kTurn * static_cast<float>(part) / 24;
        const Rgb colour = glass(part % 2 + 3 * ring, moment.second * 0.4F);
        Shape wedge;
        wedge.add_polygon(std::array<Point, 3>{eye, eye + turned({radius, 0}, from),
                                               eye + turned({radius, 0}, from + kTurn / 24)});
        picture.fill(wedge,
                     {.from = script_ == 0 ? colour * 0.75F : mix(colour, hex(0xFFFFFF), 0.5F),
                      .to = script_ == 0 ? colour * 0.16F : colour,
                      .radial = true,
                      .centre = eye,
                      .reach = radius});
      }
    }
  }

  [[nodiscard]] Rgb glass(int ring, float beat) const {
    static constexpr std::uint32_t kGlass[2][7] = {
        {0xC81E3A, 0x1B4FC8, 0xE8A01E, 0x108A5C, 0x7A2AB8, 0x18A0C0, 0xE8561E},
        {0xFF6F91, 0x6FD3FF, 0xFFD56F, 0x8AE3A5, 0xC79BFF, 0xFF9E6F, 0x4FD8CF}};
    const int at = (ring + static_cast<int>(beat / 3)) % 7;
    return mix(hex(kGlass[script_][at]), hex(kGlass[script_][(at + 1) % 7]),
               smooth(0.6F, 1, std::fmod(beat / 3, 1.0F)));
  }

  // One pane and its lead; `side` mirrors it.
  static void add_piece(Shape& panes, Shape& leads, Point eye, float angle, float side, float at,
                        float size, int ring, float beat, float s) {
    const float open = 0.11F + 0.05F * std::sin(beat * 0.8F + static_cast<float>(ring));
    const auto put = [&](float along, float across) {
      return eye + turned({along, 0}, angle + side * across);
    };
    std::vector<Point> points;
    switch (ring % 4) {
      case 0:
        points = {put(at - size, 0), put(at, open * 1.9F), put(at + size * 1.3F, open * 0.7F),
                  put(at + size * 1.7F, 0)};
        break;
      case 1:
        points = {put(at - size * 0.6F, open * 0.2F), put(at - size * 0.1F, open * 2.2F),
                  put(at + size, open * 2.4F), put(at + size * 0.7F, open * 0.2F)};
        break;
      case 2: {
        const Point centre = put(at + size * 0.3F, open * 1.25F);
        append_arc(points, centre, size * 0.5F, size * 0.5F, 0, kTurn, 16);
        break;
      }
      default:
        points = {put(at - size * 0.8F, 0.02F), put(at + size * 0.2F, open * 2.3F),
                  put(at + size * 1.1F, 0.02F)};
        break;
    }
    panes.add_polygon(points);
    leads.add_stroke(points, 2.0F * s, true);
  }

  void draw_dust(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 70; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float clock = moment.second * 0.03F + chance(seed_, n, 1);
      const float x = std::fmod(clock + chance(seed_, n, 2), 1.0F) * picture.w();
      const float y = std::fmod(chance(seed_, n, 3) + clock * 0.6F, 1.0F) * picture.h();
      picture.glow(x, y, (2 + 4 * chance(n, 4)) * s, hex(0xFFF0D0),
                   0.25F * (0.5F + 0.5F * std::sin(moment.second + static_cast<float>(i))));
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_kaleidoscope(int script, std::uint32_t seed) {
  return std::make_unique<Kaleidoscope>(script, seed);
}

}  // namespace matinee::demo
