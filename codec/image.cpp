#include "image.h"

#include <fmt/format.h>
#include <vips/vips.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>

#include "arguments.h"
#include "media/blurhash.h"

namespace matinee::codec {
namespace {

constexpr int kBlurhashSide = 32;
constexpr int kWebpQuality = 78;
constexpr int kWebpEffort = 2;  // of 0..6
constexpr int kJpegQuality = 82;
constexpr int kAvifQuality = 58;
constexpr int kAvifEffort = 0;  // of 0..9: the least
constexpr int kOriginalQuality = 90;
// Ringed by nothing of a picture: JPEG knows no transparency.
constexpr double kBackground = 0;

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Image = std::unique_ptr<VipsImage, Unref>;

std::unexpected<Error> vips_fail(ErrorCode code, const std::string& what) {
  std::string why = vips_error_buffer();
  vips_error_clear();
  while (!why.empty() && (why.back() == '\n' || why.back() == ' ')) why.pop_back();
  std::ranges::replace(why, '\n', ';');
  return fail(code, what + (why.empty() ? "" : ": " + why));
}

enum class Kind { jpeg, png, webp, avif };

Result<Kind> kind_of(std::span<const unsigned char> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (text.starts_with("\xFF\xD8\xFF")) return Kind::jpeg;
  if (text.starts_with(std::string_view("\x89PNG\r\n\x1A\n", 8))) return Kind::png;
  if (text.starts_with("RIFF") && text.substr(0, 12).ends_with("WEBP")) return Kind::webp;
  if (text.size() > 12 && text.substr(4, 8) == "ftypavif") return Kind::avif;
  return fail(ErrorCode::invalid, "this is no JPEG, PNG, WebP or AVIF picture");
}

// A header only; pixels are read when they are asked for.
Result<Image> open_image(std::span<const unsigned char> file, Kind kind) {
  VipsImage* image = nullptr;
  void* const data = const_cast<unsigned char*>(file.data());  // NOLINT: vips reads only
  int code = 0;
  switch (kind) {
    case Kind::jpeg:
      code = vips_jpegload_buffer(data, file.size(), &image, nullptr);
      break;
    case Kind::png:
      code = vips_pngload_buffer(data, file.size(), &image, nullptr);
      break;
    case Kind::webp:
      code = vips_webpload_buffer(data, file.size(), &image, nullptr);
      break;
    case Kind::avif:
      code = vips_heifload_buffer(data, file.size(), &image, nullptr);
      break;
  }
  if (code != 0) return vips_fail(ErrorCode::corrupt, "reading the picture");
  return Image(image);
}

Result<void> check_size(const VipsImage& image) {
  const std::int64_t width = image.Xsize;
  const std::int64_t height = image.Ysize;
  if (width < 1 || height < 1 || width > kImageSideMax || height > kImageSideMax ||
      width * height > kImagePixelsMax) {
    return fail(ErrorCode::invalid,
                fmt::format("a picture of {} x {} pixels is too large", width, height));
  }
  return {};
}

// Upright, sRGB, 8 bits, in memory: with one decode everything else is made of it.
Result<Image> read_upright(std::span<const unsigned char> file, int width) {
  VipsImage* thumbnail = nullptr;
  void* const data = const_cast<unsigned char*>(file.data());  // NOLINT: vips reads only
  if (vips_thumbnail_buffer(data, file.size(), &thumbnail, width, "height", VIPS_MAX_COORD, "size",
                            VIPS_SIZE_DOWN, "export_profile", "srgb", "intent",
                            VIPS_INTENT_PERCEPTUAL, nullptr) != 0) {
    return vips_fail(ErrorCode::corrupt, "reading the picture");
  }
  const Image lazy(thumbnail);
  VipsImage* plain = nullptr;
  if (vips_colourspace(lazy.get(), &plain, VIPS_INTERPRETATION_sRGB, nullptr) != 0) {
    return vips_fail(ErrorCode::corrupt, "reading the picture's colours");
  }
  const Image coloured(plain);
  VipsImage* eight = nullptr;
  if (vips_cast_uchar(coloured.get(), &eight, nullptr) != 0) {
    return vips_fail(ErrorCode::corrupt, "reading the picture");
  }
  const Image small(eight);
  VipsImage* const memory = vips_image_copy_memory(small.get());
  if (memory == nullptr) return vips_fail(ErrorCode::corrupt, "reading the picture");
  return Image(memory);
}

Result<Image> scaled(VipsImage* image, int width, int height_max, bool exact) {
  VipsImage* out = nullptr;
  if (vips_thumbnail_image(image, &out, width, "height", height_max, "size",
                           exact ? VIPS_SIZE_FORCE : VIPS_SIZE_DOWN, nullptr) != 0) {
    return vips_fail(ErrorCode::unavailable, "scaling the picture");
  }
  return Image(out);
}

Result<Image> without_alpha(VipsImage* image) {
  VipsImage* out = nullptr;
  if (!vips_image_hasalpha(image)) {
    g_object_ref(image);
    return Image(image);
  }
  VipsArrayDouble* const background = vips_array_double_newv(1, kBackground);
  const int code = vips_flatten(image, &out, "background", background, nullptr);
  vips_area_unref(VIPS_AREA(background));
  if (code != 0) return vips_fail(ErrorCode::unavailable, "flattening the picture");
  return Image(out);
}

Result<std::string> blurhash_of(VipsImage* image) {
  const auto components = media::blurhash_components(image->Xsize, image->Ysize);
  auto small = scaled(image, kBlurhashSide, kBlurhashSide, true);
  if (!small) return std::unexpected(small.error());
  auto flat = without_alpha(small->get());
  if (!flat) return std::unexpected(flat.error());
  std::size_t bytes = 0;
  const std::unique_ptr<void, decltype(&g_free)> pixels(
      vips_image_write_to_memory(flat->get(), &bytes), &g_free);
  if (!pixels) return vips_fail(ErrorCode::unavailable, "reading the small picture");
  const auto bands = static_cast<std::size_t>((*flat)->Bands);
  constexpr std::size_t kCount = std::size_t{kBlurhashSide} * kBlurhashSide;
  if (bytes != kCount * bands) return fail(ErrorCode::corrupt, "the picture has an odd format");
  const auto* const in = static_cast<const unsigned char*>(pixels.get());
  std::vector<std::uint8_t> rgb;
  rgb.reserve(kCount * 3);
  for (std::size_t i = 0; i < kCount; ++i) {
    for (std::size_t c = 0; c < 3; ++c) rgb.push_back(in[i * bands + (bands >= 3 ? c : 0)]);
  }
  return media::blurhash(rgb, kBlurhashSide, kBlurhashSide, components.columns, components.rows);
}

Result<Json> save(VipsImage* image, const ImageTarget& target) {
  const bool original = target.format == "original";
  const bool alpha = vips_image_hasalpha(image) != 0;
  const std::string format = !original ? target.format : alpha ? "webp" : "jpeg";
  void* data = nullptr;
  std::size_t bytes = 0;
  int code = 0;
  if (format == "webp") {
    code =
        vips_webpsave_buffer(image, &data, &bytes, "Q", original ? kOriginalQuality : kWebpQuality,
                             "effort", kWebpEffort, "strip", TRUE, nullptr);
  } else if (format == "avif") {
    code = vips_heifsave_buffer(image, &data, &bytes, "Q", kAvifQuality, "compression",
                                VIPS_FOREIGN_HEIF_COMPRESSION_AV1, "effort", kAvifEffort, "strip",
                                TRUE, nullptr);
  } else {
    const auto flat = without_alpha(image);
    if (!flat) return std::unexpected(flat.error());
    code = vips_jpegsave_buffer(flat->get(), &data, &bytes, "Q",
                                original ? kOriginalQuality : kJpegQuality, "optimize_coding", TRUE,
                                "interlace", TRUE, "strip", TRUE, nullptr);
  }
  if (code != 0) return vips_fail(ErrorCode::unavailable, "writing a " + format + " picture");
  const std::unique_ptr<void, decltype(&g_free)> owner(data, &g_free);
  target.out->write(static_cast<const char*>(data), static_cast<std::streamsize>(bytes));
  if (!*target.out) return fail(ErrorCode::unavailable, "writing a picture: the disk may be full");
  return Json{
      {"format", format}, {"width", image->Xsize}, {"height", image->Ysize}, {"bytes", bytes}};
}

}  // namespace

Result<ImageOption> parse_image_option(const std::string& text) {
  const auto first = text.find(':');
  const auto second = first == std::string::npos ? first : text.find(':', first + 1);
  if (second == std::string::npos || second + 1 == text.size()) {
    return fail(ErrorCode::invalid, "\"" + text + "\" is not FORMAT:WIDTH:PATH");
  }
  ImageOption option;
  option.target.format = text.substr(0, first);
  option.path = text.substr(second + 1);
  const auto width = parse_integer(text.substr(first + 1, second - first - 1));
  if (!width || *width < 1 || *width > kImageWidthMax) {
    return fail(ErrorCode::invalid, "pictures are 1 to 1920 pixels wide");
  }
  option.target.width = static_cast<int>(*width);
  for (const std::string_view known : {"webp", "jpeg", "avif", "original"}) {
    if (option.target.format == known) return option;
  }
  return fail(ErrorCode::invalid, "pictures are made as webp, jpeg, avif or original");
}

Result<void> prepare_images() {
  if (vips_init("matinee-codec") != 0) {
    return vips_fail(ErrorCode::unavailable, "starting libvips");
  }
  // Its warnings are about what the result already says.
  g_log_set_handler(
      "VIPS", G_LOG_LEVEL_WARNING, [](const char*, GLogLevelFlags, const char*, void*) {}, nullptr);
  // One thread: the pool of children is what makes use of more processors.
  vips_concurrency_set(1);
  vips_cache_set_max(0);
  vips_leak_set(FALSE);
  vips_operation_block_set("VipsForeignLoad", TRUE);
  for (const char* const loader : {"VipsForeignLoadJpeg", "VipsForeignLoadPng",
                                   "VipsForeignLoadWebp", "VipsForeignLoadHeif"}) {
    vips_operation_block_set(loader, FALSE);
  }
  return {};
}

Result<Json> make_images(std::span<const unsigned char> file,
                         std::span<const ImageTarget> targets) {
  if (file.size() > kImageBytesMax) {
    return fail(ErrorCode::invalid, "the picture's file is too large");
  }
  const auto kind = kind_of(file);
  if (!kind) return std::unexpected(kind.error());
  const auto header = open_image(file, *kind);
  if (!header) return std::unexpected(header.error());
  if (auto checked = check_size(**header); !checked) return std::unexpected(checked.error());
  const bool on_its_side = vips_image_get_orientation(header->get()) >= 5;
  const int own_width = on_its_side ? (*header)->Ysize : (*header)->Xsize;
  const int own_height = on_its_side ? (*header)->Xsize : (*header)->Ysize;

  int widest = kBlurhashSide * 2;
  for (const auto& target : targets) widest = std::max(widest, target.width);
  const auto upright = read_upright(file, std::min(widest, kImageWidthMax));
  if (!upright) return std::unexpected(upright.error());
  const auto hash = blurhash_of(upright->get());
  if (!hash) return std::unexpected(hash.error());

  Json made = Json::array();
  for (const auto& target : targets) {
    const auto image = scaled(upright->get(), target.width, VIPS_MAX_COORD, false);
    if (!image) return std::unexpected(image.error());
    auto saved = save(image->get(), target);
    if (!saved) return saved;
    made.push_back(std::move(*saved));
  }
  const int width = std::min(own_width, kImageWidthMax);
  const auto height = std::max<std::int64_t>(1, std::int64_t{own_height} * width / own_width);
  return Json{{"width", width},
              {"height", height},
              {"alpha", vips_image_hasalpha(upright->get()) != 0},
              {"blurhash", *hash},
              {"made", std::move(made)}};
}

}  // namespace matinee::codec
