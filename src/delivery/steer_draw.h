#pragma once
// delivery/steer_draw: chance that can be repeated: the same client and title draw the same lots.

#include <cstdint>

namespace matinee::delivery {

/// Every bit of the result depends on every bit of `value`. Source: Vigna, splitmix64.
constexpr std::uint64_t mixed(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ value >> 30U) * 0xBF58476D1CE4E5B9U;
  value = (value ^ value >> 27U) * 0x94D049BB133111EBU;
  return value ^ value >> 31U;
}

/// [0, 1).
constexpr double unit_of(std::uint64_t draw) {
  return static_cast<double>(draw >> 11U) * 0x1.0p-53;
}

/// [0, bound); `bound` > 0 and far below 2^32.
constexpr std::uint32_t below(std::uint64_t draw, std::uint32_t bound) {
  return static_cast<std::uint32_t>((draw >> 32U) * bound >> 32U);
}

}  // namespace matinee::delivery
