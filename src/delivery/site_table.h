#pragma once
// delivery/site_table: which site a client's network belongs to, and how far sites are from each
// other. Read from the operator's file by control; asked by steering for every decision.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee::delivery {

inline constexpr std::size_t kSiteTableBytesMax = std::size_t{128} << 20U;
inline constexpr std::size_t kSitesMax = 4'096;
inline constexpr std::size_t kPrefixesMax = 2'000'000;
inline constexpr std::size_t kSiteNameMax = 32;  // characters
inline constexpr std::size_t kNearSitesMax = 16;

using SiteIndex = std::uint16_t;
inline constexpr SiteIndex kNoSite = 0xFFFF;

/// Degrees; north and east are positive.
struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
  friend bool operator==(const GeoPoint&, const GeoPoint&) = default;
};

struct Site {
  std::string name;  // lower-case letters, digits and -, beginning with a letter
  std::optional<GeoPoint> place;
};

/// A site and the round trip to it that distance alone suggests, in ms.
struct NearSite {
  SiteIndex site = kNoSite;
  float rtt_ms = 0;
  friend bool operator==(const NearSite&, const NearSite&) = default;
};

/// The longest prefix that holds an address.
struct SiteMatch {
  SiteIndex site = kNoSite;
  std::uint8_t length = 0;  // of the prefix, bits
  bool is_v6 = false;
  friend bool operator==(const SiteMatch&, const SiteMatch&) = default;
};

/// Sites and the networks that belong to them; immutable. One line each, # begins a remark:
///   site NAME [LATITUDE LONGITUDE]
///   PREFIX NAME        203.0.113.0/24 ams, 2001:db8::/32 ams; IPv6 up to /64
class SiteTable {
 public:
  SiteTable() = default;

  /// A site stands before the networks that name it. Errors: invalid, naming the line and what is
  /// wrong there: no such site, bits beyond the prefix, the same prefix twice, over a limit.
  static Result<SiteTable> parse(std::string_view text);

  [[nodiscard]] const std::vector<Site>& sites() const { return sites_; }
  [[nodiscard]] std::size_t prefix_count() const { return prefix_count_; }
  [[nodiscard]] std::optional<SiteIndex> site_named(std::string_view name) const;

  /// The site of the longest prefix that holds the address. IPv4 in IPv6's clothes is IPv4.
  /// Nothing for text that is no address and for networks of nobody. O(log prefixes).
  [[nodiscard]] std::optional<SiteMatch> find(std::string_view address) const;

  /// The nearest kNearSitesMax sites, nearest first; the site itself is the first. A site without
  /// a place is kUnknownRttMs away from the others.
  [[nodiscard]] std::span<const NearSite> near(SiteIndex site) const;
  [[nodiscard]] std::vector<NearSite> near(const GeoPoint& place) const;

 private:
  struct Vector {
    float x = 0, y = 0, z = 0;  // on the unit sphere; all 0 = no place
  };
  // Addresses from `start` to the next range's belong to `site`.
  template <typename Key>
  struct Range {
    Key start = 0;
    SiteIndex site = kNoSite;
    std::uint8_t length = 0;
  };
  friend class SiteTableReader;

  void measure();
  [[nodiscard]] std::vector<NearSite> nearest(const Vector& from, SiteIndex self) const;

  std::vector<Site> sites_;
  std::size_t prefix_count_ = 0;
  std::vector<Range<std::uint32_t>> v4_;
  std::vector<Range<std::uint64_t>> v6_;  // of /64 networks
  std::vector<Vector> vectors_;
  std::vector<NearSite> near_;  // near_stride_ per site
  std::size_t near_stride_ = 0;
};

/// A round trip between sites of which at least one has no place.
inline constexpr float kUnknownRttMs = 100;
/// Within one site.
inline constexpr float kSameSiteRttMs = 2;
/// Light in fibre makes 100 km and back in 1 ms; routes are half as long again as the straight way.
inline constexpr float kRttMsPerKm = 0.015F;

}  // namespace matinee::delivery
