#include "catalog/title_facts.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/json.h"
#include "catalog/id_query.h"
#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

constexpr std::string_view kColumns =
    "original_name, sort_name, plot, tagline, certificate, maturity, genres, countries, "
    "directors, writers, cast_members, studios, tags, premiered, imdb_id, tmdb_id, tvdb_id, "
    "season_number, episode_number, episode_last, chapters, markers, rating";

using NameListMember = std::vector<std::string> TitleFacts::*;
constexpr std::array<NameListMember, 6> kNameLists = {
    &TitleFacts::genres,  &TitleFacts::countries, &TitleFacts::directors,
    &TitleFacts::writers, &TitleFacts::studios,   &TitleFacts::tags};

std::string list_text(const std::vector<std::string>& names) {
  return names.empty() ? "[]" : to_text(Json(names));
}

std::string cast_text(const std::vector<CastMember>& cast) {
  Json list = Json::array();
  for (const auto& member : cast) list.push_back({{"name", member.name}, {"role", member.role}});
  return to_text(list);
}

std::string chapters_text(const std::vector<Chapter>& chapters) {
  Json list = Json::array();
  for (const auto& chapter : chapters) {
    list.push_back({{"start_ms", chapter.start_ms}, {"name", chapter.name}});
  }
  return to_text(list);
}

std::string markers_text(const std::vector<Marker>& markers) {
  Json list = Json::array();
  for (const auto& marker : markers) {
    list.push_back(
        {{"kind", name_of(marker.kind)}, {"start_ms", marker.start_ms}, {"end_ms", marker.end_ms}});
  }
  return to_text(list);
}

// What we wrote ourselves: a list, or nothing when it is damaged.
Json list_of(const std::string& text) {
  if (text == "[]") return Json::array();
  auto list = parse_json(text);
  return list && list->is_array() ? std::move(*list) : Json::array();
}

std::vector<std::string> names_of(const std::string& text) {
  std::vector<std::string> names;
  for (const auto& item : list_of(text)) {
    if (item.is_string()) names.push_back(item.get<std::string>());
  }
  return names;
}

