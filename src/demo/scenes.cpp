#include "demo/scenes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace matinee::demo {
namespace {

double smooth(double from, double to, double at) {
  const double t = std::clamp((at - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

// The standard's distributions differ between libraries; this one does not.
double uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1.0p-53; }

// A mountain line: sums of sines with phases of the seed, sampled where needed.
struct Line {
  std::array<double, 5> phase{};
  double base = 0;    // share of the height
  double height = 0;  // share of the height
  double waves = 2;   // the slowest sine's over the width

  void sample(std::vector<float>& tops, int rows, double shift) const {
    const double step = 2 * std::numbers::pi / static_cast<double>(tops.size());
    for (std::size_t x = 0; x < tops.size(); ++x) {
      const double at = (static_cast<double>(x) * step + shift) * waves;
      double sum = std::sin(at + phase[0]) + 0.5 * std::sin(2.1 * at + phase[1]) +
                   0.28 * std::sin(4.7 * at + phase[2]) + 0.14 * std::sin(9.3 * at + phase[3]) +
                   0.07 * std::sin(21.0 * at + phase[4]);
      tops[x] = static_cast<float>(rows * (base - height * sum / 2));
    }
  }
};

Line random_line(std::mt19937_64& random, double base, double height, double waves) {
  Line line{.base = base, .height = height, .waves = waves};
  for (double& phase : line.phase) phase = uniform(random) * 6.283;
  return line;
}

class Dawn final : public Scene {
 public:
  Dawn(int width, int height, std::uint64_t seed) : tops_(static_cast<std::size_t>(width)) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 4; ++i) {
      lines_.push_back(random_line(random, 0.50 + 0.055 * i, 0.12 - 0.022 * i, 1.1 + 0.5 * i));
    }
    for (int i = 0; i < 90; ++i) {
      stars_.push_back(
          {uniform(random) * width, uniform(random) * height * 0.5, 0.3 + 0.7 * uniform(random)});
    }
  }

  void draw(Canvas& canvas, double second, double duration) override {
    const double day = smooth(0.05, 0.85, second / duration);
    const int height = canvas.height();
    const int water = static_cast<int>(height * 0.72);
    for (int y = 0; y < water; ++y) {
      canvas.span(y, 0, canvas.width(), sky(static_cast<double>(y) / water, day));
    }
    for (const auto& star : stars_) {
      const double flicker = 0.75 + 0.25 * std::sin(second * 3 + star[0]);
      const int alpha = static_cast<int>(230 * star[2] * flicker * (1 - smooth(0.1, 0.55, day)));
      canvas.blend_pixel(static_cast<int>(star[0]), static_cast<int>(star[1]), rgb(1, 1, 0.95),
                         alpha);
    }
    const double sun_x = canvas.width() * (0.40 + 0.10 * day);
    const double sun_y = height * (0.66 - 0.44 * day);
    const double radius = height * 0.058;
    canvas.glow(sun_x, sun_y, height * 0.62, rgb(1.0, 0.72, 0.38), 0.30 + 0.45 * day);
    canvas.disc(sun_x, sun_y, radius, rgb(1.0, 0.93 - 0.1 * (1 - day), 0.62 + 0.2 * day));
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      const double near = static_cast<double>(i) / 3.0;
      lines_[i].sample(tops_, height, second * 0.004 * (1 + 2.5 * near));
      const Colour far_colour = mix(rgb(0.20, 0.17, 0.36), rgb(0.62, 0.58, 0.70), day);
      const Colour near_colour = mix(rgb(0.03, 0.04, 0.10), rgb(0.10, 0.22, 0.24), day);
      const Colour top = mix(far_colour, near_colour, near);
      canvas.ridge(tops_, top, mix(top, sky(1.0, day), 0.45 * (1 - near)));
    }
    draw_water(canvas, second, day, water, sun_x);
  }

 private:
  static Colour sky(double down, double day) {
    const Colour high = mix(rgb(0.03, 0.04, 0.14), rgb(0.30, 0.55, 0.86), day);
    const Colour low = mix(rgb(0.28, 0.12, 0.28), rgb(0.99, 0.80, 0.58), std::sqrt(day));
    return mix(high, low, down * down);
  }

