#pragma once
// forecast/forecaster: how much each site will watch of each title. Pure: demand in, forecast out.
// Read by delivery/placement and by the autoscaler's floor.

#include <span>
#include <vector>

#include "base/time.h"
#include "forecast/demand.h"

namespace matinee::forecast {

/// A stretch of time, half-open.
struct Horizon {
  Instant from;
  Instant to;
};

/// What is expected of one title at one site, and how it is known.
struct TitleForecast {
  double plays = 0;
  double bytes = 0;
  double from_site = 0;   // 0 to 1: the share of the site's own history in it
  double from_prior = 0;  // 0 to 1: the share of the launch prior; the rest is from all sites
};

/// A forecast made of `demand` as it is at `now`; `demand` must outlive it and not change.
/// A title's rate at all sites is its decayed plays over the time they stand for, drawn towards its
/// launch prior as if that were `prior_plays` plays seen; the rate at one site is drawn in the same
/// way towards the site's share of it. Immutable; threads may share it.
/// Source: the gamma-Poisson posterior mean.
class Forecaster {
 public:
  struct Options {
    double prior_plays = 2;         // how many plays the launch prior counts for; > 0
    double sites_plays = 6;         // and the rate of all sites at one of them; > 0
    double hour_plays = 4;          // plays of the day's shape that are added to each hour; > 0
    double bytes_per_play = 1.5e9;  // where none was ever seen
  };

  /// `launch_plays_per_day`: of every title, all sites; shorter means 0 for the rest.
  Forecaster(const Demand& demand, std::span<const double> launch_plays_per_day, Instant now,
             Options options);

  /// The title at the site over `horizon`, whose hours weigh as the site's week has them.
  [[nodiscard]] TitleForecast at(SiteIndex site, TitleIndex title, Horizon horizon) const;

  /// Plays a day of the title at all sites.
  [[nodiscard]] double plays_per_day(TitleIndex title) const { return titles_[title].per_day; }

  /// The same as at(), for a horizon whose weight (week_weight) is known: for long lists.
  [[nodiscard]] TitleForecast weighted(SiteIndex site, TitleIndex title, double days) const;

  /// How many mean days `horizon` is worth at the site: 1 for any whole day of a flat week.
  [[nodiscard]] double week_weight(SiteIndex site, Horizon horizon) const;

 private:
  struct Title {
    double per_day = 0;
    double prior_share = 0;
    double bytes_per_play = 0;
  };
  void learn_week(SiteIndex site);
  [[nodiscard]] double exposure_days(Instant since) const;

  const Demand& demand_;
  Instant now_;
  Options options_;
  std::vector<Title> titles_;
  std::vector<double> site_share_;
  std::vector<std::vector<double>> week_;  // by site: hours of the week, mean 1
};

}  // namespace matinee::forecast
