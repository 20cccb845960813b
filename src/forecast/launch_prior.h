#pragma once
// forecast/launch_prior: how much a title nobody has watched yet will be watched, from those that
// are like it. Read by forecast/forecaster.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace matinee::forecast {

/// What a title is like. Genres and people in any order, each once.
struct TitleLike {
  std::vector<std::string> genres;
  std::vector<std::string> people;  // directors and cast
  std::string language;             // BCP 47, empty when not known
  int year = 0;                     // 0 when not known
};

/// A title with a past: what it is like and how it began.
struct KnownLaunch {
  TitleLike like;
  double plays_per_day = 0;  // over its launch, all sites
};

struct Neighbour {
  std::uint32_t title;  // the place in what the prior was made of
  double likeness;      // 0 to 1
};

struct LaunchEstimate {
  double plays_per_day = 0;
  double likeness = 0;                // of all neighbours together: 0 means only the mean is known
  std::vector<Neighbour> neighbours;  // the likest first
};

/// Titles with a past, found by what they share: people weigh most, then genres, language, year.
/// The estimate is the neighbours' weighted mean, drawn towards the mean of all where few are like
/// it. Genres and people that more than `shared_max` titles have say nothing about whom to look
/// at. Immutable; threads may share it.
class LaunchPrior {
 public:
  struct Options {
    std::size_t neighbours_max = 20;
    std::size_t shared_max = 5'000;
    double mean_weight = 0.5;  // how many whole neighbours the mean of all counts for; > 0
  };

  LaunchPrior(std::vector<KnownLaunch> known, Options options);

  [[nodiscard]] LaunchEstimate estimate(const TitleLike& like) const;
  [[nodiscard]] double mean_plays_per_day() const { return mean_; }

 private:
  [[nodiscard]] std::vector<std::uint32_t> candidates(const TitleLike& like) const;

  Options options_;
  std::vector<KnownLaunch> known_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_trait_;
  double mean_ = 0;
};

/// How like two titles are, 0 to 1. Symmetric. What neither says counts for neither.
double likeness(const TitleLike& a, const TitleLike& b);

}  // namespace matinee::forecast