  static void draw_water(Canvas& canvas, double second, double day, int water, double sun_x) {
    const int depth = canvas.height() - water;
    for (int y = water; y < canvas.height(); ++y) {
      const double down = static_cast<double>(y - water) / depth;
      const Colour deep = mix(rgb(0.02, 0.03, 0.09), rgb(0.07, 0.22, 0.34), day);
      canvas.span(y, 0, canvas.width(), mix(mix(sky(0.85, day), deep, 0.35), deep, down));
      // The sun's path: strokes that widen and part towards the viewer.
      const double wave = std::sin(y * 1.9 + second * 2.6) + std::sin(y * 0.73 - second * 1.7);
      const double half = canvas.width() * (0.012 + 0.085 * down) * (1.15 + 0.5 * wave);
      const double centre = sun_x + 5 * down * std::sin(second * 1.3 + y * 0.4);
      if (half > 1 && wave > -1.1) {
        canvas.blend_span(y, static_cast<int>(centre - half), static_cast<int>(centre + half),
                          rgb(1.0, 0.84, 0.55),
                          static_cast<int>((70 + 90 * (1 - down)) * (0.25 + 0.75 * day)));
      }
    }
  }

  std::vector<Line> lines_;
  std::vector<std::array<double, 3>> stars_;
  std::vector<float> tops_;
};

class Space final : public Scene {
 public:
  Space(int width, int height, std::uint64_t seed) : nebula_(width, height) {
    std::mt19937_64 random(seed);
    for (int y = 0; y < height; ++y) {
      const double down = static_cast<double>(y) / height;
      nebula_.span(y, 0, width, mix(rgb(0.015, 0.015, 0.05), rgb(0.05, 0.02, 0.09), down));
    }
    for (int i = 0; i < 46; ++i) {
      const double along = uniform(random);
      const double off = (uniform(random) + uniform(random) - 1.0) * 0.30;
      const Colour colour = mix(rgb(0.22, 0.10, 0.50), rgb(0.10, 0.42, 0.52), uniform(random));
      nebula_.glow(width * along, height * (0.85 - 0.7 * along + off),
                   height * (0.12 + 0.26 * uniform(random)), colour, 0.34);
    }
    for (int i = 0; i < 420; ++i) {
      stars_.push_back({uniform(random) * 2 - 1, uniform(random) * 2 - 1, uniform(random)});
    }
  }

  void draw(Canvas& canvas, double second, double duration) override {
    canvas.copy_from(nebula_);
    const double width = canvas.width();
    const double height = canvas.height();
    for (const auto& star : stars_) {
      double depth = star[2] - second * 0.035;
      depth -= std::floor(depth);
      const double z = 0.06 + 0.94 * depth;
      const double x = width / 2 + star[0] * width * 0.32 / z;
      const double y = height / 2 + star[1] * height * 0.32 / z;
      if (x < 0 || x >= width || y < 0 || y >= height) continue;
      const int alpha = static_cast<int>(256 * std::min(1.0, (1 - depth) * 1.4));
      const double radius = 0.35 / std::sqrt(z) * (height / 480);
      const Colour tint = mix(rgb(0.75, 0.85, 1.0), rgb(1.0, 0.9, 0.75), star[0] * 0.5 + 0.5);
      if (radius < 0.7) {
        canvas.blend_pixel(static_cast<int>(x), static_cast<int>(y), tint, alpha);
      } else {
        canvas.disc(x, y, radius * 1.3, tint, alpha);
      }
    }
    draw_planet(canvas, second, duration);
  }

