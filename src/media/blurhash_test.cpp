// Goal: our blurhash says what the published algorithm says: known by hand for plain colours, by a
// second, independent reading of the formula for the rest, and by painting it again.
#include "media/blurhash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace matinee::media {
namespace {

using Pixels = std::vector<std::uint8_t>;

Pixels plain(int width, int height, std::uint8_t r, std::uint8_t g, std::uint8_t b) {
  Pixels pixels;
  for (int i = 0; i < width * height; ++i) pixels.insert(pixels.end(), {r, g, b});
  return pixels;
}

TEST(Blurhash, PlainColoursAreTheirMeanAsFourDigits) {
  // White is 16777215 = 29 * 83^3 + 28 * 83^2 + 30 * 83 + 10: T, S, U, A.
  EXPECT_EQ(blurhash(plain(8, 8, 255, 255, 255), 8, 8, 1, 1), "00TSUA");
  EXPECT_EQ(blurhash(plain(8, 8, 0, 0, 0), 8, 8, 1, 1), "000000");
  // Red is 16711680 = 29 * 83^3 + 18 * 83^2 + 70 * 83 + 45: T, I, :, j.
  EXPECT_EQ(blurhash(plain(5, 3, 255, 0, 0), 5, 3, 1, 1), "00TI:j");
  // Black with components: size flag 3 + 2 * 9 = 21 (L), no range, and 11 times the middle,
  // 9 * 361 + 9 * 19 + 9 = 3429 = 41 * 83 + 26: f, Q.
  EXPECT_EQ(blurhash(plain(8, 6, 0, 0, 0), 8, 6, 4, 3), "L00000fQfQfQfQfQfQfQfQfQfQfQ");
}

// Decoding, from the format's description; shares no code with the encoder.
struct Painted {
  int columns = 0;
  int rows = 0;
  std::vector<double> linear;  // 3 a pixel
};

int digits(const std::string& text, std::size_t at, std::size_t count) {
  static const std::string kAll =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) value = value * 83 + int(kAll.find(text[i]));
  return value;
}

double to_linear(double srgb) {
  const double v = srgb / 255;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

Painted paint(const std::string& hash, int width, int height) {
  Painted out;
  const int flag = digits(hash, 0, 1);
  out.columns = flag % 9 + 1;
  out.rows = flag / 9 + 1;
  const double range = (digits(hash, 1, 1) + 1) / 166.0;
  std::vector<double> factors;
  const int mean = digits(hash, 2, 4);
  for (const int shift : {16, 8, 0}) factors.push_back(to_linear((mean >> shift) & 255));
  for (int i = 1; i < out.columns * out.rows; ++i) {
    const int code = digits(hash, 4 + std::size_t(i) * 2, 2);
    for (const int part : {code / 361, code / 19 % 19, code % 19}) {
      const double v = (part - 9) / 9.0;
      factors.push_back(v * std::abs(v) * range);
    }
  }
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (int j = 0; j < out.rows; ++j) {
          for (int i = 0; i < out.columns; ++i) {
            sum += std::cos(M_PI * x * i / width) * std::cos(M_PI * y * j / height) *
                   factors[std::size_t(j * out.columns + i) * 3 + c];
          }
        }
        out.linear.push_back(sum);
      }
    }
  }
  return out;
}

TEST(Blurhash, APictureMadeOfItsOwnComponentsComesBack) {
  // Smooth pictures: a mean and one wave in each direction, all inside the gamut.
  std::mt19937 random(20'261'125);
  std::uniform_real_distribution<double> waves(-0.1, 0.1);
  for (int round = 0; round < 50; ++round) {
    constexpr int kWidth = 32;
    constexpr int kHeight = 24;
    Pixels pixels;
    std::vector<double> amounts;
    for (int i = 0; i < 9; ++i) amounts.push_back(waves(random));
    for (int y = 0; y < kHeight; ++y) {
      for (int x = 0; x < kWidth; ++x) {
        for (std::size_t c = 0; c < 3; ++c) {
          const double v = 0.4 + amounts[c] + amounts[3 + c] * std::cos(M_PI * x / kWidth) +
                           amounts[6 + c] * std::cos(M_PI * y / kHeight);
          const double srgb = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
          pixels.push_back(static_cast<std::uint8_t>(std::lround(srgb * 255)));
        }
      }
    }
    const auto hash = blurhash(pixels, kWidth, kHeight, 4, 3);
    ASSERT_EQ(hash.size(), 28U);
    const auto painted = paint(hash, kWidth, kHeight);
    EXPECT_EQ(painted.columns, 4);
    EXPECT_EQ(painted.rows, 3);
    double worst = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      worst = std::max(worst, std::abs(painted.linear[i] - to_linear(pixels[i])));
    }
    // What its 19 steps a channel and sampling at the pixels' corners leave of it.
    EXPECT_LT(worst, 0.15) << hash;
  }
}

