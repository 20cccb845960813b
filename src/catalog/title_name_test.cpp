// Goal: a file's name gives the film's name and year as a person would read them.
#include "catalog/title_name.h"

#include <gtest/gtest.h>

#include <string>

#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

struct NameCase {
  const char* path;
  const char* name;
  int year;  // 0: none
};

class TitleNames : public testing::TestWithParam<NameCase> {};

TEST_P(TitleNames, ReadAsAPersonWould) {
  const TitleName title = parse_title_name(GetParam().path, 2027);
  EXPECT_EQ(title.name, GetParam().name);
  EXPECT_EQ(title.year.value_or(0), GetParam().year);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, TitleNames,
    testing::Values(
        NameCase{"The.Big.Sleep.(1946).1080p.mkv", "The Big Sleep", 1946},
        NameCase{"/films/The Big Sleep (1946).mkv", "The Big Sleep", 1946},
        NameCase{"The.Big.Sleep.1946.1080p.BluRay.x264-GROUP.mkv", "The Big Sleep", 1946},
        NameCase{"The.Big.Sleep (1946) [1080p].mp4", "The Big Sleep", 1946},
        NameCase{"[Archive] Metropolis [1927].avi", "Metropolis", 1927},
        NameCase{"Metropolis_1927_restored.mov", "Metropolis", 1927},
        NameCase{"Metropolis - 1927.mkv", "Metropolis", 1927}, NameCase{"M.1931.mkv", "M", 1931},
        NameCase{"M.mkv", "M", 0},
        NameCase{"2001.A.Space.Odyssey.1968.mkv", "2001 A Space Odyssey", 1968},
        NameCase{"2001.mkv", "2001", 0}, NameCase{"1917.2019.2160p.mkv", "1917", 2019},
        NameCase{"1984.mp4", "1984", 0},
        NameCase{"Blade.Runner.2049.2017.mkv", "Blade Runner 2049", 2017},
        NameCase{"Blade Runner 2049.mkv", "Blade Runner 2049", 0},
        NameCase{"Death Race 2000 (1975).mkv", "Death Race 2000", 1975},
        NameCase{"big_buck_bunny_480p_30s.mp4", "Big Buck Bunny", 0},
        NameCase{"car_detection_432p_30s.mp4", "Car Detection", 0},
        NameCase{"Sintel.720p.webm", "Sintel", 0}, NameCase{"Sintel [4k].mkv", "Sintel", 0},
        NameCase{"Sintel (1080p).mkv", "Sintel", 0},
        NameCase{"Mr. Smith Goes to Washington (1939).mkv", "Mr. Smith Goes to Washington", 1939},
        NameCase{"E.T.the.Extra-Terrestrial.1982.mkv", "E.T. the Extra-Terrestrial", 1982},
        NameCase{"S.W.A.T.mkv", "S.W.A.T.", 0},
        NameCase{"Big Sleep, The (1946).mkv", "The Big Sleep", 1946},
        NameCase{"(500) Days of Summer (2009).mkv", "(500) Days of Summer", 2009},
        NameCase{"What Ever Happened.. (Part 2).mkv", "What Ever Happened.. (Part 2)", 0},
        NameCase{"Das Cabinet des Dr. Caligari (1920).mkv", "Das Cabinet des Dr. Caligari", 1920},
        NameCase{"L'Atalante \"restored\" (1934).mkv", "L'Atalante \"restored\"", 1934},
        NameCase{"\xF0\x9F\x8E\xAC Caf\xC3\xA9 (1999).mkv", "\xF0\x9F\x8E\xAC Caf\xC3\xA9", 1999},
        NameCase{"two\nlines\t(1950).mp4", "Two Lines", 1950},
        NameCase{"broken\xFFname.mp4", "Broken\xEF\xBF\xBDname", 0},
        NameCase{"...mkv", "Untitled", 0}, NameCase{"..(1950).mkv", "(1950)", 0},
        NameCase{"The.Thing", "The Thing", 0}, NameCase{"1080p.mkv", "1080p", 0},
        NameCase{"Film.9999.mkv", "Film 9999", 0}, NameCase{"(1946).mkv", "(1946)", 0}));

TEST(TitleName, IsLimitedAtACharacter) {
  std::string path;
  for (int i = 0; i < 200; ++i) path += "\xC3\xA9\xE2\x82\xAC";
  const TitleName title = parse_title_name(path + ".mkv", 2027);
  EXPECT_LE(title.name.size(), kTitleNameBytesMax);
  EXPECT_GT(title.name.size(), kTitleNameBytesMax - 4);
  EXPECT_TRUE(is_utf8(title.name));
}

struct SidecarCase {
  const char* video;
  const char* sidecar;
  bool belongs;
  SidecarName expected;
};

class SidecarNames : public testing::TestWithParam<SidecarCase> {};

TEST_P(SidecarNames, TellLanguageAndMarks) {
  const auto found = parse_sidecar_name(GetParam().video, GetParam().sidecar);
  ASSERT_EQ(found.has_value(), GetParam().belongs);
  if (found) {
    EXPECT_EQ(*found, GetParam().expected);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SidecarNames,
    testing::Values(SidecarCase{"Film.mkv", "Film.srt", true, {"und"}},
                    SidecarCase{"Film.mkv", "Film.en.srt", true, {"en"}},
                    SidecarCase{"Film.mkv", "Film.ENG.SRT", true, {"en"}},
                    SidecarCase{"Film.mkv", "Film.de.forced.vtt", true, {"de", true, false}},
                    SidecarCase{"Film.mkv", "Film.en.hi.srt", true, {"en", false, true}},
                    SidecarCase{"Film.mkv", "Film.hi.srt", true, {"hi"}},
                    SidecarCase{"Film.mkv", "Film.hi.hi.srt", true, {"hi", false, true}},
                    SidecarCase{"Film.mkv", "Film.en.sdh.srt", true, {"en", false, true}},
                    SidecarCase{"Film.mkv", "Film.pt-BR.srt", true, {"pt-BR"}},
                    SidecarCase{"Film.mkv", "Film.forced.srt", true, {"und", true, false}},
                    SidecarCase{"Film.mkv", "Film.txt", false, {}},
                    SidecarCase{"Film.mkv", "Film 2.srt", false, {}},
                    SidecarCase{"Film.mkv", "Film.Director.srt", false, {}},
                    SidecarCase{"A.B.(1946).mkv", "A.B.(1946).fr.srt", true, {"fr"}},
                    SidecarCase{"Film.mkv", "Other.srt", false, {}}));

TEST(VideoNames, AreKnownByTheirExtension) {
  EXPECT_TRUE(is_video_name("a.MKV"));
  EXPECT_TRUE(is_video_name("/x.y/film.webm"));
  EXPECT_FALSE(is_video_name("film.txt"));
  EXPECT_FALSE(is_video_name("mkv"));
  EXPECT_FALSE(is_video_name(".mkv"));
  EXPECT_FALSE(is_video_name("/folder.mkv/film"));
}

TEST(Utf8, RefusesWhatTheStandardDoes) {
  EXPECT_TRUE(is_utf8("\xF0\x9F\x8E\xAC"));
  EXPECT_FALSE(is_utf8("\xC0\xAF"));
  EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
  EXPECT_FALSE(is_utf8("\xF4\x90\x80\x80"));
  EXPECT_FALSE(is_utf8("\xE2\x82"));
}

}  // namespace
}  // namespace matinee::catalog