 private:
  static void draw_planet(Canvas& canvas, double second, double duration) {
    const double past = second / duration;
    const double height = canvas.height();
    const double x = canvas.width() * (0.80 - 0.42 * past);
    const double y = height * (0.36 + 0.16 * std::sin(past * 3.1));
    const double radius = height * (0.10 + 0.17 * smooth(0.0, 1.0, past));
    canvas.glow(x, y, radius * 2.0, rgb(0.95, 0.62, 0.40), 0.35);
    draw_ring(canvas, x, y, radius, true);
    for (int row = -static_cast<int>(radius); row <= static_cast<int>(radius); ++row) {
      const double half = std::sqrt(std::max(0.0, radius * radius - row * row));
      const double latitude = row / radius;
      const double band = 0.5 + 0.5 * std::sin(latitude * 11 + 1.4 * std::sin(latitude * 5));
      const Colour lit = mix(rgb(0.93, 0.62, 0.38), rgb(0.98, 0.85, 0.64), band);
      const Colour dark = mix(rgb(0.10, 0.05, 0.12), rgb(0.16, 0.08, 0.14), band);
      constexpr int kSteps = 24;  // from the lit to the dark side
      for (int step = 0; step < kSteps; ++step) {
        const double from = -half + 2 * half * step / kSteps;
        const double to = -half + 2 * half * (step + 1) / kSteps;
        const double shade = smooth(-0.35, 0.95, (from + to) / 2 / radius + 0.25 * latitude);
        canvas.span(static_cast<int>(y) + row, static_cast<int>(std::lround(x + from)),
                    static_cast<int>(std::lround(x + to)), mix(lit, dark, shade));
      }
    }
    draw_ring(canvas, x, y, radius, false);
    const double turn = second * 0.12;
    canvas.disc(x + radius * 2.9 * std::cos(turn), y - radius * 0.7 * std::sin(turn), radius * 0.11,
                rgb(0.80, 0.82, 0.88));
  }

  // Half an ellipse: the far one behind the planet, the near one in front of it.
  static void draw_ring(Canvas& canvas, double x, double y, double radius, bool far) {
    for (int row = 0; row < static_cast<int>(radius * 0.62); ++row) {
      const double outer = 1 - std::pow(row / (radius * 0.62), 2);
      const double inner = 1 - std::pow(row / (radius * 0.40), 2);
      const int right = static_cast<int>(radius * 2.2 * std::sqrt(outer));
      const int left = inner > 0 ? static_cast<int>(radius * 1.45 * std::sqrt(inner)) : 0;
      const int at = static_cast<int>(y) + (far ? -row : row);
      const Colour colour = mix(rgb(0.86, 0.74, 0.60), rgb(0.62, 0.48, 0.46), outer);
      canvas.blend_span(at, static_cast<int>(x) - right, static_cast<int>(x) - left, colour, 150);
      canvas.blend_span(at, static_cast<int>(x) + left, static_cast<int>(x) + right, colour, 120);
    }
  }

  Canvas nebula_;
  std::vector<std::array<double, 3>> stars_;
};

class Sea final : public Scene {
 public:
  Sea(int width, int height, std::uint64_t seed) : tops_(static_cast<std::size_t>(width)) {
    std::mt19937_64 random(seed);
    for (int i = 0; i < 5; ++i) phases_.push_back(uniform(random) * 6.283);
    for (int i = 0; i < 40; ++i) {
      stars_.push_back({uniform(random) * width, uniform(random) * height * 0.45});
    }
  }

  void draw(Canvas& canvas, double second, double duration) override {
    const double width = canvas.width();
    const double height = canvas.height();
    const double clock = second / 75.0;  // a day lasts 150 s
    const double day = 0.5 + 0.5 * std::cos(clock * std::numbers::pi);
    for (int y = 0; y < canvas.height() * 3 / 4; ++y) {
      const double down = y / (height * 0.75);
      canvas.span(y, 0, canvas.width(),
                  mix(mix(rgb(0.05, 0.07, 0.20), rgb(0.50, 0.78, 0.86), day),
                      mix(rgb(0.20, 0.16, 0.34), rgb(0.98, 0.90, 0.74), day), down));
    }
    if (day < 0.6) {
      for (const auto& star : stars_) {
        canvas.disc(star[0], star[1], 1.6, rgb(1, 0.96, 0.8), static_cast<int>(256 * (0.6 - day)));
      }
    }
    const double across = std::fmod(clock + 0.5, 1.0);
    const Colour light = mix(rgb(0.95, 0.95, 0.86), rgb(1.0, 0.80, 0.36), day);
    canvas.disc(width * across, height * (0.46 - 0.30 * std::sin(across * std::numbers::pi)),
                height * 0.075, light);
    for (int i = 0; i < 5; ++i) {
      draw_wave(canvas, i, second, day);
      if (i == 2) draw_boat(canvas, second, duration, day);
    }
  }

