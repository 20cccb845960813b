#include "delivery/site_table.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <unordered_map>

#include "base/check.h"

namespace matinee::delivery {
namespace {

constexpr std::size_t kLineMax = 256;  // bytes
constexpr double kEarthRadiusKm = 6'371;

// A client's address: IPv4 whole, IPv6 by its /64 network.
struct Network {
  std::uint64_t bits = 0;
  bool is_v6 = false;
  bool has_host_bits = false;  // IPv6 only: something beyond the first 64
};

std::uint64_t number_of(const unsigned char* bytes, std::size_t count) {
  std::uint64_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8U | bytes[i];
  return number;
}

std::optional<Network> network_of(std::string_view address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.size() >= text.size()) return std::nullopt;
  std::memcpy(text.data(), address.data(), address.size());
  // A NUL inside would hide the rest.
  if (std::strlen(text.data()) != address.size()) return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, text.data(), bytes.data()) == 1) {
    return Network{.bits = number_of(bytes.data(), 4)};
  }
  if (::inet_pton(AF_INET6, text.data(), bytes.data()) != 1) return std::nullopt;
  static constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::memcmp(bytes.data(), kMapped.data(), kMapped.size()) == 0) {
    return Network{.bits = number_of(bytes.data() + kMapped.size(), 4)};
  }
  return Network{.bits = number_of(bytes.data(), 8),
                 .is_v6 = true,
                 .has_host_bits = number_of(bytes.data() + 8, 8) != 0};
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_site_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && name.size() <= kSiteNameMax && is_letter(name.front()) &&
         std::ranges::all_of(
             name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; });
}

