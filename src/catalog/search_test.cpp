// Goal: search finds, in the right order, exactly what looking at every title would find; it ranks
// as people expect, forgives one letter, and never knows of what a viewer may not see.
#include "catalog/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "catalog/search_test_support.h"

namespace matinee::catalog {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr unsigned kSeed = 20'261'125;

std::vector<TitleId> ids_of(const std::vector<TitleHit>& hits) {
  std::vector<TitleId> ids;
  for (const auto& hit : hits) ids.push_back(hit.position.id);
  return ids;
}

std::vector<TitleId> ids_of(const std::vector<ListPosition>& positions) {
  std::vector<TitleId> ids;
  for (const auto& position : positions) ids.push_back(position.id);
  return ids;
}

/// A few films by name; the later ones are newer.
class Search : public testing::Test {
 protected:
  IndexedTitle& add(const std::string& name) {
    IndexedTitle title;
    title.name = name;
    title.added_ms = static_cast<std::int64_t>(titles_.size());
    title.id.uuid.bytes[0] = static_cast<unsigned char>(titles_.size());
    titles_.push_back(title);
    return titles_.back();
  }
  std::vector<std::string> find(const std::string& typed, bool typos = false,
                                const Visibility& visibility = {}) {
    const SearchIndex index(titles_);
    std::vector<std::string> names;
    for (const auto& hit :
         index.find_titles(SearchText().query_of(typed), typos, {visibility}, 50)) {
      names.push_back(titles_[hit.position.id.uuid.bytes[0]].name);
    }
    return names;
  }
  std::vector<std::string> people(const std::string& typed, const Visibility& visibility = {}) {
    const SearchIndex index(titles_);
    std::vector<std::string> names;
    for (const auto& hit :
         index.find_people(SearchText().query_of(typed), false, {visibility}, 8)) {
      names.push_back(hit.name + " " + std::to_string(hit.titles));
    }
    return names;
  }

