#include "media/blurhash.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace matinee::media {
namespace {

constexpr std::string_view kDigits =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
static_assert(kDigits.size() == 83);

void append_base83(std::string& out, int value, int digits) {
  int divisor = 1;
  for (int i = 1; i < digits; ++i) divisor *= 83;
  for (; digits > 0; --digits, divisor /= 83) {
    out.push_back(kDigits[static_cast<std::size_t>(value / divisor % 83)]);
  }
}

double linear_of(int value) {
  const double v = value / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

int srgb_of(double value) {
  const double v = std::clamp(value, 0.0, 1.0);
  return static_cast<int>(v <= 0.0031308 ? v * 12.92 * 255 + 0.5
                                         : (1.055 * std::pow(v, 1 / 2.4) - 0.055) * 255 + 0.5);
}

using Colour = std::array<double, 3>;

int quantised(double value) {
  const double root = std::copysign(std::sqrt(std::abs(value)), value);
  return std::clamp(static_cast<int>(std::floor(root * 9 + 9.5)), 0, 18);
}

class Components {
 public:
  Components(std::span<const std::uint8_t> rgb, int width, int height)
      : width_(width), height_(height), linear_(rgb.size()) {
    std::array<double, 256> table{};
    for (int i = 0; i < 256; ++i) table[static_cast<std::size_t>(i)] = linear_of(i);
    std::ranges::transform(rgb, linear_.begin(), [&](std::uint8_t v) { return table[v]; });
  }

  [[nodiscard]] Colour at(int column, int row) const {
    Colour sum{};
    std::size_t i = 0;
    for (int y = 0; y < height_; ++y) {
      const double down = std::cos(std::numbers::pi * row * y / height_);
      for (int x = 0; x < width_; ++x) {
        const double basis = down * std::cos(std::numbers::pi * column * x / width_);
        for (double& channel : sum) channel += basis * linear_[i++];
      }
    }
    const double scale = (column == 0 && row == 0 ? 1.0 : 2.0) / (width_ * height_);
    for (double& channel : sum) channel *= scale;
    return sum;
  }

 private:
  int width_;
  int height_;
  std::vector<double> linear_;
};

}  // namespace

BlurhashComponents blurhash_components(int width, int height) {
  return width >= height ? BlurhashComponents{4, 3} : BlurhashComponents{3, 4};
}

std::string blurhash(std::span<const std::uint8_t> rgb, int width, int height, int columns,
                     int rows) {
  MATINEE_CHECK(width > 0 && height > 0 && columns >= 1 && columns <= 9 && rows >= 1 && rows <= 9);
  MATINEE_CHECK(rgb.size() ==
                static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
  const Components components(rgb, width, height);
  std::vector<Colour> rest;
  double greatest = 0;
  for (int row = 0; row < rows; ++row) {
    for (int column = row == 0 ? 1 : 0; column < columns; ++column) {
      rest.push_back(components.at(column, row));
      for (const double channel : rest.back()) greatest = std::max(greatest, std::abs(channel));
    }
  }
  std::string out;
  append_base83(out, columns - 1 + (rows - 1) * 9, 1);
  double range = 1;
  if (rest.empty()) {
    append_base83(out, 0, 1);
  } else {
    const int code = std::clamp(static_cast<int>(std::floor(greatest * 166 - 0.5)), 0, 82);
    range = (code + 1) / 166.0;
    append_base83(out, code, 1);
  }
  const Colour mean = components.at(0, 0);
  append_base83(out, srgb_of(mean[0]) << 16 | srgb_of(mean[1]) << 8 | srgb_of(mean[2]), 4);
  for (const Colour& colour : rest) {
    append_base83(out,
                  quantised(colour[0] / range) * 19 * 19 + quantised(colour[1] / range) * 19 +
                      quantised(colour[2] / range),
                  2);
  }
  return out;
}

}  // namespace matinee::media