// What stands in a file, shown in an error: short, and no control characters.
std::string shown(std::string_view text) {
  constexpr std::size_t kShownMax = 48;
  std::string out = "\"";
  for (const char c : text.substr(0, kShownMax)) {
    out += static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F ? c : '?';
  }
  return out + (text.size() > kShownMax ? "...\"" : "\"");
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlanks = " \t\r";
  while (true) {
    const auto begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos || line[begin] == '#') return words;
    line.remove_prefix(begin);
    const auto end = std::min(line.find_first_of(" \t\r#"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

template <typename Key>
struct Prefix {
  Key start = 0;
  std::uint8_t length = 0;
  SiteIndex site = kNoSite;
  std::uint32_t line = 0;
};

template <typename Key>
Key last_of(const Prefix<Key>& prefix) {
  constexpr int kBits = std::numeric_limits<Key>::digits;
  const Key below =
      prefix.length == 0 ? ~Key{0}
      : prefix.length == kBits
          ? Key{0}
          : static_cast<Key>(static_cast<Key>(Key{1} << (kBits - prefix.length)) - 1U);
  return prefix.start | below;
}

}  // namespace

// Reads the file line by line, then lays nested prefixes out as ranges that do not overlap.
class SiteTableReader {
 public:
  Result<SiteTable> read(std::string_view text) {
    if (text.size() > kSiteTableBytesMax) return wrong("the file is larger than 128 MiB");
    while (!text.empty()) {
      ++line_;
      const std::size_t end = std::min(text.find('\n'), text.size());
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.size() > kLineMax) return wrong("longer than 256 bytes");
      const auto words = words_of(line);
      if (words.empty()) continue;
      auto done = words.front() == "site" ? site(words) : prefix(words);
      if (!done) return std::unexpected(done.error());
    }
    if (auto done = lay_out(v4_, table_.v4_); !done) return std::unexpected(done.error());
    if (auto done = lay_out(v6_, table_.v6_); !done) return std::unexpected(done.error());
    table_.prefix_count_ = v4_.size() + v6_.size();
    table_.measure();
    return std::move(table_);
  }

 private:
  [[nodiscard]] std::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorCode::invalid, "line " + std::to_string(line_) + ": " + what);
  }

  Result<void> site(const std::vector<std::string_view>& words) {
    if (words.size() != 2 && words.size() != 4) {
      return wrong("a site is: site NAME, or: site NAME LATITUDE LONGITUDE");
    }
    if (!is_site_name(words[1])) {
      return wrong(shown(words[1]) +
                   " is no name of a site: a to z, 0 to 9 and -, a letter first, at most 32");
    }
    Site made{.name = std::string(words[1]), .place = std::nullopt};
    if (words.size() == 4) {
      const auto latitude = parse_number<double>(words[2]);
      const auto longitude = parse_number<double>(words[3]);
      // Written so that NaN is refused as well.
      if (!latitude || !(*latitude >= -90 && *latitude <= 90)) {
        return wrong(shown(words[2]) + " is no latitude: degrees from -90 to 90");
      }
      if (!longitude || !(*longitude >= -180 && *longitude <= 180)) {
        return wrong(shown(words[3]) + " is no longitude: degrees from -180 to 180");
      }
      made.place = GeoPoint{*latitude, *longitude};
    }
    if (table_.sites_.size() == kSitesMax) return wrong("more than 4096 sites");
    const auto index = static_cast<SiteIndex>(table_.sites_.size());
    if (!names_.emplace(made.name, index).second) {
      return wrong("the site " + made.name + " stands here for the second time");
    }
    table_.sites_.push_back(std::move(made));
    return {};
  }

  Result<void> prefix(const std::vector<std::string_view>& words) {
    const std::size_t slash = words[0].find('/');
    const auto network = network_of(words[0].substr(0, slash));
    if (!network) {
      return wrong(shown(words[0]) + " is neither \"site\" nor an IPv4 or IPv6 network");
    }
    if (words.size() != 2) return wrong("a network is: PREFIX SITE, as 203.0.113.0/24 ams");
    const std::uint8_t longest = network->is_v6 ? 64 : 32;
    std::optional<unsigned> length = longest;
    if (slash != std::string_view::npos)
      length = parse_number<unsigned>(words[0].substr(slash + 1));
    if (!length || *length > longest) {
      return wrong(shown(words[0]) + ": the length is 0 to " + std::to_string(longest));
    }
    const auto named = names_.find(std::string(words[1]));
    if (named == names_.end()) {
      return wrong("there is no site " + shown(words[1]) + " above this line");
    }
    if (v4_.size() + v6_.size() == kPrefixesMax) return wrong("more than 2000000 networks");
    const auto bits = static_cast<std::uint8_t>(*length);
    const auto line = static_cast<std::uint32_t>(line_);
    const Prefix<std::uint64_t> made{network->bits, bits, named->second, line};
    const std::uint64_t beyond = network->is_v6 ? last_of(Prefix<std::uint64_t>{0, bits, 0, 0})
                                                : last_of(Prefix<std::uint32_t>{0, bits, 0, 0});
    if ((made.start & beyond) != 0 || network->has_host_bits) {
      return wrong(shown(words[0]) + " has bits beyond its length");
    }
    if (network->is_v6) {
      v6_.push_back(made);
    } else {
      v4_.push_back({static_cast<std::uint32_t>(made.start), bits, made.site, line});
    }
    return {};
  }

  // Networks nest or do not touch: a stack of those that are open tells who owns the next address.
  template <typename Key, typename Range>
  Result<void> lay_out(std::vector<Prefix<Key>>& prefixes, std::vector<Range>& ranges) {
    std::ranges::sort(prefixes, [](const auto& a, const auto& b) {
      return std::tie(a.start, a.length, a.line) < std::tie(b.start, b.length, b.line);
    });
    std::vector<const Prefix<Key>*> open;
    const auto begin_range = [&](Key start, SiteIndex site, std::uint8_t length) {
      if (!ranges.empty() && ranges.back().start == start) ranges.pop_back();
      ranges.push_back({start, site, length});
    };
    const auto close = [&] {
      const Key last = last_of(*open.back());
      open.pop_back();
      // What ends with the last address of all has nothing behind it; what ends with its parent
      // leaves the next range to that.
      if (last == ~Key{0}) return;
      if (open.empty()) {
        begin_range(last + 1, kNoSite, 0);
      } else if (last_of(*open.back()) != last) {
        begin_range(last + 1, open.back()->site, open.back()->length);
      }
    };
    begin_range(0, kNoSite, 0);
    for (std::size_t i = 0; i < prefixes.size(); ++i) {
      const auto& each = prefixes[i];
      if (i > 0 && prefixes[i - 1].start == each.start && prefixes[i - 1].length == each.length) {
        line_ = each.line;
        return wrong("the network of line " + std::to_string(prefixes[i - 1].line) +
                     " stands here for the second time");
      }
      while (!open.empty() && last_of(*open.back()) < each.start) close();
      begin_range(each.start, each.site, each.length);
      open.push_back(&each);
    }
    while (!open.empty()) close();
    ranges.shrink_to_fit();
    return {};
  }

  SiteTable table_;
  std::size_t line_ = 0;
  std::unordered_map<std::string, SiteIndex> names_;
  std::vector<Prefix<std::uint32_t>> v4_;
  std::vector<Prefix<std::uint64_t>> v6_;
};