 private:
  [[nodiscard]] double wave_top(int i, double x, double width, double height, double second) const {
    const double phase = phases_[static_cast<std::size_t>(i)];
    const double at = x / width * 6.283 * (1.6 - 0.18 * i);
    return height * (0.56 + 0.085 * i) +
           height * (0.016 + 0.007 * i) *
               (std::sin(at + phase + second * (0.35 + 0.14 * i)) +
                0.4 * std::sin(2.3 * at - phase - second * (0.5 + 0.1 * i)));
  }

  void draw_wave(Canvas& canvas, int i, double second, double day) {
    constexpr int kStep = 8;  // a sine every few columns, straight between: a cheap wave
    const double width = canvas.width();
    for (int x = 0; x < canvas.width(); x += kStep) {
      const double from = wave_top(i, x, width, canvas.height(), second);
      const double to = wave_top(i, x + kStep, width, canvas.height(), second);
      for (int k = 0; k < kStep && x + k < canvas.width(); ++k) {
        tops_[static_cast<std::size_t>(x + k)] = static_cast<float>(from + (to - from) * k / kStep);
      }
    }
    const double near = i / 4.0;
    const Colour far_colour = mix(rgb(0.16, 0.24, 0.44), rgb(0.44, 0.78, 0.80), day);
    const Colour near_colour = mix(rgb(0.04, 0.08, 0.20), rgb(0.04, 0.34, 0.52), day);
    const Colour colour = mix(far_colour, near_colour, near);
    canvas.ridge(tops_, mix(colour, rgb(1, 1, 1), 0.10), colour);
  }

  void draw_boat(Canvas& canvas, double second, double duration, double day) {
    const double width = canvas.width();
    const double height = canvas.height();
    const double x = width * (0.18 + 0.64 * (second / duration)) + 10 * std::sin(second * 0.4);
    const double y = wave_top(3, x, width, height, second) - height * 0.03;
    const double tilt = 0.10 * std::sin(second * 0.9);
    const double size = height * 0.10;
    const Colour sail = mix(rgb(0.70, 0.66, 0.72), rgb(0.99, 0.96, 0.90), day);
    for (int row = 0; row < static_cast<int>(size * 1.9); ++row) {
      const double up = row / (size * 1.9);
      const double lean = x + tilt * row;
      canvas.span(static_cast<int>(y) - row, static_cast<int>(lean),
                  static_cast<int>(lean + size * 0.95 * (1 - up)), sail);
      canvas.span(static_cast<int>(y) - row, static_cast<int>(lean - size * 0.55 * (1 - up)),
                  static_cast<int>(lean - 3), mix(sail, rgb(0.85, 0.35, 0.30), 0.55));
    }
    for (int row = 0; row < static_cast<int>(size * 0.5); ++row) {
      const double half = size * (1.15 - 0.9 * row / (size * 0.5) * 0.6);
      canvas.span(static_cast<int>(y) + row + 2, static_cast<int>(x - half - tilt * row),
                  static_cast<int>(x + half - tilt * row),
                  mix(rgb(0.30, 0.12, 0.14), rgb(0.78, 0.26, 0.20), day));
    }
  }

  std::vector<double> phases_;
  std::vector<std::array<double, 2>> stars_;
  std::vector<float> tops_;
};

}  // namespace

std::unique_ptr<Scene> make_dawn_scene(int width, int height, std::uint64_t seed) {
  return std::make_unique<Dawn>(width, height, seed);
}
std::unique_ptr<Scene> make_space_scene(int width, int height, std::uint64_t seed) {
  return std::make_unique<Space>(width, height, seed);
}
std::unique_ptr<Scene> make_sea_scene(int width, int height, std::uint64_t seed) {
  return std::make_unique<Sea>(width, height, seed);
}

}  // namespace matinee::demo
