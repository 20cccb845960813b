#pragma once
// catalog/title_name: what a file name says about a film and about a caption file next to it.
// Read by library_scan; every function is pure.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matinee::catalog {

/// A film as its file's name tells it.
struct TitleName {
  std::string name;  // valid UTF-8, one line, 1 to kTitleNameBytesMax bytes
  std::optional<int> year;

  friend bool operator==(const TitleName&, const TitleName&) = default;
};

inline constexpr std::size_t kTitleNameBytesMax = 300;
/// The oldest surviving film is of 1888.
inline constexpr int kYearMin = 1888;

/// Reads "The.Big.Sleep.(1946).1080p.mkv" as "The Big Sleep", 1946. Only the last component of
/// `path` counts. A bare number is a year only from kYearMin to `year_max` and not at the start, so
/// "Blade.Runner.2049.2017" is of 2017. Always finds a name: "Untitled" when nothing else is left.
TitleName parse_title_name(std::string_view path, int year_max);

/// A caption file as its name tells it, next to a video.
struct SidecarName {
  std::string language;           // BCP 47, "und" when the name does not say
  bool forced = false;            // only what is foreign to the film's own language
  bool hearing_impaired = false;  // with sounds described
  bool is_default = false;        // to be shown when nobody chose

  friend bool operator==(const SidecarName&, const SidecarName&) = default;
};

/// What `sidecar` (a file name ending in .srt or .vtt, any case) says when it belongs to `video` (a
/// file name in the same folder): the video's stem, then nothing or a language and marks
/// (".de.forced", ".en.hi", ".en.sdh", ".default"). ".hi" as the first mark is Hindi. Nothing when
/// it belongs to another film.
std::optional<SidecarName> parse_sidecar_name(std::string_view video, std::string_view sidecar);

/// True for the extensions that a folder is searched for; any case.
bool is_video_name(std::string_view path);
/// True for .srt and .vtt; any case.
bool is_caption_name(std::string_view path);

}  // namespace matinee::catalog
