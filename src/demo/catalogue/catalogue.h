#pragma once
// demo/catalogue: the 24 titles of `matinee demo`: what they are called, what they are about, who
// made them. Every person and company in it is invented.

#include <string>
#include <vector>

#include "demo/film.h"

namespace matinee::demo {

/// A series; its episodes are films that name it.
struct ShowSpec {
  std::string id;
  std::string title;
  int year = 2026;
  Facts facts;
  std::string season_name;
};

struct Catalogue {
  std::vector<FilmSpec> films;  // in the order in which they are made; episodes among them
  std::vector<ShowSpec> shows;

  /// Films that are no episodes, and shows.
  [[nodiscard]] std::size_t top_level() const;
  [[nodiscard]] const ShowSpec& show(const std::string& id) const;
};

/// Always the same.
const Catalogue& demo_catalogue();

// The parts of it, by the shelf that they stand on.
std::vector<FilmSpec> landscape_films();
std::vector<FilmSpec> water_films();
std::vector<FilmSpec> night_films();
std::vector<FilmSpec> table_films();
std::vector<FilmSpec> abstract_films();
FilmSpec feature_film();
std::vector<FilmSpec> night_porters_episodes();
ShowSpec night_porters();

}  // namespace matinee::demo
