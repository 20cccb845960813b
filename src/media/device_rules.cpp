#include "media/device_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace matinee::media {
namespace {

std::string_view part_of(std::string_view codec, std::size_t number) {
  for (; number > 0; --number) {
    const std::size_t dot = codec.find('.');
    if (dot == std::string_view::npos) return {};
    codec.remove_prefix(dot + 1);
  }
  return codec.substr(0, codec.find('.'));
}

bool is_pq_or_hlg(std::string_view transfer) { return transfer == "16" || transfer == "18"; }

// "avc1" covers "avc1.64001e"; an empty list covers everything.
bool covers(const std::vector<std::string>& known, std::string_view codec) {
  return known.empty() || std::ranges::any_of(known, [&](std::string_view begin) {
           return !begin.empty() && codec.starts_with(begin);
         });
}

std::vector<std::string> common(const std::vector<std::string>& a,
                                const std::vector<std::string>& b) {
  if (a.empty()) return b;
  std::vector<std::string> both;
  for (const std::string& each : a) {
    if (covers(b, each)) both.push_back(each);
  }
  // The other way round "avc1" of the one is "avc1.64" of the other.
  for (const std::string& each : b) {
    if (covers(a, each) && std::ranges::find(both, each) == both.end()) both.push_back(each);
  }
  // They agree on nothing: what was said is of no use.
  return both;
}

using Rule = std::function<bool(const Track&)>;

// Leaves out what `keeps` does not keep, unless that were everything of the kind.
void apply(DeviceFit& fit, bool video, const Rule& keeps,
           const std::function<std::string(const Track&)>& reason) {
  auto& tracks = fit.package.tracks;
  const auto is_kept = [&](const Track& track) {
    return track.is_video() != video || keeps(track);
  };
  const auto left = std::ranges::count_if(
      tracks, [&](const Track& track) { return track.is_video() == video && keeps(track); });
  if (left == 0) return;
  for (const Track& track : tracks) {
    if (!is_kept(track)) fit.reasons.push_back(track.track_id + ": " + reason(track));
  }
  std::erase_if(tracks, [&](const Track& track) { return !is_kept(track); });
}

void apply_height(DeviceFit& fit, std::uint32_t height_max) {
  if (height_max == 0) return;
  std::uint32_t lowest = ~0U;
  for (const Track& track : fit.package.tracks) {
    if (track.is_video()) lowest = std::min(lowest, track.height);
  }
  const std::uint32_t limit = std::max(height_max, lowest);
  apply(
      fit, true, [&](const Track& track) { return track.height <= limit; },
      [&](const Track& track) {
        return fmt::format("{} lines are more than the {} of the device", track.height, height_max);
      });
}

}  // namespace

DeviceFacts agreed(const DeviceFacts& declared, const DeviceFacts& detected) {
  DeviceFacts both{.codecs = common(declared.codecs, detected.codecs),
                   .height_max = std::min(declared.height_max, detected.height_max),
                   .hdr = declared.hdr,
                   .caption_formats = common(declared.caption_formats, detected.caption_formats)};
  if (both.height_max == 0) both.height_max = std::max(declared.height_max, detected.height_max);
  if (detected.hdr) both.hdr = declared.hdr.value_or(true) && *detected.hdr;
  return both;
}

bool is_hdr(std::string_view codec) {
  const std::string_view name = part_of(codec, 0);
  if (name == "dvh1" || name == "dvhe" || name == "dav1") return true;
  if (name == "vp09") return is_pq_or_hlg(part_of(codec, 6));
  if (name == "av01") return is_pq_or_hlg(part_of(codec, 7));
  return false;
}

DeviceFit fit_to_device(const Package& package, const DeviceFacts& device) {
  DeviceFit fit{.package = package, .reasons = {}};
  for (const bool video : {true, false}) {
    apply(
        fit, video, [&](const Track& track) { return covers(device.codecs, track.codec); },
        [](const Track& track) { return "the device does not decode " + track.codec; });
  }
  if (device.hdr == false) {
    apply(
        fit, true, [](const Track& track) { return !is_hdr(track.codec); },
        [](const Track&) { return "the device shows no high dynamic range"; });
  }
  apply_height(fit, device.height_max);
  if (!device.caption_formats.empty() &&
      std::ranges::find(device.caption_formats, "vtt") == device.caption_formats.end()) {
    for (const CaptionTrack& captions : fit.package.captions) {
      fit.reasons.push_back("captions " + captions.language + ": the device reads no WebVTT");
    }
    fit.package.captions.clear();
  }
  return fit;
}

}  // namespace matinee::media
