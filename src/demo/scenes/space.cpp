// A scene: a flight past a planet. Scripts: 0 ochre giant, 1 ice giant, 2 a red star.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Space final : public Scene {
 public:
  Space(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    picture.sky({{0, hex(0x02030A)}, {1, hex(0x060816)}});
    draw_nebula(picture, moment);
    draw_stars_flying(picture, moment, s);
    const float past = smooth(-0.1F, 1.1F, moment.past());
    const float radius = (62 + 78 * past) * s;
    const Point planet{picture.w() * (0.70F - 0.28F * past),
                       picture.h() * (0.42F + 0.1F * std::sin(past * 3.1F))};
    draw_ring(picture, planet, radius, true);
    draw_planet(picture, moment, planet, radius);
    draw_ring(picture, planet, radius, false);
    const float turn = moment.second * 0.09F + 0.6F;
    const Point moon =
        planet + Point{radius * 2.5F * std::cos(turn), -radius * 0.75F * std::sin(turn)};
    picture.disc(moon.x, moon.y, radius * 0.12F, hex(0x3A3C46));
    picture.disc(moon.x - radius * 0.025F, moon.y - radius * 0.02F, radius * 0.095F, hex(0xC4C6D0));
    draw_ship(picture, moment, s);
  }

 private:
  void draw_nebula(Picture& picture, const Moment& moment) const {
    const float per_unit = 0.15F / picture.scale();
    const float drift = moment.second * 0.12F + static_cast<float>(seed_ % 100U);
    const Rgb cold = hex(script_ == 0 ? 0x1F5F8C : script_ == 1 ? 0x5A2AA0 : 0x7A1A22);
    const Rgb warm = hex(script_ == 0 ? 0x8C2F6A : script_ == 1 ? 0x1A8C8A : 0xC8642A);
    const float height = picture.h();
    const float width = picture.w();
    picture.field(6, Blend::add, [&](float x, float y) -> Veil {
      const float a = clouds().at(x * per_unit * 0.7F + drift, y * per_unit * 0.9F);
      const float b = clouds().at(x * per_unit * 1.7F - drift, y * per_unit * 2.1F + 60);
      const float band = 1 - std::fabs(y / height - 0.15F - 0.7F * (1 - x / width)) * 1.5F;
      const float body = clamp01(a * 0.75F + b * 0.35F + band * 0.72F - 0.06F);
      return {mix(cold, warm, clamp01(0.5F + b - a * 0.6F)), 0.85F * body * body};
    });
  }

  void draw_stars_flying(Picture& picture, const Moment& moment, float s) const {
    for (int i = 0; i < 420; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      float depth = chance(seed_, n, 3) - moment.second * 0.022F;
      depth -= std::floor(depth);
      const float z = 0.07F + 0.93F * depth;
      const float x = picture.w() / 2 + (chance(seed_, n, 1) - 0.5F) * picture.w() * 0.72F / z;
      const float y = picture.h() / 2 + (chance(seed_, n, 2) - 0.5F) * picture.h() * 0.72F / z;
      const float light = std::min(1.0F, (1 - depth) * 1.5F);
      const Rgb tint = mix(hex(0xB8D0FF), hex(0xFFE6C0), chance(seed_, n, 4));
      if (z < 0.3F) {
        picture.glow(x, y, 0.9F * s / std::sqrt(z), tint, light);
      } else {
        picture.spark(x, y, tint, light * (0.25F + 0.7F * chance(seed_, n, 5)) * s);
      }
    }
  }

  [[nodiscard]] Rgb band_colour(float at) const {
    static constexpr std::uint32_t kBands[3][4] = {{0xE8B878, 0xC07A48, 0xF6E2B8, 0x8C4A34},
                                                   {0x8CD8E4, 0x4A9AC8, 0xDFF8F4, 0x2A62A0},
                                                   {0xF08A4A, 0xB83A24, 0xFFC880, 0x6A1A1A}};
    const float place = clamp01(at * 0.5F + 0.5F) * 3;
    const int low = std::min(2, static_cast<int>(place));
    return mix(hex(kBands[script_][low]), hex(kBands[script_][low + 1]),
               place - static_cast<float>(low));
  }

  // Light falls from the upper left; the terminator is soft, the rim glows.
  void draw_planet(Picture& picture, const Moment& moment, Point at, float radius) const {
    picture.glow(at.x - radius * 0.2F, at.y - radius * 0.15F, radius * 2.1F, band_colour(0.2F),
                 0.26F);
    const int top = std::max(0, static_cast<int>(at.y - radius));
    const int bottom = std::min(picture.height(), static_cast<int>(at.y + radius) + 1);
    for (int row = top; row < bottom; ++row) {
      const float y = (static_cast<float>(row) + 0.5F - at.y) / radius;
      if (std::fabs(y) >= 1) continue;
      const float half = std::sqrt(1 - y * y);
      const int left = std::max(0, static_cast<int>(at.x - half * radius));
      const int right = std::min(picture.width(), static_cast<int>(at.x + half * radius) + 1);
      const std::size_t line =
          static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width());
      float* planes[3] = {picture.plane(0) + line, picture.plane(1) + line,
                          picture.plane(2) + line};
      for (int column = left; column < right; ++column) {
        const float x = (static_cast<float>(column) + 0.5F - at.x) / radius;
        const float edge = clamp01((half - std::fabs(x)) * radius + 0.5F);
        const float z = std::sqrt(std::max(0.0F, 1 - x * x - y * y));
        const float wave = clouds().at(x * (14 - 4 * z) + moment.second * 0.35F,
                                       y * 30 + static_cast<float>(seed_));
        const float bands = clouds().at(7, (y + 0.035F * wave + 0.05F * x) * 34) + 0.28F * wave;
        const float sun = smooth(-0.22F, 0.9F, -0.62F * x - 0.38F * y + 0.68F * z);
        const Rgb colour = band_colour(bands) * (0.025F + 1.02F * sun);
        const float rim = (1 - z) * (1 - z) * sun * 0.5F;
        const float parts[3] = {colour.r + rim * 0.7F, colour.g + rim * 0.8F, colour.b + rim};
        for (int channel = 0; channel < 3; ++channel) {
          planes[channel][column] += (parts[channel] - planes[channel][column]) * edge;
        }
      }
    }
  }

  void draw_ring(Picture& picture, Point at, float radius, bool far) const {
    const float tilt = -0.32F;
    for (int band = 0; band < 9; ++band) {
      const float inner = 1.34F + 0.105F * static_cast<float>(band);
      const float outer = inner + (band == 5 ? 0.03F : 0.095F);
      std::vector<Point> points;
      const float from = far ? kPi : 0;
      append_arc(points, {0, 0}, radius * outer, radius * outer * 0.24F, from, from + kPi, 40);
      std::vector<Point> back;
      append_arc(back, {0, 0}, radius * inner, radius * inner * 0.24F, from + kPi, from, 40);
      points.insert(points.end(), back.begin(), back.end());
      for (Point& point : points) point = at + turned(point, tilt);
      Shape ring;
      ring.add_polygon(points);
      const Rgb colour = mix(band_colour(0.5F), hex(0xFFFFFF), 0.25F) *
                         (0.5F + 0.5F * chance(seed_, static_cast<std::uint32_t>(band)));
      picture.fill(ring, Paint::flat(colour, (far ? 0.42F : 0.66F) * (band == 5 ? 0.2F : 1)));
    }
  }

  static void draw_ship(Picture& picture, const Moment& moment, float s) {
    const float t = std::fmod(moment.second / 30, 1.0F);
    const Point at{picture.w() * (0.06F + 0.8F * t),
                   picture.h() * (0.82F - 0.36F * t + 0.03F * std::sin(moment.second * 0.8F))};
    const float angle = -0.3F;
    const float size = 15 * s * (1 - 0.6F * t);
    const auto put = [&](float x, float y) { return at + turned({x * size, y * size}, angle); };
    Shape trail;
    trail.add_taper(put(-0.8F, 0), put(-9, 0.3F), size * 0.44F, size * 0.05F);
    picture.fill(trail, Paint::light(hex(0x8CD4FF), 0.9F, put(-0.8F, 0), size * 8));
    Shape hull;
    hull.add_polygon(std::array<Point, 5>{put(1.7F, 0), put(0.2F, -0.34F), put(-1, -0.26F),
                                          put(-1, 0.26F), put(0.2F, 0.34F)});
    hull.add_polygon(std::array<Point, 3>{put(-0.1F, -0.2F), put(-1.3F, -1), put(-0.9F, -0.2F)});
    hull.add_polygon(std::array<Point, 3>{put(-0.1F, 0.2F), put(-1.3F, 1), put(-0.9F, 0.2F)});
    picture.fill(hull, Paint::flat(hex(0xD8DDE8)));
    const Point engine = put(-1.05F, 0);
    picture.glow(engine.x, engine.y, size * 1.3F, hex(0xA0E0FF), 1.0F);
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_space(int script, std::uint32_t seed) {
  return std::make_unique<Space>(script, seed);
}

}  // namespace matinee::demo
