// catalog/search_build: how a SearchIndex is made of titles.
#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_map>
#include <utility>

#include "catalog/search.h"
#include "catalog/search_field.h"

namespace matinee::catalog {
namespace {

std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  // Source: FNV-1a over eight bytes at once, then the finaliser of MurmurHash3.
  digest = (digest ^ value) * 0x100000001b3ULL;
  digest ^= digest >> 33;
  digest *= 0xff51afd7ed558ccdULL;
  return digest ^ (digest >> 29);
}

std::uint64_t mixed(std::uint64_t digest, std::string_view text) {
  return mixed(digest, std::hash<std::string_view>{}(text));
}

std::int8_t narrowed(std::optional<int> maturity) {
  return static_cast<std::int8_t>(maturity ? std::clamp(*maturity, 0, 127) : -1);
}

}  // namespace

std::uint64_t digest_of(const IndexedTitle& title) {
  std::uint64_t digest = mixed(0xcbf29ce484222325ULL, title.name);
  digest = mixed(digest, title.original_name);
  digest = mixed(digest, static_cast<std::uint64_t>(title.added_ms));
  digest = mixed(digest, static_cast<std::uint64_t>(title.year.value_or(-1)));
  digest = mixed(digest, static_cast<std::uint64_t>(title.maturity.value_or(-1)));
  digest = mixed(digest, (title.is_show ? 2U : 0U) + (title.playable ? 1U : 0U));
  for (const auto& genre : title.genres) digest = mixed(digest, genre);
  digest = mixed(digest, title.genres.size());
  for (const auto& person : title.people) digest = mixed(digest, person);
  return mixed(digest, title.people.size());
}

/// Collects people or genres: one of each, and its titles.
class SearchIndex::NamesBuilder {
 public:
  /// `terms`: of the titles.
  NamesBuilder(SearchText& text, TermIndex::Builder& terms) : text_(text), terms_(terms) {}

  /// The name's words, as terms of the titles; `title` is one of its titles. Titles come in
  /// ascending order.
  const std::vector<std::uint32_t>& add(const std::string& name, std::uint32_t title) {
    const auto [known, is_new] = by_name_.try_emplace(name);
    Spelling& spelling = known->second;
    if (is_new) spelling = spelling_of(name);
    Found& found = found_[spelling.place];
    if (found.titles.empty() || found.titles.back() != title) found.titles.push_back(title);
    return spelling.terms;
  }

  Names build() && {
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < found_.size(); ++i) {
      if (!found_[i].text.empty()) order.push_back(i);
    }
    std::ranges::sort(order, [this](std::uint32_t a, std::uint32_t b) {
      if (found_[a].titles.size() != found_[b].titles.size()) {
        return found_[a].titles.size() > found_[b].titles.size();
      }
      return found_[a].text < found_[b].text;
    });
    Names names;
    TermIndex::Builder terms;
    for (std::uint32_t place = 0; place < order.size(); ++place) {
      Found& found = found_[order[place]];
      for (const auto& word : found.words) terms.add(word, place, kNameField);
      names.titles.insert(names.titles.end(), found.titles.begin(), found.titles.end());
      names.run_ends.push_back(static_cast<std::uint32_t>(names.titles.size()));
      names.names.push_back(std::move(found.name));
      names.texts.push_back(std::move(found.text));
    }
    names.terms = std::move(terms).build();
    names.by_text.resize(names.texts.size());
    std::iota(names.by_text.begin(), names.by_text.end(), 0U);
    std::ranges::sort(names.by_text, {}, [&](std::uint32_t i) { return names.texts[i]; });
    return names;
  }

 private:
  struct Found {
    std::string name;                // as it was written first
    std::string text;                // folded
    std::vector<std::string> words;  // of all spellings
    std::vector<std::uint32_t> titles;
  };
  struct Spelling {
    std::uint32_t place = 0;  // in found_
    std::vector<std::uint32_t> terms;
  };

  Spelling spelling_of(const std::string& name) {
    auto words = text_.words_of(name);
    const auto [known, is_new] =
        by_text_.try_emplace(words.text, static_cast<std::uint32_t>(found_.size()));
    if (is_new) found_.push_back({name, std::move(words.text), {}, {}});
    auto& all = found_[known->second].words;
    all.insert(all.end(), words.words.begin(), words.words.end());
    Spelling spelling{known->second, {}};
    for (const auto& word : words.words) spelling.terms.push_back(terms_.term_of(word));
    return spelling;
  }

  SearchText& text_;
  TermIndex::Builder& terms_;
  std::unordered_map<std::string, Spelling> by_name_;       // as written
  std::unordered_map<std::string, std::uint32_t> by_text_;  // folded -> found_
  std::vector<Found> found_;
};

/// Takes the titles in, newest first.
class SearchIndex::Builder {
 public:
  explicit Builder(SearchIndex& index) : index_(index) {}

  void add(const IndexedTitle& title) {
    const auto place = static_cast<std::uint32_t>(index_.titles_.size());
    index_.titles_.push_back({title.id, title.added_ms, digest_of(title), narrowed(title.maturity),
                              title.is_show, title.playable});
    add_name(title.name, place);
    if (title.original_name != title.name) add_name(title.original_name, place);
    if (title.year) terms_.add(std::to_string(*title.year), place, kGenreField);
    for (const auto& genre : first(title.genres, kIndexedGenresMax)) {
      for (const auto term : genres_.add(genre, place)) terms_.add(term, place, kGenreField);
    }
    for (const auto& person : first(title.people, kIndexedPeopleMax)) {
      for (const auto term : people_.add(person, place)) terms_.add(term, place, kPersonField);
    }
  }

  void finish() {
    index_.terms_ = std::move(terms_).build();
    index_.people_ = std::move(people_).build();
    index_.genres_ = std::move(genres_).build();
    auto& whole = index_.whole_names_;
    std::ranges::sort(whole, {}, [this](const WholeName& name) { return index_.text_of(name); });
    auto& by_id = index_.by_id_;
    by_id.resize(index_.titles_.size());
    std::iota(by_id.begin(), by_id.end(), 0U);
    std::ranges::sort(by_id, {}, [this](std::uint32_t place) { return index_.titles_[place].id; });
  }

 private:
  static std::span<const std::string> first(const std::vector<std::string>& names,
                                            std::size_t count) {
    return std::span(names).first(std::min(names.size(), count));
  }

  void add_name(const std::string& name, std::uint32_t place) {
    const auto words = text_.words_of(name);
    if (words.text.empty()) return;
    for (const auto& word : words.words) terms_.add(word, place, kNameField);
    index_.whole_names_.push_back({static_cast<std::uint32_t>(index_.name_text_.size()),
                                   static_cast<std::uint32_t>(words.text.size()), place});
    index_.name_text_ += words.text;
  }

  SearchIndex& index_;
  SearchText text_;
  TermIndex::Builder terms_;
  NamesBuilder people_{text_, terms_};
  NamesBuilder genres_{text_, terms_};
};

SearchIndex::SearchIndex(std::vector<IndexedTitle> titles) {
  std::ranges::sort(titles, [](const IndexedTitle& a, const IndexedTitle& b) {
    return ListPosition{a.added_ms, a.id} < ListPosition{b.added_ms, b.id};
  });
  if (titles.size() > kTitlesMax) titles.resize(kTitlesMax);
  titles_.reserve(titles.size());
  Builder builder(*this);
  for (const auto& title : titles) builder.add(title);
  builder.finish();
}

}  // namespace matinee::catalog
