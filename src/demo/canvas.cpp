#include "demo/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace matinee::demo {
namespace {

struct Glyph {
  char letter;
  std::uint8_t rows[7];  // five bits each, the leftmost highest
};

constexpr Glyph kGlyphs[] = {
    {'A', {14, 17, 17, 31, 17, 17, 17}}, {'B', {30, 17, 17, 30, 17, 17, 30}},
    {'C', {14, 17, 16, 16, 16, 17, 14}}, {'D', {30, 17, 17, 17, 17, 17, 30}},
    {'E', {31, 16, 16, 30, 16, 16, 31}}, {'F', {31, 16, 16, 30, 16, 16, 16}},
    {'G', {14, 17, 16, 23, 17, 17, 14}}, {'H', {17, 17, 17, 31, 17, 17, 17}},
    {'I', {14, 4, 4, 4, 4, 4, 14}},      {'J', {7, 2, 2, 2, 2, 18, 12}},
    {'K', {17, 18, 20, 24, 20, 18, 17}}, {'L', {16, 16, 16, 16, 16, 16, 31}},
    {'M', {17, 27, 21, 21, 17, 17, 17}}, {'N', {17, 25, 21, 19, 17, 17, 17}},
    {'O', {14, 17, 17, 17, 17, 17, 14}}, {'P', {30, 17, 17, 30, 16, 16, 16}},
    {'Q', {14, 17, 17, 17, 21, 18, 13}}, {'R', {30, 17, 17, 30, 20, 18, 17}},
    {'S', {15, 16, 16, 14, 1, 1, 30}},   {'T', {31, 4, 4, 4, 4, 4, 4}},
    {'U', {17, 17, 17, 17, 17, 17, 14}}, {'V', {17, 17, 17, 17, 17, 10, 4}},
    {'W', {17, 17, 17, 21, 21, 21, 10}}, {'X', {17, 17, 10, 4, 10, 17, 17}},
    {'Y', {17, 17, 10, 4, 4, 4, 4}},     {'Z', {31, 1, 2, 4, 8, 16, 31}},
    {'0', {14, 17, 19, 21, 25, 17, 14}}, {'1', {4, 12, 4, 4, 4, 4, 14}},
    {'2', {14, 17, 1, 6, 8, 16, 31}},    {'3', {31, 2, 4, 2, 1, 17, 14}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},
    {'6', {6, 8, 16, 30, 17, 17, 14}},   {'7', {31, 1, 2, 4, 8, 8, 8}},
    {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 2, 12}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {':', {0, 12, 12, 0, 12, 12, 0}},
    {'-', {0, 0, 0, 31, 0, 0, 0}}};

const Glyph* glyph_of(char letter) {
  const auto* found = std::ranges::find(kGlyphs, letter, &Glyph::letter);
  return found == std::end(kGlyphs) ? nullptr : found;
}

std::uint8_t blend(std::uint8_t under, std::uint8_t over, int alpha) {
  return static_cast<std::uint8_t>(under + (over - under) * alpha / 256);
}

}  // namespace

Colour rgb(double red, double green, double blue) {
  const double r = std::clamp(red, 0.0, 1.0);
  const double g = std::clamp(green, 0.0, 1.0);
  const double b = std::clamp(blue, 0.0, 1.0);
  const double luma = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return {static_cast<std::uint8_t>(std::lround(16 + 219 * luma)),
          static_cast<std::uint8_t>(std::lround(128 + 224 * (b - luma) / 1.8556)),
          static_cast<std::uint8_t>(std::lround(128 + 224 * (r - luma) / 1.5748))};
}

Colour mix(Colour a, Colour b, double t) {
  const int alpha = static_cast<int>(std::clamp(t, 0.0, 1.0) * 256);
  return {blend(a.y, b.y, alpha), blend(a.u, b.u, alpha), blend(a.v, b.v, alpha)};
}

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), bytes_(static_cast<std::size_t>(width * height * 3 / 2)) {
  MATINEE_CHECK(width > 0 && height > 0 && width % 2 == 0 && height % 2 == 0);
}

void Canvas::copy_from(const Canvas& other) {
  MATINEE_CHECK(other.bytes_.size() == bytes_.size());
  bytes_ = other.bytes_;
}

void Canvas::span(int y, int from, int to, Colour colour) {
  from = std::max(from, 0);
  to = std::min(to, width_);
  if (y < 0 || y >= height_ || from >= to) return;
  std::memset(row_y(y) + from, colour.y, static_cast<std::size_t>(to - from));
  if (y % 2 != 0) return;
  const auto chroma = static_cast<std::size_t>((to + 1) / 2 - from / 2);
  std::memset(row_u(y) + from / 2, colour.u, chroma);
  std::memset(row_v(y) + from / 2, colour.v, chroma);
}

void Canvas::blend_span(int y, int from, int to, Colour colour, int alpha) {
  if (alpha >= 256) {
    span(y, from, to, colour);
    return;
  }
  from = std::max(from, 0);
  to = std::min(to, width_);
  if (y < 0 || y >= height_ || from >= to || alpha <= 0) return;
  std::uint8_t* luma = row_y(y);
  for (int x = from; x < to; ++x) luma[x] = blend(luma[x], colour.y, alpha);
  if (y % 2 != 0) return;
  std::uint8_t* u = row_u(y);
  std::uint8_t* v = row_v(y);
  for (int x = from / 2; x < (to + 1) / 2; ++x) {
    u[x] = blend(u[x], colour.u, alpha);
    v[x] = blend(v[x], colour.v, alpha);
  }
}