TEST(Blurhash, EveryComponentIsTheFormulasSum) {
  // 2 x 1 pixels, white and black, 2 x 1 components. Mean: linear 0.5 is sRGB 188. The wave:
  // 2/2 * (1 * cos 0 + 0) = 1, so the range code is 82 (~), the range 83/166 = 0.5, and each
  // channel lies beyond it: 18. 18 * 361 + 18 * 19 + 18 = 6858 = 82 * 83 + 52: ~, q.
  const auto hash = blurhash(Pixels{255, 255, 255, 0, 0, 0}, 2, 1, 2, 1);
  ASSERT_EQ(hash.size(), 8U);
  EXPECT_EQ(hash.substr(0, 2), "1~");
  EXPECT_EQ(digits(hash, 2, 4), 188 * 65'793);
  EXPECT_EQ(hash.substr(6), "~q");
}

// The published formula once more, word by word, without tables or separated cosines.
std::string plainly(const Pixels& pixels, int width, int height, int columns, int rows) {
  static const std::string kAll =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz#$%*+,-.:;=?@[]^_{|}~";
  std::vector<std::vector<double>> factors;
  for (int j = 0; j < rows; ++j) {
    for (int i = 0; i < columns; ++i) {
      std::vector<double> sum(3, 0);
      for (int x = 0; x < width; ++x) {
        for (int y = 0; y < height; ++y) {
          const double basis = std::cos(M_PI * i * x / width) * std::cos(M_PI * j * y / height);
          for (std::size_t c = 0; c < 3; ++c) {
            sum[c] += basis * to_linear(pixels[std::size_t(y * width + x) * 3 + c]);
          }
        }
      }
      for (double& v : sum) v *= (i == 0 && j == 0 ? 1.0 : 2.0) / (width * height);
      factors.push_back(sum);
    }
  }
  double most = 0;
  for (std::size_t k = 1; k < factors.size(); ++k) {
    for (const double v : factors[k]) most = std::max(most, std::abs(v));
  }
  const int code = std::max(0, std::min(82, static_cast<int>(std::floor(most * 166 - 0.5))));
  const double range = (code + 1) / 166.0;
  std::string out;
  const auto put = [&](int value, int count) {
    std::string text;
    for (; count > 0; --count, value /= 83)
      text.insert(text.begin(), kAll[std::size_t(value % 83)]);
    out += text;
  };
  put(columns - 1 + (rows - 1) * 9, 1);
  put(code, 1);
  int mean = 0;
  for (const double v : factors[0]) {
    const double srgb = v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
    mean = mean * 256 + static_cast<int>(srgb * 255 + 0.5);
  }
  put(mean, 4);
  for (std::size_t k = 1; k < factors.size(); ++k) {
    int value = 0;
    for (const double v : factors[k]) {
      const double root = std::copysign(std::pow(std::abs(v / range), 0.5), v);
      value =
          value * 19 + static_cast<int>(std::max(0.0, std::min(18.0, std::floor(root * 9 + 9.5))));
    }
    put(value, 2);
  }
  return out;
}

TEST(Blurhash, IsTheFormulaOnAnyPicture) {
  std::mt19937 random(83);
  for (int round = 0; round < 40; ++round) {
    const int width = 1 + static_cast<int>(random() % 24);
    const int height = 1 + static_cast<int>(random() % 24);
    const int columns = 2 + static_cast<int>(random() % 8);
    const int rows = 1 + static_cast<int>(random() % 9);
    Pixels pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3);
    for (auto& v : pixels) v = static_cast<std::uint8_t>(random());
    EXPECT_EQ(blurhash(pixels, width, height, columns, rows),
              plainly(pixels, width, height, columns, rows));
  }
}

TEST(Blurhash, LongSidesGetMoreComponents) {
  EXPECT_EQ(blurhash_components(1000, 1500).rows, 4);
  EXPECT_EQ(blurhash_components(1920, 1080).columns, 4);
  std::mt19937 random(1);
  for (int n = 1; n <= 9; ++n) {
    Pixels noise(static_cast<std::size_t>(n) * 9 * 3);
    for (auto& v : noise) v = static_cast<std::uint8_t>(random());
    EXPECT_EQ(blurhash(noise, n, 9, n, 10 - n).size(),
              4U + 2U * static_cast<unsigned>(n * (10 - n)));
  }
}

}  // namespace
}  // namespace matinee::media
