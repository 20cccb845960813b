#pragma once
// forecast/demand: what has been watched where: decayed plays and bytes of every site and title,
// and the shape of each site's week. Fed by the event pipeline; read by forecast/forecaster.

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::forecast {

using SiteIndex = std::uint32_t;   // a site's number within one Demand
using TitleIndex = std::uint32_t;  // a title's number within one Demand
inline constexpr std::size_t kHoursOfWeek = 168;
inline constexpr std::size_t kSiteNameMax = 255;  // bytes

/// The hour of the week, UTC; 0 is Thursday 00:00, as 1 January 1970 was one.
std::size_t hour_of_week(Instant at);

/// A sum that halves once per half-life, kept as its value at `at_ms`.
struct Decayed {
  double plays = 0;
  double bytes = 0;
  std::int64_t at_ms = 0;

  /// Adds what happened at `ms`, in any order.
  void add(std::int64_t ms, double more_plays, double more_bytes, double half_life_ms);
  /// The sums as they are at `ms`, which may also lie before what was added last.
  [[nodiscard]] Decayed at(std::int64_t ms, double half_life_ms) const;
};

/// Traffic by hour of the week: decayed bytes, and how often that hour has been, decayed alike.
struct Week {
  std::array<double, kHoursOfWeek> bytes{};
  std::array<double, kHoursOfWeek> times{};
};

/// Demand by site and title. Time comes in with each call; nothing here reads a clock.
/// Holds at most `sites_max` sites, `titles_max` titles and, for each site, `titles_per_site_max`
/// titles: beyond that the site forgets the tenth it watches least.
/// Not thread-safe: one owner, the consumer of events.
class Demand {
 public:
  struct Options {
    std::chrono::milliseconds half_life = std::chrono::hours{72};        // > 0
    std::chrono::milliseconds week_half_life = std::chrono::hours{504};  // of the week's shape; > 0
    std::chrono::milliseconds launch = std::chrono::hours{168};  // what counts as a launch; > 0
    std::size_t sites_max = 4'096;
    std::size_t titles_max = 1'000'000;
    std::size_t titles_per_site_max = 200'000;  // > 0
  };

  explicit Demand(Options options);

  /// The number of a site; the same for the same name. Errors: limited (also a name too long).
  Result<SiteIndex> site(std::string_view name);
  /// The number of a title that may be watched from `available` on; the first answer stays.
  /// Errors: limited.
  Result<TitleIndex> title(TitleId id, Instant available);

  /// Adds plays and the bytes that were sent for them. A time before the title was available counts
  /// as one at which it was.
  void record(SiteIndex site, TitleIndex title, Instant at, double plays, double bytes);

  [[nodiscard]] Decayed of(SiteIndex site, TitleIndex title, Instant at) const;
  [[nodiscard]] Decayed of_title(TitleIndex title, Instant at) const;  // all sites
  [[nodiscard]] Decayed of_site(SiteIndex site, Instant at) const;     // all titles
  /// Plays in the title's first `launch`, all sites, not decayed.
  [[nodiscard]] double launch_plays(TitleIndex title) const { return titles_[title].launch_plays; }
  /// The site's traffic by hour of the week.
  [[nodiscard]] Week week_of(SiteIndex site) const;

  [[nodiscard]] std::size_t sites() const { return sites_.size(); }
  [[nodiscard]] std::size_t titles() const { return titles_.size(); }
  [[nodiscard]] std::string_view site_name(SiteIndex site) const { return sites_[site].name; }
  [[nodiscard]] TitleId title_id(TitleIndex title) const { return titles_[title].id; }
  [[nodiscard]] Instant available(TitleIndex title) const;
  /// When the site was first seen watching; `never` seen: the end of time.
  [[nodiscard]] Instant first_seen(SiteIndex site) const;
  [[nodiscard]] const Options& options() const { return options_; }

  /// The whole state: 16 bytes for each title of a site, 44 for each title. Format version 1.
  [[nodiscard]] std::string save() const;
  /// Errors: corrupt for bytes that save() did not write, invalid for a newer version, limited.
  static Result<Demand> load(std::string_view bytes, Options options);

 private:
  struct Site {
    std::string name;
    Decayed all;
    std::int64_t first_ms = INT64_MAX;
    std::array<double, kHoursOfWeek> week{};
    std::int64_t week_at_ms = 0;
    std::unordered_map<TitleIndex, Decayed> titles;
  };
  struct Title {
    TitleId id;
    std::int64_t available_ms = 0;
    double launch_plays = 0;
    Decayed all;
  };

  void record_week(Site& site, std::int64_t ms, double bytes) const;
  void forget_least(Site& site) const;
  [[nodiscard]] double half_life_ms() const;
  static Result<void> load_titles(class StateReader& in, Demand& demand);
  static Result<void> load_site(class StateReader& in, Demand& demand);

  Options options_;
  std::vector<Site> sites_;
  std::vector<Title> titles_;
  std::map<std::string, SiteIndex, std::less<>> site_numbers_;
  std::unordered_map<TitleId, TitleIndex> title_numbers_;
};

}  // namespace matinee::forecast
