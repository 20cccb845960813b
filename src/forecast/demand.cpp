#include "forecast/demand.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace matinee::forecast {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;

double fade(std::int64_t by_ms, double half_life_ms) {
  return std::exp2(-static_cast<double>(by_ms) / half_life_ms);
}

}  // namespace

std::size_t hour_of_week(Instant at) {
  constexpr std::int64_t kHours = kHoursOfWeek;
  std::int64_t hour = to_ms(at) / kHourMs - (to_ms(at) % kHourMs < 0 ? 1 : 0);
  hour %= kHours;
  return static_cast<std::size_t>(hour < 0 ? hour + kHours : hour);
}

void Decayed::add(std::int64_t ms, double more_plays, double more_bytes, double half_life_ms) {
  if (plays == 0 && bytes == 0) at_ms = ms;
  if (ms > at_ms) {
    *this = at(ms, half_life_ms);
  } else if (ms < at_ms) {
    const double faded = fade(at_ms - ms, half_life_ms);
    more_plays *= faded;
    more_bytes *= faded;
  }
  plays += more_plays;
  bytes += more_bytes;
}

Decayed Decayed::at(std::int64_t ms, double half_life_ms) const {
  if (ms <= at_ms) return *this;  // never grows: what is known stays known
  const double faded = fade(ms - at_ms, half_life_ms);
  return {plays * faded, bytes * faded, ms};
}

Demand::Demand(Options options) : options_(options) {
  MATINEE_CHECK(options_.half_life.count() > 0);
  MATINEE_CHECK(options_.week_half_life.count() > 0);
  MATINEE_CHECK(options_.launch.count() > 0);
  MATINEE_CHECK(options_.titles_per_site_max > 0);
}

double Demand::half_life_ms() const { return static_cast<double>(options_.half_life.count()); }

Result<SiteIndex> Demand::site(std::string_view name) {
  if (const auto found = site_numbers_.find(name); found != site_numbers_.end()) {
    return found->second;
  }
  if (sites_.size() >= options_.sites_max || name.size() > kSiteNameMax) {
    return fail(ErrorCode::limited, "demand: no room for the site " + std::string(name));
  }
  const auto number = static_cast<SiteIndex>(sites_.size());
  sites_.emplace_back().name = name;
  site_numbers_.emplace(name, number);
  return number;
}

Result<TitleIndex> Demand::title(TitleId id, Instant available) {
  if (const auto found = title_numbers_.find(id); found != title_numbers_.end()) {
    return found->second;
  }
  if (titles_.size() >= options_.titles_max) {
    return fail(ErrorCode::limited, "demand: no room for the title " + id.to_string());
  }
  const auto number = static_cast<TitleIndex>(titles_.size());
  Title& added = titles_.emplace_back();
  added.id = id;
  added.available_ms = to_ms(available);
  title_numbers_.emplace(id, number);
  return number;
}

void Demand::record(SiteIndex site, TitleIndex title, Instant at, double plays, double bytes) {
  MATINEE_CHECK(site < sites_.size() && title < titles_.size());
  MATINEE_CHECK(plays >= 0 && bytes >= 0);
  Site& where = sites_[site];
  Title& what = titles_[title];
  const std::int64_t ms = std::max(to_ms(at), what.available_ms);
  if (ms - what.available_ms < options_.launch.count()) what.launch_plays += plays;
  what.all.add(ms, plays, bytes, half_life_ms());
  where.all.add(ms, plays, bytes, half_life_ms());
  where.first_ms = std::min(where.first_ms, ms);
  record_week(where, ms, bytes);
  where.titles[title].add(ms, plays, bytes, half_life_ms());
  if (where.titles.size() > options_.titles_per_site_max) forget_least(where);
}

// Forward in steps: the whole week fades when an hour or more has passed, not at each record.
void Demand::record_week(Site& site, std::int64_t ms, double bytes) const {
  const auto half_life = static_cast<double>(options_.week_half_life.count());
  if (site.week_at_ms == 0) site.week_at_ms = ms;
  if (ms - site.week_at_ms >= kHourMs) {
    const double faded = fade(ms - site.week_at_ms, half_life);
    for (double& hour : site.week) hour *= faded;
    site.week_at_ms = ms;
  }
  const std::int64_t late = std::max<std::int64_t>(0, site.week_at_ms - ms);
  site.week[hour_of_week(from_ms(ms))] += bytes * fade(late, half_life);
}

void Demand::forget_least(Site& site) const {
  std::vector<std::pair<double, TitleIndex>> order;
  order.reserve(site.titles.size());
  const std::int64_t now = site.all.at_ms;
  for (const auto& [title, sum] : site.titles) {
    order.emplace_back(sum.at(now, half_life_ms()).plays, title);
  }
  const auto least = order.begin() + static_cast<std::ptrdiff_t>(1 + order.size() / 10);
  std::nth_element(order.begin(), least - 1, order.end());
  for (auto entry = order.begin(); entry != least; ++entry) site.titles.erase(entry->second);
}

Decayed Demand::of(SiteIndex site, TitleIndex title, Instant at) const {
  const auto found = sites_[site].titles.find(title);
  if (found == sites_[site].titles.end()) return {};
  return found->second.at(to_ms(at), half_life_ms());
}

Decayed Demand::of_title(TitleIndex title, Instant at) const {
  return titles_[title].all.at(to_ms(at), half_life_ms());
}

Decayed Demand::of_site(SiteIndex site, Instant at) const {
  return sites_[site].all.at(to_ms(at), half_life_ms());
}

// An hour of the week comes back every week until first_ms: a geometric series of fading weights.
Week Demand::week_of(SiteIndex site) const {
  const Site& of = sites_[site];
  const auto half_life = static_cast<double>(options_.week_half_life.count());
  constexpr std::int64_t kWeekMs = kHourMs * static_cast<std::int64_t>(kHoursOfWeek);
  const double weekly = fade(kWeekMs, half_life);
  Week week;
  week.bytes = of.week;
  if (of.first_ms > of.week_at_ms) return week;
  for (std::size_t back = 0; back < kHoursOfWeek; ++back) {
    const std::int64_t ago = static_cast<std::int64_t>(back) * kHourMs;
    const std::int64_t span = of.week_at_ms - of.first_ms - ago;
    if (span < 0) break;
    const std::int64_t weeks = span / kWeekMs + 1;
    week.times[hour_of_week(from_ms(of.week_at_ms - ago))] =
        fade(ago, half_life) * (1 - std::pow(weekly, static_cast<double>(weeks))) / (1 - weekly);
  }
  return week;
}

Instant Demand::available(TitleIndex title) const { return from_ms(titles_[title].available_ms); }

Instant Demand::first_seen(SiteIndex site) const { return from_ms(sites_[site].first_ms); }

}  // namespace matinee::forecast
