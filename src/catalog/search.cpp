#include "catalog/search.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <ranges>
#include <utility>

#include "catalog/search_field.h"

namespace matinee::catalog {
namespace {

// How a word of the index is what was typed.
enum class Match : std::uint8_t { beginning_typo, word_typo, beginning, word };

constexpr std::size_t kFits = static_cast<std::size_t>(Fit::whole_name) + 1;

Fit fit_of(std::uint8_t field, Match match) {
  static constexpr std::array<std::array<Fit, 4>, 3> kTable{{
      {Fit::name_beginning_typo, Fit::name_word_typo, Fit::name_beginning, Fit::name_word},
      {Fit::person_typo, Fit::person_typo, Fit::person_beginning, Fit::person_word},
      {Fit::genre_typo, Fit::genre_typo, Fit::genre_beginning, Fit::genre_word},
  }};
  return kTable[field][static_cast<std::size_t>(match)];
}

void rate_postings(std::span<const Posting> postings, Match match, std::vector<Fit>& fits) {
  for (const auto& posting : postings) {
    Fit& fit = fits[posting.document];
    fit = std::max(fit, fit_of(posting.field, match));
  }
}

void rate_word(const TermIndex& terms, const std::string& word, bool typos,
               std::vector<Fit>& fits) {
  if (typos) {
    for (const auto& range : terms.near(word, TermIndex::Near::beginnings)) {
      rate_postings(terms.postings(range), Match::beginning_typo, fits);
    }
    for (const auto& range : terms.near(word, TermIndex::Near::words)) {
      rate_postings(terms.postings(range), Match::word_typo, fits);
    }
  }
  auto range = terms.with_prefix(word);
  if (range.empty()) return;
  if (terms.term(range.begin) == word) {
    rate_postings(terms.postings({range.begin, range.begin + 1}), Match::word, fits);
    ++range.begin;
  }
  rate_postings(terms.postings(range), Match::beginning, fits);
}

// How each document fits all words; the worst word decides.
std::vector<Fit> rate(const TermIndex& terms, const SearchQuery& query, bool typos,
                      std::size_t documents) {
  std::vector<Fit> all;
  std::vector<Fit> one(documents, Fit::none);
  for (const auto& word : query.words) {
    std::ranges::fill(one, Fit::none);
    rate_word(terms, word, typos, one);
    if (all.empty()) {
      all = one;
      continue;
    }
    for (std::size_t i = 0; i < documents; ++i) all[i] = std::min(all[i], one[i]);
  }
  if (all.empty()) all.resize(documents, Fit::none);
  return all;
}

/// The first few of each fit, in the order they were put in.
class Ranking {
 public:
  explicit Ranking(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool takes(Fit fit) const {
    return fit != Fit::none && places_[static_cast<std::size_t>(fit)].size() < limit_;
  }
  void put(Fit fit, std::uint32_t place) {
    places_[static_cast<std::size_t>(fit)].push_back(place);
  }
  /// Best first.
  template <typename Use>
  void for_each(Use use) const {
    std::size_t left = limit_;
    for (std::size_t fit = kFits; fit-- > 1;) {
      for (const auto place : places_[fit]) {
        if (left-- == 0) return;
        use(static_cast<Fit>(fit), place);
      }
    }
  }

 private:
  std::size_t limit_;
  std::array<std::vector<std::uint32_t>, kFits> places_;
};

}  // namespace

std::span<const std::uint32_t> SearchIndex::Names::titles_of(std::size_t name) const {
  const std::uint32_t begin = name == 0 ? 0 : run_ends[name - 1];
  return std::span(titles).subspan(begin, run_ends[name] - begin);
}

std::optional<std::size_t> SearchIndex::Names::find(std::string_view text) const {
  const auto found = std::ranges::lower_bound(
      by_text, text, {}, [this](std::uint32_t i) { return std::string_view(texts[i]); });
  if (found == by_text.end() || texts[*found] != text) return std::nullopt;
  return *found;
}

std::size_t SearchIndex::Names::memory_bytes() const {
  std::size_t bytes =
      (run_ends.capacity() + titles.capacity() + by_text.capacity()) * sizeof(std::uint32_t);
  for (const auto* texts_of : {&names, &texts}) {
    for (const auto& text : *texts_of) {
      bytes += sizeof(std::string) + (text.capacity() > 15 ? text.capacity() + 1 : 0);
    }
  }
  return bytes + terms.memory_bytes();
}

std::string_view SearchIndex::text_of(const WholeName& name) const {
  return std::string_view(name_text_).substr(name.text_begin, name.text_size);
}

bool SearchIndex::shows(std::uint32_t title, const Scope& scope) const {
  if (scope.dead != nullptr && title < scope.dead->size() && (*scope.dead)[title]) return false;
  const int maturity = titles_[title].maturity;
  return scope.visibility.shows(maturity < 0 ? std::nullopt : std::optional(maturity));
}

bool SearchIndex::shows_any(std::span<const std::uint32_t> titles, const Scope& scope) const {
  return std::ranges::any_of(titles, [&](std::uint32_t title) { return shows(title, scope); });
}

std::size_t SearchIndex::count(std::span<const std::uint32_t> titles, const Scope& scope) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(titles, [&](std::uint32_t title) { return shows(title, scope); }));
}

