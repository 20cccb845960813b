// Goal: .nfo files of any tool and encoding are understood, and harmful ones do no harm.
#include "catalog/nfo.h"

#include <gtest/gtest.h>

#include <string>

namespace matinee::catalog {
namespace {

using namespace std::string_literals;

TEST(Nfo, AFilmWithEverything) {
  const auto nfo = parse_nfo(R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- a comment -->
<movie>
  <title>The Big Sleep</title><originaltitle>The Big Sleep</originaltitle>
  <sorttitle>Big Sleep</sorttitle><year>1946</year><premiered>1946-08-23</premiered>
  <plot>A private detective.</plot><outline>Short.</outline><tagline>The picture.</tagline>
  <mpaa>DE:FSK 12</mpaa><genre>Crime / Noir</genre><genre>Drama</genre><country>USA</country>
  <director>Howard Hawks</director><credits>William Faulkner</credits>
  <credits>Leigh Brackett</credits><studio>Warner</studio><tag>classic</tag>
  <uniqueid type="imdb" default="true">tt0038355</uniqueid><uniqueid type="tmdb">910</uniqueid>
  <ratings><rating name="a" max="10"><value>1</value></rating>
  <rating name="b" max="100" default="true"><value>79</value></rating></ratings>
  <actor><name>Humphrey Bogart</name><role>Philip Marlowe</role></actor>
  <actor><role>nobody</role></actor>
  <watched>true</watched><resume><position>100</position></resume>
  <chapters><chapter start="0" name="Begin"/><chapter start="12.5" name="Rain"/></chapters>
  <markers><marker kind="intro" start="0" end="30"/><marker kind="x" start="0" end="1"/></markers>
</movie>)");
  ASSERT_TRUE(nfo) << nfo.error().message;
  ASSERT_EQ(nfo->titles.size(), 1U);
  const auto& film = nfo->titles[0];
  EXPECT_EQ(film.kind, NfoKind::film);
  EXPECT_EQ(film.name, "The Big Sleep");
  EXPECT_EQ(film.year, 1946);
  EXPECT_EQ(film.facts.plot, "A private detective.");
  EXPECT_EQ(film.facts.maturity, 12);
  EXPECT_EQ(film.facts.genres, (std::vector<std::string>{"Crime", "Noir", "Drama"}));
  EXPECT_EQ(film.facts.writers.size(), 2U);
  EXPECT_EQ(film.facts.imdb_id, "tt0038355");
  EXPECT_EQ(film.facts.tmdb_id, "910");
  EXPECT_DOUBLE_EQ(film.facts.rating.value_or(0), 7.9);
  EXPECT_EQ(film.facts.cast, (std::vector<CastMember>{{"Humphrey Bogart", "Philip Marlowe"}}));
  EXPECT_EQ(film.facts.premiered, "1946-08-23");
  EXPECT_EQ(film.facts.chapters, (std::vector<Chapter>{{0, "Begin"}, {12'500, "Rain"}}));
  EXPECT_EQ(film.facts.markers, (std::vector<Marker>{{MarkerKind::intro, 0, 30'000}}));
}

TEST(Nfo, SeveralEpisodesInOneFile) {
  const auto nfo = parse_nfo(
      "<episodedetails><title>One</title><season>1</season><episode>2</episode>"
      "<aired>2005-03-24</aired></episodedetails>\n"
      "<episodedetails><title>Two</title><season>1</season><episode>3</episode></episodedetails>");
  ASSERT_TRUE(nfo) << nfo.error().message;
  ASSERT_EQ(nfo->titles.size(), 2U);
  EXPECT_EQ(nfo->titles[0].facts.season_number, 1);
  EXPECT_EQ(nfo->titles[1].facts.episode_number, 3);
  EXPECT_EQ(nfo->titles[0].year, 2005);
}

TEST(Nfo, AnAddressAlone) {
  const auto imdb = parse_nfo("https://www.imdb.com/title/tt0133093/\n");
  ASSERT_TRUE(imdb);
  EXPECT_EQ(imdb->imdb_id, "tt0133093");
  EXPECT_TRUE(imdb->titles.empty());
  EXPECT_EQ(parse_nfo("https://www.themoviedb.org/movie/603-the-matrix")->tmdb_id, "603");
  const auto both =
      parse_nfo("<movie><title>A</title></movie>\nhttps://www.imdb.com/title/tt0133093");
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ(both->titles.size(), 1U);
}

TEST(Nfo, Encodings) {
  const auto name_of = [](const std::string& bytes) {
    const auto nfo = parse_nfo(bytes);
    return nfo && !nfo->titles.empty() ? nfo->titles[0].name : "none";
  };
  const std::string umlaut = "K\xC3\xA4se";
  EXPECT_EQ(name_of("<movie><title>" + umlaut + "</title></movie>"), umlaut);
  EXPECT_EQ(name_of("\xEF\xBB\xBF<movie><title>" + umlaut + "</title></movie>"), umlaut);
  EXPECT_EQ(name_of("<movie><title>K\xE4se</title></movie>"), umlaut);
  EXPECT_EQ(name_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><movie><title>K\xE4se</title>"
                    "</movie>"),
            umlaut);
  // It says Latin-1 and is UTF-8.
  EXPECT_EQ(name_of("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><movie><title>" + umlaut +
                    "</title></movie>"),
            umlaut);
  EXPECT_EQ(name_of("<?xml version=\"1.0\" encoding=\"windows-1251\"?><movie><title>\xCA\xEE\xF2"
                    "</title></movie>"),
            "\xD0\x9A\xD0\xBE\xD1\x82");
  EXPECT_EQ(name_of("\xFF\xFE<\0m\0o\0v\0i\0e\0>\0<\0t\0i\0t\0l\0e\0>\0\xE4\0<\0/\0t\0i\0t\0l\0e\0"
                    ">\0<\0/\0m\0o\0v\0i\0e\0>\0"s),
            "\xC3\xA4");
  EXPECT_EQ(name_of("<?xml version=\"1.0\" encoding=\"no-such\"?><movie><title>A</title></movie>"),
            "A");
}

TEST(Nfo, BombsAndForeignFilesDoNothing) {
  std::string bomb = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY a \"ha\">";
  char before = 'a';
  for (char c = 'b'; c <= 'j'; ++c) {
    bomb += std::string("<!ENTITY ") + c + " \"";
    for (int i = 0; i < 10; ++i) bomb += std::string("&") + before + ";";
    bomb += "\">";
    before = c;
  }
  bomb += "]><movie><title>&j;</title></movie>";
  const auto blown = parse_nfo(bomb);
  ASSERT_TRUE(blown) << blown.error().message;
  EXPECT_EQ(blown->titles[0].name, "&j;");
  const auto stolen = parse_nfo(
      "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
      "<movie><title>&x;</title></movie>");
  ASSERT_TRUE(stolen) << stolen.error().message;
  EXPECT_EQ(stolen->titles[0].name, "&x;");

  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "<movie>";
  EXPECT_FALSE(parse_nfo(deep));
  std::string wide = "<movie>";
  for (int i = 0; i < 50'000; ++i) wide += "<genre>g" + std::to_string(i) + "</genre>";
  const auto many = parse_nfo(wide.substr(0, kNfoBytesMax - 100) + "</genre></movie>");
  EXPECT_LE(many ? many->titles[0].facts.genres.size() : 0, kFactNamesMax);
}

TEST(Nfo, WhatItIsNotIsSaid) {
  EXPECT_EQ(parse_nfo(std::string(kNfoBytesMax + 1, ' ')).error().code, ErrorCode::limited);
  for (const char* text : {"", "hello", "<music/>", "<movie><title>x", "<", "\xFF\xFE"}) {
    const auto nfo = parse_nfo(text);
    ASSERT_FALSE(nfo) << text;
    EXPECT_EQ(nfo.error().code, ErrorCode::invalid) << text;
  }
}

}  // namespace
}  // namespace matinee::catalog
