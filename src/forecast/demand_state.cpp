// forecast/demand_state: a Demand as bytes and back. Times are kept in whole seconds.
#include <algorithm>
#include <cmath>

#include "base/crc32c.h"
#include "forecast/demand.h"
#include "forecast/state.h"

namespace matinee::forecast {
namespace {

constexpr std::uint32_t kMagic = 0x444d464d;  // "MFMD"
constexpr std::uint32_t kVersion = 1;

void put_decayed(StateWriter& out, const Decayed& sum) {
  out.put(static_cast<float>(sum.plays));
  out.put(static_cast<float>(sum.bytes));
  out.put(static_cast<std::uint32_t>(sum.at_ms / 1000));
}

Decayed get_decayed(StateReader& in) {
  Decayed sum;
  sum.plays = in.get<float>();
  sum.bytes = in.get<float>();
  sum.at_ms = std::int64_t{in.get<std::uint32_t>()} * 1000;
  return sum;
}

bool sane(const Decayed& sum) {
  return std::isfinite(sum.plays) && std::isfinite(sum.bytes) && sum.plays >= 0 && sum.bytes >= 0;
}

std::unexpected<Error> corrupt(const char* what) {
  return fail(ErrorCode::corrupt, std::string("reading saved demand: ") + what);
}

}  // namespace

std::string Demand::save() const {
  StateWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(static_cast<std::uint32_t>(titles_.size()));
  for (const Title& title : titles_) {
    out.put_bytes(title.id.uuid.bytes.data(), title.id.uuid.bytes.size());
    out.put(title.available_ms);
    out.put(title.launch_plays);
    put_decayed(out, title.all);
  }
  out.put(static_cast<std::uint32_t>(sites_.size()));
  for (const Site& site : sites_) {
    out.put(static_cast<std::uint8_t>(site.name.size()));
    out.put_bytes(site.name.data(), site.name.size());
    put_decayed(out, site.all);
    out.put(site.first_ms);
    out.put(site.week_at_ms);
    for (const double hour : site.week) out.put(static_cast<float>(hour));
    out.put(static_cast<std::uint32_t>(site.titles.size()));
    for (const auto& [title, sum] : site.titles) {
      out.put(title);
      put_decayed(out, sum);
    }
  }
  out.put(crc32c(out.bytes()));
  return std::move(out.bytes());
}

Result<Demand> Demand::load(std::string_view bytes, Options options) {
  if (bytes.size() < sizeof kMagic + sizeof kVersion + sizeof(std::uint32_t)) {
    return corrupt("too short");
  }
  StateReader in(bytes.substr(0, bytes.size() - sizeof(std::uint32_t)));
  StateReader tail(bytes.substr(bytes.size() - sizeof(std::uint32_t)));
  if (in.get<std::uint32_t>() != kMagic) return corrupt("not demand");
  if (const auto version = in.get<std::uint32_t>(); version != kVersion) {
    return fail(ErrorCode::invalid,
                "reading saved demand: version " + std::to_string(version) + " is not known");
  }
  const auto body = bytes.substr(0, bytes.size() - sizeof(std::uint32_t));
  if (tail.get<std::uint32_t>() != crc32c(body)) return corrupt("checksum");
  Demand demand(options);
  if (auto read = load_titles(in, demand); !read) return std::unexpected(read.error());
  const auto sites = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < sites && in.ok(); ++i) {
    if (auto read = load_site(in, demand); !read) return std::unexpected(read.error());
  }
  if (!in.ok() || in.left() != 0) return corrupt("length");
  return demand;
}

Result<void> Demand::load_titles(StateReader& in, Demand& demand) {
  const auto titles = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < titles && in.ok(); ++i) {
    TitleId id;
    in.get_bytes(id.uuid.bytes.data(), id.uuid.bytes.size());
    const auto number = demand.title(id, from_ms(in.get<std::int64_t>()));
    if (!number) return std::unexpected(number.error());
    if (*number != i) return corrupt("a title twice");
    Title& title = demand.titles_[i];
    title.launch_plays = in.get<double>();
    title.all = get_decayed(in);
    if (!sane(title.all) || !(title.launch_plays >= 0)) return corrupt("a title's sums");
  }
  return {};
}

Result<void> Demand::load_site(StateReader& in, Demand& demand) {
  std::string name(in.get<std::uint8_t>(), '\0');
  in.get_bytes(name.data(), name.size());
  const std::size_t before = demand.sites_.size();
  const auto number = demand.site(name);
  if (!number) return std::unexpected(number.error());
  if (demand.sites_.size() == before) return corrupt("a site twice");
  Site& site = demand.sites_[*number];
  site.all = get_decayed(in);
  site.first_ms = in.get<std::int64_t>();
  site.week_at_ms = in.get<std::int64_t>();
  for (double& hour : site.week) {
    hour = in.get<float>();
    if (!std::isfinite(hour) || hour < 0) return corrupt("a week");
  }
  const auto entries = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < entries && in.ok(); ++i) {
    const auto title = in.get<TitleIndex>();
    const Decayed sum = get_decayed(in);
    if (title >= demand.titles_.size() || !sane(sum)) return corrupt("a site's title");
    site.titles[title] = sum;
  }
  if (!sane(site.all)) return corrupt("a site's sums");
  return {};
}

}  // namespace matinee::forecast
