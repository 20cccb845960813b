#include "catalog/nfo.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <pugixml.hpp>
#include <utility>

#include "catalog/certificates.h"
#include "catalog/plain_text.h"
#include "catalog/title_name.h"

namespace matinee::catalog {
namespace {

constexpr std::size_t kElementsMax = 20'000;  // looked at in one title

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// The text of the first child of that name.
std::string_view text_of(const pugi::xml_node& node, const char* name) {
  return trimmed(node.child(name).text().get());
}

std::optional<int> number_of(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> decimal_of(std::string_view text) {
  std::string plain(text.substr(0, 32));
  std::ranges::replace(plain, ',', '.');
  double value = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (error != std::errc{} || end != plain.data() + plain.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

// "Drama / Noir" and repeated elements are both in use.
void add_names(const pugi::xml_node& node, const char* element, std::vector<std::string>& names) {
  for (const auto& child : node.children(element)) {
    std::string_view rest = child.text().get();
    while (!rest.empty() && names.size() < kFactNamesMax) {
      const auto end = std::min(rest.find(" / "), rest.size());
      if (const auto name = trimmed(rest.substr(0, end)); !name.empty()) names.emplace_back(name);
      rest.remove_prefix(std::min(end + 3, rest.size()));
    }
  }
}

void add_cast(const pugi::xml_node& node, std::vector<CastMember>& cast) {
  for (const auto& actor : node.children("actor")) {
    if (cast.size() == kCastMax) return;
    const auto name = text_of(actor, "name");
    if (!name.empty()) cast.push_back({std::string(name), std::string(text_of(actor, "role"))});
  }
}

void add_ids(const pugi::xml_node& node, TitleFacts& facts) {
  for (const auto& id : node.children("uniqueid")) {
    const std::string_view type = id.attribute("type").value();
    const auto value = trimmed(id.text().get());
    if (type == "imdb") facts.imdb_id = value;
    if (type == "tmdb") facts.tmdb_id = value;
    if (type == "tvdb") facts.tvdb_id = value;
  }
  const auto older = [&](std::string& id, const char* element) {
    if (id.empty()) id = text_of(node, element);
  };
  older(facts.imdb_id, "imdbid");
  older(facts.imdb_id, "imdb_id");
  older(facts.tmdb_id, "tmdbid");
  older(facts.tvdb_id, "tvdbid");
  const auto plain = text_of(node, "id");
  if (facts.imdb_id.empty() && plain.starts_with("tt")) facts.imdb_id = plain;
}

std::optional<double> rating_of(const pugi::xml_node& node) {
  std::optional<double> found;
  for (const auto& rating : node.child("ratings").children("rating")) {
    const auto value = decimal_of(text_of(rating, "value"));
    if (!value) continue;
    const double most = rating.attribute("max").as_double(10);
    const double scaled = most > 0 ? *value * 10 / most : *value;
    if (!found || rating.attribute("default").as_bool()) found = scaled;
  }
  return found ? found : decimal_of(text_of(node, "rating"));
}

std::int64_t ms_of(std::string_view seconds) {
  const auto value = decimal_of(seconds);
  constexpr double kSecondsMax = 1e6;
  return value && *value >= 0 && *value <= kSecondsMax
             ? static_cast<std::int64_t>(std::llround(*value * 1000))
             : -1;
}

// Our own elements, beside those of Kodi: <chapters><chapter start="12.5" name="..."/></chapters>
// and <markers><marker kind="intro" start="0" end="30"/></markers>, in seconds.
void add_chapters_and_markers(const pugi::xml_node& node, TitleFacts& facts) {
  for (const auto& chapter : node.child("chapters").children("chapter")) {
    if (facts.chapters.size() == kChaptersMax) break;
    facts.chapters.push_back(
        {ms_of(chapter.attribute("start").value()), chapter.attribute("name").value()});
  }
  for (const auto& marker : node.child("markers").children("marker")) {
    const auto kind = marker_kind_of(marker.attribute("kind").value());
    if (!kind || facts.markers.size() == kMarkersMax) continue;
    facts.markers.push_back(
        {*kind, ms_of(marker.attribute("start").value()), ms_of(marker.attribute("end").value())});
  }
}

// "2001-05-09", also with a time behind it.
std::string date_of(const pugi::xml_node& node) {
  for (const char* element : {"premiered", "aired", "releasedate", "year"}) {
    const auto text = text_of(node, element).substr(0, 10);
    if (text.size() == 10) return std::string(text);
  }
  return {};
}

TitleFacts facts_of(const pugi::xml_node& node) {
  TitleFacts facts;
  facts.original_name = text_of(node, "originaltitle");
  facts.sort_name = text_of(node, "sorttitle");
  facts.plot = text_of(node, "plot");
  if (facts.plot.empty()) facts.plot = text_of(node, "outline");
  facts.tagline = text_of(node, "tagline");
  facts.certificate = text_of(node, "mpaa");
  if (facts.certificate.empty()) facts.certificate = text_of(node, "certification");
  facts.maturity = maturity_of_certificate(facts.certificate);
  add_names(node, "genre", facts.genres);
  add_names(node, "country", facts.countries);
  add_names(node, "director", facts.directors);
  add_names(node, "credits", facts.writers);
  add_names(node, "studio", facts.studios);
  add_names(node, "tag", facts.tags);
  add_cast(node, facts.cast);
  facts.premiered = date_of(node);
  add_ids(node, facts);
  facts.rating = rating_of(node);
  add_chapters_and_markers(node, facts);
  return facts;
}

std::optional<NfoKind> kind_of(std::string_view element) {
  if (element == "movie") return NfoKind::film;
  if (element == "tvshow") return NfoKind::show;
  if (element == "season") return NfoKind::season;
  if (element == "episodedetails") return NfoKind::episode;
  return std::nullopt;
}

std::optional<int> year_in(std::string_view text) {
  const auto year = number_of(text.substr(0, 4));
  return year && text.size() >= 4 && *year >= kYearMin && *year <= 9999 ? year : std::nullopt;
}

NfoTitle title_of(const pugi::xml_node& node, NfoKind kind) {
  NfoTitle title;
  title.kind = kind;
  title.name = clean_line(text_of(node, "title"), kTitleNameBytesMax);
  title.edition_name = clean_line(text_of(node, "edition"), kFactNameBytesMax);
  title.facts = facts_of(node);
  title.year = year_in(text_of(node, "year"));
  if (!title.year) title.year = year_in(title.facts.premiered);
  if (kind == NfoKind::season) {
    title.facts.season_number = number_of(text_of(node, "seasonnumber"));
    if (!title.facts.season_number) title.facts.season_number = number_of(text_of(node, "season"));
  }
  if (kind == NfoKind::episode) {
    title.facts.season_number = number_of(text_of(node, "season"));
    title.facts.episode_number = number_of(text_of(node, "episode"));
  }
  limit_facts(title.facts);
  return title;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The digits behind `mark`, wherever it stands.
std::string digits_behind(std::string_view text, std::string_view mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + mark.size(), 12);
  const auto length =
      static_cast<std::size_t>(std::ranges::find_if_not(rest, is_digit) - rest.begin());
  return std::string(rest.substr(0, length));
}

void add_addresses(std::string_view text, Nfo& nfo) {
  if (const auto digits = digits_behind(text, "imdb.com/title/tt"); digits.size() >= 7) {
    nfo.imdb_id = "tt" + digits;
  }
  for (const std::string_view mark : {"themoviedb.org/movie/", "themoviedb.org/tv/"}) {
    if (nfo.tmdb_id.empty()) nfo.tmdb_id = digits_behind(text, mark);
  }
  for (const std::string_view mark :
       {"thetvdb.com/?tab=series&id=", "thetvdb.com/dereferrer/series/"}) {
    if (nfo.tvdb_id.empty()) nfo.tvdb_id = digits_behind(text, mark);
  }
}

}  // namespace

Result<Nfo> parse_nfo(std::string_view bytes) {
  if (bytes.size() > kNfoBytesMax) {
    return fail(ErrorCode::limited, "the .nfo file is larger than 1 MiB");
  }
  const std::string text = nfo_text(bytes);
  Nfo nfo;
  // An address may follow the XML; the parser stops there with an error and keeps what it has.
  pugi::xml_document document;
  const auto parsed = document.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_trim_pcdata, pugi::encoding_utf8);
  std::size_t elements = 0;
  for (const auto& node : document.children()) {
    if (++elements > kElementsMax || nfo.titles.size() == kNfoTitlesMax) break;
    const auto kind = kind_of(node.name());
    if (!kind) continue;
    nfo.titles.push_back(title_of(node, *kind));
    for (const auto& season : node.children("namedseason")) {
      const auto number = number_of(season.attribute("number").value());
      const auto name = clean_line(season.text().get(), kTitleNameBytesMax);
      if (number && !name.empty() && nfo.season_names.size() < kNfoTitlesMax) {
        nfo.season_names.emplace(*number, name);
      }
    }
  }
  const bool broken = parsed.status != pugi::status_ok;
  if (nfo.titles.empty() || broken) add_addresses(text, nfo);
  const bool has_address = !nfo.imdb_id.empty() || !nfo.tmdb_id.empty() || !nfo.tvdb_id.empty();
  if (broken && !nfo.titles.empty() && !has_address) {
    return fail(ErrorCode::invalid, std::string("the .nfo file is no well-formed XML: ") +
                                        parsed.description() + " at byte " +
                                        std::to_string(parsed.offset));
  }
  if (nfo.titles.empty() && !has_address) {
    return fail(ErrorCode::invalid, "the .nfo file describes no film, show, season or episode");
  }
  return nfo;
}

}  // namespace matinee::catalog
