#pragma once
// catalog/layout_names: what names of files and folders say in the layouts of Kodi, Jellyfin and
// Plex: seasons, episodes, versions, extras, ids, pictures. Read by library_scan; every function is
// pure and takes any bytes.

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/artwork.h"
#include "catalog/title_name.h"

namespace matinee::catalog {

/// "Show S01E02-E03 - Name", "1x02", "s01e02e03".
struct EpisodeName {
  std::string show;  // what stands in front, as it is; empty when nothing does
  int season = 0;    // 0 = specials
  int first = 0;
  int last = 0;      // = first for a single episode
  std::string name;  // what stands behind, without its technical part; may be empty
  friend bool operator==(const EpisodeName&, const EpisodeName&) = default;
};
/// `stem`: a file's name without its extension. Nothing when it names no episode.
std::optional<EpisodeName> parse_episode_name(std::string_view stem);

/// The episode of a file whose folder says the season: also "02 - Name", "Episode 2", "E02".
std::optional<EpisodeName> parse_numbered_name(std::string_view stem, int season);

/// The season of a folder: "Season 01", "S1", "Staffel 2", "Saison 3"; "Specials" is 0.
std::optional<int> season_of_folder(std::string_view name);

/// A folder or suffix of extras: what each of its videos is called when it has no better name.
/// "Trailers", "behind the scenes", "Featurettes", ...; nothing for any other folder.
std::optional<std::string_view> extras_of_folder(std::string_view name);

/// "Film-trailer", "Film.behindthescenes", "trailer".
struct ExtraName {
  std::string_view owner;  // the stem in front of the suffix; empty for a bare "trailer"
  std::string_view label;  // "Trailer"
};
std::optional<ExtraName> parse_extra_name(std::string_view stem);

/// A sample of a film, which is no film: "sample", "Film-sample".
bool is_sample_name(std::string_view stem);

/// Ids in brackets or braces: "[imdbid-tt0038355]", "{tmdb-910}", "[tvdbid=1]", "[tt0038355]".
struct NamedIds {
  std::string imdb;
  std::string tmdb;
  std::string tvdb;
  friend bool operator==(const NamedIds&, const NamedIds&) = default;
};
NamedIds ids_of_name(std::string_view name);

/// The edition that a name tells: "{edition-Director's Cut}"; " - Director's Cut" and " - 1080p"
/// behind the year or behind `film` (the name of the folder, when the file's begins with it); else
/// a height within the technical part. Empty when it tells none. At most 100 bytes.
std::string edition_of_name(std::string_view stem, std::string_view film);

/// The number of a part when a film lies in several files: "Film cd1", "Film - part 2". Nothing
/// otherwise.
std::optional<int> part_of_name(std::string_view stem);

/// A picture's place by its name: which kind, and which of its kind (0 = the one without a number).
struct ArtworkName {
  ArtworkKind kind = ArtworkKind::poster;
  int position = 0;
  friend bool operator==(const ArtworkName&, const ArtworkName&) = default;
};
/// "poster", "folder", "fanart2", "backdrop-1", "clearlogo". `of_episode`: a thumb is a still.
std::optional<ArtworkName> parse_artwork_name(std::string_view stem, bool of_episode);
/// "season01-poster", "season-specials-fanart".
std::optional<std::pair<int, ArtworkName>> parse_season_artwork(std::string_view stem);

/// True for .jpg, .jpeg, .png, .webp; any case.
bool is_picture_name(std::string_view name);
/// True for .nfo; any case.
bool is_nfo_name(std::string_view name);

/// The name without its extension; ".hidden" has none.
std::string_view stem_of_name(std::string_view name);

/// What a file in a Subs folder says beside a film's name: "English", "2_English",
/// "German (forced)", "pt-BR". "und" when it says nothing that is understood.
SidecarName parse_subs_name(std::string_view stem);

}  // namespace matinee::catalog