  std::vector<IndexedTitle> titles_;
};

TEST_F(Search, RanksAsPeopleExpect) {
  add("Cowboys & Aliens");
  add("My Stepmother Is an Alien");
  add("Aliens");
  add("Alien");
  add("Alien Resurrection");
  add("Prometheus").people = {"Ellen Alien"};
  EXPECT_THAT(find("alien"),
              ElementsAre("Alien", "Alien Resurrection", "Aliens", "My Stepmother Is an Alien",
                          "Cowboys & Aliens", "Prometheus"));
  EXPECT_THAT(find("alien res"), ElementsAre("Alien Resurrection"));
  EXPECT_THAT(find("cowboys and al"), ElementsAre("Cowboys & Aliens"));
}

TEST_F(Search, FindsByAnyWordOriginalNamePersonGenreAndYear) {
  auto& film = add("Spirited Away");
  film.original_name = "千と千尋の神隠し";
  film.people = {"宮崎 駿", "Rumi Hiiragi"};
  film.genres = {"Animation", "Fantasy"};
  film.year = 2001;
  add("Another").people = {"Somebody Else"};
  for (const char* typed : {"away", "SPIRITED", "千尋", "神", "宮", "hii rum", "fantasy spi",
                            "2001 away", "Spirited Away Animation 2001"}) {
    EXPECT_THAT(find(typed), ElementsAre("Spirited Away")) << typed;
  }
  EXPECT_THAT(find("spirited else"), IsEmpty());
  EXPECT_THAT(find(""), IsEmpty());
  EXPECT_THAT(find("?"), IsEmpty());
}

TEST_F(Search, ForgivesOneLetterOfAWord) {
  add("The Matrix");
  add("Mat");
  for (const char* typed :
       {"matirx", "matrx", "maatrix", "natrix", "mtarix", "matrox", "the matirx", "natri"}) {
    EXPECT_THAT(find(typed), IsEmpty()) << typed;
    EXPECT_THAT(find(typed, true), ElementsAre("The Matrix")) << typed;
  }
  for (const char* typed : {"mxt", "maxxrix", "zatirx", "nat"}) {
    EXPECT_THAT(find(typed, true), IsEmpty()) << typed;
  }
  // What needs no forgiving comes first.
  add("Natrix natrix");
  EXPECT_THAT(find("natrix", true), ElementsAre("Natrix natrix", "The Matrix"));
}

TEST_F(Search, NeverKnowsOfWhatAViewerMayNotSee) {
  add("Night of Terror").maturity = 18;
  add("Night Train").maturity = 12;
  add("Unrated Night");
  titles_[0].people = {"Ann Actor", "Only Adult"};
  titles_[1].people = {"Ann Actor"};
  titles_[0].genres = {"Horror"};
  titles_[1].genres = {"Drama"};
  const Visibility child{12};
  EXPECT_EQ(find("night").size(), 3U);
  EXPECT_THAT(find("night", true, child), ElementsAre("Night Train"));
  EXPECT_THAT(people("a"), ElementsAre("Ann Actor 2", "Only Adult 1"));
  EXPECT_THAT(people("a", child), ElementsAre("Ann Actor 1"));
  const SearchIndex index(titles_);
  EXPECT_EQ(index.genres({child}).size(), 1U);
  EXPECT_THAT(index.find_genres(SearchText().query_of("horror"), {child}, 5), IsEmpty());
  EXPECT_THAT(index.list({.genre = "horror"}, {}, {child}, 10), IsEmpty());
  EXPECT_EQ(index.titles_of_person("only adult", {child}), 0U);
}

TEST_F(Search, PeopleAreCountedOnceATitleUnderAnySpelling) {
  add("One").people = {"Björn Ek", "Bjorn Ek", "BJÖRN EK"};
  add("Two").people = {"Bjorn Ek"};
  EXPECT_THAT(people("björn"), ElementsAre("Bjorn Ek 2"));
}

TEST_F(Search, ListsGoOnWhereTheyWereLeft) {
  for (int i = 0; i < 10; ++i) add("Film " + std::to_string(i)).genres = {i % 2 == 0 ? "A" : "B"};
  const SearchIndex index(titles_);
  std::vector<TitleId> seen;
  std::optional<ListPosition> after;
  while (true) {
    const auto page = index.list({.genre = "a"}, after, {}, 2);
    if (page.empty()) break;
    for (const auto& position : page) seen.push_back(position.id);
    after = page.back();
  }
  ASSERT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen.front(), titles_[8].id);
  EXPECT_EQ(seen.back(), titles_[0].id);
  EXPECT_EQ(index.list({.is_show = true}, {}, {}, 10).size(), 0U);
  EXPECT_EQ(index.list({}, {}, {}, 200).size(), 10U);
  EXPECT_THAT(index.list({.person = "nobody"}, {}, {}, 10), IsEmpty());
}

TEST(SearchModel, AgreesWithLookingAtEveryTitle) {
  MadeUpLibrary library(kSeed);
  for (int round = 0; round < 10; ++round) {
    std::vector<IndexedTitle> titles;
    for (auto left = library.below(200); left > 0; --left) titles.push_back(library.title());
    const SearchIndex index(titles);
    const SearchOracle oracle(titles);
    for (int each = 0; each < 40 && !titles.empty(); ++each) {
      const auto typed = library.typed(titles[library.below(titles.size())]);
      const auto visibility = library.visibility();
      const bool typos = library.below(2) == 0;
      const auto query = SearchText().query_of(typed);
      const auto hits = index.find_titles(query, typos, {visibility}, 20);
      ASSERT_EQ(ids_of(hits), oracle.titles(typed, visibility, 20, typos)) << kSeed << " " << typed;
      std::map<std::string, std::size_t> people;
      for (const auto& hit : index.find_people(query, typos, {visibility}, 1'000)) {
        people[hit.text] = hit.titles;
      }
      ASSERT_EQ(people, oracle.people(typed, visibility, typos)) << kSeed << " " << typed;
    }
    for (const bool by_genre : {false, true}) {
      std::optional<std::string> genre;
      if (by_genre) genre = "comedie";
      const auto visibility = library.visibility();
      std::optional<std::string> person;
      if (!titles.empty() && !titles[0].people.empty()) {
        person = SearchText().words_of(titles[0].people[0]).text;
      }
      if (person && person->empty()) person.reset();
      ASSERT_EQ(ids_of(index.list({.genre = genre, .person = person}, {}, {visibility}, 1'000)),
                oracle.list(genre, person, visibility));
    }
  }
}

}  // namespace
}  // namespace matinee::catalog
