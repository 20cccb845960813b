// A scene: towers in four depths, lit windows, signs, rain, a wet street. Scripts: 0 magenta and
// cyan, 1 amber and teal, 2 before dawn, dry.
#include <array>
#include <cmath>

#include "demo/draw/lettering.h"
#include "demo/scenes/brush.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {
namespace {

class RainCity final : public Scene {
 public:
  RainCity(int script, std::uint32_t seed) : script_(script), seed_(seed) {}

  void draw(Picture& picture, const Moment& moment) override {
    const float s = picture.scale();
    picture.sky({{0, high()}, {0.5F, mix(high(), low(), 0.5F)}, {0.74F, low()}, {1, low()}});
    picture.glow(picture.w() * 0.4F, picture.h() * 0.72F, picture.h() * 0.5F, 2.2F, low(), 0.4F);
    if (script_ == 2)
      picture.disc(picture.w() * 0.7F, picture.h() * 0.2F, 24 * s, hex(0xF4E8D0), 0.9F);
    for (int layer = 0; layer < 4; ++layer) {
      draw_layer(picture, moment, layer);
      if (layer < 3) {
        draw_mist(picture, 0.4F, 0.78F, mix(low(), hex(0xFFFFFF), 0.04F), 0.3F,
                  moment.second * 0.3F + static_cast<float>(layer) * 9);
      }
    }
    draw_train(picture, moment, s);
    draw_street(picture, moment, s);
    picture.mirror(static_cast<int>(picture.h() * 0.79F), moment.second * 1.6F, 3.6F * s,
                   hex(0x05060C), 0.62F);
    draw_walkers(picture, moment, s);
    if (script_ != 2) draw_rain(picture, moment, s);
  }

 private:
  [[nodiscard]] Rgb high() const {
    return hex(script_ == 0 ? 0x0A0620 : script_ == 1 ? 0x04141C : 0x1A2348);
  }
  [[nodiscard]] Rgb low() const {
    return hex(script_ == 0 ? 0x4A1A5C : script_ == 1 ? 0x5C3A1E : 0xE08A6C);
  }
  [[nodiscard]] Rgb neon(std::uint32_t n) const {
    static constexpr std::uint32_t kInks[3][5] = {
        {0xFF2E88, 0x22E4FF, 0xB04CFF, 0xFFE14A, 0xFF6A3C},
        {0xFFB030, 0x1FD8C0, 0xFF6A28, 0xFFE08A, 0x40FFB0},
        {0xFFC070, 0xFF8C7A, 0x8CC8FF, 0xFFE9B0, 0xFF6A6A}};
    return hex(kInks[script_][hash(n, seed_) % 5]);
  }

  void draw_layer(Picture& picture, const Moment& moment, int layer) {
    const float near = static_cast<float>(layer) / 3;
    const float s = picture.scale();
    const float pitch = (34 + 58 * near) * s;
    const float moved = moment.second * (1.2F + 9 * near * near) * s;
    const int passed = static_cast<int>(moved / pitch);
    const float ground = picture.h() * 0.79F;
    const Rgb wall = mix(mix(low(), high(), 0.5F), hex(0x05050C), 0.25F + 0.7F * near);
    Shape walls;
    Shape lit[3];
    const Rgb lamp[3] = {hex(0xFFD08A), hex(0xBFE4FF), neon(3)};
    for (int i = -1; i < static_cast<int>(picture.w() / pitch) + 3; ++i) {
      const auto n =
          static_cast<std::uint32_t>(i + 1 + passed) * 4 + static_cast<std::uint32_t>(layer);
      const float left = static_cast<float>(i) * pitch - std::fmod(moved, pitch) +
                         pitch * 0.2F * chance(n, seed_, 1);
      const float wide = pitch * (0.66F + 0.42F * chance(n, seed_, 2));
      // The nearest leave the middle open, so that there is depth to look into.
      float tall = picture.h() * (0.62F - 0.13F * near) * (0.45F + 0.65F * chance(n, seed_, 3));
      const float middle = std::fabs((left + wide / 2) / picture.w() - 0.46F);
      if (layer == 3) tall *= 0.5F + 1.5F * smooth(0.12F, 0.46F, middle);
      const float top = ground - tall;
      walls.add_rect(left, top, left + wide, ground);
      if (chance(n, seed_, 4) > 0.55F) {
        walls.add_rect(left + wide * 0.2F, top - 11 * s * (1 + near), left + wide * 0.55F, top);
        walls.add_rect(left + wide * 0.34F, top - 30 * s * (1 + near),
                       left + wide * 0.34F + 1.4F * s, top);
      }
      if (layer > 0) add_windows(lit, n, left, top, wide, tall, near, s, moment);
    }
    picture.fill(
        walls, Paint::down(wall, mix(wall, low(), 0.4F * (1 - near)), picture.h() * 0.2F, ground));
    for (int k = 0; k < 3; ++k) picture.fill(lit[k], Paint::flat(lamp[k], 0.34F + 0.5F * near));
    if (layer > 1) draw_signs(picture, moment, layer, pitch, passed, moved);
  }

