#include "api/media_jobs.h"

#include <array>
#include <fstream>
#include <iterator>
#include <map>

#include "api/caption_jobs.h"
#include "api/picture_jobs.h"
#include "media/encode_plan.h"
#include "media/hls.h"
#include "media/packager.h"
#include "media/probe.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlaylistType = "application/vnd.apple.mpegurl";
constexpr std::string_view kPosterType = "image/jpeg";

std::string joined(const std::vector<std::int64_t>& numbers) {
  std::string out;
  for (const auto number : numbers)
    out.append(out.empty() ? "" : ",").append(std::to_string(number));
  return out;
}

Result<std::vector<std::int64_t>> integers(const Json& payload, const std::string& name) {
  std::vector<std::int64_t> out;
  const auto found = payload.find(name);
  if (found == payload.end() || !found->is_array()) {
    return fail(ErrorCode::invalid, "member \"" + name + "\" must be a list of integers");
  }
  for (const auto& one : *found) {
    if (!one.is_number_integer()) {
      return fail(ErrorCode::invalid, "member \"" + name + "\" must be a list of integers");
    }
    out.push_back(one.get<std::int64_t>());
  }
  return out;
}

// Language, name and default of a track, as its job was told.
void describe(media::Track& track, const Json& payload) {
  track.language = payload.value("language", "");
  track.name = payload.value("name", "");
  track.is_default = payload.value("default", false);
}

