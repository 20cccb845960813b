#pragma once
// demo/draw/noise: the chance in a picture: hashes that any frame can ask for again, and clouds.

#include <cmath>
#include <cstdint>
#include <vector>

namespace matinee::demo {

constexpr std::uint32_t hash(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7FEB352DU;
  x ^= x >> 15;
  x *= 0x846CA68BU;
  return x ^ x >> 16;
}
constexpr std::uint32_t hash(std::uint32_t a, std::uint32_t b) {
  return hash(a * 0x9E3779B9U ^ hash(b));
}
/// 0 up to, not with, 1.
constexpr float chance(std::uint32_t a, std::uint32_t b) {
  return static_cast<float>(hash(a, b) >> 8) * 0x1.0p-24F;
}
constexpr float chance(std::uint32_t a, std::uint32_t b, std::uint32_t c) {
  return chance(a, hash(b, c));
}

/// Numbers in a row from one seed; the same everywhere.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : seed_(seed) {}
  float next() { return chance(seed_, ++at_); }
  float between(float low, float high) { return low + (high - low) * next(); }
  int below(int bound) { return static_cast<int>(next() * static_cast<float>(bound)); }

 private:
  std::uint32_t seed_;
  std::uint32_t at_ = 0;
};

/// Smooth noise on a torus of 256 units, -1..1, several octaves summed once.
class NoiseTile {
 public:
  explicit NoiseTile(std::uint32_t seed, int octaves);
  /// Between the four nearest.
  [[nodiscard]] float at(float x, float y) const {
    const float fx = std::floor(x);
    const float fy = std::floor(y);
    const float tx = x - fx;
    const float ty = y - fy;
    const auto column = static_cast<std::uint32_t>(static_cast<std::int32_t>(fx));
    const auto row = static_cast<std::uint32_t>(static_cast<std::int32_t>(fy));
    const float* upper = cells_.data() + (row & 255U) * 256;
    const float* lower = cells_.data() + ((row + 1) & 255U) * 256;
    const std::uint32_t left = column & 255U;
    const std::uint32_t right = (column + 1) & 255U;
    const float above = upper[left] + (upper[right] - upper[left]) * tx;
    const float below = lower[left] + (lower[right] - lower[left]) * tx;
    return above + (below - above) * ty;
  }

 private:
  std::vector<float> cells_;
};

/// Soft clouds: three octaves, the longest wave 32 units.
const NoiseTile& clouds();
/// The grain of a film: white noise, -1..1, 256x256.
const std::vector<float>& grain_tile();

}  // namespace matinee::demo