  void add_windows(Shape* lit, std::uint32_t n, float left, float top, float wide, float tall,
                   float near, float s, const Moment& moment) const {
    const float column = (5.5F + 5 * near) * s;
    const float row = (7 + 6 * near) * s;
    const int columns = std::min(16, static_cast<int>((wide - column) / column));
    const int rows = std::min(34, static_cast<int>((tall - row) / row));
    const float share = 0.16F + 0.36F * chance(n, seed_, 5);
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        const auto at = n * 977 + static_cast<std::uint32_t>(y * 17 + x);
        const float habit = chance(at, seed_);
        // A few go on or off while one looks.
        const float hour = std::floor(moment.second / 4 + chance(at, 8) * 9);
        const bool changed = chance(at, static_cast<std::uint32_t>(hour), 3) < 0.05F;
        if ((habit < share) == changed) continue;
        const float wx = left + column * (0.75F + static_cast<float>(x));
        const float wy = top + row * (0.7F + static_cast<float>(y));
        lit[chance(at, 4) < 0.66F   ? 0
            : chance(at, 4) < 0.93F ? 1
                                    : 2]
            .add_rect(wx, wy, wx + column * 0.58F, wy + row * 0.56F);
      }
    }
  }

  void draw_signs(Picture& picture, const Moment& moment, int layer, float pitch, int passed,
                  float moved) {
    static constexpr std::string_view kWords[] = {"HOTEL", "NUDELN", "BAR",   "KINO", "RADIO",
                                                  "24",    "JAZZ",   "OPTIK", "TANGO"};
    const float s = picture.scale();
    const float size = (layer == 3 ? 15 : 9) * s;
    for (int i = -1; i < static_cast<int>(picture.w() / pitch) + 3; ++i) {
      const auto n =
          static_cast<std::uint32_t>(i + 1 + passed) * 4 + static_cast<std::uint32_t>(layer);
      if (chance(n, seed_, 21) > 0.52F) continue;
      const auto word = kWords[hash(n, seed_ + 9) % 9];
      const float x = static_cast<float>(i) * pitch - std::fmod(moved, pitch) + pitch * 0.4F;
      const float y = picture.h() * (0.4F + 0.22F * chance(n, seed_, 23));
      const bool faulty = chance(n, seed_, 24) > 0.72F;
      const float flicker =
          faulty && chance(n, static_cast<std::uint32_t>(moment.second * 11)) < 0.3F ? 0.3F : 1.0F;
      const Rgb ink = neon(n);
      // Letters stand below each other, as on a house's edge.
      float line = y;
      Shape letters;
      for (const char32_t letter : std::u32string(word.begin(), word.end())) {
        if (letter > 0x7F) continue;
        const char text[2] = {static_cast<char>(letter), 0};
        add_line(letters, text, hands::kGrotesque, size, x, line);
        line += size * 1.42F;
      }
      picture.glow(x, (y + line) / 2 - size, (line - y) * 0.8F + size, 0.6F, ink, 0.34F * flicker);
      picture.fill(letters, Paint::flat(mix(ink, hex(0xFFFFFF), 0.35F), 0.95F * flicker));
    }
  }

  void draw_train(Picture& picture, const Moment& moment, float s) const {
    const float y = picture.h() * 0.63F;
    Shape rail;
    rail.add_rect(0, y, picture.w(), y + 4 * s);
    for (float x = 30 * s; x < picture.w(); x += 130 * s)
      rail.add_rect(x, y, x + 7 * s, picture.h() * 0.79F);
    picture.fill(rail, Paint::flat(hex(0x05060C)));
    const float cycle = std::fmod(moment.second + 6, 15.0F);
    if (cycle > 6) return;
    const float head = picture.w() * (1.5F - 2.9F * smooth(0, 6, cycle));
    Shape body;
    Shape windows;
    for (int car = 0; car < 4; ++car) {
      const float left = head + static_cast<float>(car) * 108 * s;
      body.add_round_rect(left, y - 19 * s, left + 104 * s, y, 4 * s);
      for (int i = 0; i < 8; ++i) {
        const float x = left + (5 + static_cast<float>(i) * 12.4F) * s;
        windows.add_rect(x, y - 14 * s, x + 9 * s, y - 6 * s);
      }
    }
    picture.fill(body, Paint::flat(hex(0x14161F)));
    picture.fill(windows, Paint::flat(hex(0xFFE9B8)));
    picture.glow(head, y - 8 * s, 60 * s, hex(0xFFF2CC), 0.8F);
  }

  void draw_street(Picture& picture, const Moment& moment, float s) const {
    const float ground = picture.h() * 0.79F;
    for (int i = 0; i < 9; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const bool away = i % 2 == 0;
      const float speed = (38 + 34 * chance(seed_, n, 31)) * s;
      const float span = picture.w() + 160 * s;
      float x = std::fmod(chance(seed_, n, 32) * span + moment.second * speed, span) - 80 * s;
      if (away) x = picture.w() - x;
      const float y = ground - (4 + 5 * chance(seed_, n, 33)) * s;
      const Rgb light = hex(away ? 0xFF3A30 : 0xFFF0D0);
      Shape car;
      car.add_round_rect(x - 18 * s, y - 6 * s, x + 18 * s, y + 3 * s, 4 * s);
      car.add_round_rect(x - 10 * s, y - 12 * s, x + 9 * s, y - 3 * s, 4 * s);
      picture.fill(car, Paint::flat(hex(0x06070C)));
      const float front = away ? x + 17 * s : x + 18 * s;
      picture.glow(front, y - 2 * s, 26 * s, 2.0F, light, 0.6F);
      picture.disc(front, y - 2 * s, 1.9F * s, light);
    }
  }

  void draw_walkers(Picture& picture, const Moment& moment, float s) const {
    const float foot = picture.h() * 0.96F;
    Shape people;
    for (int i = 0; i < 3; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float way = i == 1 ? -1.0F : 1.0F;
      const float span = picture.w() + 120 * s;
      float x = std::fmod(chance(seed_, n, 41) * span +
                              moment.second * (15 + 5 * static_cast<float>(i)) * s,
                          span) -
                60 * s;
      if (way < 0) x = picture.w() - x;
      const float size = (34 + 9 * static_cast<float>(i)) * s;
      const float step = std::sin(moment.second * 4.4F + static_cast<float>(i) * 2) * size * 0.22F;
      const float bob =
          std::fabs(std::sin(moment.second * 4.4F + static_cast<float>(i) * 2)) * size * 0.03F;
      people.add_taper({x, foot - size * 0.75F}, {x - step, foot}, size * 0.18F, size * 0.1F);
      people.add_taper({x, foot - size * 0.75F}, {x + step, foot}, size * 0.18F, size * 0.1F);
      people.add_taper({x, foot - size * 1.5F + bob}, {x, foot - size * 0.5F}, size * 0.34F,
                       size * 0.5F);
      people.add_disc(x, foot - size * 1.6F + bob, size * 0.14F);
      std::vector<Point> umbrella;
      append_arc(umbrella, {x + way * size * 0.1F, foot - size * 1.66F + bob}, size * 0.66F,
                 size * 0.46F, kPi, kTurn, 14);
      people.add_polygon(umbrella);
      people.add_rect(x + way * size * 0.1F - 0.8F * s, foot - size * 1.9F + bob,
                      x + way * size * 0.1F + 0.8F * s, foot - size * 1.0F);
    }
    picture.fill(people, Paint::flat(hex(0x020308)));
  }

  static void draw_rain(Picture& picture, const Moment& moment, float s) {
    for (int i = 0; i < 300; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float near = chance(n, 3);
      const float fall = std::fmod(chance(n, 1) + moment.second * (1.1F + near), 1.0F);
      const float x = (chance(n, 2) * 1.2F - fall * 0.08F) * picture.w();
      const float y = fall * picture.h() * 1.1F - 20 * s;
      const float length = (9 + 24 * near) * s;
      picture.streak({x, y}, {x - length * 0.1F, y + length}, 0.6F, hex(0xC8D8FF),
                     0.08F + 0.2F * near);
    }
    for (int i = 0; i < 40; ++i) {
      const auto n = static_cast<std::uint32_t>(i);
      const float age = std::fmod(moment.second * 1.7F + chance(n, 5), 1.0F);
      const auto which = static_cast<std::uint32_t>(moment.second * 1.7F + chance(n, 5));
      const float x = chance(n, which, 6) * picture.w();
      const float y = picture.h() * (0.82F + 0.17F * chance(n, which, 7));
      Shape ring;
      std::vector<Point> points;
      append_arc(points, {x, y}, 9 * s * age, 2.4F * s * age, 0, kTurn, 16);
      ring.add_stroke(points, 0.7F * s);
      picture.fill(ring, Paint::flat(hex(0xDCE8FF), 0.3F * (1 - age), Blend::add));
    }
  }

  int script_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<Scene> make_rain_city(int script, std::uint32_t seed) {
  return std::make_unique<RainCity>(script, seed);
}

}  // namespace matinee::demo
