#pragma once
// members/avatars: the pictures that a profile can have; the web app draws them by these names.

#include <algorithm>
#include <array>
#include <string_view>

namespace matinee::members {

inline constexpr std::array<std::string_view, 12> kAvatars{"reel", "moon", "fox",     "owl",
                                                           "cat",  "bear", "whale",   "rocket",
                                                           "leaf", "wave", "lantern", "star"};

constexpr bool is_avatar(std::string_view name) {
  return std::ranges::find(kAvatars, name) != kAvatars.end();
}

}  // namespace matinee::members
