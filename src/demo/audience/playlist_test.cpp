// Goal: the audience finds in this service's playlists what to fetch, and nothing in anything else.
#include "demo/audience/playlist.h"

#include <gtest/gtest.h>

namespace matinee::demo {
namespace {

constexpr std::string_view kMaster =
    "#EXTM3U\n#EXT-X-VERSION:7\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"Deutsch, ja\",LANGUAGE=\"de\",URI=\"de.m3u8\"\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English\",DEFAULT=YES,URI=\"en.m3u8\"\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS=\"avc1,mp4a\",RESOLUTION=640x360\nlow.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=2900000,CODECS=\"avc1,mp4a\",RESOLUTION=1280x720\nhigh.m3u8\n";

TEST(Playlist, ChoosesWhatADeviceTakes) {
  const Master master = parse_master(kMaster);
  ASSERT_EQ(master.variants.size(), 2U);
  EXPECT_EQ(master.audio_uri, "en.m3u8");
  EXPECT_EQ(choose_variant(master, 1080)->uri, "high.m3u8");
  EXPECT_EQ(choose_variant(master, 719)->uri, "low.m3u8");
  EXPECT_EQ(choose_variant(master, 100)->uri, "low.m3u8") << "better than none";
  EXPECT_EQ(choose_variant(master, 719)->bandwidth_bps, 900'000);
}

TEST(Playlist, FindsPartsByPosition) {
  const Media media = parse_media(
      "#EXTM3U\n#EXT-X-MAP:URI=\"o\",BYTERANGE=\"700@0\"\n#EXTINF:4.000,\n"
      "#EXT-X-BYTERANGE:1000@700\no\n#EXTINF:2.5,\n#EXT-X-BYTERANGE:500@1700\no\n#EXT-X-ENDLIST\n");
  ASSERT_TRUE(media.init);
  EXPECT_EQ(media.init->bytes, 700);
  ASSERT_EQ(media.parts.size(), 2U);
  EXPECT_EQ(media.parts[1].offset, 1'700);
  EXPECT_EQ(media.parts[1].duration_ms, 2'500);
  EXPECT_EQ(part_at(media, 3'999), 0U);
  EXPECT_EQ(part_at(media, 4'000), 1U);
  EXPECT_EQ(part_at(media, 6'500), 2U);
}

TEST(Playlist, AnythingElseIsEmpty) {
  for (const std::string_view text :
       {"", "\n\n", "#EXT-X-STREAM-INF:", "#EXT-X-STREAM-INF:RESOLUTION=x\n", "#EXTINF:x",
        "#EXT-X-MEDIA:TYPE=AUDIO", "#EXT-X-MAP:URI=\"", "#EXT-X-BYTERANGE:@"}) {
    EXPECT_TRUE(parse_master(text).variants.empty()) << text;
    EXPECT_TRUE(parse_media(text).parts.empty()) << text;
  }
}

}  // namespace
}  // namespace matinee::demo
