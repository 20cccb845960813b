// Goal: the catalogue is what the demo promises: 24 titles, a series, a feature, for every age,
// with all that a title page shows.
#include "demo/catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace matinee::demo {
namespace {

TEST(Catalogue, HasTwentyFourTitlesAmongThemASeriesAndAFeature) {
  const Catalogue& catalogue = demo_catalogue();
  EXPECT_EQ(catalogue.top_level(), 24U);
  EXPECT_EQ(std::ranges::count_if(catalogue.films,
                                  [](const auto& film) {
                                    return film.episode.has_value() && film.duration_s == 180;
                                  }),
            3);
  EXPECT_EQ(std::ranges::count(catalogue.films, 600, &FilmSpec::duration_s), 1);
  EXPECT_GE(std::ranges::count(catalogue.films, false, &FilmSpec::browser_safe), 1);
  EXPECT_LE(catalogue.films.front().duration_s, 30) << "the first must be playable soon";
}

TEST(Catalogue, LooksDifferentFromFilmToFilm) {
  std::set<std::string_view> scenes;
  std::set<std::string> ids;
  for (const FilmSpec& film : demo_catalogue().films) {
    scenes.insert(film.scene.name);
    EXPECT_TRUE(ids.insert(film.id).second) << film.id;
  }
  EXPECT_GE(scenes.size(), 8U);
}

TEST(Catalogue, TellsWhatATitlePageShows) {
  std::set<std::string> certificates;
  std::set<std::string> genres;
  for (const FilmSpec& film : demo_catalogue().films) {
    const Facts& facts = film.facts;
    EXPECT_GT(facts.plot.size(), 80U) << film.id;
    EXPECT_FALSE(facts.tagline.empty() || facts.directors.empty() || facts.writers.empty() ||
                 facts.cast.empty() || facts.countries.empty() || facts.genres.empty() ||
                 facts.studio.empty())
        << film.id;
    EXPECT_EQ(facts.premiered.substr(0, 4), std::to_string(film.year)) << film.id;
    certificates.insert(facts.certificate);
    genres.insert(facts.genres.begin(), facts.genres.end());
    for (const Cue& cue : film.cues) {
      EXPECT_TRUE(cue.from < cue.to && cue.to <= film.duration_s) << film.id << ' ' << cue.english;
      EXPECT_FALSE(cue.english.empty() || cue.german.empty());
    }
  }
  EXPECT_EQ(certificates, (std::set<std::string>{"FSK 0", "FSK 6", "FSK 12", "FSK 16", "FSK 18"}));
  EXPECT_GE(genres.size(), 8U);
}

}  // namespace
}  // namespace matinee::demo
