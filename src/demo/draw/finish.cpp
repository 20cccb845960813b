#include "demo/draw/finish.h"

#include <array>
#include <cmath>

#include "demo/draw/noise.h"

namespace matinee::demo {
namespace {

constexpr int kBloomStep = 4;  // the bloom is made of a picture so much smaller
constexpr float kShoulder = 0.78F;

// The light above the threshold, small; what of a last odd row or column is left out is dark
// anyway.
struct Bloom {
  int columns = 0;
  int rows = 0;
  std::vector<Rgb> cells;
};

Bloom bright_parts(const Picture& picture, float from) {
  Bloom bloom{picture.width() / kBloomStep, picture.height() / kBloomStep, {}};
  bloom.cells.resize(static_cast<std::size_t>(bloom.columns * bloom.rows));
  const auto width = static_cast<std::size_t>(picture.width());
  const auto mean = [&](int channel, int column, int row) {
    const float* at = picture.plane(channel) + static_cast<std::size_t>(row * kBloomStep) * width +
                      static_cast<std::size_t>(column * kBloomStep);
    float sum = 0;
    for (std::size_t y = 0; y < kBloomStep; y += 2) {
      for (std::size_t x = 0; x < kBloomStep; ++x) sum += at[y * width + x];
    }
    return sum / 8 - from;
  };
  for (int row = 0; row < bloom.rows; ++row) {
    for (int column = 0; column < bloom.columns; ++column) {
      bloom.cells[static_cast<std::size_t>(row * bloom.columns + column)] = {
          std::max(0.0F, mean(0, column, row)), std::max(0.0F, mean(1, column, row)),
          std::max(0.0F, mean(2, column, row))};
    }
  }
  return bloom;
}

// A running mean over 2 * radius + 1 cells, `stride` apart.
void blur_line(Rgb* cells, int count, int stride, int radius, std::vector<Rgb>& line) {
  line.resize(static_cast<std::size_t>(count));
  Rgb sum{};
  const float share = 1.0F / static_cast<float>(2 * radius + 1);
  const auto cell = [&](int i) { return cells[i * stride]; };
  for (int i = 0; i < std::min(radius, count); ++i) sum = sum + cell(i);
  for (int i = 0; i < count; ++i) {
    if (i + radius < count) sum = sum + cell(i + radius);
    if (i - radius - 1 >= 0) sum = sum + cell(i - radius - 1) * -1.0F;
    line[static_cast<std::size_t>(i)] = sum * share;
  }
  for (int i = 0; i < count; ++i) cells[i * stride] = line[static_cast<std::size_t>(i)];
}

void blur(Bloom& bloom, int radius) {
  std::vector<Rgb> line;
  for (int pass = 0; pass < 2; ++pass) {
    for (int row = 0; row < bloom.rows; ++row) {
      blur_line(bloom.cells.data() + row * bloom.columns, bloom.columns, 1, radius, line);
    }
    for (int column = 0; column < bloom.columns; ++column) {
      blur_line(bloom.cells.data() + column, bloom.rows, bloom.columns, radius, line);
    }
  }
}

void add_bloom(Picture& picture, const Grade& grade) {
  Bloom bloom = bright_parts(picture, grade.bloom_from);
  const int radius = std::max(1, static_cast<int>(2.6F * picture.scale()));
  blur(bloom, radius);
  const float part = grade.bloom;
  picture.field(kBloomStep, Blend::add, [&](float x, float y) -> Veil {
    const int column = std::clamp(static_cast<int>(x) / kBloomStep, 0, bloom.columns - 1);
    const int row = std::clamp(static_cast<int>(y) / kBloomStep, 0, bloom.rows - 1);
    return {bloom.cells[static_cast<std::size_t>(row * bloom.columns + column)], part};
  });
}

float rolled(float light) {
  const float over = std::max(0.0F, light - kShoulder);
  return light - over + over / (1 + over * (1 / (1 - kShoulder)));
}

void print_row(Picture& picture, const Grade& grade, int y, int frame,
               const std::vector<float>& shade) {
  const auto seed = hash(static_cast<std::uint32_t>(frame), 77);
  const float* grain =
      grain_tile().data() + ((static_cast<std::uint32_t>(y) + (seed >> 8)) & 255U) * 256;
  const std::uint32_t shift = seed & 255U;
  const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width());
  float* r = picture.plane(0) + at;
  float* g = picture.plane(1) + at;
  float* b = picture.plane(2) + at;
  const float down = (static_cast<float>(y) / picture.h() - 0.5F) * 2;
  const float row_shade = 1 - grade.vignette * 0.55F * down * down * down * down;
  for (int x = 0; x < picture.width(); ++x) {
    const float vignette = shade[static_cast<std::size_t>(x)] * row_shade;
    const float fleck = grain[(static_cast<std::uint32_t>(x) + shift) & 255U] * grade.grain;
    float red = r[x] * grade.gain.r;
    float green = g[x] * grade.gain.g;
    float blue = b[x] * grade.gain.b;
    const float grey = 0.2126F * red + 0.7152F * green + 0.0722F * blue;
    red = grey + (red - grey) * grade.saturation;
    green = grey + (green - grey) * grade.saturation;
    blue = grey + (blue - grey) * grade.saturation;
    const float pull = (1 - grade.contrast) * 0.42F;
    red = rolled((red * grade.contrast + pull) * vignette + grade.lift.r) + fleck;
    green = rolled((green * grade.contrast + pull) * vignette + grade.lift.g) + fleck;
    blue = rolled((blue * grade.contrast + pull) * vignette + grade.lift.b) + fleck;
    r[x] = clamp01(red);
    g[x] = clamp01(green);
    b[x] = clamp01(blue);
  }
}

void draw_bars(Picture& picture, float aspect) {
  const float width = picture.w();
  const float height = picture.h();
  Shape bars;
  if (aspect > width / height) {
    const float bar = std::floor((height - width / aspect) / 2);
    bars.add_rect(0, 0, width, bar);
    bars.add_rect(0, height - bar, width, height);
  } else {
    const float bar = std::floor((width - height * aspect) / 2);
    bars.add_rect(0, 0, bar, height);
    bars.add_rect(width - bar, 0, width, height);
  }
  picture.fill(bars, Paint::flat({0, 0, 0}));
}

std::uint8_t to_byte(float value) { return static_cast<std::uint8_t>(value + 0.5F); }

}  // namespace

