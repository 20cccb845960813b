#pragma once
// media/captions: subtitles from SRT and WebVTT to one list of cues and back to WebVTT, whole and
// in segments for HLS. Sidecar files and extracted streams come through here; the input is not
// trusted. Source: W3C WebVTT sections 4 and 6; RFC 8216 section 3.5 (X-TIMESTAMP-MAP).

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee::media {

inline constexpr std::size_t kCaptionBytesMax = 16U << 20;          // of a file
inline constexpr std::size_t kCuesMax = 100'000;                    // of a file
inline constexpr std::size_t kCueTextBytesMax = 8U << 10;           // of one cue; longer is refused
inline constexpr std::size_t kCaptionSegmentsBytesMax = 64U << 20;  // of all segments together
inline constexpr std::int64_t kCaptionSegmentMs = 60'000;           // about; cut at segment starts

/// One text on the screen: [start_ms, end_ms) on the title's time line, end after start.
struct Cue {
  std::int64_t start_ms = 0;
  std::int64_t end_ms = 0;
  std::string settings;  // WebVTT cue settings, may be empty
  std::string text;      // WebVTT cue payload: escaped, lines parted by \n, no empty lines

  bool operator==(const Cue&) const = default;
};

/// Text in UTF-8, UTF-16 with a byte order mark, or else Windows-1252, as UTF-8 without mark and
/// with
/// \n for line ends. Errors: invalid when it is longer than kCaptionBytesMax.
Result<std::string> decode_caption_text(std::string_view bytes);

/// The cues of an SRT or WebVTT file (told apart by the WEBVTT line), in order of their start. Cues
/// of no duration are left out. Errors: invalid, naming the line; limited beyond the limits above.
Result<std::vector<Cue>> read_cues(std::string_view bytes);

/// The whole WebVTT file; read_cues gives the same cues again.
std::string write_webvtt(std::span<const Cue> cues);

struct CaptionSegment {
  std::string vtt;
  std::int64_t duration_ms = 0;
};

/// WebVTT segments for HLS that cover [0, duration_ms): each with X-TIMESTAMP-MAP, cut at entries
/// of `idr_ms` about kCaptionSegmentMs apart; a cue stands in every segment that it touches, with
/// its whole times. Errors: limited when they come to more than kCaptionSegmentsBytesMax.
Result<std::vector<CaptionSegment>> segment_webvtt(std::span<const Cue> cues,
                                                   std::span<const std::int64_t> idr_ms,
                                                   std::int64_t duration_ms);

}  // namespace matinee::media
