#include "catalog/search_text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <utility>

namespace matinee::catalog {
namespace {

constexpr std::size_t kFoldedMax = 65'536;
constexpr std::size_t kPiecesMax = 200;

// Letters that Unicode does not take apart, as a person without that key would type them.
constexpr auto kPlainLetters = std::to_array<std::pair<char32_t, std::u32string_view>>({
    {U'ø', U"o"},
    {U'ł', U"l"},
    {U'đ', U"d"},
    {U'ð', U"d"},
    {U'þ', U"th"},
    {U'æ', U"ae"},
    {U'œ', U"oe"},
    {U'ı', U"i"},
    {U'ħ', U"h"},
    {U'ŧ', U"t"},
    {U'ŋ', U"n"},
});

bool is_accent(char32_t letter) {
  if (letter == 0x3099 || letter == 0x309A) return false;  // カ and ガ are different letters
  const auto category = u_charType(static_cast<UChar32>(letter));
  if (category != U_NON_SPACING_MARK && category != U_ENCLOSING_MARK) return false;
  UErrorCode error = U_ZERO_ERROR;
  return uscript_getScript(static_cast<UChar32>(letter), &error) == USCRIPT_INHERITED;
}

bool is_letter(char32_t letter) {
  if (letter == U'ʼ') return false;  // an apostrophe that Unicode counts as a letter
  if (letter < 0x80) return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  constexpr std::uint32_t kMasks = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(letter)) & kMasks) != 0;
}

bool is_without_blanks(char32_t letter) {
  if (letter < 0x0E00) return false;
  if (letter == 0x3099 || letter == 0x309A || letter == 0x30FC) return true;  // marks of kana
  UErrorCode error = U_ZERO_ERROR;
  switch (uscript_getScript(static_cast<UChar32>(letter), &error)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

bool is_mark(char32_t letter) {
  return letter >= 0x0300 && (U_GET_GC_MASK(static_cast<UChar32>(letter)) & U_GC_M_MASK) != 0;
}

// Blanks of any kind, and brackets and the like, end a chunk; these hold it together.
bool joins(char32_t letter) {
  switch (letter) {
    case U'\'':
    case U'’':
    case U'ʼ':
    case U'-':
    case U'‐':
    case U'‑':
    case U'.':
    case U'·':
    case U'・':
    case U'/':
    case U'_':
    case U'*':
      return true;
    default:
      return false;
  }
}

std::u32string fold(char32_t letter) {
  UErrorCode error = U_ZERO_ERROR;
  const auto* casefold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  const auto* decompose = icu::Normalizer2::getNFDInstance(error);
  icu::UnicodeString text(static_cast<UChar32>(letter));
  if (U_SUCCESS(error)) text = decompose->normalize(casefold->normalize(text, error), error);
  std::u32string letters;
  if (U_FAILURE(error)) return letters;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const auto each = static_cast<char32_t>(text.char32At(at));
    if (is_accent(each)) continue;
    const auto* plain =
        std::ranges::find(kPlainLetters, each, &std::pair<char32_t, std::u32string_view>::first);
    if (plain != kPlainLetters.end()) {
      letters += plain->second;
    } else {
      letters += each;
    }
  }
  return letters;
}

void append_utf8(std::string& out, char32_t letter) {
  std::array<char, U8_MAX_LENGTH> bytes{};
  std::int32_t length = 0;
  U8_APPEND_UNSAFE(bytes.data(), length, static_cast<UChar32>(letter));
  out.append(bytes.data(), static_cast<std::size_t>(length));
}

std::string utf8_of(std::u32string_view letters) {
  std::string out;
  for (const char32_t letter : letters.substr(0, kSearchWordLettersMax)) append_utf8(out, letter);
  return out;
}

// At most `bytes_max`, whole characters.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  while (bytes_max > 0 && U8_IS_TRAIL(text[bytes_max])) --bytes_max;
  return text.substr(0, bytes_max);
}

void append_text(std::string& text, std::u32string_view piece) {
  if (!text.empty()) text += ' ';
  text += utf8_of(piece);
}

}  // namespace

const std::u32string& SearchText::folded(char32_t letter) {
  if (folded_.size() >= kFoldedMax) folded_.clear();
  const auto [found, is_new] = folded_.try_emplace(letter);
  if (is_new) found->second = fold(letter);
  return found->second;
}

std::vector<SearchText::Piece> SearchText::pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  bool open = false;    // the last piece may grow
  bool joined = false;  // nothing that parts stood since the last piece
  const auto take = [&](char32_t letter) {
    if (!is_letter(letter)) {
      if (letter == U'&' && !joined) pieces.push_back({U"and", false, false});
      open = false;
      joined = joined && joins(letter);
      return;
    }
    const bool without_blanks =
        is_mark(letter) && open ? pieces.back().without_blanks : is_without_blanks(letter);
    if (!open || pieces.back().without_blanks != without_blanks) {
      pieces.push_back({{}, without_blanks, joined});
    }
    pieces.back().letters += letter;
    open = joined = true;
  };
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto size = static_cast<std::int32_t>(text.size());
  for (std::int32_t at = 0; at < size && pieces.size() < kPiecesMax;) {
    if (bytes[at] < 0x80) {
      const char32_t letter = bytes[at++];
      take(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
      continue;
    }
    UChar32 letter = 0;
    U8_NEXT(bytes, at, size, letter);
    if (letter < 0) continue;
    const auto& letters = folded(static_cast<char32_t>(letter));
    if (letters.find(U'⁄') != std::u32string::npos) open = joined = false;  // 8½ is 8 1/2
    for (const char32_t each : letters) take(each);
  }
  return pieces;
}

SearchWords SearchText::words_of(std::string_view name) {
  const auto pieces = pieces_of(cut(name, kSearchTextBytesMax));
  SearchWords found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& piece = pieces[i];
    append_text(found.text, piece.letters);
    if (piece.without_blanks) {
      for (std::size_t at = 0; at < piece.letters.size(); ++at) {
        if (is_mark(piece.letters[at])) continue;
        found.words.push_back(utf8_of(std::u32string_view(piece.letters).substr(at)));
      }
      continue;
    }
    found.words.push_back(utf8_of(piece.letters));
    if (piece.joined || i + 1 == pieces.size() || !pieces[i + 1].joined) continue;
    std::u32string chunk = piece.letters;
    for (std::size_t next = i + 1; next < pieces.size() && pieces[next].joined; ++next) {
      chunk += pieces[next].letters;
    }
    found.words.push_back(utf8_of(chunk));
  }
  std::ranges::sort(found.words);
  const auto same = std::ranges::unique(found.words);
  found.words.erase(same.begin(), same.end());
  return found;
}

SearchQuery SearchText::query_of(std::string_view typed) {
  SearchQuery query;
  for (const auto& piece : pieces_of(cut(typed, kSearchQueryBytesMax))) {
    if (query.words.size() >= kSearchQueryWordsMax) break;
    append_text(query.text, piece.letters);
    auto word = utf8_of(piece.letters);
    if (std::ranges::find(query.words, word) == query.words.end()) {
      query.words.push_back(std::move(word));
    }
  }
  return query;
}

std::size_t letters_of(std::string_view word) {
  return static_cast<std::size_t>(
      std::ranges::count_if(word, [](char byte) { return !U8_IS_TRAIL(byte); }));
}

}  // namespace matinee::catalog
