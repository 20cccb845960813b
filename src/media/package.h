#pragma once
// media/package: the package document, one immutable version of everything playable of a title.
// Written by the publish job; read by control (manifests) and edge (which objects a token opens).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::media {

inline constexpr std::size_t kPackageBytesMax = 64U << 20;  // of the JSON document
inline constexpr std::size_t kTracksMax = 256;
inline constexpr std::size_t kCaptionsMax = 256;
inline constexpr std::size_t kSegmentsMax = 100'000;  // of one track, or of one caption track
inline constexpr std::size_t kSheetsMax = 64;         // of thumbnails
inline constexpr std::size_t kObjectsMax = 200'000;   // of one package

/// One segment: `bytes` of the track's object number `object` from `offset` on, a whole moof and
/// mdat; `start` and `duration` in ticks of the track's timescale on the title's time line.
struct TrackSegment {
  std::uint32_t object = 0;
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint64_t start = 0;
  std::uint64_t duration = 0;

  bool operator==(const TrackSegment&) const = default;
};

/// Where an init segment lies.
struct InitRange {
  std::string object;  // 64 hex digits
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;

  bool operator==(const InitRange&) const = default;
};

/// One playable track: a rung of the video ladder or one audio track. Also the result of an encode
/// job for one chunk (then with that chunk's segments only, and no playlist).
/// Video uses width .. frame_rate_den, audio channels and sample_rate; the others are 0.
struct Track {
  std::string track_id;  // "v360", "a0": letters, digits, _ and -, at most 64
  std::string kind;      // "video" | "audio"
  std::string codec;     // RFC 6381
  std::string language;  // BCP 47; empty = unknown
  std::string name;      // for people; may be empty
  bool is_default = false;
  std::uint32_t width = 0;  // as displayed, after the sample aspect ratio
  std::uint32_t height = 0;
  std::uint32_t frame_rate_num = 0;
  std::uint32_t frame_rate_den = 0;
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  std::uint64_t average_bps = 0;
  std::uint64_t peak_bps = 0;
  std::uint32_t timescale = 0;
  InitRange init;
  std::vector<TrackSegment> segments;
  std::vector<std::string> objects;  // ids, in the order that TrackSegment::object counts
  std::string playlist;              // object id of the HLS media playlist; empty until published

  [[nodiscard]] bool is_video() const { return kind == "video"; }
  bool operator==(const Track&) const = default;
};

struct CaptionTrack {
  std::string language;
  std::string name;
  std::string kind;                   // "subtitles" | "captions"
  std::string vtt;                    // object id of the whole WebVTT
  std::string playlist;               // object id of its HLS media playlist; empty until published
  std::vector<std::string> segments;  // object ids of its HLS segments

  bool operator==(const CaptionTrack&) const = default;
};

struct Poster {
  std::string object;
  std::uint32_t width = 0;
  std::uint32_t height = 0;

  bool operator==(const Poster&) const = default;
};

/// Small pictures of the whole title and the map that says where each is (media/thumbnails.h).
struct Thumbnails {
  std::string vtt;                  // object id of the WebVTT map; empty = none
  std::vector<std::string> sheets;  // object ids, in the order of the map
  std::int64_t every_ms = 0;
  std::uint32_t width = 0;  // of one thumbnail
  std::uint32_t height = 0;

  bool operator==(const Thumbnails&) const = default;
};

struct ObjectInfo {
  std::uint64_t bytes = 0;
  std::string type;  // video/mp4 audio/mp4 text/vtt application/vnd.apple.mpegurl image/jpeg

  bool operator==(const ObjectInfo&) const = default;
};

struct Package {
  std::string title_id;  // 32 hex digits
  std::int64_t duration_ms = 0;
  std::vector<Track> tracks;
  std::vector<CaptionTrack> captions;
  Poster poster;                              // object empty = none
  Thumbnails thumbnails;                      // vtt empty = none
  std::map<std::string, ObjectInfo> objects;  // everything a token of this package opens

  bool operator==(const Package&) const = default;
};

/// Format 1. Members that came later (thumbnails) may be absent, and readers that do not know them
/// pass over them, so that older packages and older edges go on working.
/// The document of a package that `check_package` accepts: same package, same bytes.
std::string serialise_package(const Package& package);

/// Reads and checks a document. Errors: invalid, naming the member; never throws.
Result<Package> parse_package(std::string_view text);

/// Whether all ids, references, ranges and limits hold: every object named is in `objects` and
/// every range lies inside it, segments are in order. Errors: invalid, naming what does not.
Result<void> check_package(const Package& package);

/// The parts, as they stand in job payloads and results (members as in the package document).
/// Errors of the readers: invalid, naming the member.
Json to_json(const Track& track);
Json to_json(const CaptionTrack& captions);
Json to_json(const Poster& poster);
Json to_json(const Thumbnails& thumbnails);
Result<Track> parse_track(const Json& json);
Result<CaptionTrack> parse_captions(const Json& json);
Result<Poster> parse_poster(const Json& json);
Result<Thumbnails> parse_thumbnails(const Json& json);

/// Enters a track's init and media objects into `package.objects`; sizes follow from the ranges, as
/// an object ends with its last segment. Playlists and captions are entered by who writes them.
void add_track_objects(Package& package, const Track& track);

/// "mp4", "m4a", "vtt", "m3u8", "jpg" for an object's type; "bin" for another.
std::string_view extension_of(std::string_view type);

/// "<object id>.<extension>", relative to a path token.
std::string object_uri(std::string_view object_id, std::string_view type);

/// Whether text is an object id: 64 lower-case hex digits.
bool is_object_id(std::string_view text);

}  // namespace matinee::media
