// Goal: the dictionary finds by prefix and by one edit exactly what comparing with every word would
// find, and keeps each posting once.
#include "catalog/term_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

namespace matinee::catalog {
namespace {

constexpr int kSeed = 20'261'125;

TEST(TermIndex, OneEditIsALetterMoreLessAnotherOrSwapped) {
  struct Case {
    const char* a;
    const char* b;
    bool near;
  };
  for (const auto& [a, b, near] : std::vector<Case>{
           {"matrix", "matrix", true},
           {"matrix", "matix", true},
           {"matrix", "mattrix", true},
           {"matrix", "matrik", true},
           {"matrix", "matirx", true},
           {"matrix", "amtrix", true},
           {"matrix", "matrxi", true},
           {"matrix", "atrix", true},
           {"matrix", "matri", true},
           {"matrix", "amtirx", false},
           {"matrix", "matr", false},
           {"matrix", "trixma", false},
           {"ab", "ba", true},
           {"é", "ü", true},
           {"aé", "éa", true},
           {"", "a", true},
           {"", "", true},
           {"", "ab", false},
       }) {
    EXPECT_EQ(within_one_edit(a, b), near) << a << " " << b;
    EXPECT_EQ(within_one_edit(b, a), near) << b << " " << a;
  }
}

class RandomWords {
 public:
  explicit RandomWords(unsigned seed) : engine_(seed) {}
  std::string next(std::size_t letters_max) {
    static const std::vector<std::string> kLetters{"a", "b", "c", "d", "е", "ж", "ア", "ß"};
    std::string word;
    for (auto left = 1 + engine_() % letters_max; left > 0; --left) {
      word += kLetters[engine_() % (engine_() % 3 == 0 ? kLetters.size() : 4)];
    }
    return word;
  }
  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

std::string last_letter(const std::string& word) {
  auto at = word.size();
  while (at > 0 && (static_cast<unsigned char>(word[at - 1]) & 0xC0) == 0x80) --at;
  return word.substr(at == 0 ? 0 : at - 1);
}

bool is_near_beginning(const std::string& typed, const std::string& word) {
  for (std::size_t size = 1; size <= word.size(); ++size) {
    const std::string head = word.substr(0, size);
    if (size < word.size() && (static_cast<unsigned char>(word[size]) & 0xC0) == 0x80) continue;
    if (last_letter(head) == last_letter(typed) && within_one_edit(typed, head)) return true;
  }
  return false;
}

TEST(TermIndex, FindsWhatComparingWithEachWordFinds) {
  RandomWords random(kSeed);
  std::map<std::string, std::set<std::pair<std::uint32_t, unsigned>>> expected;
  TermIndex::Builder builder;
  for (std::uint32_t document = 0; document < 700; ++document) {
    for (int i = 0; i < 3; ++i) {
      const auto word = random.next(8);
      const auto field = static_cast<std::uint8_t>(random.engine()() % 3);
      builder.add(word, document, field);
      builder.add(word, document, field);
      expected[word].insert({document, field});
    }
  }
  const auto index = std::move(builder).build();
  ASSERT_EQ(index.size(), expected.size());
  for (const auto& [word, postings] : expected) {
    const auto range = index.with_prefix(word);
    ASSERT_FALSE(range.empty());
    ASSERT_EQ(index.term(range.begin), word);
    std::set<std::pair<std::uint32_t, unsigned>> found;
    for (const auto& posting : index.postings({range.begin, range.begin + 1})) {
      ASSERT_TRUE(found.insert({posting.document, posting.field}).second);
    }
    ASSERT_EQ(found, postings);
  }
  const auto words_in = [&](const std::vector<TermRange>& ranges) {
    std::set<std::string> words;
    std::uint32_t end = 0;
    for (const auto& range : ranges) {
      EXPECT_GE(range.begin, end);
      end = range.end;
      for (auto i = range.begin; i < range.end; ++i) words.emplace(index.term(i));
    }
    return words;
  };
  for (int round = 0; round < 200; ++round) {
    const auto typed = random.next(8);
    std::set<std::string> with_prefix;
    std::set<std::string> near_words;
    std::set<std::string> near_beginnings;
    const auto letters = std::ranges::count_if(
        typed, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    for (const auto& [word, postings] : expected) {
      if (word.starts_with(typed)) with_prefix.insert(word);
      if (letters >= 4 && within_one_edit(typed, word)) near_words.insert(word);
      if (letters >= 5 && is_near_beginning(typed, word)) near_beginnings.insert(word);
    }
    ASSERT_EQ(words_in({index.with_prefix(typed)}), with_prefix) << typed;
    // The word itself needs no edit: both may have it.
    auto words = words_in(index.near(typed, TermIndex::Near::words));
    words.erase(typed);
    near_words.erase(typed);
    ASSERT_EQ(words, near_words) << typed;
    auto beginnings = words_in(index.near(typed, TermIndex::Near::beginnings));
    std::erase_if(beginnings, [&](const auto& word) { return word.starts_with(typed); });
    std::erase_if(near_beginnings, [&](const auto& word) { return word.starts_with(typed); });
    ASSERT_EQ(beginnings, near_beginnings) << typed;
  }
}

TEST(TermIndex, AnEmptyOneFindsNothing) {
  const TermIndex index = TermIndex::Builder().build();
  EXPECT_TRUE(index.with_prefix("a").empty());
  EXPECT_TRUE(index.with_prefix("").empty());
  EXPECT_TRUE(index.near("matrix", TermIndex::Near::words).empty());
  EXPECT_TRUE(index.postings({0, 0}).empty());
}

}  // namespace
}  // namespace matinee::catalog
