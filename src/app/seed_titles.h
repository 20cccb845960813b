#pragma once
// app/seed_titles: made-up films and shows for measurements: as many as it takes, always the same.

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "catalog/found_title.h"

namespace matinee::app {

/// Makes titles with names in fifteen languages, plots, genres, people (some in many titles, most
/// in few), years and maturities. The same seed gives the same titles on every machine.
class SeedTitles {
 public:
  explicit SeedTitles(std::uint64_t seed);

  /// The next title; its path names no file.
  catalog::FoundTitle next();

 private:
  struct Language;
  std::size_t below(std::size_t bound);
  std::size_t skewed_below(std::size_t bound);  // small numbers are many
  const std::string& one_of(const std::vector<std::string>& list);
  std::string made_up_word(const Language& language);
  std::string name_in(const Language& language);
  std::string person();
  std::string plot();
  static const std::vector<Language>& languages();

  std::mt19937_64 engine_;
  std::vector<std::string> people_;
  std::int64_t made_ = 0;
};

}  // namespace matinee::app