Result<SiteTable> SiteTable::parse(std::string_view text) { return SiteTableReader().read(text); }

std::optional<SiteIndex> SiteTable::site_named(std::string_view name) const {
  const auto found = std::ranges::find(sites_, name, &Site::name);
  if (found == sites_.end()) return std::nullopt;
  return static_cast<SiteIndex>(found - sites_.begin());
}

std::optional<SiteMatch> SiteTable::find(std::string_view address) const {
  const auto network = network_of(address);
  if (!network) return std::nullopt;
  const auto look = [&](const auto& ranges, auto key) -> std::optional<SiteMatch> {
    const auto after =
        std::ranges::upper_bound(ranges, key, {}, [](const auto& range) { return range.start; });
    if (after == ranges.begin()) return std::nullopt;
    const auto& range = *std::prev(after);
    if (range.site == kNoSite) return std::nullopt;
    return SiteMatch{range.site, range.length, network->is_v6};
  };
  return network->is_v6 ? look(v6_, network->bits)
                        : look(v4_, static_cast<std::uint32_t>(network->bits));
}

namespace {

float rtt_of_cosine(float cosine) {
  const double km = kEarthRadiusKm * std::acos(std::clamp(static_cast<double>(cosine), -1.0, 1.0));
  return kSameSiteRttMs + static_cast<float>(km) * kRttMsPerKm;
}

}  // namespace

std::vector<NearSite> SiteTable::nearest(const Vector& from, SiteIndex self) const {
  // Sorted by cosine: the arc itself is needed for the few that are kept only.
  constexpr float kSelf = -2;
  static const auto kUnknown = static_cast<float>(
      -std::cos((kUnknownRttMs - kSameSiteRttMs) / kRttMsPerKm / kEarthRadiusKm));
  const bool is_placed = from.x != 0 || from.y != 0 || from.z != 0;
  const auto is_known = [&](SiteIndex site) { return is_placed && sites_[site].place.has_value(); };
  std::vector<NearSite> found(sites_.size());
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const auto site = static_cast<SiteIndex>(i);
    const Vector& to = vectors_[i];
    const float cosine = from.x * to.x + from.y * to.y + from.z * to.z;
    found[i] = {site, site == self ? kSelf : is_known(site) ? -cosine : kUnknown};
  }
  const auto kept = static_cast<std::ptrdiff_t>(std::min(kNearSitesMax, found.size()));
  std::ranges::partial_sort(found, found.begin() + kept, [](const auto& a, const auto& b) {
    return std::tie(a.rtt_ms, a.site) < std::tie(b.rtt_ms, b.site);
  });
  found.resize(static_cast<std::size_t>(kept));
  for (NearSite& each : found) {
    each.rtt_ms = each.site == self     ? kSameSiteRttMs
                  : is_known(each.site) ? rtt_of_cosine(-each.rtt_ms)
                                        : kUnknownRttMs;
  }
  return found;
}

void SiteTable::measure() {
  const auto vector_of = [](const std::optional<GeoPoint>& place) -> Vector {
    if (!place) return {};
    const double up = place->latitude * std::numbers::pi / 180;
    const double around = place->longitude * std::numbers::pi / 180;
    return {static_cast<float>(std::cos(up) * std::cos(around)),
            static_cast<float>(std::cos(up) * std::sin(around)), static_cast<float>(std::sin(up))};
  };
  for (const Site& site : sites_) vectors_.push_back(vector_of(site.place));
  near_stride_ = std::min(kNearSitesMax, sites_.size());
  for (std::size_t i = 0; i < sites_.size(); ++i) {
    const auto list = nearest(vectors_[i], static_cast<SiteIndex>(i));
    near_.insert(near_.end(), list.begin(), list.end());
  }
}

std::span<const NearSite> SiteTable::near(SiteIndex site) const {
  MATINEE_CHECK(site < sites_.size());
  return std::span(near_).subspan(site * near_stride_, near_stride_);
}

std::vector<NearSite> SiteTable::near(const GeoPoint& place) const {
  SiteTable from;
  from.sites_.push_back({.name = "", .place = place});
  from.measure();
  return nearest(from.vectors_.front(), kNoSite);
}

}  // namespace matinee::delivery
