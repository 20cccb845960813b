// Goal: the generated films are the same whenever they are made, move, and sound.
#include "demo/film.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace matinee::demo {
namespace {

std::vector<std::uint8_t> picture(const FilmSpec& spec, int index) {
  FilmPainter painter(spec);
  const auto bytes = painter.frame(index).bytes();
  return {bytes.begin(), bytes.end()};
}

TEST(Film, IsTheSameWheneverAndInWhateverOrderItIsDrawn) {
  for (const FilmSpec& spec : demo_films()) {
    FilmPainter painter(spec);
    painter.frame(900 % painter.frames());
    const auto again = painter.frame(100).bytes();
    EXPECT_TRUE(std::ranges::equal(again, picture(spec, 100))) << spec.id;
    EXPECT_FALSE(std::ranges::equal(again, picture(spec, 101))) << spec.id;
  }
}

TEST(Film, SoundsAndFadesWithoutClipping) {
  for (const FilmSpec& spec : demo_films()) {
    Music first(film_score(spec));
    Music second(film_score(spec));
    const auto sound = first.next(kSoundRate * 5);
    std::vector<std::int16_t> pieces;
    for (int i = 0; i < 5 * 24; ++i) {
      const auto piece = second.next(kSoundRate / 24);
      pieces.insert(pieces.end(), piece.begin(), piece.end());
    }
    EXPECT_EQ(sound, pieces) << spec.id;
    EXPECT_EQ(sound.front(), 0);
    const auto [low, high] = std::ranges::minmax(sound);
    EXPECT_GT(high, 2'000) << spec.id;
    EXPECT_LT(std::max<int>(high, -low), 32'000) << spec.id;
  }
}

TEST(Film, OneHasCaptionsInTwoLanguages) {
  const auto films = demo_films();
  EXPECT_NE(film_captions(films[0], "en").find("00:00:13,000 --> 00:00:17,500"), std::string::npos);
  EXPECT_NE(film_captions(films[0], "de").find("Guten Morgen."), std::string::npos);
  EXPECT_TRUE(film_captions(films[1], "en").empty());
}

}  // namespace
}  // namespace matinee::demo
