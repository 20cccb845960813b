// A scene: black, white and one colour: a street lamp, blinds, hats, smoke. Scripts: 0 the alley, 1
// the office, 2 the stairs.
#include <array>
#include <cmath>

#include "demo/draw/lettering.h"
#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Noir final : public Scene {
 public:
  Noir(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const int place = (script_ + static_cast<int>(moment.second / 14)) % 3;
    if (place == 0) draw_alley(picture, moment);
    if (place == 1) draw_office(picture, moment);
    if (place == 2) draw_stairs(picture, moment);
    // A cut is a dip to black.
    const float into = std::fmod(moment.second, 14.0F);
    picture.fade(std::min({1.0F, 0.15F + into * 2.6F, 0.15F + (14 - into) * 2.6F}));
  }

 private:
  void draw_alley(Picture& picture, const Moment& moment) const {
    const float s = picture.scale();
    picture.sky(
        {{0, hex(0x161B22)}, {0.6F, hex(0x56616C)}, {0.74F, hex(0x6A757E)}, {1, hex(0x1C2126)}});
    const float middle = picture.w() * 0.46F;
    // Walls that run to a vanishing point.
    const float eye = picture.h() * 0.6F;
    Shape left;
    left.add_polygon(std::array<Point, 4>{Point{-5, -5}, Point{middle - 60 * s, eye - 90 * s},
                                          Point{middle - 60 * s, eye + 22 * s},
                                          Point{-5, picture.h() + 5}});
    Shape right;
    right.add_polygon(std::array<Point, 4>{
        Point{picture.w() + 5, -5}, Point{middle + 60 * s, eye - 110 * s},
        Point{middle + 60 * s, eye + 22 * s}, Point{picture.w() + 5, picture.h() + 5}});
    picture.fill(left, Paint::down(hex(0x14171B), hex(0x2C3238), 0, picture.h()));
    picture.fill(right, Paint::down(hex(0x0B0D0F), hex(0x1E2327), 0, picture.h()));
    draw_alley_windows(picture, moment, middle, eye, s);
    const Point lamp{picture.w() * 0.7F, picture.h() * 0.2F};
    Shape cone;
    cone.add_polygon(std::array<Point, 4>{Point{lamp.x - 9 * s, lamp.y},
                                          Point{lamp.x + 9 * s, lamp.y},
                                          Point{lamp.x + 120 * s, picture.h() * 0.93F},
                                          Point{lamp.x - 120 * s, picture.h() * 0.93F}});
    picture.fill(cone,
                 Paint::light(hex(0xE8E4D4), 0.5F, {lamp.x, lamp.y - 20 * s}, picture.h() * 0.95F));
    picture.glow(lamp.x, picture.h() * 0.92F, 22 * s, 5.4F, hex(0xF0EAD8), 0.4F);
    Shape post;
    post.add_rect(lamp.x + 52 * s, lamp.y - 26 * s, lamp.x + 56 * s, picture.h() * 0.92F);
    post.add_stroke(std::array<Point, 3>{Point{lamp.x + 54 * s, lamp.y - 24 * s},
                                         Point{lamp.x + 20 * s, lamp.y - 30 * s},
                                         Point{lamp.x, lamp.y - 6 * s}},
                    3 * s);
    post.add_taper({lamp.x, lamp.y - 8 * s}, {lamp.x, lamp.y + 1 * s}, 6 * s, 22 * s);
    picture.fill(post, Paint::flat(hex(0x050607)));
    picture.disc(lamp.x, lamp.y + 2 * s, 4 * s, hex(0xFFFBEA));
    picture.glow(lamp.x, lamp.y + 2 * s, 44 * s, hex(0xFFF6DC), 0.8F);
    const float walk = smooth(0.5F, 11, std::fmod(moment.second, 14.0F));
    draw_man(picture, {lamp.x - 120 * s + 96 * s * walk, picture.h() * 0.915F}, 132 * s, moment,
             walk < 0.98F);
    draw_mist(picture, 0.7F, 1.05F, hex(0x8A9298), 0.3F, moment.second * 0.6F);
  }

  void draw_alley_windows(Picture& picture, const Moment& moment, float middle, float eye,
                          float s) const {
    for (int i = 0; i < 10; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float depth = 0.3F + 0.1F * static_cast<float>(i / 2);
      const float x = mix(0.0F, middle - 60 * s, depth);
      const float top =
          mix(-40 * s, eye - 80 * s, depth) + (i % 2 == 0 ? 60 : 140) * s * (1 - depth);
      if (chance(seed_, n) < 0.4F) continue;
      const bool red = i == 4;
      Shape window;
      const float size = 34 * s * (1 - depth);
      window.add_polygon(std::array<Point, 4>{
          Point{x, top}, Point{x + size * 0.8F, top + size * 0.16F},
          Point{x + size * 0.8F, top + size * 1.3F}, Point{x, top + size * 1.34F}});
      const float on = red ? 0.7F + 0.3F * std::sin(moment.second * 2.2F) : 0.75F;
      picture.fill(window, Paint::flat(red ? hex(0xD02A22) : hex(0xC8C4B0), on));
      if (red) picture.glow(x + size * 0.4F, top + size * 0.7F, 60 * s, hex(0xE03020), 0.4F * on);
    }
  }

  // Hat, coat, a cigarette.
  static void draw_man(Picture& picture, Point foot, float tall, const Moment& moment, bool walks) {
    const float step = walks ? std::sin(moment.second * 3.6F) : 0;
    const float u = tall / 100;
    Shape shadow;
    shadow.add_ellipse(foot.x + 14 * u, foot.y + 1 * u, 34 * u, 4 * u, 0);
    picture.fill(shadow, Paint::flat({0, 0, 0}, 0.6F));
    Shape man;
    man.add_taper({foot.x - 3 * u, foot.y - 40 * u}, {foot.x - (5 + 9 * step) * u, foot.y}, 10 * u,
                  6 * u);
    man.add_taper({foot.x + 3 * u, foot.y - 40 * u}, {foot.x + (5 + 9 * step) * u, foot.y}, 10 * u,
                  6 * u);
    man.add_polygon(std::array<Point, 8>{
        Point{foot.x - 5 * u, foot.y - 85 * u}, Point{foot.x - 15 * u, foot.y - 78 * u},
        Point{foot.x - 13 * u, foot.y - 50 * u}, Point{foot.x - 16 * u, foot.y - 22 * u},
        Point{foot.x + 16 * u, foot.y - 22 * u}, Point{foot.x + 12 * u, foot.y - 50 * u},
        Point{foot.x + 15 * u, foot.y - 78 * u}, Point{foot.x + 5 * u, foot.y - 85 * u}});
    man.add_ellipse(foot.x, foot.y - 90 * u, 6 * u, 8 * u, 0);
    man.add_ellipse(foot.x, foot.y - 94 * u, 14 * u, 2.6F * u, -0.06F);
    man.add_round_rect(foot.x - 8 * u, foot.y - 105 * u, foot.x + 8 * u, foot.y - 94 * u, 3 * u);
    picture.fill(man, Paint::flat(hex(0x030304)));
    const Point ember{foot.x + 10 * u, foot.y - 85 * u};
    const float draw = 0.5F + 0.5F * std::sin(moment.second * 0.9F);
    picture.glow(ember.x, ember.y, 7 * u, hex(0xFF5A20), 0.4F + 0.6F * draw * draw);
    for (int i = 0; i < 10; ++i) {
      const float age = std::fmod(moment.second * 0.16F + static_cast<float>(i) / 10, 1.0F);
      picture.glow(ember.x + (6 * age + 4 * std::sin(age * 9 + static_cast<float>(i))) * u,
                   ember.y - 62 * age * u, (3 + 15 * age) * u, hex(0xC8C8C0), 0.11F * (1 - age));
    }
  }

  void draw_office(Picture& picture, const Moment& moment) const {
    const float s = picture.scale();
    picture.sky({{0, hex(0x1A1C20)}, {0.7F, hex(0x34363A)}, {1, hex(0x101214)}});
    const float sweep = 0.5F + 0.5F * std::sin(moment.second * 0.45F);
    // Light through blinds, over the wall.
    const float left = picture.w() * (0.08F + 0.12F * sweep);
    Shape slats;
    for (int i = 0; i < 11; ++i) {
      const float y = picture.h() * 0.12F + static_cast<float>(i) * 15 * s;
      const float skew = 46 * s;
      slats.add_polygon(std::array<Point, 4>{Point{left, y + skew}, Point{left + 300 * s, y},
                                             Point{left + 300 * s, y + 8.5F * s},
                                             Point{left, y + skew + 8.5F * s}});
    }
    picture.fill(
        slats, Paint::light(hex(0xF2EBD6), 0.85F, {left + 170 * s, picture.h() * 0.36F}, 330 * s));
    Shape door;
    const float dx = picture.w() * 0.74F;
    door.add_rect(dx, picture.h() * 0.16F, dx + 96 * s, picture.h());
    picture.fill(door, Paint::flat(hex(0x060606)));
    Shape pane;
    pane.add_rect(dx + 9 * s, picture.h() * 0.2F, dx + 87 * s, picture.h() * 0.56F);
    picture.fill(
        pane, Paint::down(hex(0xB9B49C), hex(0x6A675A), picture.h() * 0.2F, picture.h() * 0.56F));
    write(picture, "M. KARST", hands::kGrotesque, 9 * s, dx + 48 * s, picture.h() * 0.32F,
          Paint::flat(hex(0x0C0C0C)));
    write(picture, "ERMITTLUNGEN", hands::kCredits, 4.6F * s, dx + 48 * s, picture.h() * 0.355F,
          Paint::flat(hex(0x0C0C0C)));
    const float visit = smooth(5, 8, std::fmod(moment.second, 14.0F));
    Shape visitor;
    const float vx = dx + (120 - 74 * visit) * s;
    visitor.add_ellipse(vx, picture.h() * 0.4F, 13 * s, 17 * s, 0);
    visitor.add_ellipse(vx, picture.h() * 0.355F, 30 * s, 5 * s, 0.05F);
    visitor.add_round_rect(vx - 15 * s, picture.h() * 0.31F, vx + 15 * s, picture.h() * 0.36F,
                           5 * s);
    visitor.add_round_rect(vx - 34 * s, picture.h() * 0.44F, vx + 34 * s, picture.h() * 0.7F,
                           14 * s);
    if (visit > 0.05F) {
      picture.fill(visitor, Paint::flat(hex(0x0A0A0A), 0.85F * visit));
    }
    draw_desk(picture, s);
  }

  static void draw_desk(Picture& picture, float s) {
    Shape desk;
    const float top = picture.h() * 0.78F;
    desk.add_rect(0, top, picture.w() * 0.64F, picture.h());
    desk.add_rect(0, top - 4 * s, picture.w() * 0.66F, top + 3 * s);
    picture.fill(desk, Paint::down(hex(0x17150F), hex(0x040404), top, picture.h()));
    const Point lamp{picture.w() * 0.3F, top - 62 * s};
    Shape cone;
    cone.add_polygon(std::array<Point, 4>{
        Point{lamp.x - 18 * s, lamp.y + 9 * s}, Point{lamp.x + 18 * s, lamp.y + 9 * s},
        Point{lamp.x + 74 * s, top}, Point{lamp.x - 74 * s, top}});
    picture.fill(cone, Paint::light(hex(0xFFF0C8), 0.62F, lamp, 120 * s));
    picture.glow(lamp.x, top + 3 * s, 12 * s, 6.0F, hex(0xFFEBC0), 0.6F);
    Shape stand;
    stand.add_rect(lamp.x - 1.5F * s, lamp.y, lamp.x + 1.5F * s, top);
    stand.add_ellipse(lamp.x, top, 18 * s, 4 * s, 0);
    std::vector<Point> shade;
    append_arc(shade, {lamp.x, lamp.y + 10 * s}, 32 * s, 20 * s, kPi, kTurn, 18);
    stand.add_polygon(shade);
    picture.fill(stand, Paint::flat(hex(0x0A1A14)));
    Shape phone;
    const float px = picture.w() * 0.47F;
    phone.add_polygon(
        std::array<Point, 4>{Point{px - 22 * s, top - 3 * s}, Point{px - 13 * s, top - 22 * s},
                             Point{px + 13 * s, top - 22 * s}, Point{px + 22 * s, top - 3 * s}});
    phone.add_round_rect(px - 26 * s, top - 31 * s, px + 26 * s, top - 24 * s, 3 * s);
    phone.add_disc(px - 22 * s, top - 26 * s, 6 * s);
    phone.add_disc(px + 22 * s, top - 26 * s, 6 * s);
    picture.fill(phone, Paint::flat(hex(0x050505)));
    picture.disc(px, top - 13 * s, 5 * s, hex(0x2A2A28));
    picture.glow(px - 4 * s, top - 30 * s, 10 * s, 2.2F, hex(0xE8E0C8), 0.25F);
  }

  // A spiral of stairs from above, and a figure going down.
  void draw_stairs(Picture& picture, const Moment& moment) const {
    picture.clear(hex(0x060708));
    const Point eye{picture.w() * 0.5F, picture.h() * 0.5F};
    const float reach = std::sqrt(picture.w() * picture.w() + picture.h() * picture.h()) * 0.6F;
    const float turn = moment.second * 0.12F;
    constexpr int kFlights = 5;
    constexpr int kSteps = 26;
    for (int flight = 0; flight < kFlights; ++flight) {
      const float outer = reach * std::pow(0.62F, static_cast<float>(flight));
      for (int i = 0; i < kSteps; ++i) {
        const float from = turn * (1 + 0.12F * static_cast<float>(flight)) +
                           kTurn * static_cast<float>(i) / kSteps;
        const float to = from + kTurn / kSteps;
        const float shrink = std::pow(0.62F, static_cast<float>(i) / kSteps);
        const float next = std::pow(0.62F, static_cast<float>(i + 1) / kSteps);
        Shape tread;
        tread.add_polygon(std::array<Point, 4>{eye + turned({outer * shrink, 0}, from),
                                               eye + turned({outer * next, 0}, to),
                                               eye + turned({outer * next * 0.68F, 0}, to),
                                               eye + turned({outer * shrink * 0.68F, 0}, from)});
        const float lit = 0.5F + 0.5F * std::cos(from - 0.9F);
        const float deep = std::pow(0.8F, static_cast<float>(flight));
        const float tone = (i % 2 == 0 ? 0.62F : 0.46F) * lit * deep + 0.03F;
        picture.fill(tread, Paint::flat(Rgb{tone, tone * 0.98F, tone * 0.93F}));
      }
    }
    picture.glow(eye.x, eye.y, reach * 0.16F, hex(0xD8281E), 0.5F);
    const float walked = std::fmod(moment.second, 14.0F) / 14;
    const float angle = 0.4F + walked * 2.6F;
    const float ring = reach * 0.5F * std::pow(0.62F, walked);
    const Point man = eye + turned({ring * 0.84F, 0}, angle);
    const float size = 15 * picture.scale() * std::pow(0.62F, walked);
    Shape shadow;
    shadow.add_taper(man, man + turned({size * 5, 0}, angle + 1.1F), size * 1.5F, size * 0.4F);
    picture.fill(shadow, Paint::flat({0, 0, 0}, 0.6F));
    picture.disc(man.x, man.y, size, hex(0x0A0A0A));
    picture.disc(man.x, man.y, size * 0.56F, hex(0x2A2A28));
    Shape band;
    std::vector<Point> circle;
    append_arc(circle, man, size * 0.6F, size * 0.6F, 0, kTurn, 18);
    band.add_stroke(circle, size * 0.13F);
    picture.fill(band, Paint::flat(hex(0xD8281E)));
    static_cast<void>(seed_);
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_noir(int script, std::uint32_t seed) {
  return std::make_unique<Noir>(script, seed);
}

}  // namespace matinee::demo