void finish(Picture& picture, const Grade& grade, int frame) {
  if (grade.bloom > 0) add_bloom(picture, grade);
  std::vector<float> shade(static_cast<std::size_t>(picture.width()));
  for (std::size_t x = 0; x < shade.size(); ++x) {
    const float across = (static_cast<float>(x) / picture.w() - 0.5F) * 2;
    shade[x] =
        1 - grade.vignette * (0.35F * across * across + 0.35F * across * across * across * across);
  }
  for (int y = 0; y < picture.height(); ++y) print_row(picture, grade, y, frame, shade);
  if (grade.aspect > 0) draw_bars(picture, grade.aspect);
}

void to_i420(const Picture& picture, std::vector<std::uint8_t>& out) {
  const int width = picture.width();
  const int height = picture.height();
  const std::size_t size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
  out.resize(size * 3 / 2);
  const float* r = picture.plane(0);
  const float* g = picture.plane(1);
  const float* b = picture.plane(2);
  for (std::size_t i = 0; i < size; ++i) {
    out[i] = to_byte(16 + 219 * (0.2126F * r[i] + 0.7152F * g[i] + 0.0722F * b[i]));
  }
  std::uint8_t* u = out.data() + size;
  std::uint8_t* v = u + size / 4;
  const auto next = static_cast<std::size_t>(width);
  for (int y = 0; y < height; y += 2) {
    const std::size_t row = static_cast<std::size_t>(y) * next;
    for (std::size_t x = row; x < row + next; x += 2) {
      const float red = (r[x] + r[x + 1] + r[x + next] + r[x + next + 1]) / 4;
      const float green = (g[x] + g[x + 1] + g[x + next] + g[x + next + 1]) / 4;
      const float blue = (b[x] + b[x + 1] + b[x + next] + b[x + next + 1]) / 4;
      *u++ = to_byte(128 + 224 * (-0.1146F * red - 0.3854F * green + 0.5F * blue));
      *v++ = to_byte(128 + 224 * (0.5F * red - 0.4542F * green - 0.0458F * blue));
    }
  }
}

std::vector<std::uint8_t> to_rgb(const Picture& picture) {
  const std::size_t size =
      static_cast<std::size_t>(picture.width()) * static_cast<std::size_t>(picture.height());
  std::vector<std::uint8_t> out(size * 3);
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      out[i * 3 + channel] = to_byte(255 * clamp01(picture.plane(static_cast<int>(channel))[i]));
    }
  }
  return out;
}

Picture shrunk(const Picture& picture, int width, int height) {
  Picture small(width, height);
  for (int channel = 0; channel < 3; ++channel) {
    const float* from = picture.plane(channel);
    float* to = small.plane(channel);
    for (int y = 0; y < height; ++y) {
      const int first = y * picture.height() / height;
      const int last = std::max(first + 1, (y + 1) * picture.height() / height);
      for (int x = 0; x < width; ++x) {
        const int left = x * picture.width() / width;
        const int right = std::max(left + 1, (x + 1) * picture.width() / width);
        float sum = 0;
        for (int row = first; row < last; ++row) {
          for (int column = left; column < right; ++column) {
            sum += from[static_cast<std::size_t>(row) * static_cast<std::size_t>(picture.width()) +
                        static_cast<std::size_t>(column)];
          }
        }
        to[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
           static_cast<std::size_t>(x)] = sum / static_cast<float>((last - first) * (right - left));
      }
    }
  }
  return small;
}

}  // namespace matinee::demo
