#pragma once
// forecast/viewing_shape: how a title's demand falls on its rungs and along its length: factors
// that all titles share, so that a few plays tell enough. Read by delivery.

#include <cstddef>
#include <span>
#include <vector>

namespace matinee::forecast {

/// The share of plays at each rung and the share of viewers who are still there at each position
/// (extent groups of about five minutes), learned from seconds watched, decayed by the caller's
/// days. Positions beyond `groups_max` count as the last one.
class ViewingShape {
 public:
  struct Options {
    std::size_t rungs = 5;        // > 0
    std::size_t groups_max = 48;  // > 0
    double prior_plays = 50;      // plays of the even mix that are added
  };

  explicit ViewingShape(Options options);

  /// One play that reached `groups` extent groups (>= 1), all at `rung`.
  void record(std::size_t rung, std::size_t groups);
  /// Once a day: what was seen before weighs `keep` of what it did.
  void age(double keep);

  [[nodiscard]] double rung_share(std::size_t rung) const;
  /// Of those who began, how many reach the group; never rises along the title. group 0: 1.
  [[nodiscard]] double reach(std::size_t group) const;

 private:
  Options options_;
  std::vector<double> rungs_;
  std::vector<double> ended_after_;  // plays by the last group that they reached
};

}  // namespace matinee::forecast
