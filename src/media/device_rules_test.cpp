// Goal: a device is offered what it can use, and never nothing.
#include "media/device_rules.h"

#include <gtest/gtest.h>

#include "media/hls.h"

namespace matinee::media {
namespace {

Track video(const std::string& id, const std::string& codec, std::uint32_t height) {
  Track track;
  track.track_id = id;
  track.kind = "video";
  track.codec = codec;
  track.height = height;
  track.width = height * 16 / 9;
  return track;
}

Track audio(const std::string& id, const std::string& codec) {
  Track track;
  track.track_id = id;
  track.kind = "audio";
  track.codec = codec;
  return track;
}

Package package() {
  Package made;
  made.tracks = {video("v360", "avc1.64001e", 360),
                 video("v1080", "avc1.640028", 1080),
                 video("w2160", "av01.0.13M.10.0.110.09.16.09.0", 2160),
                 video("w1080", "av01.0.08M.08", 1080),
                 audio("a", "mp4a.40.2"),
                 audio("s", "ec-3")};
  made.captions = {{"de", "Deutsch", "subtitles", "", "", {}}};
  return made;
}

using Ids = std::vector<std::string>;

Ids offered(const DeviceFacts& device, const Package& of = package()) {
  const DeviceFit fit = fit_to_device(of, device);
  Ids ids;
  for (const Track& track : fit.package.tracks) ids.push_back(track.track_id);
  for (const CaptionTrack& captions : fit.package.captions) ids.push_back(captions.language);
  EXPECT_EQ(ids.size() + fit.reasons.size(), of.tracks.size() + of.captions.size());
  return ids;
}

TEST(DeviceRules, Fit) {
  struct Case {
    const char* name;
    DeviceFacts device;
    Ids offered;
  };
  const Ids all{"v360", "v1080", "w2160", "w1080", "a", "s", "de"};
  for (const Case& each : std::vector<Case>{
           {"nothing said", {}, all},
           {"codecs", {.codecs = {"avc1", "mp4a.40"}}, {"v360", "v1080", "a", "de"}},
           {"a level of a codec", {.codecs = {"avc1.64001e", "mp4a"}}, {"v360", "a", "de"}},
           {"no codec of ours: all stay", {.codecs = {"theora"}}, all},
           {"no sound of ours: all sound stays",
            {.codecs = {"avc1"}},
            {"v360", "v1080", "a", "s", "de"}},
           {"height", {.height_max = 1080}, {"v360", "v1080", "w1080", "a", "s", "de"}},
           {"lower than all: the lowest stays", {.height_max = 240}, {"v360", "a", "s", "de"}},
           {"no HDR", {.hdr = false}, {"v360", "v1080", "w1080", "a", "s", "de"}},
           {"HDR", {.hdr = true}, all},
           {"WebVTT", {.caption_formats = {"imsc", "vtt"}}, all},
           {"other captions",
            {.caption_formats = {"imsc"}},
            {"v360", "v1080", "w2160", "w1080", "a", "s"}},
           {"all at once",
            {.codecs = {"av01", "ec-3"}, .height_max = 720, .hdr = false},
            {"w1080", "s", "de"}},
       }) {
    EXPECT_EQ(offered(each.device), each.offered) << each.name;
  }
}

TEST(DeviceRules, ManifestsOfAFitNameOnlyWhatIsOffered) {
  const auto fit = fit_to_device(package(), {.codecs = {"avc1", "mp4a"}, .height_max = 720});
  const std::string playlist = hls_multivariant(fit.package);
  EXPECT_NE(playlist.find("RESOLUTION=640x360"), std::string::npos);
  EXPECT_EQ(playlist.find("1080"), std::string::npos);
  EXPECT_EQ(playlist.find("ec-3"), std::string::npos);
  EXPECT_EQ(fit.reasons, (Ids{"w2160: the device does not decode av01.0.13M.10.0.110.09.16.09.0",
                              "w1080: the device does not decode av01.0.08M.08",
                              "s: the device does not decode ec-3",
                              "v1080: 1080 lines are more than the 720 of the device"}));
}

TEST(DeviceRules, BothMustAgree) {
  const DeviceFacts both =
      agreed({.codecs = {"avc1", "av01", "mp4a.40.2"}, .height_max = 2160},
             {.codecs = {"avc1.64", "mp4a"}, .height_max = 1080, .hdr = false});
  EXPECT_EQ(both.codecs, (Ids{"mp4a.40.2", "avc1.64"}));
  EXPECT_EQ(both.height_max, 1080U);
  EXPECT_EQ(both.hdr, false);
  EXPECT_EQ(agreed({}, {.height_max = 720}).height_max, 720U);
  EXPECT_EQ(agreed({.hdr = true}, {}).hdr, true);
  EXPECT_FALSE(agreed({}, {}).hdr.has_value());
}

TEST(DeviceRules, KnowsHdrFromTheCodec) {
  for (const char* codec :
       {"vp09.02.10.10.01.09.16.09.01", "av01.0.04M.10.0.112.09.18.09.0", "dvh1.05.06"}) {
    EXPECT_TRUE(is_hdr(codec)) << codec;
  }
  for (const char* codec : {"", "avc1.64001e", "hvc1.2.4.L153.B0", "vp09.02.10.10", "vp09.00.10.08",
                            "av01.0.04M.10.0.112.01.01.01.0"}) {
    EXPECT_FALSE(is_hdr(codec)) << codec;
  }
}

}  // namespace
}  // namespace matinee::media
