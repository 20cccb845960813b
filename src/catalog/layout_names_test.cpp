// Goal: names of the layouts that people have say what they say to Kodi, Jellyfin and Plex.
#include "catalog/layout_names.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace matinee::catalog {
namespace {

TEST(LayoutNames, Episodes) {
  const std::vector<std::pair<std::string_view, EpisodeName>> cases{
      {"Show S01E02", {"Show", 1, 2, 2, ""}},
      {"show.s01e02.720p.web-dl", {"show", 1, 2, 2, ""}},
      {"Show - S01E02 - The Name", {"Show", 1, 2, 2, "The Name"}},
      {"Show.S01E02.The.Name.1080p", {"Show", 1, 2, 2, "The Name"}},
      {"Show S01E02-E04", {"Show", 1, 2, 4, ""}},
      {"Show S01E02E03E04 Name", {"Show", 1, 2, 4, "Name"}},
      {"Show S01E02-03", {"Show", 1, 2, 3, ""}},
      {"Show S01E02-1080p", {"Show", 1, 2, 2, ""}},
      {"Show S00E01", {"Show", 0, 1, 1, ""}},
      {"Show (2005) S2E10", {"Show (2005)", 2, 10, 10, ""}},
      {"Show 1x02 Name", {"Show", 1, 2, 2, "Name"}},
      {"S01E02", {"", 1, 2, 2, ""}},
      {"Show [S01E02] Name", {"Show", 1, 2, 2, "Name"}},
  };
  for (const auto& [stem, expected] : cases) {
    const auto found = parse_episode_name(stem);
    ASSERT_TRUE(found) << stem;
    EXPECT_EQ(found->show, expected.show) << stem;
    EXPECT_EQ(found->season, expected.season) << stem;
    EXPECT_EQ(found->first, expected.first) << stem;
    EXPECT_EQ(found->last, expected.last) << stem;
    EXPECT_EQ(found->name, expected.name) << stem;
  }
  for (const std::string_view stem : {"Film 1920x1080", "Film 16x9", "Se7en", "Class of 1999",
                                      "Film.2001.x264", "S01", "", "Friends10x99999999999"}) {
    EXPECT_FALSE(parse_episode_name(stem)) << stem;
  }
}

TEST(LayoutNames, NumbersInASeasonsFolder) {
  EXPECT_EQ(parse_numbered_name("02 - Name", 3), (EpisodeName{"", 3, 2, 2, "Name"}));
  EXPECT_EQ(parse_numbered_name("Episode 12", 1), (EpisodeName{"", 1, 12, 12, ""}));
  EXPECT_EQ(parse_numbered_name("E03-E04", 1), (EpisodeName{"", 1, 3, 4, ""}));
  EXPECT_FALSE(parse_numbered_name("Name 02", 1));
  EXPECT_FALSE(parse_numbered_name("2001nights", 1));
}

TEST(LayoutNames, Seasons) {
  for (const auto& [name, number] :
       std::vector<std::pair<std::string_view, int>>{{"Season 01", 1},
                                                     {"season 1", 1},
                                                     {"Season 00", 0},
                                                     {"Specials", 0},
                                                     {"S03", 3},
                                                     {"Staffel 2", 2},
                                                     {"Saison 4", 4},
                                                     {"Season 1 - Begin", 1},
                                                     {"Series 5", 5}}) {
    EXPECT_EQ(season_of_folder(name).value_or(-1), number) << name;
  }
  for (const std::string_view name : {"s1mone", "Seasons", "The Season", "Films", "", "1"}) {
    EXPECT_FALSE(season_of_folder(name)) << name;
  }
}

TEST(LayoutNames, Extras) {
  EXPECT_EQ(extras_of_folder("Behind The Scenes"), "Behind the scenes");
  EXPECT_EQ(extras_of_folder("trailers"), "Trailer");
  EXPECT_FALSE(extras_of_folder("Films"));
  EXPECT_FALSE(extras_of_folder("Trailers 2020"));
  EXPECT_EQ(parse_extra_name("Film (1999)-trailer")->owner, "Film (1999)");
  EXPECT_EQ(parse_extra_name("Film-behindthescenes")->label, "Behind the scenes");
  EXPECT_EQ(parse_extra_name("Film-trailer2")->label, "Trailer");
  EXPECT_EQ(parse_extra_name("trailer")->owner, "");
  for (const std::string_view stem :
       {"A Short", "Film - Short", "Clip", "The Big Short", "Interview", "Film"}) {
    EXPECT_FALSE(parse_extra_name(stem)) << stem;
  }
  EXPECT_TRUE(is_sample_name("Sample") && is_sample_name("film-sample"));
  EXPECT_FALSE(is_sample_name("Free sample"));
}

TEST(LayoutNames, Ids) {
  EXPECT_EQ(ids_of_name("Film (1999) [imdbid-tt0133093]").imdb, "tt0133093");
  EXPECT_EQ(ids_of_name("Film {tmdb-603} {tvdb-7}"), (NamedIds{"", "603", "7"}));
  EXPECT_EQ(ids_of_name("Film [tmdbid=603][1080p]").tmdb, "603");
  EXPECT_EQ(ids_of_name("Film [tt0133093]").imdb, "tt0133093");
  EXPECT_EQ(ids_of_name("Film [tmdb-x] [imdb-1] {"), NamedIds{});
}

TEST(LayoutNames, Editions) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases{
      {"Film (1999)", ""},
      {"Film (1999) - Director's Cut", "Director's Cut"},
      {"Film (1999) - 1080p [x264]", "1080p"},
      {"Film {edition-Final Cut}", "Final Cut"},
      {"Film.1999.720p", "720p"},
      {"Film (1999) [4K]", "4K"},
      {"Film - not an edition", ""},
  };
  for (const auto& [stem, label] : cases) EXPECT_EQ(edition_of_name(stem, ""), label) << stem;
  EXPECT_EQ(edition_of_name("Film - Long", "Film"), "Long");
  EXPECT_EQ(part_of_name("Film cd2"), 2);
  EXPECT_EQ(part_of_name("Film - part 1"), 1);
  EXPECT_FALSE(part_of_name("Part 2"));
  EXPECT_FALSE(part_of_name("Film 2"));
}

