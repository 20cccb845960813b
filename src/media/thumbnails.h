#pragma once
// media/thumbnails: small pictures of a whole title on a few sheets, and the WebVTT map that tells
// a player where on which sheet each time is.

#include <cstdint>
#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace matinee::media {

inline constexpr int kThumbnailWidth = 160;
inline constexpr int kSheetColumns = 10;
inline constexpr int kSheetRows = 10;
inline constexpr std::int64_t kThumbnailsMax = 2'000;  // of a title: 20 sheets

/// Thumbnail number i shows the time from i * every_ms on.
struct ThumbnailPlan {
  std::int64_t every_ms = 0;
  std::int64_t count = 0;

  [[nodiscard]] std::int64_t sheets() const {
    constexpr std::int64_t kOnSheet = std::int64_t{kSheetColumns} * kSheetRows;
    return (count + kOnSheet - 1) / kOnSheet;
  }
  bool operator==(const ThumbnailPlan&) const = default;
};

/// Every 10 s; every 5 s under 10 minutes, every 2 s under 2 minutes; farther apart where that
/// would be more than kThumbnailsMax.
ThumbnailPlan plan_thumbnails(std::int64_t duration_ms);

/// The map: one cue a thumbnail, "<uri of its sheet>#xywh=x,y,w,h", sheets filled row by row.
/// `uris` are the sheets' in order; all thumbnails are `height` high.
/// Source: WebVTT; Media Fragments URI 1.0 section 4.2.2.
std::string thumbnails_vtt(const ThumbnailPlan& plan, std::int64_t duration_ms, int height,
                           std::span<const std::string> uris);

}  // namespace matinee::media
