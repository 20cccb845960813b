#include "demo/draw/noise.h"

#include <algorithm>

namespace matinee::demo {
namespace {

constexpr int kSide = 256;
constexpr int kLongestWave = 32;

}  // namespace

NoiseTile::NoiseTile(std::uint32_t seed, int octaves)
    : cells_(static_cast<std::size_t>(kSide) * kSide) {
  float weight = 1;
  float weights = 0;
  for (int octave = 0; octave < octaves; ++octave, weight *= 0.5F) {
    const int wave = std::max(1, kLongestWave >> octave);
    const auto waves = static_cast<std::uint32_t>(kSide / wave);
    weights += weight;
    for (int y = 0; y < kSide; ++y) {
      for (int x = 0; x < kSide; ++x) {
        const auto column = static_cast<std::uint32_t>(x / wave);
        const auto row = static_cast<std::uint32_t>(y / wave);
        float tx = static_cast<float>(x % wave) / static_cast<float>(wave);
        float ty = static_cast<float>(y % wave) / static_cast<float>(wave);
        tx = tx * tx * (3 - 2 * tx);
        ty = ty * ty * (3 - 2 * ty);
        const auto knot = [&](std::uint32_t dx, std::uint32_t dy) {
          return chance(seed + static_cast<std::uint32_t>(octave), (column + dx) % waves,
                        (row + dy) % waves);
        };
        const float above = knot(0, 0) + (knot(1, 0) - knot(0, 0)) * tx;
        const float below = knot(0, 1) + (knot(1, 1) - knot(0, 1)) * tx;
        cells_[static_cast<std::size_t>(y * kSide + x)] += weight * (above + (below - above) * ty);
      }
    }
  }
  for (float& cell : cells_) cell = std::clamp((cell / weights - 0.5F) * 2.6F, -1.0F, 1.0F);
}

const NoiseTile& clouds() {
  static const NoiseTile kClouds(71, 4);
  return kClouds;
}

const std::vector<float>& grain_tile() {
  static const std::vector<float> kGrain = [] {
    std::vector<float> cells(static_cast<std::size_t>(kSide) * kSide);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto at = static_cast<std::uint32_t>(i);
      cells[i] = chance(1, at) + chance(2, at) - 1;
    }
    return cells;
  }();
  return kGrain;
}

}  // namespace matinee::demo
