// Goal: whatever is typed, its words are few, short, folded once and for all, and searching for
// them ends; what was found is found again by its own folded text.
#include <cstdlib>
#include <string_view>

#include "catalog/plain_text.h"
#include "catalog/search.h"

namespace {

const matinee::catalog::SearchIndex& library() {
  using matinee::catalog::IndexedTitle;
  static const matinee::catalog::SearchIndex kIndex([] {
    std::vector<IndexedTitle> titles;
    for (const char* name : {"The Third Man", "Škoda lásky", "千と千尋の神隠し", "Spider-Man", "8½",
                             "기생충", "กี่เพ้า", "L'Avventura", "Ёлки"}) {
      IndexedTitle title;
      title.name = name;
      title.added_ms = static_cast<std::int64_t>(titles.size());
      title.people = {"Ann Actor", name};
      title.genres = {"Drama"};
      titles.push_back(std::move(title));
    }
    return titles;
  }());
  return kIndex;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace matinee::catalog;
  const std::string_view typed(reinterpret_cast<const char*>(data), size);
  SearchText text;
  const auto query = text.query_of(typed);
  if (query.words.size() > kSearchQueryWordsMax || !is_utf8(query.text)) std::abort();
  for (const auto& word : query.words) {
    if (word.empty() || letters_of(word) > kSearchWordLettersMax || !is_utf8(word)) std::abort();
  }
  if (query.text.size() <= kSearchQueryBytesMax && text.query_of(query.text).text != query.text) {
    std::abort();
  }
  for (const bool typos : {false, true}) {
    (void)library().find_titles(query, typos, {}, 10);
    (void)library().find_people(query, typos, {}, 10);
  }
  (void)library().find_genres(query, {}, 10);
  const auto words = text.words_of(typed);
  if (!is_utf8(words.text)) std::abort();
  return 0;
}
