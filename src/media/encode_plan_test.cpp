// Goal: for every kind of source the plan is one that can be carried out, and says why it is so.
#include "media/encode_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/random.h"

namespace matinee::media {
namespace {

Probe film(std::uint32_t width, std::uint32_t height, std::int64_t duration_ms = 100'000) {
  Probe probe;
  probe.duration_ms = duration_ms;
  probe.bytes = 50'000'000;
  ProbeVideo video;
  video.codec = "mpeg4";
  video.width = video.display_width = width;
  video.height = video.display_height = height;
  video.frame_rate_num = 24;
  video.frame_rate_den = 1;
  probe.video = {video};
  ProbeAudio audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.channels = 2;
  audio.sample_rate = 48000;
  probe.audio = {audio};
  probe.reason = "the video is mpeg4";
  return probe;
}

Probe safe_film(std::uint32_t width, std::uint32_t height) {
  Probe probe = film(width, height);
  probe.video[0].codec = "h264";
  probe.browser_safe = true;
  for (int at = 0; at < 100'000; at += 2'500) probe.key_frames_ms.push_back(at);
  return probe;
}

std::string sizes(const std::vector<Rung>& rungs) {
  std::string text;
  for (const Rung& rung : rungs) {
    text +=
        rung.track_id + "=" + std::to_string(rung.width) + "x" + std::to_string(rung.height) + " ";
  }
  return text;
}

TEST(Ladder, FitsThePicture) {
  struct Case {
    std::uint32_t width, height;
    const char* rungs;
  };
  for (const Case& each : std::vector<Case>{
           {1920, 1080, "v360=640x360 v480=854x480 v720=1280x720 v1080=1920x1080 "},
           {3840, 2160, "v360=640x360 v480=854x480 v720=1280x720 v1080=1920x1080 "},
           {1280, 720, "v360=640x360 v480=854x480 v720=1280x720 "},
           {854, 480, "v360=640x360 v480=854x480 "},
           {768, 432, "v360=640x360 v432=768x432 "},
           {1920, 800, "v360=864x360 v480=1152x480 v800=1920x800 "},
           {720, 576, "v360=450x360 v480=600x480 v576=720x576 "},
           {640, 360, "v360=640x360 "},
           {640, 368, "v360=626x360 "},
           {320, 240, "v240=320x240 "},
           {177, 99, "v99=178x100 "},
           {1080, 1920, "v360=360x640 v480=480x854 v720=720x1280 v1080=1080x1920 "},
           {2, 2, "v2=2x2 "},
           {1, 1, "v2=2x2 "},
           {16384, 100, "v25=4096x26 "},
       }) {
    EXPECT_EQ(sizes(fixed_ladder(each.width, each.height)), each.rungs)
        << each.width << "x" << each.height;
  }
}

TEST(Ladder, IsEvenRisingAndNeverLarger) {
  SeededRandom random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::uint32_t width = static_cast<std::uint32_t>(1 + random.below(8000));
    const std::uint32_t height = static_cast<std::uint32_t>(1 + random.below(4500));
    const auto rungs = fixed_ladder(width, height);
    ASSERT_FALSE(rungs.empty());
    std::uint64_t rate = 0;
    for (const Rung& rung : rungs) {
      EXPECT_EQ(rung.width % 2 + rung.height % 2, 0U);
      EXPECT_LE(rung.width, width + 1) << width << "x" << height;
      EXPECT_LE(rung.height, height + 1) << width << "x" << height;
      EXPECT_GT(rung.maxrate_bps, rate) << width << "x" << height;
      rate = rung.maxrate_bps;
      EXPECT_EQ(parse_rung(to_json(rung)).value(), rung);
    }
  }
}

TEST(ChooseIdr, TakesKeyFramesNearFourSecondsApart) {
  std::vector<std::int64_t> each_second;
  for (int i = 0; i < 14; ++i) each_second.push_back(i * 1000);
  EXPECT_EQ(choose_idr_ms(each_second, 14'000), (std::vector<std::int64_t>{0, 4000, 8000, 12'000}));
  EXPECT_EQ(choose_idr_ms(each_second, 13'500), (std::vector<std::int64_t>{0, 4000, 8000}));
  EXPECT_EQ(choose_idr_ms({0, 2500, 5000, 7500, 10'000}, 12'500),
            (std::vector<std::int64_t>{0, 5000, 10'000}));
  EXPECT_EQ(choose_idr_ms({0, 10'000, 20'000}, 25'000),
            (std::vector<std::int64_t>{0, 10'000, 20'000}));
  EXPECT_EQ(choose_idr_ms({40, 500, 900, 2100}, 2200), (std::vector<std::int64_t>{40}));
  EXPECT_EQ(choose_idr_ms({0, 3000, 3000, 2000, 7000, 99'000}, 9000),
            (std::vector<std::int64_t>{0, 3000, 7000}));
  EXPECT_TRUE(choose_idr_ms({}, 1000).empty());
}

TEST(ChooseIdr, StaysInTheWindowWhereItCan) {
  SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> keys{0};
    while (keys.back() < 300'000)
      keys.push_back(keys.back() + 40 + static_cast<std::int64_t>(random.below(3900)));
    const auto chosen = choose_idr_ms(keys, keys.back() + 10);
    for (std::size_t i = 1; i < chosen.size(); ++i) {
      EXPECT_GE(chosen[i] - chosen[i - 1], kSegmentMinMs);
      EXPECT_LE(chosen[i] - chosen[i - 1], kSegmentMaxMs);
      EXPECT_TRUE(std::ranges::binary_search(keys, chosen[i]));
    }
  }
}

TEST(CutChunks, CoverTheListOnce) {
  for (const std::int64_t duration : {1LL, 3'999LL, 30'000LL, 35'000LL, 100'000LL, 3'600'000LL}) {
    std::vector<std::int64_t> idr;
    for (std::int64_t at = 0; at < duration; at += 4000) idr.push_back(at);
    const auto chunks = cut_chunks(idr, duration);
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
      EXPECT_EQ(chunks[i].index, i);
      EXPECT_EQ(chunks[i].start_ms, chunks[i].idr_ms.front());
      EXPECT_EQ(chunks[i].end_ms,
                i + 1 < chunks.size() ? chunks[i + 1].start_ms : duration + kChunkTailMs);
      EXPECT_LE(chunks[i].end_ms - chunks[i].start_ms, 44'000);
      all.insert(all.end(), chunks[i].idr_ms.begin(), chunks[i].idr_ms.end());
      EXPECT_EQ(parse_chunk(to_json(chunks[i])).value(), chunks[i]);
    }
    EXPECT_EQ(all, idr) << duration;
  }
  EXPECT_FALSE(parse_chunk(Json{{"start_ms", 5}, {"end_ms", 9}, {"idr_ms", {6}}}).has_value());
}

TEST(PlanEncode, MakesTheFixedLadderOfWhatBrowsersDoNotPlay) {
  const EncodePlan plan = plan_encode(film(1280, 720)).value();
  EXPECT_FALSE(plan.repackage);
  EXPECT_EQ(sizes(plan.rungs), "v360=640x360 v480=854x480 v720=1280x720 ");
  EXPECT_EQ(plan.idr_ms.size(), 25U);
  EXPECT_EQ(plan.chunks.size(), 3U);
  ASSERT_EQ(plan.audio.size(), 1U);
  EXPECT_TRUE(plan.audio[0].is_default);
  EXPECT_FALSE(plan.audio[0].repackage);
  EXPECT_GT(plan.cpu_seconds, 10);
  EXPECT_LT(plan.cpu_seconds, 200);
  EXPECT_GT(plan.bytes, 10'000'000U);
  EXPECT_EQ(plan.reasons.front(), "encoded, as the video is mpeg4");
}

TEST(PlanEncode, RepackagesWhatBrowsersPlay) {
  const EncodePlan plan = plan_encode(safe_film(1280, 720)).value();
  EXPECT_TRUE(plan.repackage);
  EXPECT_EQ(plan.repackaged.track_id, "v720");
  EXPECT_EQ(sizes(plan.rungs), "v360=640x360 v480=854x480 ");
  EXPECT_EQ(plan.idr_ms[1], 5'000);
  EXPECT_TRUE(plan.audio[0].repackage);
  EXPECT_FALSE(plan.chunks.empty());

  const EncodePlan small = plan_encode(safe_film(640, 360)).value();
  EXPECT_TRUE(small.rungs.empty());
  EXPECT_TRUE(small.chunks.empty());
}

TEST(PlanEncode, EncodesASafeSourceWithSparseOrUnknownKeyFrames) {
  Probe sparse = safe_film(640, 360);
  sparse.key_frames_ms = {0, 50'000};
  EXPECT_FALSE(plan_encode(sparse).value().repackage);
  sparse.key_frames_ms.clear();
  EXPECT_FALSE(plan_encode(sparse).value().repackage);
  Probe rotated = safe_film(640, 360);
  rotated.video[0].rotation = 90;
  EXPECT_FALSE(plan_encode(rotated).value().repackage);
}

TEST(PlanEncode, HonoursDisplaySizeAndRotation) {
  Probe anamorphic = film(720, 576);
  anamorphic.video[0].display_width = 1024;
  EXPECT_EQ(sizes(plan_encode(anamorphic).value().rungs),
            "v360=640x360 v480=854x480 v576=1024x576 ");
  Probe turned = film(1280, 720);
  turned.video[0].display_width = turned.video[0].display_height = 0;
  turned.video[0].rotation = -90;
  EXPECT_EQ(plan_encode(turned).value().rungs[0].height, 640U);
}

TEST(PlanEncode, RefusesWhatHasNoUsableVideo) {
  Probe none = film(640, 360);
  none.video.clear();
  EXPECT_EQ(plan_encode(none).error().message, "the source has no video, only audio");
  none.audio.clear();
  EXPECT_EQ(plan_encode(none).error().message, "the source has neither video nor audio");
  Probe cover = film(500, 500);
  cover.video[0].codec = "mjpeg";
  cover.frames = 1;
  EXPECT_EQ(plan_encode(cover).error().code, ErrorCode::invalid);
  EXPECT_FALSE(plan_encode(film(20'000, 360)).has_value());
  EXPECT_FALSE(plan_encode(film(640, 360, 49LL * 3'600'000)).has_value());
  EXPECT_FALSE(plan_encode(film(640, 360, 0)).has_value());
}

TEST(PlanEncode, FindsOutAnUnknownDuration) {
  Probe probe = film(640, 360, 0);
  probe.frames = 48;
  EXPECT_EQ(plan_encode(probe).value().duration_ms, 2000);
  probe.key_frames_ms = {0, 9'000};
  EXPECT_EQ(plan_encode(probe).value().duration_ms, 9'040);
}

TEST(PlanEncode, KeepsAllAudioAndTextCaptions) {
  Probe probe = safe_film(640, 360);
  probe.audio.push_back(probe.audio[0]);
  probe.audio[1].index = 2;
  probe.audio[1].codec = "ac3";
  probe.audio[1].is_default = true;
  probe.captions = {{3, "subrip", "de", true}, {4, "hdmv_pgs_subtitle", "en", false}};
  const EncodePlan plan = plan_encode(probe).value();
  ASSERT_EQ(plan.audio.size(), 2U);
  EXPECT_FALSE(plan.audio[0].is_default);
  EXPECT_TRUE(plan.audio[1].is_default);
  EXPECT_FALSE(plan.audio[1].repackage);
  ASSERT_EQ(plan.captions.size(), 1U);
  EXPECT_EQ(plan.captions[0].stream, 3);
  probe.audio.clear();
  EXPECT_TRUE(plan_encode(probe).value().audio.empty());
}

TEST(Probe, ReadsBackAndRefusesWrongTypes) {
  const Probe probe = safe_film(640, 360);
  const Json json = to_json(probe);
  EXPECT_EQ(to_json(parse_probe(json).value()), json);
  EXPECT_FALSE(parse_probe(Json{{"duration_ms", "long"}}).has_value());
  EXPECT_FALSE(parse_probe(Json{{"duration_ms", -1}}).has_value());
  EXPECT_FALSE(parse_probe(Json{{"key_frames_ms", {9e99}}}).has_value());
  EXPECT_FALSE(parse_probe(Json{{"video", {{{"width", -5}}}}}).has_value());
}

}  // namespace
}  // namespace matinee::media
