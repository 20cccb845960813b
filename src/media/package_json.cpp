#include <fmt/format.h>

#include <algorithm>

#include "media/package.h"
#include "media/package_read.h"

namespace matinee::media {

Json to_json(const Track& track) {
  Json segments = Json::array();
  for (const TrackSegment& s : track.segments) {
    segments.push_back(Json::array({s.object, s.offset, s.bytes, s.start, s.duration}));
  }
  return Json{
      {"track_id", track.track_id},
      {"kind", track.kind},
      {"codec", track.codec},
      {"language", track.language},
      {"name", track.name},
      {"default", track.is_default},
      {"width", track.width},
      {"height", track.height},
      {"frame_rate_num", track.frame_rate_num},
      {"frame_rate_den", track.frame_rate_den},
      {"channels", track.channels},
      {"sample_rate", track.sample_rate},
      {"average_bps", track.average_bps},
      {"peak_bps", track.peak_bps},
      {"timescale", track.timescale},
      {"init",
       {{"object", track.init.object}, {"offset", track.init.offset}, {"bytes", track.init.bytes}}},
      {"segments", std::move(segments)},
      {"objects", track.objects},
      {"playlist", track.playlist}};
}

Json to_json(const CaptionTrack& captions) {
  return Json{{"language", captions.language}, {"name", captions.name},
              {"kind", captions.kind},         {"vtt", captions.vtt},
              {"playlist", captions.playlist}, {"segments", captions.segments}};
}

Json to_json(const Poster& poster) {
  return Json{{"object", poster.object}, {"width", poster.width}, {"height", poster.height}};
}

Json to_json(const Thumbnails& thumbnails) {
  return Json{{"vtt", thumbnails.vtt},
              {"sheets", thumbnails.sheets},
              {"every_ms", thumbnails.every_ms},
              {"width", thumbnails.width},
              {"height", thumbnails.height}};
}

Result<Track> parse_track(const Json& json) { return detail::read_track(json); }
Result<CaptionTrack> parse_captions(const Json& json) { return detail::read_captions(json); }
Result<Poster> parse_poster(const Json& json) { return detail::read_poster(json); }
Result<Thumbnails> parse_thumbnails(const Json& json) { return detail::read_thumbnails(json); }

std::string serialise_package(const Package& package) {
  Json tracks = Json::array();
  for (const Track& track : package.tracks) tracks.push_back(to_json(track));
  Json captions = Json::array();
  for (const CaptionTrack& each : package.captions) captions.push_back(to_json(each));
  Json document{{"format", 1},
                {"title_id", package.title_id},
                {"duration_ms", package.duration_ms},
                {"tracks", std::move(tracks)},
                {"captions", std::move(captions)}};
  if (!package.poster.object.empty()) document["poster"] = to_json(package.poster);
  if (!package.thumbnails.vtt.empty()) document["thumbnails"] = to_json(package.thumbnails);
  std::string text = to_text(document);
  // The map of objects can be large, and an ordered Json object looks for its members one by one.
  text.back() = ',';
  text += "\"objects\":{";
  for (bool first = true; const auto& [id, info] : package.objects) {
    text += fmt::format("{}{}:{{\"bytes\":{},\"type\":{}}}", first ? "" : ",", to_text(Json(id)),
                        info.bytes, to_text(Json(info.type)));
    first = false;
  }
  return text += "}}";
}

Result<Package> parse_package(std::string_view text) {
  if (text.size() > kPackageBytesMax) {
    return fail(ErrorCode::invalid, "the package document is too long");
  }
  // Not the ordered Json of base: looking up one of many objects would take time linear in them.
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) return fail(ErrorCode::invalid, "package: not well-formed JSON");
  auto package = detail::read_package(json);
  if (!package) return fail(package.error(), "package");
  if (auto checked = check_package(*package); !checked) return std::unexpected(checked.error());
  return package;
}

}  // namespace matinee::media
