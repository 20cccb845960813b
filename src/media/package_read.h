#pragma once
// media/package_read: typed reading of the package document's parts from either kind of JSON value
// (ordered in job payloads, sorted for whole documents). Included by package_json only.

#include <algorithm>
#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "media/package.h"

namespace matinee::media::detail {

inline constexpr std::size_t kTextBytesMax = 1024;

/// Reads members one after another and remembers the first thing that was wrong.
template <typename J>
class Members {
 public:
  explicit Members(const J& json) : json_(json) {
    if (!json.is_object()) wrong("", "an object was expected");
  }

  void read(std::string_view name, std::string& to) {
    const J* value = find(name);
    if (!value) return;
    if (!value->is_string()) return wrong(name, "must be a string");
    to = value->template get<std::string>();
    if (to.size() > kTextBytesMax) wrong(name, "is too long");
  }
  void read(std::string_view name, bool& to) {
    const J* value = find(name);
    if (!value) return;
    if (!value->is_boolean()) return wrong(name, "must be true or false");
    to = value->template get<bool>();
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  void read(std::string_view name, T& to) {
    const J* value = find(name);
    if (value && !integer(*value, to)) wrong(name, "must be an integer in range");
  }
  void read(std::string_view name, std::vector<std::string>& to, std::size_t max) {
    const J* value = array(name, max);
    if (!value) return;
    to.reserve(value->size());
    for (const J& each : *value) {
      if (!each.is_string()) return wrong(name, "must hold strings");
      to.push_back(each.template get<std::string>());
      if (to.back().size() > kTextBytesMax) return wrong(name, "holds a text that is too long");
    }
  }
  /// The member, when it is an array of at most `max`; nullptr when it is absent or wrong.
  const J* array(std::string_view name, std::size_t max) {
    const J* value = find(name);
    if (!value) return nullptr;
    if (value->is_array() && value->size() <= max) return value;
    wrong(name, "must be an array that is not too long");
    return nullptr;
  }
  const J* find(std::string_view name) const {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(std::string(name));
    return found == json_.end() ? nullptr : &*found;
  }
  void wrong(std::string_view name, std::string_view what) {
    if (error_.empty()) error_ = std::string(name).append(" ").append(what);
  }
  /// Takes over what went wrong in a part.
  template <typename T>
  bool accept(std::string_view name, const Result<T>& part) {
    if (!part) wrong(name, part.error().message);
    return part.has_value();
  }
  [[nodiscard]] const std::string& error() const { return error_; }

  template <std::integral T>
  static bool integer(const J& value, T& to) {
    if (value.is_number_unsigned()) {
      const auto number = value.template get<std::uint64_t>();
      if (!std::in_range<T>(number)) return false;
      to = static_cast<T>(number);
      return true;
    }
    if (!value.is_number_integer()) return false;
    const auto number = value.template get<std::int64_t>();
    if (!std::in_range<T>(number)) return false;
    to = static_cast<T>(number);
    return true;
  }

 private:
  const J& json_;
  std::string error_;
};

template <typename J, typename T>
Result<T> done(const Members<J>& members, T value) {
  if (!members.error().empty()) return fail(ErrorCode::invalid, members.error());
  return value;
}

template <typename J>
Result<TrackSegment> read_segment(const J& json) {
  TrackSegment segment;
  const bool fits =
      json.is_array() && json.size() == 5 && Members<J>::integer(json[0], segment.object) &&
      Members<J>::integer(json[1], segment.offset) && Members<J>::integer(json[2], segment.bytes) &&
      Members<J>::integer(json[3], segment.start) && Members<J>::integer(json[4], segment.duration);
  if (!fits) return fail(ErrorCode::invalid, "must be [object, offset, bytes, start, duration]");
  return segment;
}

template <typename J>
Result<Track> read_track(const J& json) {
  Track track;
  Members<J> in(json);
  in.read("track_id", track.track_id);
  in.read("kind", track.kind);
  in.read("codec", track.codec);
  in.read("language", track.language);
  in.read("name", track.name);
  in.read("default", track.is_default);
  in.read("width", track.width);
  in.read("height", track.height);
  in.read("frame_rate_num", track.frame_rate_num);
  in.read("frame_rate_den", track.frame_rate_den);
  in.read("channels", track.channels);
  in.read("sample_rate", track.sample_rate);
  in.read("average_bps", track.average_bps);
  in.read("peak_bps", track.peak_bps);
  in.read("timescale", track.timescale);
  in.read("objects", track.objects, kSegmentsMax);
  in.read("playlist", track.playlist);
  if (const J* init = in.find("init")) {
    Members<J> range(*init);
    range.read("object", track.init.object);
    range.read("offset", track.init.offset);
    range.read("bytes", track.init.bytes);
    if (!range.error().empty()) in.wrong("init", range.error());
  }
  if (const J* segments = in.array("segments", kSegmentsMax)) {
    track.segments.reserve(segments->size());
    for (const J& each : *segments) {
      auto segment = read_segment(each);
      if (!in.accept("segments", segment)) break;
      track.segments.push_back(*segment);
    }
  }
  return done(in, std::move(track));
}

template <typename J>
Result<CaptionTrack> read_captions(const J& json) {
  CaptionTrack captions;
  Members<J> in(json);
  in.read("language", captions.language);
  in.read("name", captions.name);
  in.read("kind", captions.kind);
  in.read("vtt", captions.vtt);
  in.read("playlist", captions.playlist);
  in.read("segments", captions.segments, kSegmentsMax);
  return done(in, std::move(captions));
}

template <typename J>
Result<Poster> read_poster(const J& json) {
  Poster poster;
  Members<J> in(json);
  in.read("object", poster.object);
  in.read("width", poster.width);
  in.read("height", poster.height);
  return done(in, std::move(poster));
}

template <typename J>
Result<std::map<std::string, ObjectInfo>> read_objects(const J& json) {
  std::map<std::string, ObjectInfo> objects;
  if (!json.is_object() || json.size() > kObjectsMax) {
    return fail(ErrorCode::invalid, "must be an object that is not too large");
  }
  for (const auto& [id, value] : json.items()) {
    ObjectInfo info;
    Members<J> in(value);
    in.read("bytes", info.bytes);
    in.read("type", info.type);
    if (!in.error().empty()) return fail(ErrorCode::invalid, in.error());
    objects.emplace(id, std::move(info));
  }
  return objects;
}

template <typename J>
Result<Package> read_package(const J& json) {
  Package package;
  int format = 0;
  Members<J> in(json);
  in.read("format", format);
  if (format != 1) in.wrong("format", "must be 1");
  in.read("title_id", package.title_id);
  in.read("duration_ms", package.duration_ms);
  if (const J* tracks = in.array("tracks", kTracksMax)) {
    for (const J& each : *tracks) {
      auto track = read_track(each);
      if (!in.accept("tracks", track)) break;
      package.tracks.push_back(std::move(*track));
    }
  }
  if (const J* captions = in.array("captions", kCaptionsMax)) {
    for (const J& each : *captions) {
      auto caption = read_captions(each);
      if (!in.accept("captions", caption)) break;
      package.captions.push_back(std::move(*caption));
    }
  }
  if (const J* poster = in.find("poster")) {
    auto read = read_poster(*poster);
    if (in.accept("poster", read)) package.poster = std::move(*read);
  }
  if (const J* objects = in.find("objects")) {
    auto read = read_objects(*objects);
    if (in.accept("objects", read)) package.objects = std::move(*read);
  }
  return done(in, std::move(package));
}

}  // namespace matinee::media::detail
