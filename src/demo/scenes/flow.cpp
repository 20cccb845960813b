// A scene: threads of light in a field that turns. Scripts: 0 fire and ice, 1 gold on ink, 2
// spring.
#include <array>
#include <cmath>

#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class Flow final : public Scene {
 public:
  Flow(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const Rgb ground = hex(script_ == 0 ? 0x070512 : script_ == 1 ? 0x050A10 : 0xF3EDE0);
    picture.clear(ground);
    if (script_ != 2) {
      const Rgb tint = hex(script_ == 0 ? 0x3A0E3C : 0x0A2A34);
      picture.glow(picture.w() * 0.5F, picture.h() * 0.5F, picture.h() * 0.8F, 1.5F, tint, 0.9F);
    }
    const float s = picture.scale();
    constexpr int kThreads = 430;
    for (int i = 0; i < kThreads; ++i)
      draw_thread(picture, moment, static_cast<std::uint32_t>(i), s);
  }

 private:
  // Each thread lives a few seconds, grows along the field and goes; the field depends on its birth
  // only, so that any frame can be drawn alone.
  void draw_thread(Picture& picture, const Moment& moment, std::uint32_t n, float s) const {
    const float life = 5 + 4 * chance(seed_, n, 1);
    const float clock = moment.second / life + chance(seed_, n, 2) + 2;
    const auto turn = static_cast<std::uint32_t>(clock);
    const float age = clock - static_cast<float>(turn);
    const float born = moment.second - age * life;
    Point at{(chance(n, turn, 3) * 1.2F - 0.1F) * picture.w(),
             (chance(n, turn, 4) * 1.2F - 0.1F) * picture.h()};
    const int steps = 46;
    const float head = ease_out(age * 1.25F) * static_cast<float>(steps);
    const float tail = smooth(0.45F, 1.0F, age) * static_cast<float>(steps);
    const float light = pulse(0, 1, 0.2F, age);
    const float per_unit = 0.055F / s;
    const Rgb colour = ink(at, picture, chance(n, 7));
    const float width = (0.5F + 2.4F * chance(n, 8) * chance(n, 9)) * s;
    Shape thread;
    std::vector<Point> points;
    const float swirl = born * 0.05F;
    for (int i = 0; i < static_cast<int>(head); ++i) {
      const Point middle = at - Point{picture.w() / 2, picture.h() / 2};
      const float around = std::atan2(middle.y, middle.x);
      const float angle = around + kPi * 0.55F +
                          2.7F * clouds().at(at.x * per_unit + swirl,
                                             at.y * per_unit + static_cast<float>(seed_ % 90U));
      const Point next = at + turned({5.5F * s, 0}, angle);
      if (static_cast<float>(i) >= tail) {
        if (width < 1.3F && script_ != 2) {
          picture.streak(at, next, width, colour, light * 0.8F);
        } else {
          if (points.empty()) points.push_back(at);
          points.push_back(next);
        }
      }
      at = next;
    }
    if (points.size() > 2) {
      for (std::size_t i = 0; i + 1 < points.size(); ++i) {
        const float from =
            std::sin(kPi * static_cast<float>(i) / static_cast<float>(points.size()));
        const float to =
            std::sin(kPi * static_cast<float>(i + 1) / static_cast<float>(points.size()));
        thread.add_taper(points[i], points[i + 1], 0.4F + width * from, 0.4F + width * to);
      }
      picture.fill(thread, Paint::flat(colour, light * (script_ == 2 ? 0.85F : 0.6F),
                                       script_ == 2 ? Blend::over : Blend::add));
    }
    if (light > 0.5F && chance(n, 10) > 0.8F && script_ != 2)
      picture.glow(at.x, at.y, 6 * s, colour, light);
  }

  [[nodiscard]] Rgb ink(Point at, const Picture& picture, float pick) const {
    const float across =
        clamp01(at.x / picture.w() * 0.8F + at.y / picture.h() * 0.2F + (pick - 0.5F) * 0.3F);
    if (script_ == 1)
      return mix(hex(0xFFD27A), hex(0x4AB8C8), pick > 0.86F ? 1.0F : across * 0.25F);
    if (script_ == 2) {
      static constexpr std::uint32_t kInks[] = {0xE4572E, 0x2E86AB, 0xF6AE2D,
                                                0x3A7D44, 0x6B4E9B, 0xE07A9C};
      return hex(kInks[static_cast<int>(pick * 5.99F)]);
    }
    return across < 0.5F ? mix(hex(0xFF4A2A), hex(0xFF9CD0), across * 2)
                         : mix(hex(0xB47AFF), hex(0x38D0FF), across * 2 - 1);
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_flow(int script, std::uint32_t seed) {
  return std::make_unique<Flow>(script, seed);
}

}  // namespace matinee::demo