void SearchIndex::rate_whole_names(const SearchQuery& query, std::vector<Fit>& fits) const {
  const auto head = [this](const WholeName& name, std::size_t size) {
    return text_of(name).substr(0, size);
  };
  const std::string_view text = query.text;
  auto name = std::ranges::lower_bound(
      whole_names_, text, {}, [&](const WholeName& each) { return head(each, text.size()); });
  for (; name != whole_names_.end() && head(*name, text.size()) == text; ++name) {
    const Fit fit = name->text_size == text.size() ? Fit::whole_name : Fit::name_begins;
    fits[name->title] = std::max(fits[name->title], fit);
  }
}

std::vector<TitleHit> SearchIndex::find_titles(const SearchQuery& query, bool typos,
                                               const Scope& scope, std::size_t limit) const {
  if (query.words.empty() || titles_.empty()) return {};
  auto fits = rate(terms_, query, typos, titles_.size());
  rate_whole_names(query, fits);
  Ranking ranking(limit);
  for (std::uint32_t place = 0; place < fits.size(); ++place) {
    if (ranking.takes(fits[place]) && shows(place, scope)) ranking.put(fits[place], place);
  }
  std::vector<TitleHit> hits;
  ranking.for_each([&](Fit fit, std::uint32_t place) {
    hits.push_back({fit, {titles_[place].added_ms, titles_[place].id}});
  });
  return hits;
}

std::vector<NameHit> SearchIndex::find_names(const Names& names, const SearchQuery& query,
                                             bool typos, const Scope& scope,
                                             std::size_t limit) const {
  if (query.words.empty() || names.names.empty()) return {};
  auto fits = rate(names.terms, query, typos, names.names.size());
  Ranking ranking(limit);
  for (std::uint32_t place = 0; place < fits.size(); ++place) {
    if (fits[place] == Fit::none) continue;
    const std::string_view text = names.texts[place];
    if (text == query.text) {
      fits[place] = Fit::whole_name;
    } else if (text.starts_with(query.text)) {
      fits[place] = Fit::name_begins;
    }
    if (ranking.takes(fits[place]) && shows_any(names.titles_of(place), scope)) {
      ranking.put(fits[place], place);
    }
  }
  std::vector<NameHit> hits;
  ranking.for_each([&](Fit fit, std::uint32_t place) {
    hits.push_back(
        {fit, names.names[place], names.texts[place], count(names.titles_of(place), scope)});
  });
  return hits;
}

