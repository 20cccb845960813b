#include "forecast/launch_prior.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/check.h"

namespace matinee::forecast {
namespace {

constexpr double kPeopleWeight = 0.45;
constexpr double kGenreWeight = 0.3;
constexpr double kLanguageWeight = 0.15;
constexpr double kYearWeight = 0.1;
constexpr double kYearsApart = 10;  // titles so far apart share e^-1 of the year's weight

double overlap(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto shared = static_cast<double>(std::ranges::count_if(
      a, [&](const std::string& one) { return std::ranges::find(b, one) != b.end(); }));
  return shared / (static_cast<double>(a.size() + b.size()) - shared);
}

std::string trait(char kind, std::string_view name) { return std::string(1, kind).append(name); }

}  // namespace

double likeness(const TitleLike& a, const TitleLike& b) {
  double weight = 0;
  double sum = 0;
  const auto add = [&](double of, double value) {
    weight += of;
    sum += of * value;
  };
  if (!a.people.empty() && !b.people.empty()) {
    // One director or star in common is much: the root of the overlap.
    add(kPeopleWeight, std::sqrt(overlap(a.people, b.people)));
  }
  if (!a.genres.empty() && !b.genres.empty()) add(kGenreWeight, overlap(a.genres, b.genres));
  if (!a.language.empty() && !b.language.empty()) {
    add(kLanguageWeight, a.language == b.language ? 1 : 0);
  }
  if (a.year != 0 && b.year != 0) {
    add(kYearWeight, std::exp(-std::abs(a.year - b.year) / kYearsApart));
  }
  // Divided by all the weights there are: who says little is like nobody for sure.
  const double half = (kPeopleWeight + kGenreWeight + kLanguageWeight + kYearWeight) / 2;
  return sum / std::max(weight, half);
}

LaunchPrior::LaunchPrior(std::vector<KnownLaunch> known, Options options)
    : options_(options), known_(std::move(known)) {
  MATINEE_CHECK(options_.mean_weight > 0);
  for (std::uint32_t i = 0; i < known_.size(); ++i) {
    mean_ += known_[i].plays_per_day;
    for (const auto& name : known_[i].like.genres) by_trait_[trait('g', name)].push_back(i);
    for (const auto& name : known_[i].like.people) by_trait_[trait('p', name)].push_back(i);
  }
  if (!known_.empty()) mean_ /= static_cast<double>(known_.size());
}

std::vector<std::uint32_t> LaunchPrior::candidates(const TitleLike& like) const {
  std::vector<std::uint32_t> found;
  const auto add = [&](char kind, const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const auto entry = by_trait_.find(trait(kind, name));
      if (entry == by_trait_.end() || entry->second.size() > options_.shared_max) continue;
      found.insert(found.end(), entry->second.begin(), entry->second.end());
    }
  };
  add('p', like.people);
  add('g', like.genres);
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

LaunchEstimate LaunchPrior::estimate(const TitleLike& like) const {
  LaunchEstimate estimate;
  for (const std::uint32_t title : candidates(like)) {
    estimate.neighbours.push_back({title, likeness(like, known_[title].like)});
  }
  const auto likest = [](const Neighbour& a, const Neighbour& b) {
    return a.likeness != b.likeness ? a.likeness > b.likeness : a.title < b.title;
  };
  std::ranges::sort(estimate.neighbours, likest);
  if (estimate.neighbours.size() > options_.neighbours_max) {
    estimate.neighbours.resize(options_.neighbours_max);
  }
  double weight = options_.mean_weight;
  double sum = weight * mean_;
  for (const Neighbour& neighbour : estimate.neighbours) {
    const double of = neighbour.likeness * neighbour.likeness;  // the likest say most
    weight += of;
    sum += of * known_[neighbour.title].plays_per_day;
  }
  estimate.plays_per_day = sum / weight;
  estimate.likeness = 1 - options_.mean_weight / weight;
  return estimate;
}

}  // namespace matinee::forecast
