// Goal: what somebody types finds the words of a name in any script, however either is accented,
// cased or punctuated; nothing that can be typed breaks it or costs more than its limits.
#include "catalog/search_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(SearchText, FoldsLettersOfNames) {
  struct Case {
    const char* name;
    const char* text;
  };
  for (const auto& [name, text] : std::vector<Case>{
           {"The Third Man", "the third man"},
           {"  Škoda   lásky ", "skoda lasky"},
           {"Straße", "strasse"},
           {"Æon Flux", "aeon flux"},
           {"Łódź", "lodz"},
           {"Smørrebrød", "smorrebrod"},
           {"ÎLE", "ile"},
           {"I\u0307stanbul", "istanbul"},
           {"Ёлки", "елки"},
           {"Ταξίδι στα Κύθηρα", "ταξιδι στα κυθηρα"},
           {"ＡＢＣ１２３", "abc123"},
           {"ﬁlm", "film"},
           {"ゴジラ", "コ\u3099シ\u3099ラ"},
           {"ｺﾞｼﾞﾗ", "コ\u3099シ\u3099ラ"},
           {"2001: A Space Odyssey", "2001 a space odyssey"},
           {"Fast & Furious", "fast and furious"},
           {"AT&T", "at t"},
           {"S.W.A.T.", "s w a t"},
           {"soft\u00ADhyphen", "softhyphen"},
           {"!?...", ""},
           {"", ""},
       }) {
    EXPECT_EQ(SearchText().words_of(name).text, text) << name;
  }
}

TEST(SearchText, FindsWordsWithAndWithoutTheirPunctuation) {
  SearchText text;
  EXPECT_THAT(text.words_of("Spider-Man 2").words,
              UnorderedElementsAre("spider", "man", "spiderman", "2"));
  EXPECT_THAT(text.words_of("L'Avventura").words,
              UnorderedElementsAre("l", "avventura", "lavventura"));
  EXPECT_THAT(text.words_of("S.W.A.T.").words, UnorderedElementsAre("s", "w", "a", "t", "swat"));
  EXPECT_EQ(text.words_of("8½").text, text.query_of("8 1/2").text);
  EXPECT_THAT(text.words_of("Rio, Rio (Rio)").words, ElementsAre("rio"));
}

TEST(SearchText, AnyPartOfANameWithoutBlanksIsAWord) {
  SearchText text;
  EXPECT_THAT(text.words_of("千と千尋").words,
              UnorderedElementsAre("千と千尋", "と千尋", "千尋", "尋"));
  EXPECT_THAT(text.words_of("東京2020").words, UnorderedElementsAre("東京", "京", "2020"));
  // A vowel sign begins no word.
  EXPECT_THAT(text.words_of("กี่").words, ElementsAre("กี่"));
  // Korean writes blanks; a syllable that is half typed is the beginning of it.
  const auto words = text.words_of("기생충").words;
  ASSERT_EQ(words.size(), 1U);
  EXPECT_TRUE(words[0].starts_with(text.query_of("기새").words[0]));
}

TEST(SearchText, AQueryHasEachWordOnceAsTyped) {
  SearchText text;
  const auto query = text.query_of("  Duran DURAN spider-m");
  EXPECT_THAT(query.words, ElementsAre("duran", "spider", "m"));
  EXPECT_EQ(query.text, "duran duran spider m");
  EXPECT_THAT(text.query_of("千尋の神").words, ElementsAre("千尋の神"));
  EXPECT_THAT(text.query_of(" -,.& ").words, ElementsAre("and"));
  EXPECT_THAT(text.query_of("...").words, IsEmpty());
}

TEST(SearchText, KeepsToItsLimits) {
  SearchText text;
  const auto query = text.query_of("a b c d e f g h i j k");
  EXPECT_EQ(query.words.size(), kSearchQueryWordsMax);
  const std::string letters(5'000, 'x');
  EXPECT_EQ(text.query_of(letters).words.front().size(), kSearchWordLettersMax);
  EXPECT_EQ(text.words_of(letters).words.front().size(), kSearchWordLettersMax);
  std::string kana;
  for (int i = 0; i < 2'000; ++i) kana += "ア";
  EXPECT_LE(text.words_of(kana).words.size(), kSearchWordLettersMax);
  EXPECT_EQ(letters_of(text.query_of(kana).words.front()), kSearchWordLettersMax);
}

TEST(SearchText, SkipsBytesThatAreNoText) {
  SearchText text;
  EXPECT_EQ(text.words_of("caf\xE9 \xFF\xFE noir").text, "caf noir");
  EXPECT_EQ(text.query_of("\xF0\x9F").text, "");
  for (const auto& word : text.words_of("x\xC0\x80y\xED\xA0\x80z").words) {
    EXPECT_TRUE(is_utf8(word));
  }
}

}  // namespace
}  // namespace matinee::catalog
