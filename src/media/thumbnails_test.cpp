// Goal: every moment of a title has exactly one thumbnail, and the map says where.
#include "media/thumbnails.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace matinee::media {
namespace {

TEST(Thumbnails, AreCloserTogetherInShortTitles) {
  EXPECT_EQ(plan_thumbnails(0), (ThumbnailPlan{2'000, 1}));
  EXPECT_EQ(plan_thumbnails(119'999), (ThumbnailPlan{2'000, 60}));
  EXPECT_EQ(plan_thumbnails(120'000), (ThumbnailPlan{5'000, 24}));
  EXPECT_EQ(plan_thumbnails(599'999), (ThumbnailPlan{5'000, 120}));
  EXPECT_EQ(plan_thumbnails(600'000), (ThumbnailPlan{10'000, 60}));
  EXPECT_EQ(plan_thumbnails(7'200'001), (ThumbnailPlan{10'000, 721}));
  EXPECT_EQ(plan_thumbnails(7'200'001).sheets(), 8);
  const auto longest = plan_thumbnails(48LL * 3'600'000);
  EXPECT_EQ(longest.every_ms, 87'000);
  EXPECT_LE(longest.count, kThumbnailsMax);
}

TEST(Thumbnails, TheMapCoversTheTitle) {
  const ThumbnailPlan plan = plan_thumbnails(1'011'500);
  ASSERT_EQ(plan.count, 102);
  const std::vector<std::string> uris{"a.jpg", "b.jpg"};
  const auto vtt = thumbnails_vtt(plan, 1'011'500, 90, uris);
  EXPECT_TRUE(vtt.starts_with(
      "WEBVTT\n\n00:00:00.000 --> 00:00:10.000\na.jpg#xywh=0,0,160,90\n\n00:00:10.000 --> "));
  EXPECT_NE(vtt.find("00:16:30.000 --> 00:16:40.000\na.jpg#xywh=1440,810,160,90\n"),
            std::string::npos);
  EXPECT_NE(vtt.find("00:16:40.000 --> 00:16:50.000\nb.jpg#xywh=0,0,160,90\n"), std::string::npos);
  EXPECT_TRUE(vtt.ends_with("00:16:50.000 --> 00:16:51.500\nb.jpg#xywh=160,0,160,90\n"));
}

}  // namespace
}  // namespace matinee::media
