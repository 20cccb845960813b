#include "demo/catalogue/catalogue.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>

#include "base/check.h"

namespace matinee::demo {
namespace {

// What people would ask for first; what is short and light comes early, the feature in the middle.
constexpr std::array<std::string_view, 26> kOrder{
    "first-light",      "fox-hours",        "night-porters-1", "up-mostly",
    "salt-and-saffron", "triadic",          "karst-is-out",    "jellies-at-noon",
    "ringed-world",     "the-paper-sea",    "eastbound-615",   "serpent-understudy",
    "night-porters-2",  "long-green-night", "bloom-schedule",  "keeper",
    "ember-and-ice",    "escapement",       "drop-of-pond",    "red-star-freight",
    "night-porters-3",  "castle-at-four",   "signal-hill",     "moonflower",
    "pressure",         "rose-window"};

Catalogue make_catalogue() {
  std::vector<FilmSpec> all;
  for (auto make : {landscape_films, water_films, night_films, table_films, abstract_films,
                    night_porters_episodes}) {
    std::ranges::move(make(), std::back_inserter(all));
  }
  all.push_back(feature_film());
  Catalogue catalogue;
  for (const std::string_view id : kOrder) {
    const auto found = std::ranges::find(all, id, &FilmSpec::id);
    MATINEE_CHECK(found != all.end());
    catalogue.films.push_back(std::move(*found));
    all.erase(found);
  }
  MATINEE_CHECK(all.empty());
  catalogue.shows.push_back(night_porters());
  return catalogue;
}

}  // namespace

std::size_t Catalogue::top_level() const {
  const auto single =
      std::ranges::count_if(films, [](const FilmSpec& film) { return !film.episode.has_value(); });
  return static_cast<std::size_t>(single) + shows.size();
}

const ShowSpec& Catalogue::show(const std::string& id) const {
  const auto found = std::ranges::find(shows, id, &ShowSpec::id);
  MATINEE_CHECK(found != shows.end());
  return *found;
}

const Catalogue& demo_catalogue() {
  static const Catalogue kCatalogue = make_catalogue();
  return kCatalogue;
}

}  // namespace matinee::demo
