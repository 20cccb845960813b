#pragma once
// app/version: which Matinee this is.

#include <string_view>

namespace matinee::app {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace matinee::app
