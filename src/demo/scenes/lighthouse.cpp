// A scene: a tower on a rock, its beam, rain and breakers. Script 1: fog, no rain.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Lighthouse final : public Scene {
 public:
  Lighthouse(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const bool fog = script_ == 1;
    picture.sky({{0, hex(fog ? 0x20303A : 0x070B16)},
                 {0.55F, hex(fog ? 0x5A7278 : 0x1F3040)},
                 {1, hex(fog ? 0x3E545C : 0x0A121C)}});
    draw_clouds(picture, moment);
    const float strike = std::fmod(moment.second + 3, 9.0F);
    const float flash = fog ? 0
                            : std::max(0.0F, 1 - strike * 5) +
                                  0.6F * std::max(0.0F, 1 - std::fabs(strike - 0.35F) * 9);
    if (flash > 0.01F) draw_lightning(picture, moment, flash);
    const Point lamp{picture.w() * 0.64F, picture.h() * 0.25F};
    draw_beam(picture, moment, lamp);
    for (int i = 0; i < 2; ++i) draw_sea(picture, moment, i);
    draw_tower(picture, lamp, flash);
    for (int i = 2; i < 5; ++i) draw_sea(picture, moment, i);
    draw_spray(picture, moment, lamp);
    if (!fog) draw_rain(picture, moment, s);
    if (fog) draw_mist(picture, 0.3F, 1.0F, hex(0x9CB2B6), 0.6F, moment.second * 0.8F);
  }

 private:
  void draw_clouds(Picture& picture, const Moment& moment) const {
    const float per_unit = 0.05F / picture.scale();
    const float drift = moment.second * 0.9F;
    picture.field(
        6, Blend::over, 0, static_cast<int>(picture.h() * 0.62F), [&](float x, float y) -> Veil {
          const float a =
              clouds().at(x * per_unit + drift, y * per_unit * 2.4F + static_cast<float>(seed_));
          const float b = clouds().at(x * per_unit * 2.2F + drift * 1.6F, y * per_unit * 4 + 50);
          const float body = a + 0.5F * b;
          return {mix(hex(script_ == 1 ? 0x2C3C44 : 0x04060C),
                      hex(script_ == 1 ? 0x9FB4B4 : 0x3A5468), clamp01(0.5F + body)),
                  0.75F};
        });
  }

  void draw_lightning(Picture& picture, const Moment& moment, float flash) const {
    const auto which = static_cast<std::uint32_t>((moment.second + 3) / 9);
    Point at{picture.w() * (0.12F + 0.35F * chance(seed_, which)), 0};
    picture.glow(at.x, picture.h() * 0.2F, picture.h() * 0.6F, hex(0x9FB8FF), 0.55F * flash);
    for (std::uint32_t i = 0; i < 11; ++i) {
      const Point to{at.x + (chance(which, i, 3) - 0.5F) * 62 * picture.scale(),
                     at.y + picture.h() * 0.056F};
      picture.streak(at, to, 2.2F * picture.scale(), hex(0xE6ECFF), flash);
      at = to;
    }
  }

  void draw_beam(Picture& picture, const Moment& moment, Point lamp) const {
    const float s = picture.scale();
    const float turn = moment.second * 0.85F;
    for (int side = 0; side < 2; ++side) {
      const float angle = turn + kPi * static_cast<float>(side);
      const float across = std::cos(angle);
      const float toward = std::sin(angle);
      const float reach = (120 + 620 * std::fabs(across)) * s;
      const float spread = (11 + 60 * std::fabs(across) + 46 * std::max(0.0F, toward)) * s;
      const float drop = 34 * s * std::fabs(across);
      const Point end{lamp.x + across * reach, lamp.y + drop};
      // What is seen of a beam that comes towards one is short.
      const float shown = std::sqrt(across * across * reach * reach + spread * spread);
      Shape cone;
      const std::array<Point, 4> corners{Point{lamp.x, lamp.y - 3 * s},
                                         Point{end.x, end.y - spread}, Point{end.x, end.y + spread},
                                         Point{lamp.x, lamp.y + 3 * s}};
      cone.add_polygon(corners);
      picture.fill(cone, Paint::light(hex(0xFFF1C4), 0.62F * (0.5F + 0.5F * std::fabs(across)),
                                      lamp, shown));
    }
    const float facing = std::max(0.0F, std::sin(turn)) + std::max(0.0F, std::sin(turn + kPi));
    picture.glow(lamp.x, lamp.y, (46 + 60 * facing * facing) * s, hex(0xFFE9B0),
                 0.7F + 0.5F * facing);
  }

  static void draw_tower(Picture& picture, Point lamp, float flash) {
    const float s = picture.scale();
    const float foot = picture.h() * 0.74F;
    Shape rock;
    const std::array<Point, 8> crag{
        Point{lamp.x - 120 * s, foot + 70 * s}, Point{lamp.x - 78 * s, foot + 12 * s},
        Point{lamp.x - 44 * s, foot + 4 * s},   Point{lamp.x - 30 * s, foot - 16 * s},
        Point{lamp.x + 34 * s, foot - 14 * s},  Point{lamp.x + 62 * s, foot + 10 * s},
        Point{lamp.x + 104 * s, foot + 22 * s}, Point{lamp.x + 150 * s, foot + 80 * s}};
    rock.add_polygon(crag);
    picture.fill(rock, Paint::down(mix(hex(0x18222C), hex(0x6A7890), flash), hex(0x04070B),
                                   foot - 20 * s, foot + 50 * s));
    const float top = lamp.y + 11 * s;
    for (int band = 0; band < 5; ++band) {
      const float from = static_cast<float>(band) / 5;
      const float to = static_cast<float>(band + 1) / 5;
      Shape part;
      part.add_taper({lamp.x, mix(top, foot - 12 * s, from)}, {lamp.x, mix(top, foot - 12 * s, to)},
                     mix(19 * s, 33 * s, from), mix(19 * s, 33 * s, to));
      const Rgb colour = band % 2 == 0 ? hex(0xB9C0C4) : hex(0x8A2A24);
      picture.fill(part, Paint::flat(mix(colour * 0.42F, colour, 0.2F + 0.8F * flash)));
    }
    Shape lee;
    lee.add_taper({lamp.x + 7 * s, top}, {lamp.x + 12 * s, foot - 12 * s}, 8 * s, 13 * s);
    picture.fill(lee, Paint::flat(hex(0x02040A), 0.45F));
    Shape head;
    head.add_rect(lamp.x - 14 * s, top - 2 * s, lamp.x + 14 * s, top + 2 * s);
    head.add_ellipse(lamp.x, lamp.y - 10 * s, 10 * s, 6 * s, 0);
    head.add_rect(lamp.x - 1 * s, lamp.y - 24 * s, lamp.x + 1 * s, lamp.y - 12 * s);
    for (int bar = -2; bar <= 2; ++bar) {
      const float x = lamp.x + static_cast<float>(bar) * 4.6F * s;
      head.add_rect(x - 0.6F * s, lamp.y - 9 * s, x + 0.6F * s, top);
    }
    picture.fill(head, Paint::flat(hex(0x0C1016)));
    picture.disc(lamp.x, lamp.y, 5 * s, hex(0xFFF6DA));
    Shape window;
    window.add_round_rect(lamp.x - 3 * s, lamp.y + 62 * s, lamp.x + 3 * s, lamp.y + 71 * s, 3 * s);
    picture.fill(window, Paint::flat(hex(0xFFC468)));
    picture.glow(lamp.x, lamp.y + 66 * s, 19 * s, hex(0xFFA040), 0.5F);
  }

  void draw_sea(Picture& picture, const Moment& moment, int i) const {
    const float near = static_cast<float>(i) / 4;
    const float s = picture.scale();
    const float rough = script_ == 1 ? 0.35F : 1.0F;
    std::vector<float> tops;
    constexpr int kStep = 4;
    for (int x = 0; x < picture.width() + 2 * kStep; x += kStep) {
      const float at = static_cast<float>(x) / (s * (60 + 56 * near));
      const float t = moment.second * (0.7F + 0.5F * near);
      const float roll = std::sin(at * 2.2F + t + static_cast<float>(i) * 2);
      const float sharp = 1 - std::fabs(std::sin(at * 1.3F - t * 0.8F + static_cast<float>(i)));
      tops.push_back(picture.h() * (0.64F + 0.078F * static_cast<float>(i)) -
                     rough * s * (5 + 11 * near) * (roll + 1.5F * sharp * sharp) +
                     3 * s * clouds().at(at * 9 + t * 3, static_cast<float>(i * 30)));
    }
    const Rgb crest = hex(script_ == 1 ? 0x7D9498 : 0x46687A);
    const Rgb trough = hex(script_ == 1 ? 0x3A4E54 : 0x07121C);
    Shape sea;
    sea.add_ridge(tops, 0, kStep, picture.h());
    const float top = picture.h() * (0.6F + 0.078F * static_cast<float>(i));
    picture.fill(sea, Paint::down(mix(crest, trough, 0.25F * near), trough, top, top + 46 * s));
    std::vector<Point> foam;
    for (std::size_t k = 0; k < tops.size(); ++k)
      foam.push_back({static_cast<float>(k) * kStep, tops[k] + 1.2F * s});
    Shape line;
    line.add_stroke(foam, (0.8F + 1.3F * near) * s);
    picture.fill(line, Paint::flat(hex(0xC8DCE4), 0.32F));
  }

  void draw_spray(Picture& picture, const Moment& moment, Point lamp) const {
    if (script_ == 1) return;
    const float s = picture.scale();
    const float beat = std::fmod(moment.second, 3.6F);
    const auto which = static_cast<std::uint32_t>(moment.second / 3.6F);
    for (int i = 0; i < 70; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float speed = (55 + 110 * chance(which, n, 1)) * s;
      const float angle = -kPi / 2 + (chance(which, n, 2) - 0.6F) * 1.5F;
      const float x = lamp.x - 66 * s + std::cos(angle) * speed * beat * 0.7F;
      const float y = picture.h() * 0.8F + std::sin(angle) * speed * beat + 62 * s * beat * beat;
      const float light = 0.5F * (1 - smooth(0.4F, 2.0F, beat));
      if (light > 0.01F) picture.glow(x, y, (2 + 5 * chance(n, 3)) * s, hex(0xDCECF4), light);
    }
  }

  static void draw_rain(Picture& picture, const Moment& moment, float s) {
    for (int i = 0; i < 260; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float near = chance(n, 3);
      const float fall = std::fmod(chance(n, 1) + moment.second * (1.0F + 0.9F * near), 1.0F);
      const float x = (chance(n, 2) * 1.5F - fall * 0.4F) * picture.w();
      const float y = fall * picture.h() * 1.1F - 20 * s;
      const float length = (10 + 22 * near) * s;
      picture.streak({x, y}, {x - length * 0.36F, y + length}, 0.6F, hex(0xB6CCE4),
                     0.1F + 0.22F * near);
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_lighthouse(int script, std::uint32_t seed) {
  return std::make_unique<Lighthouse>(script, seed);
}

}  // namespace matinee::demo
