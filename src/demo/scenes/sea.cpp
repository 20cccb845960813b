// A scene: cut paper: waves in layers with shadows between them, a folded boat, days and nights.
// Scripts: 0 whole days, 1 a storm.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Sea final : public Scene {
 public:
  Sea(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    const float clock = moment.second / 100;  // a day and its night
    const float day = script_ == 1 ? 0.16F : 0.5F + 0.5F * std::cos(clock * kTurn + 0.35F);
    const float dusk = pulse(0.18F, 0.72F, 0.27F, day);
    const Rgb high = mix(mix(hex(0x101637), hex(0x7CC6D0), day), hex(0x6C4A86), dusk * 0.75F);
    const Rgb low = mix(mix(hex(0x2A2B58), hex(0xF7E8C6), day), hex(0xF39A66), dusk * 0.85F);
    picture.sky({{0, high}, {0.62F, low}, {1, low}});
    draw_stars_of_paper(picture, moment, 1 - smooth(0.1F, 0.5F, day));
    draw_lamp(picture, moment, day, clock);
    draw_clouds(picture, moment, day, low);
    for (int i = 0; i < 6; ++i) {
      if (i == 3) draw_boat(picture, moment, day);
      draw_wave(picture, moment, i, day, dusk);
      if (i == 1) draw_whale(picture, moment, day, s);
    }
    draw_fibres(picture);
  }

 private:
  [[nodiscard]] float rough() const { return script_ == 1 ? 1.9F : 1.0F; }

  [[nodiscard]] float wave_top(const Picture& picture, const Moment& moment, int i, float x) const {
    const float order = static_cast<float>(i);
    const float s = picture.scale();
    const float at = x / (s * (150 - 11 * order));
    const float phase = chance(seed_, static_cast<std::uint32_t>(i)) * kTurn;
    const float t = moment.second * (0.4F + 0.13F * order) * (script_ == 1 ? 1.5F : 1.0F);
    const float swell = std::sin(at * kTurn * 0.5F + phase + t) +
                        0.45F * std::sin(at * kTurn * 0.23F - phase - t * 0.7F);
    // Scallops, as scissors make them.
    const float tooth = std::fabs(std::sin(at * kPi * 1.5F + phase * 2 + t * 0.5F));
    return picture.h() * (0.55F + 0.078F * order) +
           (swell * (5 + 2.2F * order) * rough() - tooth * (6 + 1.5F * order)) * s;
  }

  void draw_wave(Picture& picture, const Moment& moment, int i, float day, float dusk) const {
    constexpr int kStep = 3;
    const float near = static_cast<float>(i) / 5;
    std::vector<float> tops;
    for (int x = -kStep; x < picture.width() + 2 * kStep; x += kStep) {
      tops.push_back(wave_top(picture, moment, i, static_cast<float>(x)));
    }
    const float s = picture.scale();
    std::vector<float> shadow = tops;
    for (float& top : shadow) top -= 5 * s;
    Shape under;
    under.add_ridge(shadow, -kStep + 3 * s, kStep, picture.h());
    picture.fill(under, Paint::flat(hex(0x060818), 0.26F));
    const Rgb far_colour = mix(mix(hex(0x2F3E72), hex(0x8FD3CB), day), hex(0xC98A8C), dusk * 0.5F);
    const Rgb near_colour = mix(hex(0x0B1236), hex(0x0E5A7E), day);
    const Rgb colour = mix(far_colour, near_colour, near);
    Shape wave;
    wave.add_ridge(tops, -kStep, kStep, picture.h());
    const float top = picture.h() * (0.5F + 0.08F * static_cast<float>(i));
    picture.fill(wave, Paint::down(mix(colour, hex(0xFFFFFF), 0.13F), colour, top, top + 60 * s));
  }

  void draw_boat(Picture& picture, const Moment& moment, float day) const {
    const float s = picture.scale() * 1.35F;
    const float x =
        picture.w() * (0.2F + 0.58F * moment.past()) + 9 * s * std::sin(moment.second * 0.37F);
    const float level = wave_top(picture, moment, 3, x);
    const float slope =
        (wave_top(picture, moment, 3, x + 16 * s) - wave_top(picture, moment, 3, x - 16 * s)) /
        (32 * s);
    const float angle = 0.55F * slope + 0.05F * std::sin(moment.second * 0.9F);
    const auto at = [&](float px, float py) {
      return Point{x, level + 3 * s} + turned({px * s, py * s}, angle);
    };
    const Rgb paper = mix(hex(0x9A9CC0), hex(0xFFF8EA), day);
    const auto face = [&](std::initializer_list<Point> points, Rgb colour) {
      Shape shape;
      shape.add_polygon(std::vector<Point>(points));
      picture.fill(shape, Paint::flat(colour));
    };
    Shape shade;
    shade.add_ellipse(x + 5 * s, level + 9 * s, 38 * s, 7 * s, 0);
    picture.fill(shade, Paint::flat(hex(0x04081C), 0.3F));
    face({at(-2, -18), at(0, -50), at(20, -16)}, paper);
    face({at(-2, -18), at(0, -50), at(-19, -16)}, paper * 0.86F);
    face({at(-38, -19), at(38, -19), at(24, 8), at(-24, 8)}, paper * 0.95F);
    face({at(-38, -19), at(0, -8), at(-24, 8)}, paper * 0.8F);
    face({at(38, -19), at(0, -8), at(24, 8)}, paper * 0.9F);
    face({at(0, -50), at(13, -46), at(0, -41)}, hex(0xE0503C));
    if (day < 0.45F) {
      const float light = 1 - smooth(0.15F, 0.45F, day);
      const Point lantern = at(30, -26);
      picture.glow(lantern.x, lantern.y, 46 * s, hex(0xFFB050), 0.8F * light);
      picture.disc(lantern.x, lantern.y, 3.2F * s, hex(0xFFE2A0), light);
    }
  }

  void draw_whale(Picture& picture, const Moment& moment, float day, float s) const {
    const float cycle = std::fmod(moment.second + 16, 40.0F);
    if (cycle > 11) return;
    const float up = pulse(0, 11, 4, cycle);
    const float x =
        picture.w() *
        (0.26F + 0.5F * chance(seed_, static_cast<std::uint32_t>((moment.second + 16) / 40)));
    const float y = picture.h() * 0.66F - 26 * s * up;
    const Rgb colour = mix(hex(0x151C44), hex(0x2A5C86), day);
    Shape whale;
    whale.add_ellipse(x, y + 12 * s, 64 * s, 26 * s, -0.05F);
    whale.add_taper({x + 50 * s, y + 10 * s}, {x + 88 * s, y - 14 * s}, 20 * s, 5 * s);
    whale.add_ellipse(x + 84 * s, y - 21 * s, 13 * s, 5 * s, 0.5F);
    whale.add_ellipse(x + 97 * s, y - 15 * s, 13 * s, 5 * s, -0.4F);
    picture.fill(whale, Paint::flat(colour));
    picture.disc(x - 44 * s, y + 6 * s, 2 * s, hex(0xF4F0E0));
    if (up > 0.8F) {
      Shape spray;
      for (int i = -2; i <= 2; ++i) {
        const float side = static_cast<float>(i);
        spray.add_taper({x - 22 * s, y - 12 * s},
                        {x + (-22 + 9 * side) * s, y - (42 - 5 * side * side) * s}, 2 * s, 4 * s);
      }
      picture.fill(spray, Paint::flat(hex(0xE8F6FA), 0.7F * (up - 0.8F) * 5));
    }
  }

  void draw_lamp(Picture& picture, const Moment& moment, float day, float clock) const {
    if (script_ == 1) return;
    static_cast<void>(moment);
    const float s = picture.scale();
    for (int moon = 0; moon < 2; ++moon) {
      float across = clock + 0.31F + 0.5F * static_cast<float>(moon);
      across -= std::floor(across);
      const float arc = std::sin(across * kTurn);
      if (arc < -0.1F) continue;
      const float x = picture.w() * (0.1F + 1.6F * across);
      const float y = picture.h() * (0.6F - 0.44F * arc);
      const Rgb colour = moon == 0 ? mix(hex(0xFF9A50), hex(0xFFD667), day) : hex(0xEDEBDD);
      picture.glow(x, y, 130 * s, colour, 0.3F);
      Shape shadow;
      shadow.add_disc(x + 3 * s, y + 4 * s, 29 * s);
      picture.fill(shadow, Paint::flat(hex(0x0A0A20), 0.2F));
      picture.disc(x, y, 29 * s, colour * 1.15F);
      if (moon == 1) {
        picture.disc(x - 9 * s, y - 7 * s, 5 * s, colour * 0.9F);
        picture.disc(x + 8 * s, y + 6 * s, 7 * s, colour * 0.92F);
      } else {
        Shape rays;
        for (int i = 0; i < 12; ++i) {
          const float angle = kTurn * static_cast<float>(i) / 12 + clock * 4;
          rays.add_taper(Point{x, y} + turned({35 * s, 0}, angle),
                         Point{x, y} + turned({46 * s, 0}, angle), 5 * s, 1 * s);
        }
        picture.fill(rays, Paint::flat(colour, 0.9F));
      }
    }
  }

  void draw_clouds(Picture& picture, const Moment& moment, float day, Rgb low) const {
    const float s = picture.scale();
    for (int i = 0; i < 6; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float speed = (3 + 4 * chance(seed_, n, 5)) * s * rough();
      const float span = picture.w() + 200 * s;
      const float x = std::fmod(chance(seed_, n, 6) * span + moment.second * speed, span) - 100 * s;
      const float y = picture.h() * (0.08F + 0.3F * chance(seed_, n, 7));
      const float size = (0.7F + 0.7F * chance(seed_, n, 8)) * s;
      Shape cloud;
      cloud.add_round_rect(x - 46 * size, y - 2 * size, x + 46 * size, y + 15 * size, 8 * size);
      cloud.add_disc(x - 16 * size, y - 2 * size, 17 * size);
      cloud.add_disc(x + 13 * size, y - 6 * size, 21 * size);
      Shape shadow = cloud;
      const Rgb colour =
          script_ == 1 ? hex(0x39405E) : mix(mix(low, hex(0x565B8C), 0.6F), hex(0xFFFDF4), day);
      Shape below;
      below.add_round_rect(x - 43 * size, y + 3 * size, x + 50 * size, y + 20 * size, 8 * size);
      picture.fill(below, Paint::flat(hex(0x0A1030), 0.13F));
      picture.fill(shadow, Paint::flat(colour));
    }
    if (script_ != 1) return;
    const float flash = std::fmod(moment.second * 0.37F, 2.9F);
    if (flash < 0.12F)
      picture.field(16, Blend::add, [](float, float) { return Veil{hex(0xB8C8FF), 0.3F}; });
    for (int i = 0; i < 90; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float fall =
          std::fmod(chance(n, 1) + moment.second * (1.1F + 0.5F * chance(n, 2)), 1.0F);
      const float x = std::fmod(chance(n, 3) * 1.3F - fall * 0.2F + 0.2F, 1.2F) * picture.w();
      const float y = fall * picture.h();
      picture.streak({x, y}, {x - 5 * s, y + 24 * s}, 0.8F, hex(0xA8B8E0), 0.3F);
    }
  }

  void draw_stars_of_paper(Picture& picture, const Moment& moment, float light) const {
    if (light < 0.02F || script_ == 1) return;
    const float s = picture.scale();
    Shape stars;
    for (int i = 0; i < 40; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float size = (1.2F + 3.2F * chance(seed_, n, 11)) * s *
                         (0.85F + 0.15F * std::sin(moment.second * 2 + static_cast<float>(i)));
      const Point at{chance(seed_, n, 12) * picture.w(), chance(seed_, n, 13) * picture.h() * 0.5F};
      std::array<Point, 8> star{};
      for (std::size_t k = 0; k < 8; ++k) {
        star[k] =
            at + turned({k % 2 == 0 ? size : size * 0.36F, 0}, static_cast<float>(k) * kPi / 4);
      }
      stars.add_polygon(star);
    }
    picture.fill(stars, Paint::flat(hex(0xFFF2C8), light));
  }

  // The paper's own fibres, over everything.
  static void draw_fibres(Picture& picture) {
    const auto& grain = grain_tile();
    for (int channel = 0; channel < 3; ++channel) {
      float* light = picture.plane(channel);
      for (int y = 0; y < picture.height(); ++y) {
        const float* row = grain.data() + static_cast<std::size_t>(y / 2 % 256) * 256;
        for (int x = 0; x < picture.width(); ++x) *light++ *= 1 + 0.026F * row[x / 3 % 256];
      }
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_sea(int script, std::uint32_t seed) {
  return std::make_unique<Sea>(script, seed);
}

}  // namespace matinee::demo
