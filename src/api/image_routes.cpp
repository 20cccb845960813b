#include "api/image_routes.h"

#include <utility>

#include "api/route_parts.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

constexpr std::size_t kPosterBytesMax = 4 * 1024 * 1024;

Result<http::Response> get_poster(const ControlWorld& world, const http::Request& request,
                                  const Viewer& viewer) {
  const auto id = title_id_of(request.parameter("id"));
  if (!id) return std::unexpected(id.error());
  const auto title = world.titles.find(world.database, *id, viewer.visibility);
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

http::Route poster_route() {
  auto made = repeatable_route(http::Method::get, "/v1/titles/{id}/poster", "getPoster",
                               "The title's poster.", R"({"type":"string","format":"binary"})");
  made.response_type = "image/jpeg";
  made.problem_statuses = {404};
  made.query = {{.name = "v", .summary = "begin of the poster's id: the answer may be kept"}};
  return made;
}

}  // namespace

void add_image_routes(http::Router& router, const ControlWorld& world) {
  router.add(poster_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_poster(world, request, viewer);
             }));
}

std::vector<http::Route> image_routes() { return {poster_route()}; }

}  // namespace matinee::api
