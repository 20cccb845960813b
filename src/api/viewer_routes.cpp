#include "api/viewer_routes.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "api/title_json.h"
#include "base/json.h"
#include "base/log.h"
#include "media/dash.h"
#include "media/hls.h"
#include "store/object_id.h"

namespace matinee::api {
namespace {

constexpr std::int64_t kTitlesDefault = 50;
constexpr std::int64_t kHomeRowMax = 24;
constexpr std::size_t kPlayRequestBytesMax = 4 * 1024;
constexpr std::size_t kPosterBytesMax = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kTokenAfterEnd = std::chrono::hours{12};

Deadline sooner(Deadline a, Deadline b) { return a.at < b.at ? a : b; }

http::Response private_json(const Json& json) {
  http::Response response = http::Response::json(200, to_text(json));
  response.headers.set("Cache-Control", "private, no-store");
  return response;
}

Result<TitleId> title_id_of(std::string_view text) {
  auto id = TitleId::parse(text);
  if (!id) return fail(ErrorCode::not_found, "no title has such an id");
  return id;
}

Result<std::int64_t> limit_of(const http::Request& request) {
  const auto text = request.query("limit");
  if (!text) return kTitlesDefault;
  std::int64_t limit = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), limit);
  if (error != std::errc{} || end != text->data() + text->size() || limit < 1 ||
      limit > catalog::kTitlesPageMax) {
    return fail(ErrorCode::invalid, "limit must be a number from 1 to 200");
  }
  return limit;
}

Result<http::Response> list_titles(const ControlWorld& world, const http::Request& request) {
  const auto limit = limit_of(request);
  if (!limit) return std::unexpected(limit.error());
  const auto page = world.titles.list(world.database, *limit, request.query("cursor").value_or(""));
  if (!page) return std::unexpected(page.error());
  Json json;
  json["titles"] = Json::array();
  for (const auto& title : page->titles) json["titles"].push_back(title_json(title));
  json["next_cursor"] = page->next_cursor.empty() ? Json(nullptr) : Json(page->next_cursor);
  return private_json(json);
}

Result<http::Response> get_title(const ControlWorld& world, const http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto title = world.titles.find(world.database, *id);
  if (!title) return std::unexpected(title.error());
  PackageCache::Shared package;
  if (title->playable()) {
    // A title page without its languages is better than none while the origin is away.
    const auto deadline =
        sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
    if (auto read = world.packages.get(title->package_id, deadline)) package = std::move(*read);
  }
  return private_json(title_detail_json(*title, package.get()));
}

Result<http::Response> get_poster(const ControlWorld& world, const http::Request& request) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto title = world.titles.find(world.database, *id);
  if (!title) return std::unexpected(title.error());
  if (title->poster_object.empty()) {
    return fail(ErrorCode::not_found, "this title has no poster yet");
  }
  const std::string etag = '"' + title->poster_object + '"';
  http::Response response = http::Response::empty(304);
  if (!request.headers.lists("If-None-Match", etag)) {
    auto bytes = world.read_object(
        title->poster_object, kPosterBytesMax,
        sooner(request.context.deadline, Deadline::in(world.clock, kOriginPatience)));
    if (!bytes) return fail(bytes.error(), "reading a poster");
    response = http::Response::bytes(200, "image/jpeg", http::SharedBytes::of(std::move(*bytes)));
  }
  response.headers.set("ETag", etag);
  const auto version = request.query("v");
  const bool named = version && title->poster_object.starts_with(*version) && version->size() >= 16;
  response.headers.set("Cache-Control",
                       named ? "private, max-age=31536000, immutable" : "private, no-cache");
  response.headers.set("X-Content-Type-Options", "nosniff");
  return response;
}

// What the profile has begun and not finished; nothing when insight does not answer in time.
Json continue_watching(const ControlWorld& world, const http::Request& request,
                       const http::SessionFacts& facts) {
  Json row = Json::array();
  const auto deadline =
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience));
  const auto history = world.insight.history(facts, deadline);
  if (!history) {
    log::info("home page without history",
              {{"request_id", request.context.request_id}, {"error", history.error().message}});
    return row;
  }
  for (const auto& watched : *history) {
    if (watched.completed || watched.position_ms <= 0) continue;
    if (row.size() >= static_cast<std::size_t>(kHomeRowMax)) break;
    const auto title = world.titles.find(world.database, watched.title_id);
    if (!title || !title->playable()) continue;
    Json json = title_json(*title);
    json["position_ms"] = watched.position_ms;
    row.push_back(std::move(json));
  }
  return row;
}

Result<http::Response> get_home(const ControlWorld& world, const http::Request& request,
                                const http::SessionFacts& facts) {
  const auto page = world.titles.list(world.database, kHomeRowMax, "");
  if (!page) return std::unexpected(page.error());
  Json rows = Json::array();
  if (Json begun = continue_watching(world, request, facts); !begun.empty()) {
    rows.push_back(
        {{"id", "continue-watching"}, {"name", "Continue watching"}, {"titles", std::move(begun)}});
  }
  Json added = Json::array();
  for (const auto& title : page->titles) added.push_back(title_json(title));
  rows.push_back(
      {{"id", "recently-added"}, {"name", "Recently added"}, {"titles", std::move(added)}});
  return private_json({{"rows", std::move(rows)}});
}

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
  return private_json({{"play_id", start.play_id.to_string()},
                       {"hls_url", prefix + "main.m3u8"},
                       {"dash_url", prefix + "main.mpd"},
                       {"captions", std::move(captions)},
                       {"duration_ms", start.duration_ms},
                       {"resume_ms", start.resume_ms},
                       {"expires_at_ms", start.expires_ms}});
}

