// Goal: a scan finds every film once, explains everything else, and never hangs or strays.
#include "catalog/library_scan.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace matinee::catalog {
namespace {

namespace fs = std::filesystem;

class LibraryScan : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-scan-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  std::string write(const std::string& name, const std::string& content = "film") {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  static std::string reason_of(const ScanResult& result, const std::string& path) {
    for (const auto& finding : result.findings) {
      if (finding.path == path) return finding.reason;
    }
    return {};
  }
  std::string text(const std::string& path) const {
    return path.starts_with(root_.string() + "/") ? path.substr(root_.string().size() + 1) : path;
  }
  // "kind path (parent): name, year [edition]" of each title.
  std::vector<std::string> told(const ScanResult& result) const {
    std::vector<std::string> lines;
    for (const auto& title : result.titles) {
      std::string line = std::string(name_of(title.kind)) + " " + text(title.path);
      if (!title.parent_path.empty()) line += " (" + text(title.parent_path) + ")";
      line += ": " + title.name;
      if (title.year) line += ", " + std::to_string(*title.year);
      if (!title.edition_name.empty()) line += " [" + title.edition_name + "]";
      if (title.facts.episode_number) {
        line += " #" + std::to_string(*title.facts.season_number) + "x" +
                std::to_string(*title.facts.episode_number);
      }
      if (title.facts.episode_last) line += "-" + std::to_string(*title.facts.episode_last);
      lines.push_back(line);
    }
    return lines;
  }
  using Lines = std::vector<std::string>;

