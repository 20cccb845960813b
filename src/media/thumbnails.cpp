#include "media/thumbnails.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"

namespace matinee::media {
namespace {

std::string time_text(std::int64_t ms) {
  return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1'000 % 60,
                     ms % 1'000);
}

}  // namespace

ThumbnailPlan plan_thumbnails(std::int64_t duration_ms) {
  MATINEE_CHECK(duration_ms >= 0);
  ThumbnailPlan plan;
  plan.every_ms = duration_ms < 120'000 ? 2'000 : duration_ms < 600'000 ? 5'000 : 10'000;
  const auto most = (duration_ms + kThumbnailsMax - 1) / kThumbnailsMax;
  if (most > plan.every_ms) plan.every_ms = (most + 999) / 1'000 * 1'000;
  plan.count = std::max<std::int64_t>(1, (duration_ms + plan.every_ms - 1) / plan.every_ms);
  return plan;
}

std::string thumbnails_vtt(const ThumbnailPlan& plan, std::int64_t duration_ms, int height,
                           std::span<const std::string> uris) {
  MATINEE_CHECK(static_cast<std::int64_t>(uris.size()) == plan.sheets());
  std::string out = "WEBVTT\n";
  for (std::int64_t i = 0; i < plan.count; ++i) {
    const std::int64_t from_ms = i * plan.every_ms;
    const std::int64_t to_ms =
        i + 1 == plan.count ? std::max(duration_ms, from_ms + 1) : from_ms + plan.every_ms;
    const std::int64_t place = i % (kSheetColumns * kSheetRows);
    out += fmt::format("\n{} --> {}\n{}#xywh={},{},{},{}\n", time_text(from_ms), time_text(to_ms),
                       uris[static_cast<std::size_t>(i / (kSheetColumns * kSheetRows))],
                       place % kSheetColumns * kThumbnailWidth, place / kSheetColumns * height,
                       kThumbnailWidth, height);
  }
  return out;
}

}  // namespace matinee::media
