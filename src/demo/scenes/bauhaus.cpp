// A scene: paper shapes in stop motion, as a school in Dessau might have filmed them. Scripts: 0
// cream, 1 black.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Bauhaus final : public Scene {
 public:
  Bauhaus(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    // Twelve pictures a second, and hands that never put a thing back quite where it was.
    const float second = std::floor(moment.second * 12) / 12;
    const auto shot = static_cast<std::uint32_t>(second * 12);
    const float s = picture.scale();
    picture.clear(hex(script_ == 0 ? 0xF1E8D6 : 0x15151A));
    const int figure = static_cast<int>(second / 8) % 4;
    const float t = std::fmod(second, 8.0F);
    const Table table{picture, {picture.w() / 2, picture.h() / 2}, s, t, shot, seed_};
    if (figure == 0) circles(table);
    if (figure == 1) stairs(table);
    if (figure == 2) machine(table);
    if (figure == 3) face(table);
    draw_dirt(picture, shot, s);
  }

 private:
  struct Table {
    Picture& picture;
    Point centre;
    float s;
    float t;
    std::uint32_t shot;
    std::uint32_t seed;

    [[nodiscard]] Point shaken(Point at, std::uint32_t n) const {
      return centre + Point{(at.x + 0.9F * (chance(shot, n, 1) - 0.5F)) * s,
                            (at.y + 0.9F * (chance(shot, n, 2) - 0.5F)) * s};
    }
    void put(const Shape& shape, const Shape& shadow, std::uint32_t ink) const {
      picture.fill(shadow, Paint::flat(hex(0x0A0604), 0.28F));
      picture.fill(shape, Paint::flat(hex(ink)));
    }
    void disc(Point at, float radius, std::uint32_t ink, std::uint32_t n) const {
      const Point p = shaken(at, n);
      Shape shape;
      Shape shadow;
      shape.add_disc(p.x, p.y, radius * s);
      shadow.add_disc(p.x + 2.4F * s, p.y + 3 * s, radius * s);
      put(shape, shadow, ink);
    }
    void bar(Point at, float wide, float high, float angle, std::uint32_t ink,
             std::uint32_t n) const {
      const Point p = shaken(at, n);
      const float turn = angle + 0.012F * (chance(shot, n, 3) - 0.5F);
      std::array<Point, 4> corners{Point{-wide, -high}, Point{wide, -high}, Point{wide, high},
                                   Point{-wide, high}};
      for (Point& corner : corners) corner = p + turned(corner * (s / 2), turn);
      Shape shape;
      shape.add_polygon(corners);
      for (Point& corner : corners) corner = corner + Point{2.4F * s, 3 * s};
      Shape shadow;
      shadow.add_polygon(corners);
      put(shape, shadow, ink);
    }
    void wedge(Point at, float radius, float from, float to, std::uint32_t ink,
               std::uint32_t n) const {
      const Point p = shaken(at, n);
      std::vector<Point> points{p};
      append_arc(points, p, radius * s, radius * s, from, to, 24);
      Shape shape;
      shape.add_polygon(points);
      for (Point& point : points) point = point + Point{2.4F * s, 3 * s};
      Shape shadow;
      shadow.add_polygon(points);
      put(shape, shadow, ink);
    }
  };

  [[nodiscard]] std::uint32_t dark() const { return script_ == 0 ? 0x1C1A1E : 0xEDE4D0; }
  static constexpr std::uint32_t kRed = 0xD6382B;
  static constexpr std::uint32_t kBlue = 0x20509E;
  static constexpr std::uint32_t kYellow = 0xF0B429;

  void circles(const Table& t) const {
    const float in = ease_out(t.t / 1.6F);
    const float out = 1 - smooth(7.2F, 8, t.t);
    t.disc({-60 * in, 6}, 122 * in * out, kRed, 1);
    t.disc({86 * in, -34}, 76 * ease_out((t.t - 0.5F) / 1.4F) * out, dark(), 2);
    t.disc({86 * in, -34}, 46 * ease_out((t.t - 1) / 1.4F) * out, kYellow, 3);
    for (std::uint32_t i = 0; i < 9; ++i) {
      const float order = static_cast<float>(i);
      const float grown = ease_out((t.t - 1.4F - 0.12F * order) / 0.7F) * out;
      t.bar({-250 + 60 * order, 136 - 12 * std::sin(t.t * 1.7F + order)}, 22, 92 * grown, 0.0F,
            i % 3 == 0 ? kBlue : dark(), 10 + i);
    }
    t.bar({30, -20}, 470 * ease_out((t.t - 2) / 1.2F) * out, 7, -0.5F, dark(), 30);
    t.disc({-190 + 330 * smooth(2.6F, 6.6F, t.t), -116 - 34 * std::fabs(std::sin(t.t * 2.2F))},
           19 * out, kBlue, 31);
  }

  void stairs(const Table& t) const {
    const float out = 1 - smooth(7.3F, 8, t.t);
    static constexpr std::uint32_t kInks[] = {kRed, kYellow, kBlue};
    for (std::uint32_t i = 0; i < 8; ++i) {
      const float order = static_cast<float>(i);
      const float grown = ease_out((t.t - 0.18F * order) / 0.8F) * out;
      const float high = (40 + 30 * order) * grown;
      t.bar({-232 + 66 * order, 170 - high / 2}, 62, high, 0.0F,
            i % 2 == 0 ? dark() : kInks[i / 2 % 3], i);
    }
    const float hop = std::clamp((t.t - 1.8F) / 5.2F * 7, 0.0F, 7.0F);
    const float between = hop - std::floor(hop);
    const float x = -232 + 66 * (std::floor(hop) + smooth(0.2F, 0.8F, between));
    const float stair = 170 - (40 + 30 * (std::floor(hop) + (between > 0.5F ? 1.0F : 0.0F)));
    t.disc({x, stair - 22 - 46 * std::sin(kPi * between)}, 22 * ease_out((t.t - 1) / 0.6F) * out,
           kRed, 40);
    t.wedge({214, -118}, 48 * ease_out(t.t) * out, t.t * 0.6F, t.t * 0.6F + kPi, kYellow, 41);
  }

  void machine(const Table& t) const {
    const float in = ease_out(t.t / 1.2F) * (1 - smooth(7.3F, 8, t.t));
    t.bar({0, 34}, 540 * in, 9, 0.0F, dark(), 1);
    for (std::uint32_t i = 0; i < 4; ++i) {
      const float order = static_cast<float>(i);
      const float angle = t.t * (i % 2 == 0 ? 1.5F : -1.5F) + order;
      const Point at{-198 + 132 * order, 34};
      t.disc(at, 60 * in, i % 2 == 0 ? kBlue : dark(), 10 + i);
      t.wedge(at, 60 * in, angle, angle + kPi, i % 2 == 0 ? kYellow : kRed, 20 + i);
      t.disc(at, 15 * in, script_ == 0 ? 0xF1E8D6 : 0x15151A, 30 + i);
      const Point crank = at + turned({44, 0}, angle + kPi / 2);
      t.bar({(crank.x + at.x) / 2, (crank.y - 116) / 2 - 10}, 9 * in, (110 + crank.y) * in,
            0.05F * std::sin(angle), dark(), 40 + i);
      t.bar({at.x, -116 + crank.y * 0.3F}, 74 * in, 22 * in, 0.0F, i % 2 == 0 ? kRed : kBlue,
            50 + i);
    }
  }

  void face(const Table& t) const {
    const float in = ease_out(t.t / 1.4F);
    const float out = 1 - smooth(7.2F, 8, t.t);
    const float size = in * out;
    t.wedge({0, 10}, 150 * size, kPi / 2, kPi * 1.5F, dark(), 1);
    t.wedge({0, 10}, 150 * size, -kPi / 2, kPi / 2, kYellow, 2);
    const float look = 12 * std::sin(t.t * 1.4F);
    const bool blink = std::fmod(t.t, 2.6F) > 2.35F;
    t.disc({-60, -24}, 32 * size, script_ == 0 ? 0xF1E8D6 : 0x15151A, 3);
    t.disc({60, -24}, 32 * size, kBlue, 4);
    if (!blink) {
      t.disc({-60 + look, -24}, 13 * size, kRed, 5);
      t.disc({60 + look, -24}, 13 * size, script_ == 0 ? 0xF1E8D6 : 0x15151A, 6);
    } else {
      t.bar({0, -24}, 210 * size, 9, 0.0F, kRed, 7);
    }
    t.bar({0, 26}, 17 * size, 74 * size, 0.14F, kRed, 8);
    t.wedge({0, 78}, 46 * size, 0.1F * std::sin(t.t * 5), kPi - 0.1F * std::sin(t.t * 5), kRed, 9);
    for (std::uint32_t i = 0; i < 5; ++i) {
      t.bar(
          {-96 + 48 * static_cast<float>(i), -166 - 9 * std::sin(t.t * 4 + static_cast<float>(i))},
          14 * size, 60 * size, -0.3F + 0.15F * static_cast<float>(i), i % 2 == 0 ? kBlue : kRed,
          20 + i);
    }
  }

  // Paper tooth and the odd hair in the gate.
  static void draw_dirt(Picture& picture, std::uint32_t shot, float s) {
    const auto& grain = grain_tile();
    for (int channel = 0; channel < 3; ++channel) {
      float* light = picture.plane(channel);
      for (int y = 0; y < picture.height(); ++y) {
        const float* row = grain.data() + static_cast<std::size_t>(y % 256) * 256;
        for (int x = 0; x < picture.width(); ++x) *light++ *= 1 + 0.03F * row[(x + y / 3) % 256];
      }
    }
    if (chance(shot, 5) > 0.16F) return;
    const Point from{chance(shot, 6) * picture.w(), chance(shot, 7) * picture.h()};
    picture.streak(from, from + Point{(chance(shot, 8) - 0.5F) * 40 * s, 22 * s}, 0.7F,
                   hex(0x808080), -0.4F);
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_bauhaus(int script, std::uint32_t seed) {
  return std::make_unique<Bauhaus>(script, seed);
}

}  // namespace matinee::demo
