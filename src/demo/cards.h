#pragma once
// demo/cards: what is written over a film: its title, an episode's titles, its credits.

#include "demo/film.h"

namespace matinee::demo {

/// Everything that is lettered at `second`; drawn before the picture is finished.
void draw_cards(Picture& picture, const FilmSpec& spec, float second);
/// The title's lines about (x, middle), at most `width` wide and `height` high in all. Returns the
/// height that they take.
float write_title(Picture& picture, const Look& look, float x, float middle, float width,
                  float height, const Paint& paint);

}  // namespace matinee::demo
