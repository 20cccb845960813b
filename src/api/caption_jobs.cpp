#include "api/caption_jobs.h"

#include <fstream>
#include <iterator>

#include "media/captions.h"
#include "media/hls.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kVttType = "text/vtt";
constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";

Result<std::string> read_text_file(const fs::path& file) {
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  if (error) return fail(ErrorCode::not_found, "reading " + file.string() + ": " + error.message());
  if (bytes > media::kCaptionBytesMax) {
    return fail(ErrorCode::invalid, file.string() + " is too large for a caption file");
  }
  std::ifstream in(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// A sidecar as it lies, or what the codec takes out of the film.
Result<std::string> caption_text(const Json& payload, const std::string& source,
                                 const JobTools& tools) {
  if (payload.contains("sidecar")) {
    const auto sidecar = text_member(payload, "sidecar");
    if (!sidecar) return std::unexpected(sidecar.error());
    return read_text_file(*sidecar);
  }
  const auto stream = integer_member(payload, "stream");
  if (!stream) return std::unexpected(stream.error());
  const auto file = tools.scratch / "captions.vtt";
  const auto done = tools.codec(
      {"captions", source, "--stream", std::to_string(*stream), "--out", file.string()});
  if (!done) return std::unexpected(done.error());
  return read_text_file(file);
}

Result<std::vector<std::int64_t>> integers_of(const Json& json, const std::string& name) {
  std::vector<std::int64_t> out;
  for (const auto& one : json.value(name, Json::array())) {
    if (!one.is_number_integer()) {
      return fail(ErrorCode::invalid, "member \"" + name + "\" must be a list of integers");
    }
    out.push_back(one.get<std::int64_t>());
  }
  return out;
}

}  // namespace

Result<Json> do_captions_job(const Json& payload, const std::string& source,
                             const JobTools& tools) {
  const auto duration_ms = integer_member(payload, "duration_ms");
  const auto idr_ms = integers_of(payload, "idr_ms");
  if (!duration_ms) return std::unexpected(duration_ms.error());
  if (!idr_ms) return std::unexpected(idr_ms.error());
  const auto text = caption_text(payload, source, tools);
  if (!text) return std::unexpected(text.error());
  const auto cues = media::read_cues(*text);
  if (!cues) return std::unexpected(cues.error());
  const auto segments = media::segment_webvtt(*cues, *idr_ms, *duration_ms);
  if (!segments) return std::unexpected(segments.error());

  const auto whole = media::write_webvtt(*cues);
  const auto vtt = tools.put(whole);
  if (!vtt) return std::unexpected(vtt.error());
  media::CaptionTrack track{payload.value("language", ""),
                            payload.value("name", ""),
                            payload.value("kind", "subtitles"),
                            *vtt,
                            "",
                            {}};
  Json bytes = Json::array();
  Json durations_ms = Json::array();
  for (const auto& segment : *segments) {
    const auto id = tools.put(segment.vtt);
    if (!id) return std::unexpected(id.error());
    track.segments.push_back(*id);
    bytes.push_back(segment.vtt.size());
    durations_ms.push_back(segment.duration_ms);
  }
  Json json = media::to_json(track);
  json["vtt_bytes"] = whole.size();
  json["segment_bytes"] = std::move(bytes);
  json["segment_durations_ms"] = std::move(durations_ms);
  return Json{{"captions", Json::array({std::move(json)})}};
}

Result<void> publish_captions(const Json& payload, media::Package& package, const JobTools& tools) {
  for (const auto& json : payload.value("captions", Json::array())) {
    auto track = media::parse_captions(json);
    const auto vtt_bytes = integer_member(json, "vtt_bytes");
    const auto bytes = integers_of(json, "segment_bytes");
    const auto durations_ms = integers_of(json, "segment_durations_ms");
    if (!track) return std::unexpected(track.error());
    if (!vtt_bytes || !bytes || !durations_ms || bytes->size() != track->segments.size() ||
        durations_ms->size() != track->segments.size()) {
      return fail(ErrorCode::invalid, "a caption track lacks the sizes of its objects");
    }
    package.objects[track->vtt] = {static_cast<std::uint64_t>(*vtt_bytes), std::string(kVttType)};
    for (std::size_t i = 0; i < track->segments.size(); ++i) {
      package.objects[track->segments[i]] = {static_cast<std::uint64_t>((*bytes)[i]),
                                             std::string(kVttType)};
    }
    const auto playlist = media::hls_caption_playlist(track->segments, *durations_ms);
    const auto id = tools.put(playlist);
    if (!id) return std::unexpected(id.error());
    package.objects[*id] = {playlist.size(), std::string(kPlaylistType)};
    track->playlist = *id;
    package.captions.push_back(std::move(*track));
  }
  return {};
}

}  // namespace matinee::api
