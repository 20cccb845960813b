#pragma once
// demo/posters: the artwork of a title, drawn by its own scene and set in its own hand.

#include "demo/film.h"

namespace matinee::demo {

inline constexpr int kPosters = 3;
inline constexpr int kPosterWidth = 480;
inline constexpr int kPosterHeight = 720;
inline constexpr int kBackdropWidth = 1280;
inline constexpr int kBackdropHeight = 720;

/// `which` 0..2: the scene with its title; two designs more.
Picture draw_poster(const FilmSpec& spec, int which, int width = kPosterWidth,
                    int height = kPosterHeight);
/// The scene without a word, for behind a page.
Picture draw_backdrop(const FilmSpec& spec, int width = kBackdropWidth,
                      int height = kBackdropHeight);

}  // namespace matinee::demo
