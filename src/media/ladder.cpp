#include "media/ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/check.h"
#include "media/json_members.h"

namespace matinee::media {
namespace {

// What a 16:9 picture of so many lines is made with. Rates grow slower than the picture, as larger
// pictures have less detail per pixel.
struct Step {
  std::uint32_t lines;
  std::uint32_t crf;
  std::uint64_t maxrate_bps;
};
constexpr std::array<Step, 4> kSteps{
    {{360, 23, 1'000'000}, {480, 23, 1'800'000}, {720, 22, 3'500'000}, {1080, 22, 6'500'000}}};

// A picture that is larger than the last step by this much gets a rung more, of its own size; one
// that is closer gets it in place of that step (but 360 lines are always made).
constexpr double kOwnSizeFactor = 1.15;
// The share of the rate limit that films come to under these settings.
constexpr double kExpectedShare = 0.55;
constexpr std::uint32_t kLongSideMax = 4096;

std::uint32_t even(double size) {
  return static_cast<std::uint32_t>(std::max(2.0, 2 * std::round(size / 2)));
}

// The rate limit of a size that is none of the steps: by area, on the line between its neighbours.
std::uint64_t maxrate_for(double pixels) {
  const auto area = [](const Step& step) { return step.lines * step.lines * 16.0 / 9; };
  if (pixels <= area(kSteps.front())) {
    return static_cast<std::uint64_t>(static_cast<double>(kSteps.front().maxrate_bps) *
                                      std::max(0.1, pixels / area(kSteps.front())));
  }
  for (std::size_t i = 1; i < kSteps.size(); ++i) {
    const double from = area(kSteps[i - 1]);
    const double to = area(kSteps[i]);
    if (pixels > to && i + 1 < kSteps.size()) continue;
    const double part = (pixels - from) / (to - from);
    const auto low = static_cast<double>(kSteps[i - 1].maxrate_bps);
    return static_cast<std::uint64_t>(low +
                                      part * (static_cast<double>(kSteps[i].maxrate_bps) - low));
  }
  return kSteps.back().maxrate_bps;
}

Rung make_rung(std::uint32_t lines, std::uint32_t crf, double scale, std::uint32_t width,
               std::uint32_t height) {
  Rung rung;
  rung.width = even(width * scale);
  rung.height = even(height * scale);
  rung.track_id = fmt::format("v{}", lines);
  rung.crf = crf;
  rung.maxrate_bps = maxrate_for(static_cast<double>(rung.width) * rung.height) / 10'000 * 10'000;
  rung.expected_bps =
      static_cast<std::uint64_t>(static_cast<double>(rung.maxrate_bps) * kExpectedShare);
  return rung;
}

}  // namespace

std::vector<Rung> fixed_ladder(std::uint32_t display_width, std::uint32_t display_height) {
  MATINEE_CHECK(display_width > 0 && display_height > 0);
  const std::uint32_t lines = std::min(display_width, display_height);
  const double long_side = std::max(display_width, display_height);
  const double scale_max = std::min(1.0, kLongSideMax / long_side);
  std::vector<Rung> rungs;
  for (const Step& step : kSteps) {
    const double scale = static_cast<double>(step.lines) / lines;
    if (scale > scale_max) break;
    rungs.push_back(make_rung(step.lines, step.crf, scale, display_width, display_height));
  }
  const double top = rungs.empty() ? 0 : std::min(rungs.back().width, rungs.back().height);
  if (lines * scale_max > top && top < kSteps.back().lines) {
    const bool close = lines * scale_max <= top * kOwnSizeFactor;
    if (close && rungs.size() == 1) return rungs;
    if (close) rungs.pop_back();
    const auto own = static_cast<std::uint32_t>(lines * scale_max);
    const std::uint32_t crf = own > 600 ? 22 : 23;
    rungs.push_back(make_rung(std::max(own, 2U), crf, scale_max, display_width, display_height));
  }
  return rungs;
}

Json to_json(const Rung& rung) {
  return Json{{"track_id", rung.track_id},       {"width", rung.width},
              {"height", rung.height},           {"crf", rung.crf},
              {"maxrate_bps", rung.maxrate_bps}, {"expected_bps", rung.expected_bps}};
}

Result<Rung> parse_rung(const Json& json) {
  Rung rung;
  detail::Members<Json> in(json);
  in.read("track_id", rung.track_id);
  in.read("width", rung.width);
  in.read("height", rung.height);
  in.read("crf", rung.crf);
  in.read("maxrate_bps", rung.maxrate_bps);
  in.read("expected_bps", rung.expected_bps);
  if (rung.track_id.empty() || rung.width == 0 || rung.height == 0) {
    in.wrong("rung", "must have track_id, width and height");
  }
  return detail::done(in, std::move(rung));
}

}  // namespace matinee::media
