#include "demo/audience/playlist.h"

#include <charconv>
#include <cmath>

namespace matinee::demo {
namespace {

// The value of NAME=value or NAME="value" in an attribute list; empty when absent.
std::string_view attribute(std::string_view line, std::string_view name) {
  std::size_t at = line.find(':');
  if (at == std::string_view::npos) return {};
  for (++at; at < line.size();) {
    const std::size_t equals = line.find('=', at);
    if (equals == std::string_view::npos) return {};
    const bool quoted = equals + 1 < line.size() && line[equals + 1] == '"';
    const std::size_t from = equals + (quoted ? 2 : 1);
    std::size_t to = line.find(quoted ? '"' : ',', from);
    if (to == std::string_view::npos) to = line.size();
    if (line.substr(at, equals - at) == name) return line.substr(from, to - from);
    at = line.find(',', to);
    if (at == std::string_view::npos) return {};
    ++at;
  }
  return {};
}

std::int64_t integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && value >= 0 ? value : 0;
}

// Seconds with a fraction, as milliseconds.
std::int64_t milliseconds(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && value >= 0 && value < 1e6 ? std::llround(value * 1000) : 0;
}

// "bytes@offset".
void read_range(std::string_view text, Part& part) {
  const std::size_t at = text.find('@');
  part.bytes = integer(text.substr(0, at));
  part.offset = at == std::string_view::npos ? 0 : integer(text.substr(at + 1));
}

template <typename Each>
void each_line(std::string_view text, const Each& each) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) each(line);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Master parse_master(std::string_view text) {
  Master master;
  std::optional<Variant> next;
  each_line(text, [&](std::string_view line) {
    if (line.starts_with("#EXT-X-STREAM-INF:")) {
      const auto size = attribute(line, "RESOLUTION");
      const std::size_t by = size.find('x');
      next = Variant{.uri = {},
                     .height = by == std::string_view::npos
                                   ? 0
                                   : static_cast<int>(integer(size.substr(by + 1)) & 0xFFFF),
                     .bandwidth_bps = integer(attribute(line, "BANDWIDTH"))};
    } else if (line.starts_with("#EXT-X-MEDIA:") && attribute(line, "TYPE") == "AUDIO") {
      if (master.audio_uri.empty() || attribute(line, "DEFAULT") == "YES") {
        master.audio_uri = attribute(line, "URI");
      }
    } else if (!line.starts_with('#') && next && master.variants.size() < kPlaylistPartsMax) {
      next->uri = line;
      master.variants.push_back(std::move(*next));
      next.reset();
    }
  });
  return master;
}

Media parse_media(std::string_view text) {
  Media media;
  Part next;
  each_line(text, [&](std::string_view line) {
    if (line.starts_with("#EXT-X-MAP:")) {
      Part init{.uri = std::string(attribute(line, "URI"))};
      read_range(attribute(line, "BYTERANGE"), init);
      media.init = std::move(init);
    } else if (line.starts_with("#EXTINF:")) {
      next.duration_ms = milliseconds(line.substr(8));
    } else if (line.starts_with("#EXT-X-BYTERANGE:")) {
      read_range(line.substr(17), next);
    } else if (!line.starts_with('#') && media.parts.size() < kPlaylistPartsMax) {
      next.uri = line;
      media.parts.push_back(std::move(next));
      next = {};
    }
  });
  return media;
}

const Variant* choose_variant(const Master& master, int height_max) {
  const Variant* best = nullptr;
  const Variant* smallest = nullptr;
  for (const Variant& variant : master.variants) {
    if (smallest == nullptr || variant.height < smallest->height) smallest = &variant;
    if (variant.height > height_max) continue;
    if (best == nullptr || variant.height > best->height) best = &variant;
  }
  return best != nullptr ? best : smallest;
}

std::size_t part_at(const Media& media, std::int64_t position_ms) {
  std::int64_t end = 0;
  for (std::size_t i = 0; i < media.parts.size(); ++i) {
    end += media.parts[i].duration_ms;
    if (position_ms < end) return i;
  }
  return media.parts.size();
}

}  // namespace matinee::demo
