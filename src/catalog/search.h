#pragma once
// catalog/search: search as you type over the names, people and genres of a library, and its lists
// by genre and person. Read by the home page, the search page and the lists of titles.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "catalog/list_cursor.h"
#include "catalog/search_text.h"
#include "catalog/term_index.h"
#include "catalog/visibility.h"

namespace matinee::catalog {

inline constexpr std::size_t kSearchTitlesMax = 50;  // of one answer
inline constexpr std::size_t kSearchPeopleMax = 8;   // of one answer
inline constexpr std::size_t kSearchGenresMax = 5;   // of one answer
inline constexpr std::size_t kSearchFew = 5;         // with fewer hits, typing errors are forgiven
inline constexpr std::size_t kIndexedPeopleMax = 100;  // of one title; further ones are not found
inline constexpr std::size_t kIndexedGenresMax = 32;   // of one title

/// What search and lists know of a film or a show.
struct IndexedTitle {
  TitleId id;
  bool is_show = false;
  bool playable = false;  // a show: it is there
  std::string name;
  std::string original_name;
  std::optional<int> year;
  std::optional<int> maturity;
  std::vector<std::string> genres;
  std::vector<std::string> people;  // directors, writers, cast; the first ones count
  std::int64_t added_ms = 0;
  friend bool operator==(const IndexedTitle&, const IndexedTitle&) = default;
};

/// How well a title fits what was typed; the best first. Of several words the worst decides.
enum class Fit : std::uint8_t {
  none,
  genre_typo,
  person_typo,
  name_beginning_typo,  // the beginning of a word, but for one letter
  name_word_typo,       // a whole word, but for one letter
  genre_beginning,      // genres and the year
  genre_word,
  person_beginning,
  person_word,
  name_beginning,  // begins a word of the name or of the original name
  name_word,
  name_begins,  // the name begins with all that was typed
  whole_name,
};

/// What a list leaves out; empty members ask for nothing.
struct ListFilter {
  std::optional<std::string> genre{};   // SearchWords::text of its name
  std::optional<std::string> person{};  // likewise
  std::optional<bool> is_show{};
  bool playable_only = false;
};

/// A title that fits.
struct TitleHit {
  Fit fit = Fit::none;
  ListPosition position;
};

/// A person or genre and how many titles this viewer may see of it; never 0.
struct NameHit {
  Fit fit = Fit::none;
  std::string name;
  std::string text;  // SearchWords::text of the name: equal for what is the same
  std::size_t titles = 0;
};

/// Some titles, made searchable at once. Immutable; any thread may read it.
class SearchIndex {
 public:
  static constexpr std::size_t kTitlesMax = 1'000'000;

  SearchIndex() = default;
  /// Titles beyond kTitlesMax, the oldest, are left out.
  explicit SearchIndex(std::vector<IndexedTitle> titles);

  /// Titles that another index knows better: true = dead. Empty = none.
  using Dead = std::vector<bool>;
  /// Who is asking, and what is not asked for.
  struct Scope {
    Visibility visibility;
    const Dead* dead = nullptr;
  };

  /// Best first, then newest first. `typos`: also what is one edit away, for words that are long
  /// enough.
  [[nodiscard]] std::vector<TitleHit> find_titles(const SearchQuery& query, bool typos,
                                                  const Scope& scope, std::size_t limit) const;
  /// Best first, then those of most titles.
  [[nodiscard]] std::vector<NameHit> find_people(const SearchQuery& query, bool typos,
                                                 const Scope& scope, std::size_t limit) const;
  [[nodiscard]] std::vector<NameHit> find_genres(const SearchQuery& query, const Scope& scope,
                                                 std::size_t limit) const;
  /// Newest first, after `after` when it is given.
  [[nodiscard]] std::vector<ListPosition> list(const ListFilter& filter,
                                               const std::optional<ListPosition>& after,
                                               const Scope& scope, std::size_t limit) const;
  /// All genres of visible titles, those of most titles first.
  [[nodiscard]] std::vector<NameHit> genres(const Scope& scope) const;
  /// How many visible titles a person or genre (SearchWords::text) has.
  [[nodiscard]] std::size_t titles_of_person(std::string_view text, const Scope& scope) const;
  [[nodiscard]] std::size_t titles_of_genre(std::string_view text, const Scope& scope) const;

  [[nodiscard]] std::size_t size() const { return titles_.size(); }
  /// Where a title is in Dead; nothing when it is not here.
  [[nodiscard]] std::optional<std::size_t> place_of(const TitleId& id) const;
  /// Of everything that search needs of a title, as IndexedTitle's ==, with few exceptions.
  [[nodiscard]] std::uint64_t digest(std::size_t place) const { return titles_[place].digest; }
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  struct Entry {
    TitleId id;
    std::int64_t added_ms;
    std::uint64_t digest;
    std::int8_t maturity;  // -1 = not known
    bool is_show;
    bool playable;
  };
  // People or genres, each with its titles, newest first. Those of most titles come first.
  struct Names {
    std::vector<std::string> names;
    std::vector<std::string> texts;  // SearchWords::text of each, as order says
    std::vector<std::uint32_t> run_ends;
    std::vector<std::uint32_t> titles;
    std::vector<std::uint32_t> by_text;  // in order of texts
    TermIndex terms;

    [[nodiscard]] std::span<const std::uint32_t> titles_of(std::size_t name) const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view text) const;
    [[nodiscard]] std::size_t memory_bytes() const;
  };
  class NamesBuilder;
  class Builder;
  struct WholeName {
    std::uint32_t text_begin;
    std::uint32_t text_size;
    std::uint32_t title;
  };

  [[nodiscard]] bool shows(std::uint32_t title, const Scope& scope) const;
  [[nodiscard]] bool shows_any(std::span<const std::uint32_t> titles, const Scope& scope) const;
  [[nodiscard]] std::size_t count(std::span<const std::uint32_t> titles, const Scope& scope) const;
  [[nodiscard]] std::vector<NameHit> find_names(const Names& names, const SearchQuery& query,
                                                bool typos, const Scope& scope,
                                                std::size_t limit) const;
  [[nodiscard]] std::vector<std::uint32_t> candidates(const ListFilter& filter) const;
  [[nodiscard]] std::string_view text_of(const WholeName& name) const;
  void rate_whole_names(const SearchQuery& query, std::vector<Fit>& fits) const;

  std::vector<Entry> titles_;           // newest first
  std::vector<std::uint32_t> by_id_;    // in order of id
  std::string name_text_;               // the names' texts, one behind the other
  std::vector<WholeName> whole_names_;  // in order of text
  TermIndex terms_;
  Names people_;
  Names genres_;
};

/// Of what the index keeps of a title.
std::uint64_t digest_of(const IndexedTitle& title);

}  // namespace matinee::catalog
