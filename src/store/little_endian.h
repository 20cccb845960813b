#pragma once
// store/little_endian: numbers in our own files, which are little-endian everywhere.

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace matinee::store {

template <std::unsigned_integral T>
void append_little_endian(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
}

/// The number in the first sizeof(T) bytes, which must be there.
template <std::unsigned_integral T>
T little_endian(std::string_view bytes) {
  T value = 0;
  for (std::size_t i = sizeof(T); i > 0; --i) {
    value = static_cast<T>(value << 8 | static_cast<unsigned char>(bytes[i - 1]));
  }
  return value;
}

}  // namespace matinee::store