void Canvas::blend_pixel(int x, int y, Colour colour, int alpha) {
  blend_span(y, x, x + 1, colour, std::min(alpha, 255));
}

void Canvas::disc(double x, double y, double radius, Colour colour, int alpha) {
  const int first = static_cast<int>(std::floor(y - radius));
  const int last = static_cast<int>(std::ceil(y + radius));
  for (int row = first; row <= last; ++row) {
    const double above = row + 0.5 - y;
    const double square = radius * radius - above * above;
    if (square <= 0) continue;
    const double half = std::sqrt(square);
    const double left = x - half;
    const double right = x + half;
    const int from = static_cast<int>(std::ceil(left));
    const int to = static_cast<int>(std::floor(right));
    blend_span(row, from, to, colour, alpha);
    blend_pixel(from - 1, row, colour, static_cast<int>((from - left) * alpha));
    blend_pixel(to, row, colour, static_cast<int>((right - to) * alpha));
  }
}

void Canvas::glow(double x, double y, double radius, Colour colour, double strength) {
  const int top = std::max(0, static_cast<int>(y - radius));
  const int bottom = std::min(height_, static_cast<int>(y + radius));
  const int left = std::max(0, static_cast<int>(x - radius)) & ~1;
  const int right = std::min(width_, static_cast<int>(x + radius));
  const float scale = static_cast<float>(1.0 / (radius * radius));
  const float most = static_cast<float>(strength * 256);
  for (int row = top; row < bottom; ++row) {
    const float dy = static_cast<float>(row - y);
    std::uint8_t* luma = row_y(row);
    std::uint8_t* u = row_u(row);
    std::uint8_t* v = row_v(row);
    for (int column = left; column < right; ++column) {
      const float dx = static_cast<float>(column - x);
      const float near = 1.0F - (dx * dx + dy * dy) * scale;
      if (near <= 0) continue;
      const int alpha = static_cast<int>(near * near * near * most);
      luma[column] = blend(luma[column], colour.y, alpha);
      if (((row | column) & 1) == 0) {
        u[column / 2] = blend(u[column / 2], colour.u, alpha);
        v[column / 2] = blend(v[column / 2], colour.v, alpha);
      }
    }
  }
}

void Canvas::ridge(std::span<const float> tops, Colour top, Colour bottom) {
  MATINEE_CHECK(tops.size() == static_cast<std::size_t>(width_));
  const float least = *std::ranges::min_element(tops);
  const float most = *std::ranges::max_element(tops);
  const int first = std::clamp(static_cast<int>(std::floor(least)), 0, height_);
  const int full = std::clamp(static_cast<int>(std::ceil(most)) + 1, first, height_);
  for (int y = first; y < height_; ++y) {
    const Colour colour =
        mix(top, bottom, (static_cast<float>(y) - least) / (static_cast<float>(height_) - least));
    if (y >= full) {
      span(y, 0, width_, colour);
      continue;
    }
    std::uint8_t* luma = row_y(y);
    const float edge = static_cast<float>(y + 1);
    for (int x = 0; x < width_; ++x) {
      const int alpha = static_cast<int>(
          std::clamp(edge - tops[static_cast<std::size_t>(x)], 0.0F, 1.0F) * 256.0F);
      luma[x] = blend(luma[x], colour.y, alpha);
    }
    if (y % 2 != 0) continue;
    std::uint8_t* u = row_u(y);
    std::uint8_t* v = row_v(y);
    for (int x = 0; x < width_ / 2; ++x) {
      const int alpha = static_cast<int>(
          std::clamp(edge - tops[static_cast<std::size_t>(x * 2)], 0.0F, 1.0F) * 256.0F);
      u[x] = blend(u[x], colour.u, alpha);
      v[x] = blend(v[x], colour.v, alpha);
    }
  }
}

void Canvas::text(int x, int y, int scale, std::string_view text, Colour colour, int alpha) {
  for (const char letter : text) {
    if (const Glyph* glyph = glyph_of(letter); glyph != nullptr) {
      for (int cell = 0; cell < 35; ++cell) {
        const int row = cell / 5;
        const int column = cell % 5;
        if ((glyph->rows[row] >> (4 - column) & 1) == 0) continue;
        for (int line = 0; line < scale; ++line) {
          blend_span(y + row * scale + line, x + column * scale, x + (column + 1) * scale, colour,
                     alpha);
        }
      }
    }
    x += 6 * scale;
  }
}

int Canvas::text_width(std::string_view text, int scale) {
  return static_cast<int>(text.size()) * 6 * scale - scale;
}

void Canvas::fade(int level) {
  if (level >= 256) return;
  const auto luma = static_cast<std::size_t>(width_ * height_);
  for (std::size_t i = 0; i < luma; ++i) bytes_[i] = blend(16, bytes_[i], level);
  for (std::size_t i = luma; i < bytes_.size(); ++i) bytes_[i] = blend(128, bytes_[i], level);
}

}  // namespace matinee::demo
