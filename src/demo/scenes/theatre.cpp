// A scene: a toy theatre of painted card: curtains, wings, puppets on sticks. Scripts: 0 the sea
// play, 1 the castle play.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Theatre final : public Scene {
 public:
  Theatre(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    picture.clear(hex(0x1A0A0E));
    const Frame stage{picture.w() * 0.12F, picture.h() * 0.15F, picture.w() * 0.88F,
                      picture.h() * 0.8F};
    draw_backdrop(picture, moment, stage, s);
    if (script_ == 0) {
      draw_sea_play(picture, moment, stage, s);
    } else {
      draw_castle_play(picture, moment, stage, s);
    }
    draw_spot(picture, moment, stage);
    draw_curtain(picture, moment, stage, s);
    draw_arch(picture, stage, s);
    draw_audience(picture, moment, s);
  }

 private:
  struct Frame {
    float left, top, right, bottom;
    [[nodiscard]] float x(float share) const { return left + (right - left) * share; }
    [[nodiscard]] float y(float share) const { return top + (bottom - top) * share; }
  };

  // A card and the shadow that it throws on the next.
  static void card(Picture& picture, const Shape& shape, const Shape& shadow, Rgb colour) {
    picture.fill(shadow, Paint::flat(hex(0x080410), 0.32F));
    picture.fill(shape, Paint::flat(colour));
  }

  void draw_backdrop(Picture& picture, const Moment& moment, const Frame& f, float s) const {
    const float act = moment.past();
    const Rgb high = script_ == 0
                         ? script_colour(act, {{0, 0x8CC8D8}, {0.5F, 0xE8A070}, {0.8F, 0x24285C}})
                         : script_colour(act, {{0, 0xF2D8A0}, {0.45F, 0xD87A8A}, {0.8F, 0x2C2458}});
    Shape back;
    back.add_rect(f.left, f.top, f.right, f.bottom);
    picture.fill(back, Paint::down(high, mix(high, hex(0xFFF4D8), 0.55F), f.top, f.bottom));
    const float angle = -kPi + kPi * act * 1.1F;
    const Point lamp{f.x(0.5F) + std::cos(angle) * (f.right - f.left) * 0.36F,
                     f.y(0.62F) + std::sin(angle) * (f.bottom - f.top) * 0.44F};
    Shape string;
    string.add_line({lamp.x, f.top}, lamp, 1);
    picture.fill(string, Paint::flat(hex(0x3A2A20), 0.7F));
    Shape sun;
    for (int i = 0; i < 16; ++i) {
      const float at = kTurn * static_cast<float>(i) / 16 + moment.second * 0.1F;
      sun.add_taper(lamp + turned({18 * s, 0}, at), lamp + turned({31 * s, 0}, at), 7 * s, 1);
    }
    sun.add_disc(lamp.x, lamp.y, 19 * s);
    picture.fill(sun, Paint::flat(hex(act > 0.72F ? 0xF0EBD0 : 0xF8C840)));
    Shape face;
    face.add_disc(lamp.x - 6 * s, lamp.y - 3 * s, 1.8F * s);
    face.add_disc(lamp.x + 6 * s, lamp.y - 3 * s, 1.8F * s);
    std::vector<Point> smile;
    append_arc(smile, {lamp.x, lamp.y + 2 * s}, 8 * s, 6 * s, 0.3F, kPi - 0.3F, 10);
    face.add_stroke(smile, 1.5F * s);
    picture.fill(face, Paint::flat(hex(0x7A3A18)));
    for (int i = 0; i < 4; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float span = (f.right - f.left) * 1.3F;
      const float x =
          f.left - span * 0.12F +
          std::fmod(chance(seed_, n) * span + moment.second * (4 + 2 * static_cast<float>(i)) * s,
                    span);
      const float y = f.y(0.1F + 0.1F * static_cast<float>(i));
      Shape cloud;
      for (int k = 0; k < 4; ++k)
        cloud.add_disc(x + static_cast<float>(k) * 15 * s, y - (k == 1 || k == 2 ? 7.0F : 0.0F) * s,
                       13 * s);
      cloud.add_round_rect(x - 14 * s, y, x + 60 * s, y + 13 * s, 6 * s);
      picture.fill(cloud, Paint::flat(mix(high, hex(0xFFFDF2), 0.75F), 0.95F));
    }
  }

  void draw_sea_play(Picture& picture, const Moment& moment, const Frame& f, float s) const {
    static constexpr std::uint32_t kWaves[] = {0x5FA8B8, 0x3D86A4, 0x24648C, 0x184A70};
    for (int i = 0; i < 4; ++i) {
      const float order = static_cast<float>(i);
      const float slide = std::sin(moment.second * (0.9F + 0.15F * order) + order * 1.6F) * 15 * s;
      const float lift = std::cos(moment.second * (0.9F + 0.15F * order) + order * 1.6F) * 4 * s;
      const float y = f.y(0.62F + 0.1F * order) + lift;
      if (i == 2) draw_ship(picture, moment, f, s);
      if (i == 3) draw_serpent(picture, moment, f, s);
      Shape wave;
      Shape shadow;
      const float size = (22 + 3 * order) * s;
      for (float x = f.left - 3 * size; x < f.right + 3 * size; x += size * 1.72F) {
        wave.add_disc(x + slide, y + size * 0.6F, size);
        shadow.add_disc(x + slide + 3 * s, y + size * 0.6F - 4 * s, size);
      }
      wave.add_rect(f.left - 40, y + size * 0.7F, f.right + 40, f.bottom + 40);
      card(picture, wave, shadow, hex(kWaves[i]));
    }
  }

  void draw_ship(Picture& picture, const Moment& moment, const Frame& f, float s) const {
    const float x = f.x(-0.05F + 0.85F * smooth(0.05F, 0.95F, moment.past()));
    const float y = f.y(0.72F) + 5 * s * std::sin(moment.second * 1.2F);
    const float tilt = 0.08F * std::sin(moment.second * 0.9F);
    const auto at = [&](float px, float py) {
      return Point{x, y} + turned({px * s * 1.3F, py * s * 1.3F}, tilt);
    };
    Shape stick;
    stick.add_line(at(0, 10), {x, f.bottom + 20}, 3 * s);
    picture.fill(stick, Paint::flat(hex(0x6A4A30)));
    Shape hull;
    hull.add_polygon(std::array<Point, 6>{at(-44, -4), at(-38, -16), at(-24, -6), at(34, -6),
                                          at(48, -20), at(30, 16)});
    hull.add_polygon(std::array<Point, 4>{at(-44, -4), at(30, -4), at(30, 16), at(-32, 16)});
    hull.add_line(at(-14, -4), at(-14, -78), 3 * s);
    hull.add_line(at(16, -4), at(16, -66), 3 * s);
    picture.fill(hull, Paint::flat(hex(0x7A3E24)));
    const float belly = 5 * std::sin(moment.second * 1.4F);
    Shape sails;
    sails.add_polygon(std::array<Point, 5>{at(-30, -70), at(4, -70), at(12 + belly, -44),
                                           at(6, -20), at(-32, -20)});
    sails.add_polygon(std::array<Point, 5>{at(8, -58), at(30, -58), at(38 + belly, -38),
                                           at(32, -18), at(6, -18)});
    picture.fill(sails, Paint::flat(hex(0xF6EAD0)));
    Shape cross;
    cross.add_polygon(std::array<Point, 3>{at(-14, -78), at(-14, -90), at(6, -84)});
    cross.add_line(at(-28, -45), at(8, -45), 5 * s);
    picture.fill(cross, Paint::flat(hex(0xC8402C)));
  }

  void draw_serpent(Picture& picture, const Moment& moment, const Frame& f, float s) const {
    const float up = pulse(0.34F, 0.86F, 0.12F, moment.past());
    if (up <= 0) return;
    const Rgb green = hex(0x4C8C4A);
    for (int i = 0; i < 4; ++i) {
      const float x = f.x(0.9F) - (60 * static_cast<float>(i)) * s;
      const float y =
          f.y(0.98F) - up * (30 + 6 * std::sin(moment.second * 2 - static_cast<float>(i))) * s;
      std::vector<Point> hump;
      append_arc(hump, {x, y + 22 * s}, 26 * s, 34 * s, kPi, kTurn, 16);
      Shape back;
      back.add_stroke(hump, 15 * s);
      picture.fill(back, Paint::flat(green * (0.86F + 0.1F * static_cast<float>(i % 2))));
    }
    const Point head{f.x(0.9F) - 226 * s,
                     f.y(0.86F) - up * 62 * s + 5 * s * std::sin(moment.second * 1.7F)};
    Shape neck;
    neck.add_taper({head.x + 22 * s, f.bottom}, {head.x + 8 * s, head.y}, 20 * s, 16 * s);
    neck.add_ellipse(head.x, head.y, 24 * s, 13 * s, -0.15F);
    neck.add_polygon(std::array<Point, 3>{Point{head.x + 10 * s, head.y - 10 * s},
                                          Point{head.x + 20 * s, head.y - 27 * s},
                                          Point{head.x + 20 * s, head.y - 6 * s}});
    picture.fill(neck, Paint::flat(green));
    picture.disc(head.x - 8 * s, head.y - 5 * s, 4 * s, hex(0xFFF6D0));
    picture.disc(head.x - 9.5F * s, head.y - 5 * s, 1.8F * s, hex(0x181008));
  }

  void draw_castle_play(Picture& picture, const Moment& moment, const Frame& f, float s) const {
    for (int i = 0; i < 3; ++i) {
      const float order = static_cast<float>(i);
      Shape hill;
      Shape shadow;
      for (int k = 0; k < 4; ++k) {
        const float x = f.x(0.1F + 0.28F * static_cast<float>(k) + 0.1F * order);
        hill.add_ellipse(x, f.y(0.98F + 0.05F * order), 96 * s, (92 - 22 * order) * s, 0);
        shadow.add_ellipse(x + 3 * s, f.y(0.98F + 0.05F * order) - 4 * s, 96 * s,
                           (92 - 22 * order) * s, 0);
      }
      card(picture, hill, shadow, mix(hex(0x8AAE6A), hex(0x2F6A50), order / 2));
      if (i == 0) draw_castle(picture, moment, f, s);
    }
    draw_knight(picture, moment, f, s);
  }

  static void draw_castle(Picture& picture, const Moment& moment, const Frame& f, float s) {
    Shape walls;
    Shape roofs;
    Shape windows;
    static constexpr float kTowers[][3] = {
        {0.58F, 96, 22}, {0.66F, 132, 26}, {0.75F, 112, 24}, {0.83F, 84, 20}};
    for (const auto& tower : kTowers) {
      const float x = f.x(tower[0]);
      const float top = f.y(0.84F) - tower[1] * s;
      const float half = tower[2] * s / 2;
      walls.add_rect(x - half, top, x + half, f.y(0.95F));
      roofs.add_polygon(std::array<Point, 3>{Point{x - half * 1.4F, top}, Point{x, top - 36 * s},
                                             Point{x + half * 1.4F, top}});
      windows.add_round_rect(x - 3 * s, top + 15 * s, x + 3 * s, top + 27 * s, 3 * s);
      const float wave = 3 * s * std::sin(moment.second * 5 + x);
      roofs.add_polygon(std::array<Point, 3>{
          Point{x, top - 46 * s}, Point{x + 15 * s, top - 42 * s + wave}, Point{x, top - 37 * s}});
    }
    walls.add_rect(f.x(0.58F), f.y(0.84F) - 56 * s, f.x(0.83F), f.y(0.95F));
    for (int i = 0; i < 9; ++i) {
      const float x = f.x(0.59F + 0.027F * static_cast<float>(i));
      walls.add_rect(x, f.y(0.84F) - 63 * s, x + 6 * s, f.y(0.84F) - 55 * s);
    }
    picture.fill(walls, Paint::flat(hex(0xE6D6B8)));
    picture.fill(roofs, Paint::flat(hex(0xB84A3A)));
    picture.fill(windows, Paint::flat(hex(0x4A3A5C)));
    Shape gate;
    gate.add_round_rect(f.x(0.7F) - 13 * s, f.y(0.84F) - 26 * s, f.x(0.7F) + 13 * s, f.y(0.96F),
                        13 * s);
    picture.fill(gate, Paint::flat(hex(0x5C3A24)));
  }

  static void draw_knight(Picture& picture, const Moment& moment, const Frame& f, float s) {
    const float hop = std::fabs(std::sin(moment.second * 3.4F));
    const float x = f.x(0.06F + 0.5F * smooth(0.05F, 0.9F, moment.past()));
    const float y = f.y(0.9F) - hop * 9 * s;
    Shape stick;
    stick.add_line({x, y}, {x, f.bottom + 20}, 3 * s);
    picture.fill(stick, Paint::flat(hex(0x6A4A30)));
    Shape horse;
    horse.add_ellipse(x, y - 16 * s, 27 * s, 13 * s, -0.06F);
    horse.add_taper({x + 18 * s, y - 20 * s}, {x + 33 * s, y - 46 * s}, 15 * s, 9 * s);
    horse.add_ellipse(x + 39 * s, y - 46 * s, 12 * s, 6 * s, 0.5F);
    for (int leg = 0; leg < 4; ++leg) {
      const float hip = x + (-19 + 12 * static_cast<float>(leg)) * s;
      horse.add_taper(
          {hip, y - 12 * s},
          {hip + 6 * s * std::sin(moment.second * 6.8F + static_cast<float>(leg) * 2), y + 12 * s},
          6 * s, 4 * s);
    }
    horse.add_taper({x - 24 * s, y - 20 * s}, {x - 39 * s, y - 4 * s}, 4 * s, 9 * s);
    picture.fill(horse, Paint::flat(hex(0xF2EDE2)));
    Shape rider;
    rider.add_taper({x, y - 22 * s}, {x + 3 * s, y - 50 * s}, 15 * s, 11 * s);
    rider.add_disc(x + 3 * s, y - 57 * s, 8 * s);
    picture.fill(rider, Paint::flat(hex(0x8A96A8)));
    Shape colours;
    colours.add_taper({x + 1 * s, y - 64 * s}, {x - 12 * s, y - 72 * s}, 5 * s, 2 * s);
    colours.add_round_rect(x - 7 * s, y - 44 * s, x + 7 * s, y - 28 * s, 4 * s);
    picture.fill(colours, Paint::flat(hex(0xC23B4A)));
    Shape lance;
    lance.add_taper({x - 15 * s, y - 30 * s}, {x + 74 * s, y - 52 * s}, 4 * s, 1.5F * s);
    picture.fill(lance, Paint::flat(hex(0xD8A848)));
  }

  static void draw_spot(Picture& picture, const Moment& moment, const Frame& f) {
    const float x = f.x(0.5F + 0.28F * std::sin(moment.second * 0.31F));
    Shape dark;
    dark.add_rect(f.left, f.top, f.right, f.bottom);
    picture.fill(dark, {.from = hex(0x0A0614),
                        .to = hex(0x0A0614),
                        .alpha_from = 0,
                        .alpha_to = 0.62F,
                        .radial = true,
                        .centre = {x, f.y(0.62F)},
                        .reach = (f.right - f.left) * 0.62F});
    picture.glow(x, f.y(0.62F), (f.bottom - f.top) * 0.55F, 1.3F, hex(0xFFE6B0), 0.2F);
  }

  static void draw_curtain(Picture& picture, const Moment& moment, const Frame& f, float s) {
    const float open = smooth(1.5F, 5.5F, moment.second) *
                       (1 - smooth(moment.duration - 7, moment.duration - 3, moment.second));
    const float half = (f.right - f.left) / 2;
    constexpr int kFolds = 9;
    for (int side = 0; side < 2; ++side) {
      for (int fold = 0; fold < kFolds; ++fold) {
        const float share = 1 - 0.86F * open;
        const float from = half * share * static_cast<float>(fold) / kFolds;
        const float to = half * share * static_cast<float>(fold + 1) / kFolds;
        const float sway = 2.5F * s * std::sin(moment.second * 1.4F + static_cast<float>(fold));
        const float tie = open * 0.5F * half * share * 0.3F;
        const auto x = [&](float off, float down) {
          const float in = off * (1 - tie / (half * share) * std::sin(down * kPi)) + sway * down;
          return side == 0 ? f.left - 2 + in : f.right + 2 - in;
        };
        Shape drape;
        std::vector<Point> points;
        for (int k = 0; k <= 8; ++k)
          points.push_back({x(from, static_cast<float>(k) / 8), f.y(static_cast<float>(k) / 8)});
        for (int k = 8; k >= 0; --k)
          points.push_back({x(to + 1, static_cast<float>(k) / 8), f.y(static_cast<float>(k) / 8)});
        drape.add_polygon(points);
        const Rgb red = fold % 2 == 0 ? hex(0xA81E2C) : hex(0x74101E);
        picture.fill(drape, Paint::down(red, red * 0.7F, f.top, f.bottom));
      }
    }
    Shape pelmet;
    for (float x = f.left + 17 * s; x < f.right; x += 34 * s)
      pelmet.add_ellipse(x, f.top, 18 * s, 24 * s, 0);
    picture.fill(pelmet, Paint::down(hex(0xB82434), hex(0x7A1220), f.top, f.top + 24 * s));
    Shape fringe;
    for (float x = f.left + 17 * s; x < f.right; x += 34 * s)
      fringe.add_disc(x, f.top + 25 * s, 3.4F * s);
    picture.fill(fringe, Paint::flat(hex(0xE8B84A)));
  }

  static void draw_arch(Picture& picture, const Frame& f, float s) {
    Shape arch;
    arch.add_rect(-5, -5, picture.w() + 5, f.top + 3 * s);
    arch.add_rect(-5, -5, f.left + 3 * s, picture.h() + 5);
    arch.add_rect(f.right - 3 * s, -5, picture.w() + 5, picture.h() + 5);
    arch.add_rect(-5, f.bottom - 2 * s, picture.w() + 5, picture.h() + 5);
    picture.fill(arch, Paint::down(hex(0x4A1420), hex(0x22080E), 0, picture.h()));
    Shape gold;
    const float g = 2.4F * s;
    gold.add_stroke(std::array<Point, 4>{Point{f.left, f.top}, Point{f.right, f.top},
                                         Point{f.right, f.bottom}, Point{f.left, f.bottom}},
                    g, true);
    gold.add_stroke(std::array<Point, 4>{Point{f.left - 9 * s, f.top - 9 * s},
                                         Point{f.right + 9 * s, f.top - 9 * s},
                                         Point{f.right + 9 * s, f.bottom + 7 * s},
                                         Point{f.left - 9 * s, f.bottom + 7 * s}},
                    g * 0.5F, true);
    const float middle = (f.left + f.right) / 2;
    for (int i = -3; i <= 3; ++i) {
      gold.add_disc(middle + static_cast<float>(i) * 25 * s,
                    f.top - 20 * s + static_cast<float>(i * i) * 1.2F * s,
                    (i == 0 ? 9.0F : 5.0F) * s);
    }
    picture.fill(gold, Paint::down(hex(0xF2CE72), hex(0xA8782C), 0, picture.h()));
    for (int i = 0; i < 11; ++i) {
      const float x = f.x((static_cast<float>(i) + 0.5F) / 11);
      picture.glow(x, f.bottom - 2 * s, 22 * s, hex(0xFFB858), 0.5F);
      picture.disc(x, f.bottom - 1 * s, 2.6F * s, hex(0xFFF0C8));
    }
  }

  void draw_audience(Picture& picture, const Moment& moment, float s) const {
    Shape heads;
    for (int row = 0; row < 2; ++row) {
      for (int i = 0; i < 15; ++i) {
        const auto n = static_cast<std::uint32_t>(i + row * 40);
        const float x = picture.w() * (static_cast<float>(i) + (row == 0 ? 0.2F : 0.7F)) / 14;
        const float y =
            picture.h() * (0.92F + 0.07F * static_cast<float>(row)) +
            1.5F * s * std::sin(moment.second * (0.4F + chance(seed_, n)) + static_cast<float>(i));
        const float size = (11 + 4 * chance(seed_, n, 3) + 4 * static_cast<float>(row)) * s;
        heads.add_disc(x, y, size);
        heads.add_round_rect(x - size * 1.6F, y + size * 0.8F, x + size * 1.6F, y + size * 4, size);
        if (chance(seed_, n, 4) < 0.25F)
          heads.add_disc(x + size * 0.1F, y - size * 1.0F, size * 0.5F);
      }
    }
    picture.fill(heads, Paint::flat(hex(0x08030A)));
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_theatre(int script, std::uint32_t seed) {
  return std::make_unique<Theatre>(script, seed);
}

}  // namespace matinee::demo
