#include "forecast/viewing_shape.h"

#include <algorithm>
#include <numeric>

#include "base/check.h"

namespace matinee::forecast {
namespace {

constexpr double kEvenReach = 0.9;  // the reach from one group to the next before anybody watched

}  // namespace

ViewingShape::ViewingShape(Options options)
    : options_(options), rungs_(options.rungs, 0.0), ended_after_(options.groups_max, 0.0) {
  MATINEE_CHECK(options_.rungs > 0 && options_.groups_max > 0);
  double there = options_.prior_plays;
  for (double& ended : ended_after_) {
    ended = there * (1 - kEvenReach);
    there *= kEvenReach;
  }
  ended_after_.back() += there;
  for (double& rung : rungs_) rung = options_.prior_plays / static_cast<double>(options_.rungs);
}

void ViewingShape::record(std::size_t rung, std::size_t groups) {
  MATINEE_CHECK(rung < rungs_.size() && groups >= 1);
  rungs_[rung] += 1;
  ended_after_[std::min(groups, ended_after_.size()) - 1] += 1;
}

void ViewingShape::age(double keep) {
  for (double& rung : rungs_) rung *= keep;
  for (double& ended : ended_after_) ended *= keep;
}

double ViewingShape::rung_share(std::size_t rung) const {
  const double all = std::accumulate(rungs_.begin(), rungs_.end(), 0.0);
  return all > 0 ? rungs_[rung] / all : 1.0 / static_cast<double>(rungs_.size());
}

double ViewingShape::reach(std::size_t group) const {
  const double all = std::accumulate(ended_after_.begin(), ended_after_.end(), 0.0);
  if (all <= 0) return 1;
  const auto from = std::min(group, ended_after_.size() - 1);
  const auto begin = ended_after_.begin() + static_cast<std::ptrdiff_t>(from);
  return std::accumulate(begin, ended_after_.end(), 0.0) / all;
}

}  // namespace matinee::forecast