TEST(LayoutNames, Pictures) {
  EXPECT_EQ(parse_artwork_name("poster", false), (ArtworkName{ArtworkKind::poster, 0}));
  EXPECT_EQ(parse_artwork_name("folder", false), (ArtworkName{ArtworkKind::poster, 0}));
  EXPECT_EQ(parse_artwork_name("fanart2", false), (ArtworkName{ArtworkKind::backdrop, 2}));
  EXPECT_EQ(parse_artwork_name("backdrop-3", false), (ArtworkName{ArtworkKind::backdrop, 3}));
  EXPECT_EQ(parse_artwork_name("thumb", false), (ArtworkName{ArtworkKind::landscape, 0}));
  EXPECT_EQ(parse_artwork_name("thumb", true), (ArtworkName{ArtworkKind::still, 0}));
  EXPECT_EQ(parse_artwork_name("clearlogo", false), (ArtworkName{ArtworkKind::logo, 0}));
  EXPECT_FALSE(parse_artwork_name("holiday", false));
  EXPECT_EQ(parse_season_artwork("season01-poster"),
            std::pair(1, (ArtworkName{ArtworkKind::poster, 0})));
  EXPECT_EQ(parse_season_artwork("season-specials-fanart")->first, 0);
  EXPECT_FALSE(parse_season_artwork("season-poster"));
  EXPECT_TRUE(is_picture_name("a.WEBP") && is_nfo_name("a.nfo"));
  EXPECT_FALSE(is_picture_name("jpg") || is_nfo_name(".nfo"));
}

}  // namespace
}  // namespace matinee::catalog
