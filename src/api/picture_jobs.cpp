#include "api/picture_jobs.h"

#include "media/thumbnails.h"

namespace matinee::api {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kJpegType = "image/jpeg";
constexpr std::string_view kVttType = "text/vtt";
constexpr std::size_t kImagesMax = 64;  // of one job
constexpr int kNormalWidth = 1'920;

// What pages ask for first, so that it is there before anybody comes.
std::vector<int> likely_widths(const std::string& kind) {
  if (kind == "poster") return {320, 480};
  if (kind == "backdrop") return {480, 1'080};
  return {480};
}

Result<Json> make_image(const Json& image, const JobTools& tools) {
  const auto id = text_member(image, "id");
  const auto path = text_member(image, "path");
  if (!id || !path) return fail(ErrorCode::invalid, "a picture lacks its id or path");
  const auto normal = tools.scratch / (*id + ".picture");
  std::vector<std::string> arguments{
      "image", *path, "--make", "original:" + std::to_string(kNormalWidth) + ":" + normal.string()};
  std::vector<std::pair<int, fs::path>> likely;
  for (const int width : likely_widths(image.value("kind", ""))) {
    likely.emplace_back(width, tools.scratch / (*id + "." + std::to_string(width)));
    arguments.insert(arguments.end(), {"--make", "webp:" + std::to_string(width) + ":" +
                                                     likely.back().second.string()});
  }
  const auto made = tools.codec(arguments);
  if (!made) return std::unexpected(made.error());
  const auto object = tools.put_file(normal);
  if (!object) return std::unexpected(object.error());
  Json json{{"id", *id},
            {"object", *object},
            {"width", (*made)["width"]},
            {"height", (*made)["height"]},
            {"blurhash", (*made)["blurhash"]},
            {"derivatives", Json::array()}};
  for (const auto& [width, file] : likely) {
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    const auto stored = tools.put_file(file);
    if (!stored) return std::unexpected(stored.error());
    json["derivatives"].push_back(
        {{"width", width}, {"format", "webp"}, {"object", *stored}, {"bytes", error ? 0 : bytes}});
    fs::remove(file, error);
  }
  std::error_code error;
  fs::remove(normal, error);
  return json;
}

bool is_the_pictures_fault(ErrorCode code) {
  return code == ErrorCode::invalid || code == ErrorCode::corrupt || code == ErrorCode::not_found ||
         code == ErrorCode::forbidden;
}

}  // namespace

Result<Json> do_poster_job(const Json& payload, const std::string& source, const JobTools& tools) {
  const auto at_ms = integer_member(payload, "at_ms");
  if (!at_ms) return std::unexpected(at_ms.error());
  const auto file = tools.scratch / "poster.jpg";
  const auto done =
      tools.codec({"poster", source, "--at-ms", std::to_string(*at_ms), "--out", file.string()});
  if (!done) return std::unexpected(done.error());
  const auto width = integer_member(*done, "width");
  const auto height = integer_member(*done, "height");
  if (!width || !height) return fail(ErrorCode::corrupt, "the codec made a poster without a size");
  // A poster without its blurhash is still a poster.
  const auto seen = tools.codec({"image", file.string()});
  const auto blurhash = seen ? text_member(*seen, "blurhash") : Result<std::string>("");
  const auto object = tools.put_file(file);
  if (!object) return std::unexpected(object.error());
  Json json = media::to_json(media::Poster{*object, static_cast<std::uint32_t>(*width),
                                           static_cast<std::uint32_t>(*height)});
  json["bytes"] = fs::file_size(file);  // for the publish job, which lists every object's size
  return Json{{"poster", std::move(json)}, {"blurhash", blurhash.value_or("")}};
}

Result<Json> do_artwork_job(const Json& payload, const std::string&, const JobTools& tools) {
  const auto images = payload.value("images", Json::array());
  if (!images.is_array() || images.size() > kImagesMax) {
    return fail(ErrorCode::invalid, "an artwork job has a list of at most 64 images");
  }
  Json made = Json::array();
  for (const auto& image : images) {
    auto one = make_image(image, tools);
    if (!one && !is_the_pictures_fault(one.error().code)) return one;
    made.push_back(one ? std::move(*one)
                       : Json{{"id", image.value("id", "")}, {"error", one.error().message}});
  }
  return Json{{"images", std::move(made)}};
}

Result<Json> do_thumbnails_job(const Json& payload, const std::string& source,
                               const JobTools& tools) {
  const auto duration_ms = integer_member(payload, "duration_ms");
  if (!duration_ms || *duration_ms < 0) {
    return fail(ErrorCode::invalid, "a thumbnails job lacks its duration_ms");
  }
  const auto plan = media::plan_thumbnails(*duration_ms);
  const auto made =
      tools.codec({"thumbnails", source, "--duration-ms", std::to_string(*duration_ms), "--out-dir",
                   tools.scratch.string()});
  if (!made) return std::unexpected(made.error());
  const auto width = integer_member(*made, "width");
  const auto height = integer_member(*made, "height");
  if (!width || !height) return fail(ErrorCode::corrupt, "the codec made thumbnails of no size");
  media::Thumbnails thumbnails{.vtt = {},
                               .sheets = {},
                               .every_ms = plan.every_ms,
                               .width = static_cast<std::uint32_t>(*width),
                               .height = static_cast<std::uint32_t>(*height)};
  Json sheet_bytes = Json::array();
  std::vector<std::string> uris;
  std::uint64_t bytes = 0;
  for (std::int64_t i = 0; i < plan.sheets(); ++i) {
    const auto file = tools.scratch / ("sheet" + std::to_string(i) + ".jpg");
    const auto id = tools.put_file(file);
    if (!id) return std::unexpected(id.error());
    uris.push_back(media::object_uri(*id, kJpegType));
    thumbnails.sheets.push_back(*id);
    sheet_bytes.push_back(fs::file_size(file));
    bytes += fs::file_size(file);
  }
  const auto text = media::thumbnails_vtt(plan, *duration_ms, static_cast<int>(*height), uris);
  const auto vtt = tools.put(text);
  if (!vtt) return std::unexpected(vtt.error());
  thumbnails.vtt = *vtt;
  Json json = media::to_json(thumbnails);
  json["bytes"] = bytes + text.size();
  json["vtt_bytes"] = text.size();
  json["sheet_bytes"] = std::move(sheet_bytes);
  return Json{{"thumbnails", std::move(json)}};
}

Result<void> publish_thumbnails(const Json& payload, media::Package& package) {
  if (!payload.contains("thumbnails") || !payload["thumbnails"].is_object()) return {};
  const auto& json = payload["thumbnails"];
  auto thumbnails = media::parse_thumbnails(json);
  if (!thumbnails) return std::unexpected(thumbnails.error());
  const auto vtt_bytes = integer_member(json, "vtt_bytes");
  const auto sheet_bytes = json.value("sheet_bytes", Json::array());
  if (!vtt_bytes || !sheet_bytes.is_array() || sheet_bytes.size() != thumbnails->sheets.size()) {
    return fail(ErrorCode::invalid, "the thumbnails lack the sizes of their objects");
  }
  package.objects[thumbnails->vtt] = {static_cast<std::uint64_t>(*vtt_bytes),
                                      std::string(kVttType)};
  for (std::size_t i = 0; i < thumbnails->sheets.size(); ++i) {
    if (!sheet_bytes[i].is_number_unsigned()) {
      return fail(ErrorCode::invalid, "the thumbnails lack the sizes of their objects");
    }
    package.objects[thumbnails->sheets[i]] = {sheet_bytes[i].get<std::uint64_t>(),
                                              std::string(kJpegType)};
  }
  package.thumbnails = std::move(*thumbnails);
  return {};
}

}  // namespace matinee::api
