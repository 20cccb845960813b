#include "api/image_routes.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

#include "api/route_parts.h"
#include "api/viewer.h"
#include "base/log.h"
#include "http/accept.h"

namespace matinee::api {
namespace {

constexpr std::size_t kPosterBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kImageBytesMax = 16 * 1024 * 1024;
constexpr std::array kWidths{160, 320, 480, 720, 1080, 1920};
constexpr int kWidthDefault = 720;
constexpr std::chrono::milliseconds kMakePatience{10'000};
constexpr std::chrono::milliseconds kKeepPatience{60'000};
constexpr std::string_view kImmutable = "private, max-age=31536000, immutable";

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

// The smallest width that is at least as wide; the widest for more.
int width_for(int wanted) {
  const auto* const found = std::ranges::lower_bound(kWidths, wanted);
  return found == kWidths.end() ? kWidths.back() : *found;
}

Result<int> width_of(const http::Request& request) {
  const auto text = request.query("w");
  if (!text) return kWidthDefault;
  int width = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), width);
  if (error != std::errc{} || end != text->data() + text->size() || width < 1 || width > 20'000) {
    return fail(ErrorCode::invalid, "w must be a number of pixels from 1 to 20000");
  }
  return width_for(width);
}

std::string content_type_of(std::string_view format) { return "image/" + std::string(format); }

// One request for a picture: which one, how wide, and in which formats it may come.
class ImageRequest {
 public:
  ImageRequest(const ControlWorld& world, const http::Request& request, catalog::Artwork artwork,
               int width)
      : world_(world),
        request_(request),
        artwork_(std::move(artwork)),
        width_(artwork_.width > 0 ? std::min(width, width_for(artwork_.width)) : width),
        formats_(acceptable_image_formats(request.headers.value_of("Accept"))) {}

  Result<http::Response> answer() {
    for (const auto& format : formats_) {
      if (request_.headers.lists("If-None-Match", etag(format)) && is_made(format)) {
        return finished(http::Response::empty(304), format);
      }
      if (auto bytes = kept(format)) return sent(std::move(*bytes), format);
      // The slowest to make is made when nobody waits; until then the next best will do.
      if (format == "avif" && formats_.size() > 1) {
        make_later(format);
        continue;
      }
      auto bytes = made(format);
      if (!bytes) return std::unexpected(bytes.error());
      return sent(std::move(*bytes), format);
    }
    return fail(ErrorCode::not_found, "this picture cannot be had");
  }

 private:
  [[nodiscard]] std::string key(std::string_view format) const {
    return artwork_.id.to_string() + "-" + std::to_string(width_) + "-" + std::string(format);
  }
  [[nodiscard]] std::string etag(std::string_view format) const {
    return "W/\"" + key(format) + "\"";
  }
  [[nodiscard]] Deadline patience(std::chrono::milliseconds most) const {
    return sooner(request_.context.deadline, Deadline::in(world_.clock, most));
  }
  [[nodiscard]] bool is_made(std::string_view format) const {
    return world_.images.recent(key(format)) != nullptr ||
           world_.artworks.derivative(world_.database, artwork_.id, width_, format).has_value();
  }

  // What was made before, from memory or from the origin.
  std::optional<std::string> kept(std::string_view format) {
    if (const auto recent = world_.images.recent(key(format))) return recent->bytes;
    const auto known = world_.artworks.derivative(world_.database, artwork_.id, width_, format);
    if (!known) return std::nullopt;
    auto bytes = world_.read_object(known->object_id, kImageBytesMax, patience(kOriginPatience));
    if (!bytes) return std::nullopt;  // made again then
    return std::move(*bytes);
  }

  Result<std::string> made(const std::string& format) {
    const auto order = order_of(world_, artwork_, width_, format, patience(kOriginPatience));
    if (!order) return std::unexpected(order.error());
    const auto image = world_.images.make(*order, patience(kMakePatience));
    if (!image) {
      if (image.error().code != ErrorCode::invalid && image.error().code != ErrorCode::corrupt) {
        return std::unexpected(image.error());
      }
      log::info("a picture cannot be shown", {{"artwork_id", artwork_.id.to_string()},
                                              {"path", artwork_.source_path},
                                              {"error", image.error().message}});
      static_cast<void>(
          world_.artworks.broken(world_.database, artwork_.id, image.error().message));
      return fail(ErrorCode::not_found, "this picture cannot be shown");
    }
    world_.images.later("keep-" + key(format),
                        [&world = world_, artwork = artwork_, width = width_, image = *image] {
                          keep(world, artwork, width, *image);
                        });
    return (*image)->bytes;
  }

  void make_later(const std::string& format) {
    world_.images.later(key(format), [&world = world_, artwork = artwork_, width = width_, format] {
      const auto order =
          order_of(world, artwork, width, format, Deadline::in(world.clock, kOriginPatience));
      if (!order) return;
      const auto image = world.images.make_quietly(*order);
      if (image) keep(world, artwork, width, **image);
    });
  }

