#pragma once
// catalog/search_test_support: made-up libraries, and what a search of them must come to, found by
// looking at every title.

#include <algorithm>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "catalog/search.h"

namespace matinee::catalog {

/// Looks at everything, each time; as slow as it is plain.
class SearchOracle {
 public:
  explicit SearchOracle(std::vector<IndexedTitle> titles) : titles_(std::move(titles)) {
    std::ranges::sort(titles_, std::less<>{}, [](const IndexedTitle& title) {
      return ListPosition{title.added_ms, title.id};
    });
  }

  [[nodiscard]] std::vector<TitleId> titles(const std::string& typed, const Visibility& visibility,
                                            std::size_t limit, bool typos) const {
    const auto query = SearchText().query_of(typed);
    std::map<Fit, std::vector<TitleId>, std::greater<>> by_fit;
    for (const auto& title : titles_) {
      if (!visibility.shows(title.maturity)) continue;
      const Fit fit = fit_of(title, query, typos);
      if (fit != Fit::none) by_fit[fit].push_back(title.id);
    }
    std::vector<TitleId> found;
    for (const auto& [fit, ids] : by_fit) std::ranges::copy(ids, std::back_inserter(found));
    if (found.size() > limit) found.resize(limit);
    return found;
  }

  /// Folded names of people that fit and have visible titles, with how many.
  [[nodiscard]] std::map<std::string, std::size_t> people(const std::string& typed,
                                                          const Visibility& visibility,
                                                          bool typos) const {
    const auto query = SearchText().query_of(typed);
    std::set<std::string> fitting;  // under any spelling
    for (const auto& title : titles_) {
      for (const auto& person : title.people) {
        const auto words = SearchText().words_of(person);
        if (fit_of_words(words.words, 0, query, typos) != Fit::none) fitting.insert(words.text);
      }
    }
    std::map<std::string, std::size_t> found;
    for (const auto& title : titles_) {
      if (!visibility.shows(title.maturity)) continue;
      std::set<std::string> of_title;
      for (const auto& person : title.people) of_title.insert(SearchText().words_of(person).text);
      for (const auto& text : of_title) found[text] += fitting.contains(text) ? 1 : 0;
    }
    std::erase_if(found, [](const auto& one) { return one.second == 0; });
    return found;
  }

  [[nodiscard]] std::vector<TitleId> list(const std::optional<std::string>& genre,
                                          const std::optional<std::string>& person,
                                          const Visibility& visibility) const {
    std::vector<TitleId> found;
    const auto has = [](const std::vector<std::string>& names, const std::string& text) {
      return std::ranges::any_of(
          names, [&](const auto& name) { return SearchText().words_of(name).text == text; });
    };
    for (const auto& title : titles_) {
      if (!visibility.shows(title.maturity)) continue;
      if (genre && !has(title.genres, *genre)) continue;
      if (person && !has(title.people, *person)) continue;
      found.push_back(title.id);
    }
    return found;
  }

