// A scene: a wood at night, fireflies, a fox. Scripts: 0 summer, 1 autumn.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Forest final : public Scene {
 public:
  Forest(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool autumn = script_ == 1;
    const Rgb glade = hex(autumn ? 0xF0A050 : 0x58B4A0);
    const Rgb dark = hex(autumn ? 0x180A0C : 0x04110F);
    picture.sky({{0, mix(dark, glade, 0.3F)},
                 {0.55F, mix(dark, glade, 0.75F)},
                 {0.8F, mix(dark, glade, 0.45F)},
                 {1, dark}});
    const Point moon{picture.w() * 0.56F, picture.h() * 0.28F};
    picture.glow(moon.x, moon.y, 260 * s, mix(glade, hex(0xFFFFFF), 0.4F), 0.55F);
    picture.disc(moon.x, moon.y, 36 * s, hex(autumn ? 0xFFF0D0 : 0xF2FBEF));
    for (int layer = 0; layer < 4; ++layer) {
      draw_trunks(picture, moment, layer,
                  mix(mix(glade, dark, 0.42F), dark, static_cast<float>(layer) / 3));
      if (layer == 1) draw_shafts(picture, moment, moon, glade);
      if (layer == 2) draw_fox(picture, moment, autumn ? hex(0x2A0E08) : hex(0x07100E));
      draw_mist(picture, 0.56F + 0.06F * static_cast<float>(layer), 0.96F,
                mix(glade, hex(0xFFFFFF), 0.15F), 0.26F,
                moment.second * 0.35F + static_cast<float>(layer) * 11);
    }
    draw_ferns(picture, moment, s);
    if (autumn) draw_leaves(picture, moment, s);
    draw_fireflies(picture, moment, s);
  }

 private:
  void draw_trunks(Picture& picture, const Moment& moment, int layer, Rgb colour) const {
    const float near = static_cast<float>(layer) / 3;
    const float s = picture.scale();
    const float pitch = (34 + 62 * near) * s;
    const float moved = moment.second * (0.7F + 4.5F * near) * s;
    const int passed = static_cast<int>(moved / pitch);
    Shape trees;
    for (int i = -1; i < static_cast<int>(picture.w() / pitch) + 3; ++i) {
      const auto n =
          static_cast<std::uint32_t>(i + 1 + passed) * 4 + static_cast<std::uint32_t>(layer);
      const float x = static_cast<float>(i) * pitch - std::fmod(moved, pitch) +
                      pitch * 0.6F * chance(n, seed_, 1);
      if (layer == 3 && std::fabs(x / picture.w() - 0.5F) < 0.22F) continue;
      const float width = (4 + 17 * near) * s * (0.6F + 0.8F * chance(n, seed_, 2));
      const float lean = (chance(n, seed_, 3) - 0.5F) * 22 * s;
      const float foot = picture.h() * (0.74F + 0.07F * static_cast<float>(layer));
      trees.add_taper({x + lean, -6}, {x, foot}, width * 0.6F, width);
      trees.add_taper({x, foot - width}, {x, foot + width * 0.5F}, width, width * 2.2F);
      for (std::uint32_t k = 0; k < 4; ++k) {
        const float up = picture.h() * (0.04F + 0.5F * chance(n, k, 5));
        const float side = k % 2 == 0 ? 1.0F : -1.0F;
        const Point from{x + lean * (1 - up / foot), up};
        const Point elbow = from + Point{side * width * 2.4F, -width * 1.2F};
        trees.add_taper(from, elbow, width * 0.3F, width * 0.18F);
        trees.add_taper(elbow, elbow + Point{side * width * 1.8F, width * 0.1F - 14 * s},
                        width * 0.18F, 0.6F);
      }
    }
    for (int i = 0; i < 26; ++i) {  // the crowns, from above
      const auto n = static_cast<std::uint32_t>(i * 4 + layer);
      const float x =
          picture.w() * (static_cast<float>(i) / 24) + (chance(n, seed_, 7) - 0.5F) * 40 * s;
      trees.add_disc(
          x + 2 * s * std::sin(moment.second * 0.7F + static_cast<float>(i)),
          (-8 + 44 * (chance(n, seed_, 8) - 0.35F) + 7 * static_cast<float>(3 - layer)) * s,
          (22 + 20 * chance(n, seed_, 9)) * s);
    }
    trees.add_rect(-5, picture.h() * (0.745F + 0.07F * static_cast<float>(layer)), picture.w() + 5,
                   picture.h() + 5);
    picture.fill(trees, Paint::down(colour, colour * 0.72F, 0, picture.h()));
  }

  void draw_shafts(Picture& picture, const Moment& moment, Point moon, Rgb glade) const {
    for (int i = 0; i < 6; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float angle = 0.6F + 0.36F * static_cast<float>(i) +
                          0.05F * std::sin(moment.second * 0.3F + static_cast<float>(i));
      const float reach = picture.h() * (0.8F + 0.3F * chance(seed_, n));
      Shape shaft;
      const Point way = turned({1, 0}, angle);
      shaft.add_taper(moon + way * (40 * picture.scale()), moon + way * reach, 8 * picture.scale(),
                      74 * picture.scale());
      picture.fill(shaft, Paint::light(mix(glade, hex(0xFFFFFF), 0.5F),
                                       0.2F + 0.08F * std::sin(moment.second * 0.6F +
                                                               static_cast<float>(i) * 2),
                                       moon, reach));
    }
  }

  void draw_fox(Picture& picture, const Moment& moment, Rgb shade) const {
    const float s = picture.scale() * 1.5F;
    const float t = std::fmod(moment.past() * 1.02F, 1.0F);
    const float x = picture.w() * (-0.1F + 1.2F * t);
    const float foot = picture.h() * 0.865F;
    const bool sits = t > 0.44F && t < 0.58F;
    const float gait = sits ? 0 : moment.second * 7;
    const Rgb coat = mix(hex(0xE0702C), shade, 0.22F);
    const float bob = std::sin(gait * 2) * 0.8F * s;
    Shape legs;
    for (int leg = 0; leg < 4; ++leg) {
      const float hip = x + (leg < 2 ? -9.0F : 9.0F) * s + static_cast<float>(leg % 2) * 3 * s;
      legs.add_taper({hip, foot - 11 * s + bob},
                     {hip + std::sin(gait + static_cast<float>(leg) * 1.6F) * 5 * s, foot}, 4 * s,
                     2 * s);
    }
    picture.fill(legs, Paint::flat(coat * 0.4F));
    Shape body;
    body.add_ellipse(x, foot - 14 * s + bob, 15 * s, 6 * s, -0.06F);
    body.add_taper({x + 9 * s, foot - 16 * s + bob}, {x + 19 * s, foot - 24 * s + bob}, 9 * s,
                   6 * s);
    body.add_ellipse(x + 21 * s, foot - 25 * s + bob, 6.4F * s, 5 * s, 0.1F);
    body.add_taper({x + 24 * s, foot - 24.5F * s + bob}, {x + 31 * s, foot - 22 * s + bob}, 6 * s,
                   1.4F * s);
    const float twitch = sits ? std::max(0.0F, std::sin(moment.second * 9)) * s : 0;
    body.add_polygon(std::array<Point, 3>{Point{x + 15 * s, foot - 27 * s + bob},
                                          Point{x + 16 * s, foot - 36 * s + bob - twitch},
                                          Point{x + 20 * s, foot - 29 * s + bob}});
    body.add_polygon(std::array<Point, 3>{Point{x + 20 * s, foot - 29 * s + bob},
                                          Point{x + 23 * s, foot - 36 * s + bob},
                                          Point{x + 25 * s, foot - 27 * s + bob}});
    std::vector<Point> tail;
    const float wag = std::sin(moment.second * 2.4F) * 4 * s;
    for (int k = 0; k <= 8; ++k) {
      const float down = static_cast<float>(k) / 8;
      tail.push_back({x - (12 + 24 * down) * s,
                      foot - (15 - 3 * down + 12 * down * down) * s + bob + wag * down});
    }
    for (std::size_t k = 0; k + 1 < tail.size(); ++k) {
      const float wide = (4 + 7 * std::sin(static_cast<float>(k) / 8 * kPi)) * s;
      body.add_taper(tail[k], tail[k + 1], wide,
                     (4 + 7 * std::sin(static_cast<float>(k + 1) / 8 * kPi)) * s);
    }
    picture.fill(body, Paint::flat(coat));
    picture.disc(tail.back().x, tail.back().y, 3 * s, hex(0xFFF0DC));
    picture.disc(x + 23 * s, foot - 26 * s + bob, 1.0F * s, hex(0x140806));
    picture.glow(x + 4 * s, foot - 22 * s, 40 * s, hex(0xFFC890), 0.14F);
  }

  void draw_ferns(Picture& picture, const Moment& moment, float s) const {
    Shape ferns;
    for (int i = 0; i < 34; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float x =
          picture.w() * static_cast<float>(i) / 32 + (chance(seed_, n, 21) - 0.5F) * 30 * s;
      const float lean = (chance(seed_, n, 22) - 0.5F) * 1.5F +
                         0.05F * std::sin(moment.second + static_cast<float>(i));
      const float tall = (40 + 52 * chance(seed_, n, 23)) * s;
      Point at{x, picture.h() + 5 * s};
      for (int k = 0; k < 9; ++k) {
        const float up = static_cast<float>(k) / 9;
        const Point next = at + turned({0, -tall / 9}, lean * (0.3F + up));
        ferns.add_taper(at, next, 2 * s * (1 - up), 2 * s * (1 - up));
        const float leaf = tall * 0.24F * (1 - up);
        for (int side = -1; side <= 1; side += 2) {
          ferns.add_taper(next,
                          next + turned({static_cast<float>(side) * leaf, leaf * 0.25F}, lean * up),
                          3.4F * s * (1 - up), 0.4F);
        }
        at = next;
      }
    }
    picture.fill(ferns, Paint::flat(script_ == 1 ? hex(0x0C0504) : hex(0x010706)));
  }

  void draw_leaves(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 46; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float fall =
          std::fmod(chance(seed_, n, 31) + moment.second * (0.05F + 0.05F * chance(n, 3)), 1.0F);
      const float x = picture.w() * chance(seed_, n, 32) +
                      34 * s * std::sin(moment.second * 1.1F + static_cast<float>(i));
      Shape leaf;
      leaf.add_ellipse(
          x, fall * picture.h(), 4.6F * s,
          2 * s * std::fabs(std::sin(moment.second * 2 + static_cast<float>(i))) + 0.6F,
          moment.second + static_cast<float>(i));
      picture.fill(leaf, Paint::flat(mix(hex(0xE05A1C), hex(0xFFC23C), chance(n, 4)), 0.9F));
    }
  }

  void draw_fireflies(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 40; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float clock =
          moment.second * (0.16F + 0.14F * chance(seed_, n, 41)) + chance(seed_, n, 42) * 40;
      const float x =
          picture.w() * (0.5F + 0.54F * clouds().at(clock * 4, static_cast<float>(i) * 9));
      const float y =
          picture.h() * (0.66F + 0.36F * clouds().at(clock * 4 + 70, static_cast<float>(i) * 9));
      const float blink = std::max(
          0.0F, std::sin(moment.second * (1 + chance(n, 6)) + static_cast<float>(i) * 2.4F));
      picture.glow(x, y, (7 + 8 * chance(n, 7)) * s, hex(0xE8FF8A), 0.85F * blink * blink);
      if (blink > 0.3F) picture.disc(x, y, 1.1F * s, hex(0xFFFFD8), blink);
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_forest(int script, std::uint32_t seed) {
  return std::make_unique<Forest>(script, seed);
}

}  // namespace matinee::demo