  // From the file while it is what was found; else from the copy at the origin.
  static Result<ImageOrder> order_of(const ControlWorld& world, const catalog::Artwork& artwork,
                                     int width, const std::string& format, Deadline deadline) {
    ImageOrder order;
    order.key = artwork.id.to_string() + "-" + std::to_string(width) + "-" + format;
    order.format = format;
    order.width = width;
    struct stat file{};
    if (!artwork.source_path.empty() && ::stat(artwork.source_path.c_str(), &file) == 0 &&
        file.st_size == artwork.source_bytes) {
      order.source_path = artwork.source_path;
      return order;
    }
    if (artwork.object_id.empty()) return fail(ErrorCode::not_found, "this picture has gone");
    auto bytes = world.read_object(artwork.object_id, kImageBytesMax, deadline);
    if (!bytes) return fail(bytes.error(), "reading a picture");
    order.source_bytes = std::move(*bytes);
    return order;
  }

  static void keep(const ControlWorld& world, const catalog::Artwork& artwork, int width,
                   const MadeImage& image) {
    if (artwork.width == 0) {
      static_cast<void>(
          world.artworks.measured(world.database, artwork.id,
                                  {image.source_width, image.source_height, image.blurhash, ""}));
    }
    const auto object = world.put_object(image.bytes, Deadline::in(world.clock, kKeepPatience));
    if (!object) {
      log::info("a picture is not kept",
                {{"artwork_id", artwork.id.to_string()}, {"error", object.error().message}});
      return;
    }
    static_cast<void>(world.artworks.keep_derivative(
        world.database, artwork.id, {width, image.format, *object, std::ssize(image.bytes)}));
  }

  Result<http::Response> sent(std::string bytes, std::string_view format) const {
    return finished(http::Response::bytes(200, content_type_of(format),
                                          http::SharedBytes::of(std::move(bytes))),
                    format);
  }
  [[nodiscard]] http::Response finished(http::Response response, std::string_view format) const {
    response.headers.set("ETag", etag(format));
    response.headers.set("Vary", "Accept");
    response.headers.set("Cache-Control", kImmutable);
    response.headers.set("X-Content-Type-Options", "nosniff");
    return response;
  }

  const ControlWorld& world_;
  const http::Request& request_;
  catalog::Artwork artwork_;
  int width_;
  std::vector<std::string> formats_;
};

Result<http::Response> get_image(const ControlWorld& world, const http::Request& request,
                                 const Viewer& viewer) {
  const auto id = ArtworkId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no picture has such an id");
  const auto width = width_of(request);
  if (!width) return std::unexpected(width.error());
  auto artwork = world.artworks.find(world.database, *id);
  if (!artwork) return std::unexpected(artwork.error());
  if (!artwork->usable()) return fail(ErrorCode::not_found, "this picture cannot be shown");
  const auto title = world.titles.find(world.database, artwork->title_id, viewer.visibility);
  if (!title) return std::unexpected(title.error());
  return ImageRequest(world, request, std::move(*artwork), *width).answer();
}

http::Route image_route() {
  auto made = repeatable_route(http::Method::get, "/v1/images/{id}", "getImage",
                               "A picture, in one of six widths, as AVIF, WebP or JPEG by Accept.",
                               R"({"type":"string","format":"binary"})");
  made.response_type = "image/jpeg";
  made.problem_statuses = {404};
  made.query = {{.name = "w",
                 .summary = "pixels: the nearest of 160, 320, 480, 720, 1080, 1920 at or above",
                 .schema = R"({"type":"integer","minimum":1,"maximum":20000,"default":720})"}};
  return made;
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

std::vector<std::string> acceptable_image_formats(std::string_view accept) {
  struct Choice {
    std::string format;
    int thousandths;
  };
  std::vector<Choice> choices;
  for (const char* const format : {"avif", "webp", "jpeg"}) {
    const auto liking = http::liking_of(accept, content_type_of(format));
    // Only who names the newer formats is believed to know them; everybody knows JPEG.
    const bool known = liking.named || std::string_view(format) == "jpeg";
    if (known && liking.thousandths > 0) choices.push_back({format, liking.thousandths});
  }
  std::ranges::stable_sort(choices, std::greater{}, &Choice::thousandths);
  std::vector<std::string> formats;
  for (auto& choice : choices) formats.push_back(std::move(choice.format));
  if (formats.empty()) formats.emplace_back("jpeg");
  return formats;
}

void add_image_routes(http::Router& router, const ControlWorld& world) {
  router.add(image_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_image(world, request, viewer);
             }));
  router.add(poster_route(),
             for_viewer(world, [&world](http::Request& request, const Viewer& viewer) {
               return get_poster(world, request, viewer);
             }));
}

std::vector<http::Route> image_routes() { return {image_route(), poster_route()}; }

}  // namespace matinee::api
