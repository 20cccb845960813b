#include "media/package.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace matinee::media {
namespace {

constexpr std::uint64_t kTicksMax = std::uint64_t{1} << 53;

struct TypeExtension {
  std::string_view type;
  std::string_view extension;
};
constexpr std::array<TypeExtension, 5> kTypes{{{"video/mp4", "mp4"},
                                               {"audio/mp4", "m4a"},
                                               {"text/vtt", "vtt"},
                                               {"application/vnd.apple.mpegurl", "m3u8"},
                                               {"image/jpeg", "jpg"}}};

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 &&
         text.find_first_not_of(
             "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") ==
             std::string::npos;
}

bool is_language(std::string_view text) { return text.empty() || is_name(text); }

bool is_codec(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-';
  });
}

Result<void> bad(std::string what) { return fail(ErrorCode::invalid, "package: " + what); }

// Whether the object is there with that type and holds [offset, offset + bytes).
bool covers(const Package& package, const std::string& id, std::string_view type,
            std::uint64_t offset, std::uint64_t bytes) {
  const auto found = package.objects.find(id);
  return found != package.objects.end() && found->second.type == type && bytes > 0 &&
         offset <= found->second.bytes && bytes <= found->second.bytes - offset;
}

bool holds(const Package& package, const std::string& id, std::string_view type) {
  const auto found = package.objects.find(id);
  return found != package.objects.end() && found->second.type == type;
}

Result<void> check_segments(const Package& package, const Track& track) {
  const std::string_view type = track.is_video() ? "video/mp4" : "audio/mp4";
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < track.segments.size(); ++i) {
    const TrackSegment& segment = track.segments[i];
    const auto wrong = [&](std::string_view what) {
      return bad(fmt::format("track {}: segment {} {}", track.track_id, i, what));
    };
    if (segment.object >= track.objects.size()) return wrong("has no object");
    if (!covers(package, track.objects[segment.object], type, segment.offset, segment.bytes)) {
      return wrong("does not lie inside its object");
    }
    if (segment.start > kTicksMax || segment.duration > kTicksMax || segment.duration == 0) {
      return wrong("has a time out of range");
    }
    if (i > 0 && segment.start != end) return wrong("does not follow the one before it");
    end = segment.start + segment.duration;
  }
  return {};
}

Result<void> check_track(const Package& package, const Track& track) {
  const auto wrong = [&](std::string_view what) {
    return bad(fmt::format("track {}: {}", track.track_id, what));
  };
  if (!is_name(track.track_id)) return bad("a track_id is malformed");
  if (track.kind != "video" && track.kind != "audio")
    return wrong("kind is neither video nor audio");
  if (!is_codec(track.codec)) return wrong("codec is malformed");
  if (!is_language(track.language)) return wrong("language is malformed");
  if (track.timescale == 0) return wrong("timescale is 0");
  if (track.is_video() && (track.width == 0 || track.height == 0)) return wrong("has no size");
  if (!track.is_video() && (track.channels == 0 || track.sample_rate == 0)) {
    return wrong("has no channels or sample_rate");
  }
  if (track.segments.empty() || track.segments.size() > kSegmentsMax) {
    return wrong("has no segments, or too many");
  }
  if (!covers(package, track.init.object, track.is_video() ? "video/mp4" : "audio/mp4",
              track.init.offset, track.init.bytes)) {
    return wrong("init does not lie inside its object");
  }
  if (!holds(package, track.playlist, "application/vnd.apple.mpegurl")) {
    return wrong("its playlist is not among the objects");
  }
  return check_segments(package, track);
}

Result<void> check_captions(const Package& package, const CaptionTrack& captions) {
  if (captions.kind != "subtitles" && captions.kind != "captions") {
    return bad("captions: kind is neither subtitles nor captions");
  }
  if (!is_language(captions.language)) return bad("captions: language is malformed");
  if (captions.segments.size() > kSegmentsMax) return bad("captions: too many segments");
  if (!holds(package, captions.vtt, "text/vtt") ||
      !holds(package, captions.playlist, "application/vnd.apple.mpegurl")) {
    return bad("captions: vtt or playlist is not among the objects");
  }
  for (const std::string& segment : captions.segments) {
    if (!holds(package, segment, "text/vtt")) {
      return bad("captions: a segment is not among the objects");
    }
  }
  return {};
}

Result<void> check_thumbnails(const Package& package) {
  const Thumbnails& thumbnails = package.thumbnails;
  if (thumbnails.vtt.empty()) return {};
  if (thumbnails.sheets.empty() || thumbnails.sheets.size() > kSheetsMax ||
      thumbnails.every_ms <= 0 || thumbnails.width == 0 || thumbnails.height == 0) {
    return bad("the thumbnails are malformed");
  }
  if (!holds(package, thumbnails.vtt, "text/vtt")) {
    return bad("the map of the thumbnails is not among the objects");
  }
  for (const std::string& sheet : thumbnails.sheets) {
    if (!holds(package, sheet, "image/jpeg")) {
      return bad("a sheet of thumbnails is not among the objects");
    }
  }
  return {};
}

}  // namespace

Result<void> check_package(const Package& package) {
  if (!is_hex(package.title_id, 32)) return bad("title_id is malformed");
  if (package.duration_ms < 0 || package.duration_ms > 1'000'000'000'000) {
    return bad("duration_ms is out of range");
  }
  if (package.tracks.empty() || package.tracks.size() > kTracksMax ||
      package.captions.size() > kCaptionsMax || package.objects.size() > kObjectsMax) {
    return bad("no tracks, or too many of something");
  }
  for (const auto& [id, info] : package.objects) {
    if (!is_object_id(id)) return bad("an object id is malformed");
    if (extension_of(info.type) == "bin") return bad("object " + id + " has an unknown type");
    if (info.bytes > kTicksMax) return bad("object " + id + " is too large");
  }
  std::set<std::string_view> ids;
  for (const Track& track : package.tracks) {
    if (!ids.insert(track.track_id).second) return bad("two tracks are called " + track.track_id);
    if (auto checked = check_track(package, track); !checked) return checked;
  }
  for (const CaptionTrack& captions : package.captions) {
    if (auto checked = check_captions(package, captions); !checked) return checked;
  }
  if (!package.poster.object.empty() && !holds(package, package.poster.object, "image/jpeg")) {
    return bad("the poster is not among the objects");
  }
  return check_thumbnails(package);
}

void add_track_objects(Package& package, const Track& track) {
  const std::string type = track.is_video() ? "video/mp4" : "audio/mp4";
  const auto grow = [&](const std::string& id, std::uint64_t end) {
    ObjectInfo& info = package.objects[id];
    info.type = type;
    info.bytes = std::max(info.bytes, end);
  };
  grow(track.init.object, track.init.offset + track.init.bytes);
  for (const TrackSegment& segment : track.segments) {
    grow(track.objects.at(segment.object), segment.offset + segment.bytes);
  }
}

std::string_view extension_of(std::string_view type) {
  const auto found = std::ranges::find(kTypes, type, &TypeExtension::type);
  return found == kTypes.end() ? "bin" : found->extension;
}

std::string object_uri(std::string_view object_id, std::string_view type) {
  return std::string(object_id).append(".").append(extension_of(type));
}

bool is_object_id(std::string_view text) { return is_hex(text, 64); }

}  // namespace matinee::media
