// A scene: an oscilloscope that draws: figures, a wire city, a running horse of light. Scripts: 0
// green, 1 amber, 2 white on blue.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Scope final : public Scene {
 public:
  Scope(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    picture.clear(hex(script_ == 0 ? 0x010604 : script_ == 1 ? 0x070301 : 0x030A1C));
    const float s = picture.scale();
    draw_graticule(picture, s);
    const int figure = static_cast<int>(moment.second / 7) % 4;
    const float into = std::fmod(moment.second, 7.0F);
    // The beam also shows where it was: three traces, older ones fainter.
    for (int echo = 3; echo >= 0; --echo) {
      const float lag = 0.045F * static_cast<float>(echo);
      const float light =
          (echo == 0 ? 1.0F : 0.3F / static_cast<float>(echo)) * pulse(0, 7, 0.35F, into);
      if (figure == 0) lissajous(picture, moment.second - lag, light, s);
      if (figure == 1) city(picture, moment.second - lag, light, s);
      if (figure == 2) knot(picture, moment.second - lag, light, s);
      if (figure == 3) waves(picture, moment.second - lag, light, s);
    }
    draw_tube(picture, s);
  }

 private:
  [[nodiscard]] Rgb phosphor() const {
    return hex(script_ == 0 ? 0x38FF8C : script_ == 1 ? 0xFFA62A : 0xBFE0FF);
  }

  void trace(Picture& picture, Point a, Point b, float light, float s) const {
    picture.streak(a, b, 1.0F * s, mix(phosphor(), hex(0xFFFFFF), 0.3F), light * 1.3F);
    picture.streak(a + Point{0.8F, 0.8F}, b + Point{0.8F, 0.8F}, 0.9F, phosphor(), light * 0.5F);
  }

  void draw_graticule(Picture& picture, float s) const {
    Shape grid;
    const Point middle{picture.w() / 2, picture.h() / 2};
    for (int i = -8; i <= 8; ++i) {
      const float x = middle.x + static_cast<float>(i) * 40 * s;
      grid.add_rect(x - 0.3F * s, 0, x + 0.3F * s, picture.h());
      const float y = middle.y + static_cast<float>(i) * 40 * s;
      grid.add_rect(0, y - 0.3F * s, picture.w(), y + 0.3F * s);
    }
    for (int i = -40; i <= 40; ++i) {
      const float x = middle.x + static_cast<float>(i) * 8 * s;
      grid.add_rect(x - 0.3F * s, middle.y - 3 * s, x + 0.3F * s, middle.y + 3 * s);
    }
    picture.fill(grid, Paint::flat(phosphor(), 0.1F, Blend::add));
    picture.glow(middle.x, middle.y, picture.h() * 0.75F, 1.5F, phosphor(), 0.06F);
  }

  template <typename At>
  void curve(Picture& picture, int steps, float light, float s, const At& at) const {
    Point before = at(0.0F);
    for (int i = 1; i <= steps; ++i) {
      const Point now = at(static_cast<float>(i) / static_cast<float>(steps));
      trace(picture, before, now, light, s);
      before = now;
    }
  }

  void lissajous(Picture& picture, float second, float light, float s) const {
    const float a = 3 + std::floor(std::fmod(second / 7 / 4, 3.0F));
    const float size = 138 * s;
    const float phase = second * 0.6F;
    curve(picture, 420, light, s, [&](float t) {
      const float u = t * kTurn;
      const float swell = 0.75F + 0.25F * std::sin(second * 1.3F + 3 * u);
      return Point{picture.w() / 2 + size * 1.25F * std::sin(a * u + phase) * swell,
                   picture.h() / 2 + size * std::sin((a + 1) * u) * swell};
    });
  }

  // Wire towers that come towards one.
  void city(Picture& picture, float second, float light, float s) const {
    const Point eye{picture.w() / 2, picture.h() * 0.52F};
    const float travelled = second * 2.2F;
    const auto put = [&](float x, float y, float z) {
      return eye + Point{x / z, (y + 0.1F) / z} * (190 * s);
    };
    for (int row = 0; row < 12; ++row) {
      const auto n = static_cast<std::uint32_t>(row + static_cast<int>(travelled));
      const float z = static_cast<float>(row) - std::fmod(travelled, 1.0F) + 0.9F;
      const float near = light * clamp01(1.15F - z / 12);
      if (z < 0.3F) continue;
      trace(picture, put(-6, 0.6F, z), put(6, 0.6F, z), near * 0.4F, s);
      for (int side = 0; side < 4; ++side) {
        const float x =
            (side < 2 ? -1.0F : 1.0F) * (1.1F + 1.6F * static_cast<float>(side % 2) +
                                         0.4F * chance(seed_, n, static_cast<std::uint32_t>(side)));
        const float tall = 0.4F + 2.2F * chance(n, seed_, static_cast<std::uint32_t>(side + 7));
        const float half = 0.38F;
        const float back = z + 0.55F;
        const Point front[4] = {put(x - half, 0.6F, z), put(x - half, 0.6F - tall, z),
                                put(x + half, 0.6F - tall, z), put(x + half, 0.6F, z)};
        const Point rear[2] = {put(x - half, 0.6F - tall, back), put(x + half, 0.6F - tall, back)};
        for (int i = 0; i < 3; ++i) trace(picture, front[i], front[i + 1], near, s);
        trace(picture, front[1], rear[0], near * 0.7F, s);
        trace(picture, front[2], rear[1], near * 0.7F, s);
        trace(picture, rear[0], rear[1], near * 0.7F, s);
      }
    }
  }

  void knot(Picture& picture, float second, float light, float s) const {
    const float spin = second * 0.7F;
    curve(picture, 520, light, s, [&](float t) {
      const float u = t * kTurn;
      const float r = 2 + std::cos(3 * u);
      float x = r * std::cos(2 * u);
      float y = r * std::sin(2 * u);
      float z = 1.2F * std::sin(3 * u);
      const float x2 = x * std::cos(spin) + z * std::sin(spin);
      z = -x * std::sin(spin) + z * std::cos(spin);
      const float y2 = y * std::cos(spin * 0.6F) - z * std::sin(spin * 0.6F);
      z = y * std::sin(spin * 0.6F) + z * std::cos(spin * 0.6F);
      const float depth = 1 / (5.6F + z);
      x = x2;
      y = y2;
      return Point{picture.w() / 2 + x * depth * 290 * s, picture.h() / 2 + y * depth * 290 * s};
    });
  }

  void waves(Picture& picture, float second, float light, float s) const {
    for (int line = 0; line < 15; ++line) {
      const float down = static_cast<float>(line) / 14;
      curve(picture, 110, light * (0.35F + 0.65F * down), s, [&](float t) {
        const float across = (t - 0.5F) * 2;
        const float hump = std::exp(-across * across * 5);
        const float rise = clouds().at(t * 40 + static_cast<float>(line) * 17,
                                       second * 5 + static_cast<float>(line) * 3);
        return Point{picture.w() / 2 + across * 210 * s,
                     picture.h() / 2 + (-120 + 245 * down) * s -
                         std::max(0.0F, rise + 0.25F) * 74 * hump * s};
      });
    }
  }

  void draw_tube(Picture& picture, float s) const {
    static_cast<void>(s);
    for (int y = 0; y < picture.height(); y += 3) {
      for (int channel = 0; channel < 3; ++channel) {
        float* row = picture.plane(channel) +
                     static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width());
        for (int x = 0; x < picture.width(); ++x) row[x] *= 0.8F;
      }
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_scope(int script, std::uint32_t seed) {
  return std::make_unique<Scope>(script, seed);
}

}  // namespace matinee::demo