Result<http::Response> start_play(const ControlWorld& world, http::Request& request,
                                  const http::SessionFacts& facts) {
  const auto body = http::read_body(request, kPlayRequestBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto title_id = parse_play_request(*body);
  if (!title_id) return std::unexpected(title_id.error());
  const auto title = world.titles.find(world.database, *title_id);
  if (!title) return std::unexpected(title.error());
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
      facts, title->id,
      sooner(request.context.deadline, Deadline::in(world.clock, kInsightPatience)));
  // Without insight a play starts at the beginning rather than not at all.
  if (resume) start.resume_ms = std::clamp<std::int64_t>(*resume, 0, title->duration_ms);
  start.expires_ms = to_ms(world.clock.now()) + title->duration_ms + kTokenAfterEnd.count();
  if (const auto key = request.headers.get("Idempotency-Key")) {
    const auto remembered = world.plays.remember(facts.profile_id, *key, start);
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

std::string reference(std::string_view name) {
  return R"({"$ref":"#/components/schemas/)" + std::string(name) + "\"}";
}

http::Route route(http::Method method, std::string path, std::string operation_id,
                  std::string summary, std::string response_schema) {
  http::Route made;
  made.method = method;
  made.path = std::move(path);
  made.operation_id = std::move(operation_id);
  made.summary = std::move(summary);
  made.retry_safe = true;
  made.response_schema = std::move(response_schema);
  return made;
}

http::Route titles_route() {
  auto made = route(http::Method::get, "/v1/titles", "listTitles",
                    "Titles of the library, newest first, page by page.", reference("TitlePage"));
  made.query = {{.name = "limit",
                 .summary = "how many at most",
                 .schema = R"({"type":"integer","minimum":1,"maximum":200,"default":50})"},
                {.name = "cursor", .summary = "next_cursor of the page before"}};
  return made;
}

http::Route title_route() {
  auto made = route(http::Method::get, "/v1/titles/{id}", "getTitle",
                    "One title with its languages.", reference("TitleDetail"));
  made.problem_statuses = {404};
  return made;
}

http::Route poster_route() {
  auto made = route(http::Method::get, "/v1/titles/{id}/poster", "getPoster", "The title's poster.",
                    R"({"type":"string","format":"binary"})");
  made.response_type = "image/jpeg";
  made.problem_statuses = {404};
  made.query = {{.name = "v", .summary = "begin of the poster's id: the answer may be kept"}};
  return made;
}

http::Route home_route() {
  return route(http::Method::get, "/v1/home", "getHome", "Rows of the home page for this profile.",
               reference("Home"));
}

http::Route play_route() {
  auto made = route(http::Method::post, "/v1/plays", "startPlay",
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
  auto made = route(http::Method::get, hls ? "/m/{token}/main.m3u8" : "/m/{token}/main.mpd",
                    hls ? "getHlsManifest" : "getDashManifest",
                    hls ? "The multivariant playlist of a play." : "The MPD of a play.",
                    R"({"type":"string"})");
  made.priority = http::Priority::play_start;
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

http::Handler for_viewer(const ControlWorld& world, ViewerHandler handler) {
  return [&world, handler = std::move(handler)](http::Request& request) -> Result<http::Response> {
    const auto acting = acting_viewer(request, world.authorize);
    if (!acting) return std::unexpected(acting.error());
    if (*acting) return handler(request, **acting);
    const auto known = world.members.resolve(request.headers.value_of("Cookie"));
    if (known) return handler(request, known->facts);
    if (known.error().code != ErrorCode::unauthorized) return std::unexpected(known.error());
    const auto opened = world.members.open();
    if (!opened) return fail(opened.error(), "opening a session");
    auto response = handler(request, opened->session.facts);
    if (response) response->headers.add("Set-Cookie", opened->set_cookie);
    return response;
  };
}

void add_viewer_routes(http::Router& router, const ControlWorld& world) {
  router.add(titles_route(), for_viewer(world, [&world](http::Request& request, const auto&) {
               return list_titles(world, request);
             }));
  router.add(title_route(), for_viewer(world, [&world](http::Request& request, const auto&) {
               return get_title(world, request);
             }));
  router.add(poster_route(),
             [&world](http::Request& request) { return get_poster(world, request); });
  router.add(home_route(), for_viewer(world, [&world](http::Request& request, const auto& facts) {
               return get_home(world, request, facts);
             }));
  router.add(play_route(), for_viewer(world, [&world](http::Request& request, const auto& facts) {
               return start_play(world, request, facts);
             }));
  for (const bool hls : {true, false}) {
    router.add(manifest_route(hls),
               [&world, hls](http::Request& request) { return get_manifest(world, request, hls); });
  }
}

std::string public_openapi(std::string_view version, std::span<const http::Route> others,
                           std::span<const std::pair<std::string, std::string>> schemas) {
  http::Router described;
  const auto describe = [&](http::Route made) {
    described.add(std::move(made), [](http::Request&) -> Result<http::Response> {
      return fail(ErrorCode::not_found, "only described here");
    });
  };
  for (const auto& made : {titles_route(), title_route(), poster_route(), home_route(),
                           play_route(), manifest_route(true), manifest_route(false)}) {
    describe(made);
  }
  for (const auto& other : others) describe(other);
  http::OpenApiInfo info{.version = std::string(version), .schemas = viewer_schemas()};
  info.schemas.insert(info.schemas.end(), schemas.begin(), schemas.end());
  return http::openapi_document(described, info);
}

}  // namespace matinee::api