std::string text_or_nothing(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number_or_zero(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::vector<CastMember> cast_of(const std::string& text) {
  std::vector<CastMember> cast;
  for (const auto& item : list_of(text)) {
    if (!item.is_object()) continue;
    cast.push_back({text_or_nothing(item, "name"), text_or_nothing(item, "role")});
  }
  return cast;
}

std::vector<Chapter> chapters_of(const std::string& text) {
  std::vector<Chapter> chapters;
  for (const auto& item : list_of(text)) {
    if (!item.is_object()) continue;
    chapters.push_back({number_or_zero(item, "start_ms"), text_or_nothing(item, "name")});
  }
  return chapters;
}

std::vector<Marker> markers_of(const std::string& text) {
  std::vector<Marker> markers;
  for (const auto& item : list_of(text)) {
    if (!item.is_object()) continue;
    const auto kind = marker_kind_of(text_or_nothing(item, "kind"));
    if (!kind) continue;
    markers.push_back({*kind, number_or_zero(item, "start_ms"), number_or_zero(item, "end_ms")});
  }
  return markers;
}

std::optional<int> number_of(const store::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return static_cast<int>(row.integer(column));
}

// `first`: the column of original_name.
TitleFacts facts_of(const store::Row& row, std::size_t first) {
  TitleFacts facts;
  facts.original_name = row.text(first);
  facts.sort_name = row.text(first + 1);
  facts.plot = row.text(first + 2);
  facts.tagline = row.text(first + 3);
  facts.certificate = row.text(first + 4);
  facts.maturity = number_of(row, first + 5);
  facts.genres = names_of(row.text(first + 6));
  facts.countries = names_of(row.text(first + 7));
  facts.directors = names_of(row.text(first + 8));
  facts.writers = names_of(row.text(first + 9));
  facts.cast = cast_of(row.text(first + 10));
  facts.studios = names_of(row.text(first + 11));
  facts.tags = names_of(row.text(first + 12));
  facts.premiered = row.text(first + 13);
  facts.imdb_id = row.text(first + 14);
  facts.tmdb_id = row.text(first + 15);
  facts.tvdb_id = row.text(first + 16);
  facts.season_number = number_of(row, first + 17);
  facts.episode_number = number_of(row, first + 18);
  facts.episode_last = number_of(row, first + 19);
  facts.chapters = chapters_of(row.text(first + 20));
  facts.markers = markers_of(row.text(first + 21));
  if (!row.is_null(first + 22)) facts.rating = row.number(first + 22);
  return facts;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto digits = [&](std::size_t at, std::size_t count) {
    return std::ranges::all_of(text.substr(at, count), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(0, 4) || !digits(5, 2) || !digits(8, 2)) return false;
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  const int day = (text[8] - '0') * 10 + (text[9] - '0');
  return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

std::string_view table_of(FactsRow which) {
  return which == FactsRow::title ? "title_facts" : "file_facts";
}

template <typename T>
void fill(T& known, const T& more) {
  if (known == T{}) known = more;
}

void limit_number(std::optional<int>& number, int last) {
  if (number && (*number < 0 || *number > last)) number.reset();
}

}  // namespace

std::string_view name_of(MarkerKind kind) {
  switch (kind) {
    case MarkerKind::intro:
      return "intro";
    case MarkerKind::recap:
      return "recap";
    case MarkerKind::credits:
      return "credits";
  }
  return "intro";
}

std::optional<MarkerKind> marker_kind_of(std::string_view name) {
  for (const auto kind : {MarkerKind::intro, MarkerKind::recap, MarkerKind::credits}) {
    if (name == name_of(kind)) return kind;
  }
  return std::nullopt;
}

void fill_facts(TitleFacts& facts, const TitleFacts& more) {
  // These two say one thing.
  if (facts.certificate.empty() && !facts.maturity) {
    facts.certificate = more.certificate;
    facts.maturity = more.maturity;
  }
  for (const auto text :
       {&TitleFacts::original_name, &TitleFacts::sort_name, &TitleFacts::plot, &TitleFacts::tagline,
        &TitleFacts::premiered, &TitleFacts::imdb_id, &TitleFacts::tmdb_id, &TitleFacts::tvdb_id}) {
    fill(facts.*text, more.*text);
  }
  for (const auto list : kNameLists) fill(facts.*list, more.*list);
  fill(facts.cast, more.cast);
  fill(facts.season_number, more.season_number);
  fill(facts.episode_number, more.episode_number);
  fill(facts.chapters, more.chapters);
  fill(facts.markers, more.markers);
  fill(facts.rating, more.rating);
}

void limit_facts(TitleFacts& facts) {
  constexpr int kNumberMax = 100'000;
  for (auto* text : {&facts.plot, &facts.tagline}) {
    *text = clean_text(*text, kFactTextBytesMax);
  }
  for (auto* text : {&facts.original_name, &facts.sort_name, &facts.certificate, &facts.imdb_id,
                     &facts.tmdb_id, &facts.tvdb_id}) {
    *text = clean_line(*text, kFactNameBytesMax);
  }
  for (const auto list : kNameLists) {
    auto& names = facts.*list;
    for (auto& name : names) name = clean_line(name, kFactNameBytesMax);
    std::vector<std::string> kept;
    for (auto& name : names) {
      if (name.empty() || kept.size() == kFactNamesMax) continue;
      if (std::ranges::find(kept, name) == kept.end()) kept.push_back(std::move(name));
    }
    names = std::move(kept);
  }
  for (auto& member : facts.cast) {
    member = {clean_line(member.name, kFactNameBytesMax),
              clean_line(member.role, kFactNameBytesMax)};
  }
  std::erase_if(facts.cast, [](const CastMember& member) { return member.name.empty(); });
  if (facts.cast.size() > kCastMax) facts.cast.resize(kCastMax);
  limit_number(facts.maturity, kMaturityMax);
  for (auto* number : {&facts.season_number, &facts.episode_number, &facts.episode_last}) {
    limit_number(*number, kNumberMax);
  }
  if (facts.rating && !(*facts.rating >= 0 && *facts.rating <= 10)) facts.rating.reset();
  if (!is_date(facts.premiered)) facts.premiered.clear();

  for (auto& chapter : facts.chapters) chapter.name = clean_line(chapter.name, kFactNameBytesMax);
  std::erase_if(facts.chapters, [](const Chapter& chapter) { return chapter.start_ms < 0; });
  std::ranges::stable_sort(facts.chapters, {}, &Chapter::start_ms);
  if (facts.chapters.size() > kChaptersMax) facts.chapters.resize(kChaptersMax);
  std::erase_if(facts.markers, [](const Marker& marker) {
    return marker.start_ms < 0 || marker.end_ms <= marker.start_ms;
  });
  std::ranges::stable_sort(facts.markers, {}, &Marker::start_ms);
  if (facts.markers.size() > kMarkersMax) facts.markers.resize(kMarkersMax);
}

Result<void> write_facts(store::SqlRunner& sql, FactsRow which, const TitleId& id,
                         const TitleFacts& facts) {
  const std::string insert =
      std::string("INSERT INTO ")
          .append(table_of(which))
          .append(" (title_id, ")
          .append(kColumns)
          .append(
              ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
              "ON CONFLICT (title_id) DO UPDATE SET original_name = excluded.original_name, "
              "sort_name = excluded.sort_name, plot = excluded.plot, tagline = excluded.tagline, "
              "certificate = excluded.certificate, maturity = excluded.maturity, "
              "genres = excluded.genres, countries = excluded.countries, "
              "directors = excluded.directors, writers = excluded.writers, "
              "cast_members = excluded.cast_members, studios = excluded.studios, "
              "tags = excluded.tags, premiered = excluded.premiered, imdb_id = excluded.imdb_id, "
              "tmdb_id = excluded.tmdb_id, tvdb_id = excluded.tvdb_id, "
              "season_number = excluded.season_number, episode_number = excluded.episode_number, "
              "episode_last = excluded.episode_last, chapters = excluded.chapters, "
              "markers = excluded.markers, rating = excluded.rating");
  const auto written = sql.execute(insert, {id.to_string(),
                                            facts.original_name,
                                            facts.sort_name,
                                            facts.plot,
                                            facts.tagline,
                                            facts.certificate,
                                            facts.maturity,
                                            list_text(facts.genres),
                                            list_text(facts.countries),
                                            list_text(facts.directors),
                                            list_text(facts.writers),
                                            cast_text(facts.cast),
                                            list_text(facts.studios),
                                            list_text(facts.tags),
                                            facts.premiered,
                                            facts.imdb_id,
                                            facts.tmdb_id,
                                            facts.tvdb_id,
                                            facts.season_number,
                                            facts.episode_number,
                                            facts.episode_last,
                                            chapters_text(facts.chapters),
                                            markers_text(facts.markers),
                                            facts.rating});
  if (!written) return fail(written.error(), "writing the facts of a title");
  return {};
}

Result<FactsById> read_facts(store::SqlRunner& sql, FactsRow which, std::span<const TitleId> ids) {
  FactsById found;
  const auto rows = query_ids(sql,
                              std::string("SELECT title_id, ")
                                  .append(kColumns)
                                  .append(" FROM ")
                                  .append(table_of(which))
                                  .append(" WHERE title_id"),
                              ids);
  if (!rows) return fail(rows.error(), "reading the facts of titles");
  for (const auto& row : *rows) {
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading the facts of titles: an id is damaged");
    found.emplace(*id, facts_of(row, 1));
  }
  return found;
}

}  // namespace matinee::catalog
