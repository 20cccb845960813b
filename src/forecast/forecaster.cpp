#include "forecast/forecaster.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>

#include "base/check.h"

namespace matinee::forecast {
namespace {

constexpr double kDayMs = 86'400'000;
constexpr double kHourMs = 3'600'000;
constexpr std::size_t kHoursOfDay = 24;

}  // namespace

Forecaster::Forecaster(const Demand& demand, std::span<const double> launch_plays_per_day,
                       Instant now, Options options)
    : demand_(demand), now_(now), options_(options) {
  MATINEE_CHECK(options_.prior_plays > 0 && options_.sites_plays > 0);
  MATINEE_CHECK(options_.hour_plays > 0);
  Instant first = now;
  double all_plays = 0;
  for (SiteIndex site = 0; site < demand.sites(); ++site) {
    first = std::min(first, demand.first_seen(site));
    site_share_.push_back(demand.of_site(site, now).plays);
    all_plays += site_share_.back();
    learn_week(site);
  }
  for (double& share : site_share_) {
    share = all_plays > 0 ? share / all_plays : 1.0 / static_cast<double>(demand.sites());
  }
  for (TitleIndex title = 0; title < demand.titles(); ++title) {
    const double prior =
        title < launch_plays_per_day.size() ? std::max(0.0, launch_plays_per_day[title]) : 0;
    const Decayed sum = demand.of_title(title, now);
    const double exposure = exposure_days(std::max(first, demand.available(title)));
    Title& known = titles_.emplace_back();
    known.bytes_per_play = sum.plays > 0 ? sum.bytes / sum.plays : options_.bytes_per_play;
    if (prior > 0) {
      const double prior_days = options_.prior_plays / prior;
      known.per_day = (options_.prior_plays + sum.plays) / (prior_days + exposure);
      known.prior_share = prior_days / (prior_days + exposure);
    } else if (exposure > 0) {
      known.per_day = sum.plays / exposure;
    }
  }
}

// Each hour of the week is drawn towards the same hour of all days, and that towards the mean, as
// if so many plays had been seen there: a site known for a day has no week yet.
void Forecaster::learn_week(SiteIndex site) {
  auto& hours = week_.emplace_back(kHoursOfWeek, 1.0);
  const Week week = demand_.week_of(site);
  const Decayed all = demand_.of_site(site, now_);
  const double bytes = std::accumulate(week.bytes.begin(), week.bytes.end(), 0.0);
  const double times = std::accumulate(week.times.begin(), week.times.end(), 0.0);
  if (bytes <= 0 || times <= 0 || all.plays <= 0) return;
  const double mean = bytes / times;                                 // bytes an hour
  const double added = options_.hour_plays * all.bytes / all.plays;  // bytes
  std::array<double, kHoursOfDay> day{};
  for (std::size_t hour = 0; hour < kHoursOfDay; ++hour) {
    double day_bytes = added;
    double expected = added;
    for (std::size_t h = hour; h < kHoursOfWeek; h += kHoursOfDay) {
      day_bytes += week.bytes[h];
      expected += week.times[h] * mean;
    }
    day[hour] = day_bytes / expected;
  }
  double sum = 0;
  for (std::size_t h = 0; h < kHoursOfWeek; ++h) {
    const double shape = day[h % kHoursOfDay];
    hours[h] = (week.bytes[h] + added * shape) / (week.times[h] * mean + added);
    sum += hours[h];
  }
  for (double& hour : hours) hour *= kHoursOfWeek / sum;
}

// The days that a decayed sum stands for: all of them would be half_life / ln 2.
double Forecaster::exposure_days(Instant since) const {
  if (since >= now_) return 0;
  const auto half_life = static_cast<double>(demand_.options().half_life.count());
  const double seen = 1 - std::exp2(-static_cast<double>((now_ - since).count()) / half_life);
  return half_life / kDayMs / std::numbers::ln2 * seen;
}

TitleForecast Forecaster::weighted(SiteIndex site, TitleIndex title, double days) const {
  const Title& known = titles_[title];
  const double expected = known.per_day * site_share_[site];
  TitleForecast forecast;
  double per_day = expected;
  if (expected > 0) {
    const Decayed sum = demand_.of(site, title, now_);
    const double exposure =
        exposure_days(std::max(demand_.first_seen(site), demand_.available(title)));
    const double prior_days = options_.sites_plays / expected;
    per_day = (options_.sites_plays + sum.plays) / (prior_days + exposure);
    forecast.from_site = exposure / (prior_days + exposure);
    forecast.from_prior = (1 - forecast.from_site) * known.prior_share;
  }
  forecast.plays = per_day * days;
  forecast.bytes = forecast.plays * known.bytes_per_play;
  return forecast;
}

double Forecaster::week_weight(SiteIndex site, Horizon horizon) const {
  double hours = 0;
  Instant at = horizon.from;
  const auto& week = week_[site];
  while (at < horizon.to) {
    const auto hour_end = std::chrono::floor<std::chrono::hours>(at) + std::chrono::hours{1};
    const Instant next = std::min<Instant>(hour_end, horizon.to);
    hours += static_cast<double>((next - at).count()) / kHourMs * week[hour_of_week(at)];
    at = next;
  }
  return hours / 24;
}

TitleForecast Forecaster::at(SiteIndex site, TitleIndex title, Horizon horizon) const {
  // Nobody watches before there is something to watch.
  horizon.from = std::max(horizon.from, demand_.available(title));
  return weighted(site, title, week_weight(site, horizon));
}

}  // namespace matinee::forecast
