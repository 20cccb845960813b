#pragma once
// demo/audience/playlist: as much of HLS as the audience needs to fetch what a player would.
// It reads what this service wrote; anything else gives an empty answer, never a fault.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matinee::demo {

inline constexpr std::size_t kPlaylistPartsMax = 20'000;

struct Variant {
  std::string uri;
  int height = 0;
  std::int64_t bandwidth_bps = 0;
};

/// Of the multivariant playlist: pictures, and the sound that is played by default.
struct Master {
  std::vector<Variant> variants;
  std::string audio_uri;  // empty: none apart
};

struct Part {
  std::string uri;
  std::int64_t offset = 0;
  std::int64_t bytes = 0;  // 0: all of it
  std::int64_t duration_ms = 0;
};

/// Of a media playlist: its beginning and its segments in order.
struct Media {
  std::optional<Part> init;
  std::vector<Part> parts;
};

Master parse_master(std::string_view text);
/// At most kPlaylistPartsMax segments are read.
Media parse_media(std::string_view text);

/// The best variant that is at most `height_max` high, else the smallest; null without any.
const Variant* choose_variant(const Master& master, int height_max);

/// The part at a position, and past the end: parts.size().
std::size_t part_at(const Media& media, std::int64_t position_ms);

}  // namespace matinee::demo
