#pragma once
// media/probe: what matinee-codec found in a source. Input of the encode plan.

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace matinee::media {

inline constexpr std::size_t kStreamsMax = 256;          // of each kind
inline constexpr std::size_t kProbeChaptersMax = 1'000;  // further ones are left out
inline constexpr std::size_t kProbeTagsMax = 64;         // likewise
inline constexpr std::size_t kKeyFramesMax = 1'000'000;  // in a probe

struct ProbeVideo {
  int index = 0;  // of the stream in the source
  std::string codec;
  std::string profile;
  std::uint32_t width = 0;  // coded
  std::uint32_t height = 0;
  std::uint32_t display_width = 0;  // after sample aspect ratio and rotation
  std::uint32_t display_height = 0;
  int rotation = 0;  // degrees
  std::uint32_t frame_rate_num = 0;
  std::uint32_t frame_rate_den = 0;
  bool variable_frame_rate = false;
  std::string pixel_format;
  std::uint64_t bitrate_bps = 0;
  std::string language;
  bool is_default = false;
};

struct ProbeAudio {
  int index = 0;
  std::string codec;
  std::string profile;  // "LC" etc.; may be empty
  std::uint32_t channels = 0;
  std::uint32_t sample_rate = 0;
  std::uint64_t bitrate_bps = 0;
  std::string language;
  std::string title;
  bool is_default = false;
};

struct ProbeCaptions {
  int index = 0;
  std::string codec;
  std::string language;
  bool text = false;  // false: pictures
};

struct ProbeChapter {
  std::int64_t start_ms = 0;
  std::string name;
};

/// What the container says of the whole: tags that any format has, in lower case.
struct ProbeTag {
  std::string name;  // "title", "genre", "date", "description", ...
  std::string value;
};

/// The JSON document that `matinee-codec probe` prints. `browser_safe`: H.264 and AAC-LC that
/// browsers play as they are, with closed groups of pictures at most 10 s long; else `reason`.
struct Probe {
  std::int64_t duration_ms = 0;  // 0 = unknown
  std::uint64_t bytes = 0;
  std::string container;
  std::vector<ProbeVideo> video;
  std::vector<ProbeAudio> audio;
  std::vector<ProbeCaptions> captions;
  std::vector<ProbeChapter> chapters{};  // rising
  std::vector<ProbeTag> tags{};
  bool browser_safe = false;
  std::string reason;
  std::vector<std::int64_t> key_frames_ms;  // of the video stream to use, rising
  std::int64_t frames = 0;                  // 0 = unknown
};

Json to_json(const Probe& probe);

/// Members that are absent keep their default. Errors: invalid for a wrong type or a broken limit.
Result<Probe> parse_probe(const Json& json);

}  // namespace matinee::media
