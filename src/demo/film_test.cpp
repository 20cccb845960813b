// Goal: the generated films are the same whenever they are made, move, and sound.
#include "demo/film.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "demo/catalogue/catalogue.h"

namespace matinee::demo {
namespace {

// Small, so that every scene is drawn in moments.
FilmSpec small(FilmSpec spec) {
  spec.width = 160;
  spec.height = 90;
  return spec;
}

std::vector<std::uint8_t> picture(const FilmSpec& spec, int index) {
  FilmPainter painter(spec);
  return to_rgb(painter.frame(index));
}

TEST(Film, IsTheSameWheneverAndInWhateverOrderItIsDrawn) {
  for (const FilmSpec& film : demo_catalogue().films) {
    const FilmSpec spec = small(film);
    FilmPainter painter(spec);
    painter.frame(700 % painter.frames());
    const auto again = to_rgb(painter.frame(200));
    EXPECT_EQ(again, picture(spec, 200)) << spec.id;
    EXPECT_NE(again, picture(spec, 203)) << spec.id;
  }
}

TEST(Film, HasPicturesThatAreNeitherBlackNorBlown) {
  for (const FilmSpec& film : demo_catalogue().films) {
    const FilmSpec spec = small(film);
    const auto bytes = picture(spec, spec.duration_s * spec.frames_per_second * 2 / 5);
    double sum = 0;
    for (const std::uint8_t byte : bytes) sum += byte;
    const double mean = sum / static_cast<double>(bytes.size());
    EXPECT_GT(mean, 3) << spec.id;
    EXPECT_LT(mean, 235) << spec.id;
    EXPECT_GT(std::ranges::max(bytes) - std::ranges::min(bytes), 90) << spec.id;
  }
}

Score score_of(const FilmSpec& spec, Narrator narrator) {
  Score score = spec.score;
  score.duration_s = spec.duration_s;
  score.narrator = narrator;
  for (const Cue& cue : spec.cues) score.speech.emplace_back(cue.from, cue.to);
  return score;
}

TEST(Film, SoundsTheSameInPiecesAndDoesNotClip) {
  for (const FilmSpec& spec : demo_catalogue().films) {
    Music first(score_of(spec, Narrator::german));
    Music second(score_of(spec, Narrator::german));
    const auto sound = first.next(kSoundRate * 12);
    std::vector<std::int16_t> pieces;
    for (int i = 0; i < 12 * 24; ++i) {
      const auto piece = second.next(kSoundRate / 24);
      pieces.insert(pieces.end(), piece.begin(), piece.end());
    }
    EXPECT_EQ(sound, pieces) << spec.id;
    EXPECT_EQ(sound.front(), 0) << spec.id;
    const auto [low, high] = std::ranges::minmax(sound);
    EXPECT_GT(high, 2'000) << spec.id;
    EXPECT_LT(std::max<int>(high, -low), 31'000) << spec.id;
  }
}

TEST(Film, ANarratorOfAnotherLanguageSoundsDifferent) {
  const auto& films = demo_catalogue().films;
  const auto narrated = std::ranges::find_if(films, &FilmSpec::narrated);
  ASSERT_NE(narrated, films.end());
  Music english(score_of(*narrated, Narrator::english));
  Music german(score_of(*narrated, Narrator::german));
  EXPECT_NE(english.next(kSoundRate * 12), german.next(kSoundRate * 12));
}

TEST(Film, CaptionsComeInTwoLanguages) {
  const FilmSpec& first = demo_catalogue().films.front();
  EXPECT_NE(film_captions(first, "en").find("00:00:11,000 --> 00:00:13,600"), std::string::npos);
  EXPECT_NE(film_captions(first, "de").find("Guten Morgen."), std::string::npos);
  EXPECT_TRUE(film_captions(first, "fr").empty());
}

}  // namespace
}  // namespace matinee::demo