  fs::path root_;
  ScanOptions options_;
};

TEST_F(LibraryScan, FindsFilmsBelowAFolderAndReportsTheRest) {
  write("b/Film two (1950).mkv");
  write("a.mp4");
  const auto notes = write("notes.txt");
  write("a.en.srt");
  const auto stray = write("stray.srt");
  const auto hidden = write(".hidden.mp4");
  const auto result = scan_path(root_.string());
  ASSERT_EQ(result.titles.size(), 2U);
  EXPECT_EQ(result.titles[0].path, (root_ / "a.mp4").string());
  ASSERT_EQ(result.titles[0].sidecars.size(), 1U);
  EXPECT_EQ(result.titles[0].sidecars[0].name.language, "en");
  EXPECT_EQ(result.titles[1].path, (root_ / "b/Film two (1950).mkv").string());
  EXPECT_EQ(result.findings.size(), 3U);
  EXPECT_EQ(reason_of(result, notes), "no video file by its extension");
  EXPECT_EQ(reason_of(result, stray), "captions, but of which film?");
  EXPECT_EQ(reason_of(result, hidden), "hidden");
  EXPECT_TRUE(result.end.unread.empty());
}

TEST_F(LibraryScan, ASingleFileBringsItsSidecars) {
  const auto film = write("Film.mkv");
  write("Film.de.forced.srt");
  write("Other.mkv");
  const auto result = scan_path(film);
  ASSERT_EQ(result.titles.size(), 1U);
  ASSERT_EQ(result.titles[0].sidecars.size(), 1U);
  EXPECT_TRUE(result.titles[0].sidecars[0].name.forced);
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(LibraryScan, CaptionsInSubsFoldersAreTaken) {
  write("Heat (1995)/Heat (1995).mkv");
  write("Heat (1995)/Heat (1995).de.srt");
  write("Heat (1995)/Subs/English.srt");
  write("Heat (1995)/Subs/2_English (SDH).srt");
  write("Heat (1995)/Subs/3_pt-BR.forced.vtt");
  write("Heat (1995)/Subs/Commentary.srt");
  const auto bitmap = write("Heat (1995)/Subs/4_French.idx");
  const auto sound = write("Heat (1995)/Heat (1995).de.ac3");
  write("Show/Season 1/Show S01E01.mkv");
  write("Show/Season 1/Show S01E02.mkv");
  write("Show/Season 1/Subs/Show S01E01/2_English.srt");
  write("Show/Season 1/Subs/Show S01E02.fr.srt");
  const auto stray = write("Show/Season 1/Subs/German.srt");
  const auto result = scan_path(root_.string());
  std::map<std::string, Lines> told;
  for (const auto& title : result.titles) {
    for (const auto& sidecar : title.sidecars) {
      told[fs::path(title.path).filename()].push_back(
          fs::path(sidecar.path).filename().string() + ": " + sidecar.name.language +
          (sidecar.name.forced ? " forced" : "") + (sidecar.name.hearing_impaired ? " hi" : ""));
    }
  }
  EXPECT_EQ(told["Heat (1995).mkv"],
            (Lines{"Heat (1995).de.srt: de", "2_English (SDH).srt: en hi",
                   "3_pt-BR.forced.vtt: pt-BR forced", "Commentary.srt: und", "English.srt: en"}));
  EXPECT_EQ(told["Show S01E01.mkv"], Lines{"2_English.srt: en"});
  EXPECT_EQ(told["Show S01E02.mkv"], Lines{"Show S01E02.fr.srt: fr"});
  EXPECT_EQ(result.findings.size(), 3U);
  EXPECT_EQ(reason_of(result, bitmap), "captions of a kind that is not taken; .srt and .vtt are");
  EXPECT_EQ(reason_of(result, sound),
            "sound beside a film is not taken; put it into the film's own file");
  EXPECT_EQ(reason_of(result, stray), "captions, but of which film?");
}

TEST_F(LibraryScan, FilmsInFoldersOfTheirOwn) {
  write("Heat (1995) [imdbid-tt0113277]/Heat (1995) [imdbid-tt0113277].mkv");
  write("Blade Runner (1982)/br.1080p.mkv");
  write("New films 2020/Drive.2011.mkv");
  write("New films 2020/Her (2013).mkv");
  const auto result = scan_path(root_.string());
  EXPECT_EQ(
      told(result),
      (Lines{"film Blade Runner (1982)/br.1080p.mkv: Blade Runner, 1982",
             "film Heat (1995) [imdbid-tt0113277]/Heat (1995) [imdbid-tt0113277].mkv: Heat, 1995",
             "film New films 2020/Drive.2011.mkv: Drive, 2011",
             "film New films 2020/Her (2013).mkv: Her, 2013"}));
  EXPECT_EQ(result.titles[1].facts.imdb_id, "tt0113277");
}

TEST_F(LibraryScan, VersionsAreEditionsOfOneFilm) {
  write("Alien (1979)/Alien (1979).mkv");
  write("Alien (1979)/Alien (1979) - Director's Cut.mkv");
  write("Alien (1979)/Alien (1979) - 1080p.mkv");
  write("Alien (1979)/Alien (1979) - 1080p.en.srt");
  write("flat/Up {edition-Colour}.mkv");
  write("flat/Up.mkv");
  write("flat/Home video [2001-05-01].mkv");
  write("flat/Home video [2001-06-01].mkv");
  const auto result = scan_path(root_.string());
  EXPECT_EQ(told(result),
            (Lines{"film Alien (1979)/Alien (1979).mkv: Alien, 1979",
                   "edition Alien (1979)/Alien (1979) - 1080p.mkv (Alien (1979)/Alien (1979).mkv): "
                   "Alien, 1979 [1080p]",
                   "edition Alien (1979)/Alien (1979) - Director's Cut.mkv (Alien (1979)/Alien "
                   "(1979).mkv): Alien, 1979 [Director's Cut]",
                   "film flat/Home video [2001-05-01].mkv: Home video",
                   "film flat/Home video [2001-06-01].mkv: Home video", "film flat/Up.mkv: Up",
                   "edition flat/Up {edition-Colour}.mkv (flat/Up.mkv): Up [Colour]"}));
  EXPECT_EQ(result.titles[1].sidecars.size(), 1U);
}

TEST_F(LibraryScan, ShowsHoldSeasonsAndEpisodes) {
  write("Show (2005) {tvdb-7}/tvshow.nfo",
        "<tvshow><title>The Show</title><mpaa>TV-14</mpaa>"
        "<namedseason number=\"1\">Beginnings</namedseason></tvshow>");
  write("Show (2005) {tvdb-7}/Season 01/Show S01E01 - Pilot.edl", "0 30 4\n");
  write("Show (2005) {tvdb-7}/poster.jpg");
  write("Show (2005) {tvdb-7}/season01-poster.jpg");
  write("Show (2005) {tvdb-7}/Season 01/Show S01E01 - Pilot.mkv");
  write("Show (2005) {tvdb-7}/Season 01/Show S01E01 - Pilot-thumb.jpg");
  write("Show (2005) {tvdb-7}/Season 01/Show.S01E02-E03.720p.mkv");
  write("Show (2005) {tvdb-7}/Season 01/Show.S01E02-E03.720p.nfo",
        "<episodedetails><title>Two</title><season>1</season><episode>2</episode></episodedetails>"
        "<episodedetails><title>Three</title><season>1</season><episode>3</episode>"
        "</episodedetails>");
  write("Show (2005) {tvdb-7}/Season 00/Show S00E01.mkv");
  write("Show (2005) {tvdb-7}/Extras/Making of.mkv");
  const auto result = scan_path(root_.string());
  const std::string show = "Show (2005) {tvdb-7}";
  EXPECT_EQ(told(result),
            (Lines{"show " + show + ": The Show, 2005",
                   "extra " + show + "/Extras/Making of.mkv (" + show + "): Making of",
                   "season " + show + "/Specials (" + show + "): ",
                   "episode " + show + "/Season 00/Show S00E01.mkv (" + show + "/Specials):  #0x1",
                   "season " + show + "/Season 01 (" + show + "): Beginnings",
                   "episode " + show + "/Season 01/Show S01E01 - Pilot.mkv (" + show +
                       "/Season 01): Pilot #1x1",
                   "episode " + show + "/Season 01/Show.S01E02-E03.720p.mkv (" + show +
                       "/Season 01): Two / Three #1x2-3"}));
  EXPECT_EQ(result.titles[0].facts.maturity, 14);
  EXPECT_EQ(result.titles[0].facts.tvdb_id, "7");
  ASSERT_EQ(result.titles[0].artwork.size(), 1U);
  EXPECT_EQ(result.titles[4].artwork.size(), 1U);
  EXPECT_EQ(result.titles[5].facts.markers, (std::vector<Marker>{{MarkerKind::intro, 0, 30'000}}));
  ASSERT_EQ(result.titles[5].artwork.size(), 1U);
  EXPECT_EQ(result.titles[5].artwork[0].kind, ArtworkKind::still);
  EXPECT_TRUE(result.findings.empty());
}

TEST_F(LibraryScan, EpisodesWithoutAFolderOfTheirShow) {
  write("One S01E01.mkv");
  write("One S01E02.mkv");
  write("Two 1x01 Begin.mkv");
  write("A film (1999).mkv");
  const auto result = scan_path(root_.string());
  EXPECT_EQ(told(result), (Lines{"show One: One", "season One/Season 01 (One): ",
                                 "episode One S01E01.mkv (One/Season 01):  #1x1",
                                 "episode One S01E02.mkv (One/Season 01):  #1x2", "show Two: Two",
                                 "season Two/Season 01 (Two): ",
                                 "episode Two 1x01 Begin.mkv (Two/Season 01): Begin #1x1",
                                 "film A film (1999).mkv: A film, 1999"}));
}

TEST_F(LibraryScan, AnEpisodeOrSeasonByItselfBringsItsShow) {
  const auto first = write("Show/Season 2/02 - Name.mkv");
  write("Show/Season 2/03.mkv");
  const Lines above{"show Show: Show", "season Show/Season 02 (Show): ",
                    "episode Show/Season 2/02 - Name.mkv (Show/Season 02): Name #2x2"};
  EXPECT_EQ(told(scan_path(first)), above);
  auto both = above;
  both.push_back("episode Show/Season 2/03.mkv (Show/Season 02):  #2x3");
  EXPECT_EQ(told(scan_path((root_ / "Show/Season 2").string())), both);
}

TEST_F(LibraryScan, ExtrasBelongToTheirFilm) {
  write("Film (1999)/Film (1999).mkv");
  write("Film (1999)/Film (1999)-trailer.mp4");
  write("Film (1999)/behind the scenes/On the set.mkv");
  write("Film (1999)/sample.mkv");
  write("two/A (1999).mkv");
  write("two/B (1999).mkv");
  write("two/B (1999)-trailer.mkv");
  const auto stray = write("two/C-trailer.mkv");
  const auto result = scan_path(root_.string());
  EXPECT_EQ(
      told(result),
      (Lines{"film Film (1999)/Film (1999).mkv: Film, 1999",
             "extra Film (1999)/Film (1999)-trailer.mp4 (Film (1999)/Film (1999).mkv): Trailer",
             "extra Film (1999)/behind the scenes/On the set.mkv (Film (1999)/Film "
             "(1999).mkv): On the set",
             "film two/A (1999).mkv: A, 1999", "film two/B (1999).mkv: B, 1999",
             "extra two/B (1999)-trailer.mkv (two/B (1999).mkv): Trailer"}));
  EXPECT_EQ(reason_of(result, stray), "an extra, but of which film?");
}

TEST_F(LibraryScan, WhatIsOddIsReported) {
  const auto wrong = write("Show/Season 1/Show S02E01.mkv");
  const auto twice = write("Show/Season 2/Show S02E02.mkv");
  write("Show/Season 2/Show S02E02 again.mkv");
  const auto bad = write("Film/Film.nfo", "<movie><title>x");
  write("Film/Film.mkv");
  const auto big = write("Big/Big.nfo", std::string(1'100'000, ' '));
  write("Big/Big.mkv");
  const auto part = write("Long/Long (1960) - cd1.mkv");
  write("Long/Long (1960) - cd2.mkv");
  const auto disc = write("Disc/VIDEO_TS/VTS_01_1.VOB");
  const auto orphan = write("Orphan/Orphan.nfo", "<movie><title>x</title></movie>");
  const auto result = scan_path(root_.string());
  EXPECT_NE(reason_of(result, wrong).find("lies in the folder of season 1"), std::string::npos);
  EXPECT_NE(reason_of(result, twice).find("S02E02"), std::string::npos);
  EXPECT_NE(reason_of(result, bad).find("no well-formed XML"), std::string::npos);
  EXPECT_NE(reason_of(result, big).find("larger"), std::string::npos);
  EXPECT_NE(reason_of(result, part).find("parts are not joined"), std::string::npos);
  EXPECT_NE(reason_of(result, (root_ / "Disc/VIDEO_TS").string()).find("disc"), std::string::npos);
  EXPECT_EQ(reason_of(result, orphan), "describes a film that is not there");
  (void)disc;
}

TEST_F(LibraryScan, AFilmsPicturesAreFound) {
  write("Film (1999)/Film (1999).mkv");
  for (const char* name : {"poster.jpg", "poster2.png", "fanart.jpg", "Film (1999)-poster.webp",
                           "landscape.jpg", "clearlogo.png", "empty-poster.jpg"}) {
    write(std::string("Film (1999)/") + name);
  }
  write("Film (1999)/folder.jpg", "");
  const auto result = scan_path(root_.string());
  ASSERT_EQ(result.titles.size(), 1U);
  Lines pictures;
  for (const auto& picture : result.titles[0].artwork) {
    pictures.push_back(std::string(name_of(picture.kind)) + " " +
                       fs::path(picture.path).filename().string());
  }
  EXPECT_EQ(pictures,
            (Lines{"poster Film (1999)-poster.webp", "poster poster.jpg", "poster poster2.png",
                   "backdrop fanart.jpg", "landscape landscape.jpg", "logo clearlogo.png"}));
}

TEST_F(LibraryScan, TitlesAreAnnouncedByTheirNfo) {
  write("Soon (2030).nfo", "<movie><title>Soon</title><plot>To come.</plot></movie>");
  write("There.nfo", "<movie><title>There it is</title></movie>");
  write("There.mkv");
  write("Show/tvshow.nfo", "<tvshow><title>Show</title></tvshow>");
  write("Show/Season 01/Show S01E01.nfo", "<episodedetails><title>One</title></episodedetails>");
  options_.announce = true;
  const auto result = scan_path(root_.string(), options_);
  EXPECT_EQ(told(result),
            (Lines{"film There.mkv: There it is", "film Soon (2030).nfo: Soon, 2030",
                   "show Show: Show", "season Show/Season 01 (Show): ",
                   "episode Show/Season 01/Show S01E01.nfo (Show/Season 01): One #1x1"}));
  EXPECT_TRUE(result.titles[1].announced && result.titles[4].announced);
  EXPECT_FALSE(result.titles[0].announced);
  EXPECT_EQ(result.titles[1].facts.plot, "To come.");
}

TEST_F(LibraryScan, AnAnnouncedFilmHasThePicturesOfItsOwnFolder) {
  write("Soon (2030)/Soon (2030).nfo", "<movie><title>Soon</title></movie>");
  write("Soon (2030)/poster.png");
  write("Soon (2030)/fanart.png");
  write("Many/First.nfo", "<movie><title>First</title></movie>");
  write("Many/Second.nfo", "<movie><title>Second</title></movie>");
  write("Many/Second-poster.png");
  write("Many/poster.png");
  options_.announce = true;
  const auto result = scan_path(root_.string(), options_);
  ASSERT_EQ(result.titles.size(), 3U);
  EXPECT_EQ(result.titles[0].name, "First");
  EXPECT_TRUE(result.titles[0].artwork.empty());
  EXPECT_EQ(result.titles[1].artwork.size(), 1U);
  EXPECT_EQ(result.titles[2].name, "Soon");
  EXPECT_EQ(result.titles[2].artwork.size(), 2U);
}

TEST_F(LibraryScan, OddNamesAreJustNames) {
  for (const char* name : {"it's \"quoted\".mkv", "\xF0\x9F\x8E\xAC.mkv", "two\nlines.mkv",
                           "..dots...mkv", "a;b|c&d$(e).mkv", "%2e%2e.mkv"}) {
    const auto result = scan_path(write(name), options_);
    ASSERT_EQ(result.titles.size(), 1U) << name;
  }
  write("sub/x.mkv");
  EXPECT_EQ(scan_path((root_ / "sub/../sub/x.mkv").string(), options_).titles.size(), 1U);
}

TEST_F(LibraryScan, ExplainsWhatItCannotTake) {
  EXPECT_EQ(scan_path("relative.mkv", options_).findings.at(0).reason, "the path is not absolute");
  const auto missing = (root_ / "missing.mkv").string();
  EXPECT_EQ(reason_of(scan_path(missing, options_), missing), "does not exist");
  const auto empty = write("empty.mkv", "");
  EXPECT_EQ(reason_of(scan_path(empty, options_), empty), "the file is empty");
  const auto pipe = (root_ / "pipe.mkv").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(reason_of(scan_path(pipe, options_), pipe), "no regular file");
  const auto latin = write("caf\xE9.mkv");
  EXPECT_EQ(reason_of(scan_path(latin, options_), latin), "the name is not UTF-8");
  const auto link = (root_ / "dangling.mkv").string();
  fs::create_symlink("nowhere", link);
  EXPECT_EQ(reason_of(scan_path(link, options_), link), "does not exist");
  const auto loop = (root_ / "loop.mkv").string();
  fs::create_symlink(loop, loop);
  EXPECT_NE(reason_of(scan_path(loop, options_), loop).find("cannot be read"), std::string::npos);
  if (::geteuid() != 0) {
    const auto closed = write("closed.mkv");
    ASSERT_EQ(::chmod(closed.c_str(), 0), 0);
    EXPECT_NE(reason_of(scan_path(closed, options_), closed), "");
  }
}

TEST_F(LibraryScan, FollowsLinksButEntersAFolderOnce) {
  write("films/a.mkv");
  fs::create_directory_symlink(root_, root_ / "films/up");
  fs::create_symlink(root_ / "films/a.mkv", root_ / "linked.mkv");
  const auto result = scan_path(root_.string(), options_);
  EXPECT_EQ(result.titles.size(), 2U);
  EXPECT_EQ(reason_of(result, (root_ / "films/up").string()),
            "the same folder was already searched");
}

TEST_F(LibraryScan, StopsAtItsLimits) {
  write("1/2/3/deep.mkv");
  options_.limits.depth_max = 2;
  auto result = scan_path(root_.string(), options_);
  EXPECT_TRUE(result.titles.empty());
  EXPECT_EQ(reason_of(result, (root_ / "1/2/3").string()), "too many folders deep");

  for (int i = 0; i < 10; ++i) write("many/" + std::to_string(i) + ".mkv");
  const auto many = (root_ / "many").string();
  options_.limits = {.films_max = 4, .skipped_max = 2, .findings_max = 2};
  result = scan_path(many, options_);
  EXPECT_EQ(result.titles.size(), 4U);
  EXPECT_EQ(result.findings.size(), 2U);
  EXPECT_EQ(result.end.findings_unreported, 4U);

  options_.limits = {.entries_max = 5};
  result = scan_path(many, options_);
  EXPECT_EQ(result.titles.size(), 5U);
  EXPECT_NE(reason_of(result, many).find("too many files"), std::string::npos);
}

TEST_F(LibraryScan, FingerprintKnowsContentNotName) {
  std::string big(1'000'000, 'a');
  const auto first = fingerprint_file(write("1.mkv", big));
  const auto copy = fingerprint_file(write("2.mkv", big));
  big[big.size() / 2] = 'b';
  const auto middle = fingerprint_file(write("3.mkv", big));
  const auto longer = fingerprint_file(write("4.mkv", std::string(1'000'001, 'a')));
  ASSERT_TRUE(first && copy && middle && longer);
  EXPECT_TRUE(first->same_content(*copy));
  EXPECT_FALSE(first->same_content(*middle));
  EXPECT_FALSE(first->same_content(*longer));
  EXPECT_EQ(first->bytes, 1'000'000);
  EXPECT_GT(first->modified_ms, 0);
  EXPECT_EQ(fingerprint_file((root_ / "none").string()).error().code, ErrorCode::not_found);
  EXPECT_EQ(fingerprint_file(root_.string()).error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace matinee::catalog
