#pragma once
// media/package_read: the package document's parts, read from either kind of JSON value.
// Included by package_json only.

#include <map>
#include <string>
#include <utility>

#include "media/json_members.h"
#include "media/package.h"

namespace matinee::media::detail {

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
Result<Thumbnails> read_thumbnails(const J& json) {
  Thumbnails thumbnails;
  Members<J> in(json);
  in.read("vtt", thumbnails.vtt);
  in.read("sheets", thumbnails.sheets, kSheetsMax);
  in.read("every_ms", thumbnails.every_ms);
  in.read("width", thumbnails.width);
  in.read("height", thumbnails.height);
  return done(in, std::move(thumbnails));
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
  if (const J* thumbnails = in.find("thumbnails")) {
    auto read = read_thumbnails(*thumbnails);
    if (in.accept("thumbnails", read)) package.thumbnails = std::move(*read);
  }
  if (const J* objects = in.find("objects")) {
    auto read = read_objects(*objects);
    if (in.accept("objects", read)) package.objects = std::move(*read);
  }
  return done(in, std::move(package));
}

}  // namespace matinee::media::detail
