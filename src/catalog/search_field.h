#pragma once
// catalog/search_field: which part of a title a posting of search is of.

#include <cstdint>

namespace matinee::catalog {

inline constexpr std::uint8_t kNameField = 0;  // also of a person's or genre's own name
inline constexpr std::uint8_t kPersonField = 1;
inline constexpr std::uint8_t kGenreField = 2;  // also the year

}  // namespace matinee::catalog