// Packages a sample file: init segment and media object go into the store.
Result<media::Track> package(const fs::path& samples, const std::string& track_id,
                             const std::vector<std::int64_t>& idr_ms, const std::string& language,
                             const JobTools& tools) {
  std::ifstream in(samples, std::ios::binary);
  auto reader = media::SampleFileReader::open(in);
  if (!reader) return fail(reader.error(), "packaging " + track_id);
  const auto file = fs::path(samples).replace_extension(".cmaf");
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  const auto sink = [&](media::ByteView bytes) -> Result<void> {
    out.write(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    if (!out)
      return fail(ErrorCode::limited, "writing " + file.string() + ": the disk may be full");
    return {};
  };
  const auto packaged = media::package_stream(*reader, idr_ms, language, sink);
  out.close();
  if (!packaged) return fail(packaged.error(), "packaging " + track_id);
  if (!out) return fail(ErrorCode::limited, "writing " + file.string() + ": the disk may be full");
  const auto init = tools.put(std::string_view(reinterpret_cast<const char*>(packaged->init.data()),
                                               packaged->init.size()));
  if (!init) return std::unexpected(init.error());
  const auto object = tools.put_file(file);
  if (!object) return std::unexpected(object.error());
  fs::remove(samples);
  fs::remove(file);
  return media::make_track(track_id, *packaged, *init, *object);
}

Result<Json> probe(const Json&, const std::string& source, const JobTools& tools) {
  auto document = tools.codec({"probe", source});
  if (!document) return std::unexpected(document.error());
  auto parsed = media::parse_probe(*document);
  if (!parsed) return fail(parsed.error(), "reading what the codec found");
  return Json{{"probe", media::to_json(*parsed)}};
}

Result<Json> repackage(const Json& payload, const std::string& source, const JobTools& tools) {
  const auto idr_ms = integers(payload, "idr_ms");
  if (!idr_ms) return std::unexpected(idr_ms.error());
  Json tracks = Json::array();
  for (const auto& stream : payload.value("streams", Json::array())) {
    const auto index = integer_member(stream, "stream");
    const auto track_id = text_member(stream, "track_id");
    if (!index || !track_id)
      return fail(ErrorCode::invalid, "a stream lacks its index or track id");
    const auto samples = tools.scratch / (*track_id + ".samples");
    const auto done = tools.codec(
        {"extract", source, "--stream", std::to_string(*index), "--out", samples.string()});
    if (!done) return std::unexpected(done.error());
    auto track = package(samples, *track_id, *idr_ms, stream.value("language", ""), tools);
    if (!track) return std::unexpected(track.error());
    describe(*track, stream);
    tracks.push_back(media::to_json(*track));
  }
  return Json{{"tracks", std::move(tracks)}};
}

std::string rung_argument(const media::Rung& rung) {
  return rung.track_id + ":" + std::to_string(rung.width) + "x" + std::to_string(rung.height) +
         ":" + std::to_string(rung.crf) + ":" + std::to_string(rung.maxrate_bps);
}

Result<Json> encode(const Json& payload, const std::string& source, const JobTools& tools) {
  const auto stream = integer_member(payload, "stream");
  if (!stream) return std::unexpected(stream.error());
  const auto chunk = media::parse_chunk(payload.value("chunk", Json::object()));
  if (!chunk) return std::unexpected(chunk.error());
  std::vector<media::Rung> rungs;
  std::vector<std::string> arguments{"encode",     source,
                                     "--stream",   std::to_string(*stream),
                                     "--start-ms", std::to_string(chunk->start_ms),
                                     "--end-ms",   std::to_string(chunk->end_ms),
                                     "--idr-ms",   joined(chunk->idr_ms),
                                     "--out-dir",  tools.scratch.string()};
  for (const auto& json : payload.value("rungs", Json::array())) {
    auto rung = media::parse_rung(json);
    if (!rung) return std::unexpected(rung.error());
    arguments.insert(arguments.end(), {"--rung", rung_argument(*rung)});
    rungs.push_back(std::move(*rung));
  }
  if (const auto done = tools.codec(arguments); !done) return std::unexpected(done.error());
  Json tracks = Json::array();
  for (const auto& rung : rungs) {
    auto track = package(tools.scratch / (rung.track_id + ".samples"), rung.track_id, chunk->idr_ms,
                         "", tools);
    if (!track) return std::unexpected(track.error());
    tracks.push_back(media::to_json(*track));
  }
  return Json{{"rungs", std::move(tracks)}};
}

Result<Json> audio(const Json& payload, const std::string& source, const JobTools& tools) {
  const auto stream = integer_member(payload, "stream");
  const auto track_id = text_member(payload, "track_id");
  const auto idr_ms = integers(payload, "idr_ms");
  if (!stream || !track_id)
    return fail(ErrorCode::invalid, "an audio job lacks stream or track_id");
  if (!idr_ms) return std::unexpected(idr_ms.error());
  const auto samples = tools.scratch / (*track_id + ".samples");
  const auto done = tools.codec(
      {"audio", source, "--stream", std::to_string(*stream), "--out", samples.string()});
  if (!done) return std::unexpected(done.error());
  auto track = package(samples, *track_id, *idr_ms, payload.value("language", ""), tools);
  if (!track) return std::unexpected(track.error());
  describe(*track, payload);
  return Json{{"track", media::to_json(*track)}};
}

// Stores a text as an object of the package; gives its id.
Result<std::string> put_text(const std::string& text, std::string_view type,
                             media::Package& package, const JobTools& tools) {
  auto id = tools.put(text);
  if (!id) return id;
  package.objects[*id] = {text.size(), std::string(type)};
  return id;
}

Result<void> publish_tracks(const Json& payload, media::Package& package, const JobTools& tools) {
  for (const auto& json : payload.value("tracks", Json::array())) {
    auto track = media::parse_track(json);
    if (!track) return std::unexpected(track.error());
    media::add_track_objects(package, *track);
    const auto playlist =
        put_text(media::hls_media_playlist(*track), kPlaylistType, package, tools);
    if (!playlist) return std::unexpected(playlist.error());
    track->playlist = *playlist;
    package.tracks.push_back(std::move(*track));
  }
  return {};
}

Result<Json> publish(const Json& payload, const std::string&, const JobTools& tools) {
  const auto title_id = text_member(payload, "title_id");
  const auto duration_ms = integer_member(payload, "duration_ms");
  if (!title_id || !duration_ms) return fail(ErrorCode::invalid, "a publish job lacks a member");
  media::Package package;
  package.title_id = *title_id;
  package.duration_ms = *duration_ms;
  if (auto done = publish_tracks(payload, package, tools); !done) {
    return std::unexpected(done.error());
  }
  if (auto done = publish_captions(payload, package, tools); !done) {
    return std::unexpected(done.error());
  }
  if (payload.contains("poster") && payload["poster"].is_object()) {
    const auto poster = media::parse_poster(payload["poster"]);
    const auto bytes = integer_member(payload["poster"], "bytes");
    if (!poster) return std::unexpected(poster.error());
    package.poster = *poster;
    package.objects[poster->object] = {static_cast<std::uint64_t>(bytes.value_or(0)),
                                       std::string(kPosterType)};
  }
  if (auto done = publish_thumbnails(payload, package); !done) {
    return std::unexpected(done.error());
  }
  if (auto checked = media::check_package(package); !checked) {
    return fail(checked.error(), "the package to publish");
  }
  const auto document = media::serialise_package(package);
  const auto id = tools.put(document);
  if (!id) return std::unexpected(id.error());
  std::uint64_t stored = document.size();
  for (const auto& [object, info] : package.objects) stored += info.bytes;
  return Json{{"package", *id}, {"bytes", document.size()}, {"stored_bytes", stored}};
}

using DoJob = Result<Json> (*)(const Json& payload, const std::string& source,
                               const JobTools& tools);

const std::map<std::string, DoJob, std::less<>>& jobs() {
  static const std::map<std::string, DoJob, std::less<>> all{
      {"probe", probe},     {"repackage", repackage},    {"encode", encode},
      {"audio", audio},     {"poster", do_poster_job},   {"captions", do_captions_job},
      {"publish", publish}, {"artwork", do_artwork_job}, {"thumbnails", do_thumbnails_job}};
  return all;
}

}  // namespace

std::vector<std::string> media_job_kinds() {
  std::vector<std::string> kinds;
  for (const auto& [kind, job] : jobs()) kinds.push_back(kind);
  return kinds;
}

Result<Json> do_job(std::string_view kind, const Json& payload, const JobTools& tools) {
  const auto job = jobs().find(kind);
  if (job == jobs().end()) {
    return fail(ErrorCode::invalid, "this worker knows no jobs of kind " + std::string(kind));
  }
  const auto source = text_member(payload, "source");
  if (!source) return fail(source.error(), "a " + std::string(kind) + " job");
  return job->second(payload, *source, tools);
}

}  // namespace matinee::api
