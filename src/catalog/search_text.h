#pragma once
// catalog/search_text: what of a text search goes by: its words, without case, accents and
// punctuation, in any script. The same for what is searched and for what is typed.

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace matinee::catalog {

inline constexpr std::size_t kSearchWordLettersMax = 24;   // of one word; the rest is cut off
inline constexpr std::size_t kSearchTextBytesMax = 1'000;  // of one name; the rest is not searched
inline constexpr std::size_t kSearchQueryBytesMax = 200;   // of what is typed
inline constexpr std::size_t kSearchQueryWordsMax = 8;     // further ones are left out

/// What somebody typed: its words in order, and all of them with one blank between.
struct SearchQuery {
  std::vector<std::string> words;
  std::string text;
};

/// The words that a name is found by.
struct SearchWords {
  std::vector<std::string> words;
  std::string text;  // the name itself, as SearchQuery::text would have it
};

/// Folds letters: compatibility forms, case and accents are taken off ("Škoda" is "skoda", "ß" is
/// "ss", "ｶ" is "カ"); what belongs to the letter in its script stays (Hebrew points, Indic signs,
/// Japanese voicing). Bytes that are no UTF-8 are skipped. Remembers letters it has seen: one for
/// each thread.  Source: Unicode Standard Annex 15 (NFKC_Casefold, NFD), Annex 24 (scripts).
class SearchText {
 public:
  /// A word ends at blanks and punctuation, and between scripts with and without blanks. What
  /// stands between blanks is also one word without its punctuation ("spiderman", "swat"). In
  /// scripts without blanks (Han, Kana, Thai, Lao, Khmer, Burmese) a word begins at each letter,
  /// so that any part of a name is the beginning of a word. "&" alone is "and".
  SearchWords words_of(std::string_view name);
  /// As words_of, but each word once, as typed. Beyond the limits above the rest is ignored.
  SearchQuery query_of(std::string_view typed);

 private:
  struct Piece {
    std::u32string letters;
    bool without_blanks = false;  // of a script that writes none
    bool joined = false;          // to the piece before: no blank stands between
  };
  std::vector<Piece> pieces_of(std::string_view text);
  const std::u32string& folded(char32_t letter);

  std::unordered_map<char32_t, std::u32string> folded_;  // at most kFoldedMax
};

/// Letters (code points) of a word of these functions.
std::size_t letters_of(std::string_view word);

}  // namespace matinee::catalog
