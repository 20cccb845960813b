#pragma once
// media/device_rules: which rungs, sound and captions of a package a device is offered.
// Pure; for the multivariant playlist and the MPD of one play.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/package.h"

namespace matinee::media {

/// What a device can do. An empty list, 0 or nothing: not said, so it takes away nothing.
struct DeviceFacts {
  std::vector<std::string> codecs{};           // RFC 6381 beginnings: "avc1", "avc1.64", "mp4a.40"
  std::uint32_t height_max = 0;                // of a picture that it decodes and shows
  std::optional<bool> hdr{};                   // shows high dynamic range
  std::vector<std::string> caption_formats{};  // "vtt"; packages have no others
};

/// What both say it can: a client's word counts only as far as what was detected of it agrees.
DeviceFacts agreed(const DeviceFacts& declared, const DeviceFacts& detected);

/// Whether the codec's own parameters say PQ or HLG: VP9 and AV1 tell, Dolby Vision is; of H.264
/// and H.265 nothing is known here, which counts as not. Source: RFC 6381 bindings of VP9 and AV1.
bool is_hdr(std::string_view codec);

struct DeviceFit {
  Package package;                   // the same objects, fewer tracks and captions
  std::vector<std::string> reasons;  // one for each that was left out
};

/// Leaves out what the device cannot use. A rule that would leave no picture, or no sound where
/// there is some, is not applied: a player that tries may still succeed; of rungs that are all too
/// high the lowest stays.
DeviceFit fit_to_device(const Package& package, const DeviceFacts& device);

}  // namespace matinee::media