std::vector<NameHit> SearchIndex::find_people(const SearchQuery& query, bool typos,
                                              const Scope& scope, std::size_t limit) const {
  return find_names(people_, query, typos, scope, limit);
}

std::vector<NameHit> SearchIndex::find_genres(const SearchQuery& query, const Scope& scope,
                                              std::size_t limit) const {
  return find_names(genres_, query, false, scope, limit);
}

// Places of what has the filter's genre and person, newest first.
std::vector<std::uint32_t> SearchIndex::candidates(const ListFilter& filter) const {
  const auto titles_of = [](const Names& names, const std::string& text) {
    const auto name = names.find(text);
    return name ? names.titles_of(*name) : std::span<const std::uint32_t>();
  };
  if (!filter.genre) {
    const auto titles = titles_of(people_, *filter.person);
    return {titles.begin(), titles.end()};
  }
  const auto of_genre = titles_of(genres_, *filter.genre);
  if (!filter.person) return {of_genre.begin(), of_genre.end()};
  std::vector<std::uint32_t> of_both;
  std::ranges::set_intersection(of_genre, titles_of(people_, *filter.person),
                                std::back_inserter(of_both));
  return of_both;
}

std::vector<ListPosition> SearchIndex::list(const ListFilter& filter,
                                            const std::optional<ListPosition>& after,
                                            const Scope& scope, std::size_t limit) const {
  std::vector<ListPosition> found;
  const auto position_of = [this](std::uint32_t place) {
    return ListPosition{titles_[place].added_ms, titles_[place].id};
  };
  const auto first_after = [&](const auto& places) {
    if (!after) return places.begin();
    return std::ranges::upper_bound(places, *after, std::less<>{}, position_of);
  };
  const auto take = [&](std::uint32_t place) {
    const Entry& title = titles_[place];
    if (filter.is_show && title.is_show != *filter.is_show) return;
    if (filter.playable_only && !title.playable) return;
    if (shows(place, scope)) found.push_back(position_of(place));
  };
  if (filter.genre || filter.person) {
    const auto places = candidates(filter);
    for (auto place = first_after(places); place != places.end() && found.size() < limit; ++place) {
      take(*place);
    }
  } else {
    const auto places = std::views::iota(0U, static_cast<std::uint32_t>(titles_.size()));
    for (auto place = first_after(places); place != places.end() && found.size() < limit; ++place) {
      take(*place);
    }
  }
  return found;
}

std::vector<NameHit> SearchIndex::genres(const Scope& scope) const {
  std::vector<NameHit> found;
  for (std::size_t i = 0; i < genres_.names.size(); ++i) {
    const auto titles = count(genres_.titles_of(i), scope);
    if (titles > 0) found.push_back({Fit::none, genres_.names[i], genres_.texts[i], titles});
  }
  std::ranges::stable_sort(found, std::ranges::greater{}, &NameHit::titles);
  return found;
}

std::size_t SearchIndex::titles_of_person(std::string_view text, const Scope& scope) const {
  const auto name = people_.find(text);
  return name ? count(people_.titles_of(*name), scope) : 0;
}

std::size_t SearchIndex::titles_of_genre(std::string_view text, const Scope& scope) const {
  const auto name = genres_.find(text);
  return name ? count(genres_.titles_of(*name), scope) : 0;
}

std::optional<std::size_t> SearchIndex::place_of(const TitleId& id) const {
  const auto found = std::ranges::lower_bound(
      by_id_, id, {}, [this](std::uint32_t place) { return titles_[place].id; });
  if (found == by_id_.end() || titles_[*found].id != id) return std::nullopt;
  return *found;
}

std::size_t SearchIndex::memory_bytes() const {
  return titles_.capacity() * sizeof(Entry) + by_id_.capacity() * sizeof(std::uint32_t) +
         name_text_.capacity() + whole_names_.capacity() * sizeof(WholeName) +
         terms_.memory_bytes() + people_.memory_bytes() + genres_.memory_bytes();
}

}  // namespace matinee::catalog