 private:
  static std::string last_letter(const std::string& word) {
    auto at = word.size() - 1;
    while (at > 0 && (static_cast<unsigned char>(word[at]) & 0xC0) == 0x80) --at;
    return word.substr(at);
  }
  static bool is_near_beginning(const std::string& typed, const std::string& word) {
    for (std::size_t size = 1; size <= word.size(); ++size) {
      const std::string head = word.substr(0, size);
      if (last_letter(head) == last_letter(typed) && within_one_edit(typed, head)) return true;
    }
    return false;
  }
  static Fit fit_of_word(const std::string& word, int field, const std::string& typed, bool typos) {
    const auto one_of = [field](Fit name, Fit person, Fit genre) {
      return field == 0 ? name : field == 1 ? person : genre;
    };
    if (word == typed) return one_of(Fit::name_word, Fit::person_word, Fit::genre_word);
    if (word.starts_with(typed)) {
      return one_of(Fit::name_beginning, Fit::person_beginning, Fit::genre_beginning);
    }
    if (!typos) return Fit::none;
    if (letters_of(typed) >= TermIndex::kNearLettersMin && within_one_edit(typed, word)) {
      return one_of(Fit::name_word_typo, Fit::person_typo, Fit::genre_typo);
    }
    if (letters_of(typed) >= TermIndex::kNearBeginningLettersMin &&
        is_near_beginning(typed, word)) {
      return one_of(Fit::name_beginning_typo, Fit::person_typo, Fit::genre_typo);
    }
    return Fit::none;
  }
  static std::vector<Fit> best_of_words(const std::vector<std::string>& words, int field,
                                        const SearchQuery& query, bool typos,
                                        std::vector<Fit> best) {
    best.resize(query.words.size(), Fit::none);
    for (std::size_t i = 0; i < best.size(); ++i) {
      for (const auto& word : words) {
        best[i] = std::max(best[i], fit_of_word(word, field, query.words[i], typos));
      }
    }
    return best;
  }
  static Fit fit_of_words(const std::vector<std::string>& words, int field,
                          const SearchQuery& query, bool typos) {
    const auto best = best_of_words(words, field, query, typos, {});
    return best.empty() ? Fit::none : *std::ranges::min_element(best);
  }
  static Fit fit_of(const IndexedTitle& title, const SearchQuery& query, bool typos) {
    if (query.words.empty()) return Fit::none;
    SearchText text;
    std::vector<Fit> best;
    Fit whole = Fit::none;
    for (const auto& name : {title.name, title.original_name}) {
      const auto words = text.words_of(name);
      if (words.text.empty()) continue;
      best = best_of_words(words.words, 0, query, typos, std::move(best));
      if (words.text.starts_with(query.text)) whole = std::max(whole, Fit::name_begins);
      if (words.text == query.text) whole = Fit::whole_name;
    }
    for (const auto& person : title.people) {
      best = best_of_words(text.words_of(person).words, 1, query, typos, std::move(best));
    }
    for (const auto& genre : title.genres) {
      best = best_of_words(text.words_of(genre).words, 2, query, typos, std::move(best));
    }
    if (title.year) {
      best = best_of_words({std::to_string(*title.year)}, 2, query, typos, std::move(best));
    }
    if (best.empty()) return Fit::none;
    return std::max(whole, *std::ranges::min_element(best));
  }

  std::vector<IndexedTitle> titles_;  // newest first
};

/// Makes up titles whose words are few, so that much is like much else.
class MadeUpLibrary {
 public:
  explicit MadeUpLibrary(unsigned seed) : engine_(seed) {}

  std::size_t below(std::size_t bound) { return engine_() % bound; }
  std::string word() {
    static const std::vector<std::string> kLetters{"a", "b", "c", "é", "ж", "ア", "-", "'"};
    std::string word;
    for (auto left = 1 + below(7); left > 0; --left) {
      word += kLetters[below(below(3) == 0 ? kLetters.size() : 4)];
    }
    return word;
  }
  std::string words(std::size_t count_max) {
    std::string text = word();
    for (auto left = below(count_max); left > 0; --left) text += " " + word();
    return text;
  }
  IndexedTitle title() {
    static const std::vector<std::string> kGenres{"Drama", "Science Fiction", "Comédie", "COMEDIE"};
    IndexedTitle title;
    for (auto& byte : title.id.uuid.bytes) byte = static_cast<unsigned char>(below(256));
    title.is_show = below(4) == 0;
    title.playable = below(4) != 0;
    title.name = words(4);
    if (below(3) == 0) title.original_name = words(3);
    if (below(2) == 0) title.year = static_cast<int>(1990 + below(20));
    if (below(4) != 0) title.maturity = static_cast<int>(below(19));
    for (auto left = below(3); left > 0; --left) title.genres.push_back(kGenres[below(4)]);
    for (auto left = below(5); left > 0; --left) title.people.push_back(person());
    title.added_ms = static_cast<std::int64_t>(below(500));  // some come at once
    return title;
  }
  /// What somebody might type: parts of names, now and then mistyped.
  std::string typed(const IndexedTitle& like) {
    const std::string names[]{like.name, like.original_name,
                              words(2),  "comedie",
                              "1995",    like.people.empty() ? "" : like.people.front()};
    std::string text = names[below(std::size(names))];
    if (below(2) == 0) text = text.substr(0, below(text.size() + 1));
    if (below(3) == 0 && text.size() > 2) std::swap(text[below(text.size())], text[0]);
    if (below(3) == 0) text.insert(below(text.size() + 1), "b");
    return text;
  }
  Visibility visibility() {
    if (below(2) == 0) return {};
    return {static_cast<int>(below(19))};
  }

 private:
  std::string person() {
    if (below(2) == 0 || people_.empty()) people_.push_back(words(2));
    return people_[below(people_.size())];
  }

  std::mt19937 engine_;
  std::vector<std::string> people_;
};

}  // namespace matinee::catalog
