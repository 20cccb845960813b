#include "api/play_routes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/route_parts.h"
#include "api/viewer.h"
#include "base/log.h"
#include "media/dash.h"
#include "media/hls.h"
#include "store/object_id.h"

namespace matinee::api {
namespace {

constexpr std::size_t kPlayRequestBytesMax = 4 * 1024;
constexpr std::chrono::milliseconds kTokenAfterEnd = std::chrono::hours{12};

Result<http::Response> play_answer(const ControlWorld& world, const http::Request& request,
                                   const PlayStart& start) {
  const auto package = world.packages.get(
      start.package_id,
      sooner(request.context.deadline, Deadline::in(world.clock, kOriginPatience)));
  if (!package) return std::unexpected(package.error());
  const auto object = store::ObjectId::parse(start.package_id);
  if (!object) return fail(ErrorCode::corrupt, "starting a play: the package id is damaged");
  const std::string prefix =
      "/m/" + world.tokens.mint({.package = object->bytes, .expires = from_ms(start.expires_ms)}) +
      "/";
  Json captions = Json::array();
  for (const auto& track : (*package)->captions) {
    captions.push_back({{"language", track.language},
                        {"kind", track.kind},
                        {"name", track.name},
                        {"url", prefix + media::object_uri(track.vtt, "text/vtt")}});
  }
  const auto& thumbnails = (*package)->thumbnails.vtt;
  return private_json(
      {{"play_id", start.play_id.to_string()},
       {"hls_url", prefix + "main.m3u8"},
       {"dash_url", prefix + "main.mpd"},
       {"captions", std::move(captions)},
       {"thumbnails_url", thumbnails.empty()
                              ? Json(nullptr)
                              : Json(prefix + media::object_uri(thumbnails, "text/vtt"))},
       {"duration_ms", start.duration_ms},
       {"resume_ms", start.resume_ms},
       {"expires_at_ms", start.expires_ms}});
}

Result<http::Response> start_play(const ControlWorld& world, http::Request& request,
                                  const Viewer& viewer) {
  const auto body = http::read_body(request, kPlayRequestBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto title_id = parse_play_request(*body);
  if (!title_id) return std::unexpected(title_id.error());
  const auto title = world.titles.find(world.database, *title_id, viewer.visibility);
  if (!title) return std::unexpected(title.error());
  if (auto asked = world.title_jobs.ask_for(title->id); !asked) {
    log::warning("a title that was asked for could not be queued",
                 {{"title_id", title->id.to_string()}, {"error", asked.error().message}});
  }
  if (!title->playable()) {
    return fail(ErrorCode::conflict, title->state == catalog::TitleState::failed
                                         ? "this title cannot be played: it could not be prepared"
                                         : "this title cannot be played yet: it is being prepared");
  }
  PlayStart start{.play_id = PlayId::generate(world.clock, world.random),
                  .title_id = title->id,
                  .package_id = title->package_id,
                  .duration_ms = title->duration_ms};
  const auto resume = world.insight.resume_ms(
      viewer.facts, title->id,
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience)));
  // Without insight a play starts at the beginning rather than not at all.
  if (resume) start.resume_ms = std::clamp<std::int64_t>(*resume, 0, title->duration_ms);
  start.expires_ms = to_ms(world.clock.now()) + title->duration_ms + kTokenAfterEnd.count();
  if (const auto key = request.headers.get("Idempotency-Key")) {
    const auto remembered = world.plays.remember(viewer.facts.profile_id, *key, start);
    if (!remembered) return std::unexpected(remembered.error());
    start = *remembered;
  }
  return play_answer(world, request, start);
}

Result<http::Response> get_manifest(const ControlWorld& world, const http::Request& request,
                                    bool hls) {
  const auto admitted =
      world.authorize(request.headers.value_of("Authorization"), guard::Operation::read_manifests);
  if (!admitted) return std::unexpected(admitted.error());
  const auto token = world.tokens.verify(request.parameter("token"), world.clock.now());
  if (!token) return std::unexpected(token.error());
  const auto package = world.packages.get(
      store::ObjectId{token->package}.to_string(),
      sooner(request.context.deadline, Deadline::in(world.clock, kOriginPatience)));
  if (!package) return std::unexpected(package.error());
  http::Response response = http::Response::bytes(
      200, hls ? "application/vnd.apple.mpegurl" : "application/dash+xml",
      http::SharedBytes::of(hls ? media::hls_multivariant(**package) : media::dash_mpd(**package)));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

http::Route play_route() {
  auto made = repeatable_route(
      http::Method::post, "/v1/plays", "startPlay",
      "Starts a play. With an Idempotency-Key (up to 128 characters, kept for 24 h) "
      "a repetition is the same play.",
      reference("Play"));
  made.priority = http::Priority::play_start;
  made.request_schema = reference("PlayRequest");
  made.problem_statuses = {404, 409};
  made.body_bytes_max = kPlayRequestBytesMax;
  return made;
}

http::Route manifest_route(bool hls) {
  auto made = repeatable_route(
      http::Method::get, hls ? "/m/{token}/main.m3u8" : "/m/{token}/main.mpd",
      hls ? "getHlsManifest" : "getDashManifest",
      hls ? "The multivariant playlist of a play." : "The MPD of a play.", R"({"type":"string"})");
  made.priority = http::Priority::play_start;
  made.access = "public";  // the token in the path is what admits
  made.response_type = hls ? "application/vnd.apple.mpegurl" : "application/dash+xml";
  made.problem_statuses = {403};
  return made;
}

}  // namespace

Result<TitleId> parse_play_request(std::string_view body) {
  const auto json = parse_json(body, 8);
  if (!json) return fail(json.error(), "reading the request");
  const auto text = text_member(*json, "title_id");
  if (!text) return std::unexpected(text.error());
  return title_id_of(*text);
}

void add_play_routes(http::Router& router, const ControlWorld& world) {
  router.add(play_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return start_play(world, request, viewer);
             }));
  for (const bool hls : {true, false}) {
    router.add(manifest_route(hls),
               [&world, hls](http::Request& request) { return get_manifest(world, request, hls); });
  }
}

std::vector<http::Route> play_routes() {
  return {play_route(), manifest_route(true), manifest_route(false)};
}

}  // namespace matinee::api
