// Goal: a packaged stream has every sample once, at its time, in segments that start where the
// shared list says, and the ranges it reports are the boxes that were written.
#include "media/packager.h"

#include <gtest/gtest.h>

#include <map>

#include "media/test_streams.h"
#include "media/track_index.h"

namespace matinee::media {
namespace {

using testing::audio_frames;
using testing::audio_header;
using testing::package;
using testing::reordered_video;
using testing::sample_file;
using testing::video_header;

std::vector<std::uint64_t> starts(const PackagedStream& stream) {
  std::vector<std::uint64_t> all;
  for (const TrackSegment& segment : stream.segments) all.push_back(segment.start);
  return all;
}

// Every range is one moof and its mdat, the sidx agrees, and the samples come back with their
// times.
std::map<std::int64_t, unsigned char> read_back(const testing::Packaged& packaged) {
  std::map<std::int64_t, unsigned char> data_by_pts;
  const ByteView object = packaged.object;
  EXPECT_EQ(object.size(), packaged.stream.bytes);
  const SegmentIndex index =
      read_segment_index(
          read_boxes(object.first(packaged.stream.segments[0].offset)).value()[0].body)
          .value();
  EXPECT_EQ(index.entries.size(), packaged.stream.segments.size());
  EXPECT_EQ(index.earliest_presentation_time, packaged.stream.segments[0].start);
  for (std::size_t i = 0; i < packaged.stream.segments.size(); ++i) {
    const TrackSegment& segment = packaged.stream.segments[i];
    EXPECT_EQ(index.entries[i].bytes, segment.bytes);
    EXPECT_EQ(index.entries[i].duration, segment.duration);
    const ByteView bytes = object.subspan(segment.offset, segment.bytes);
    const auto boxes = read_boxes(bytes).value();
    EXPECT_EQ(boxes.size(), 2U);
    EXPECT_EQ(boxes[0].type, "moof");
    EXPECT_EQ(boxes[1].type, "mdat");
    const Fragment fragment = read_fragment(boxes[0].body).value();
    EXPECT_EQ(fragment.decode_time, segment.start);
    EXPECT_TRUE(fragment.samples[0].key);
    auto time = static_cast<std::int64_t>(fragment.decode_time);
    std::size_t at = static_cast<std::size_t>(fragment.data_offset);
    for (const FragmentSample& sample : fragment.samples) {
      data_by_pts[time + sample.composition_offset] = bytes[at];
      time += sample.duration;
      at += sample.bytes;
    }
    EXPECT_EQ(at, bytes.size());
    EXPECT_EQ(static_cast<std::uint64_t>(time), segment.start + segment.duration);
  }
  return data_by_pts;
}

TEST(PackageVideo, CutsAtTheListAndKeepsEveryTime) {
  const auto samples = reordered_video(300, 25, 40);  // key frames every second
  const auto packaged = package(sample_file(video_header(), samples), {0, 4000, 8000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  EXPECT_EQ(starts(packaged->stream), (std::vector<std::uint64_t>{0, 4000, 8000}));
  EXPECT_EQ(packaged->stream.frames, 300U);
  EXPECT_EQ(packaged->stream.frame_rate_num, 25U);
  EXPECT_EQ(packaged->stream.frame_rate_den, 1U);
  const auto read = read_back(*packaged);
  ASSERT_EQ(read.size(), samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(read.at(samples[i].pts), static_cast<unsigned char>(i));
  }
}

TEST(PackageVideo, TakesTheFirstFrameAtOrAfterAnEntry) {
  // 24000/1001 frames a second in whole milliseconds; the list was made without knowing the frames.
  std::vector<Sample> samples;
  for (int i = 0; i < 200; ++i) {
    const std::int64_t pts = i * 1001000LL / 24000;
    samples.push_back({.pts = pts,
                       .dts = pts,
                       .duration = 41,
                       .key = i == 0 || i == 96 || i == 192,
                       .bytes = 10});
  }
  const auto packaged = package(sample_file(video_header(), samples), {0, 4000, 8000, 12000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  EXPECT_EQ(starts(packaged->stream), (std::vector<std::uint64_t>{0, 4004, 8008}));
  EXPECT_EQ(packaged->stream.frame_rate_num, 24000U);
  EXPECT_EQ(packaged->stream.frame_rate_den, 1001U);
}

TEST(PackageVideo, PackagesAChunkFromTheMiddle) {
  const auto samples = reordered_video(100, 50, 40, 32'000);
  const auto packaged = package(sample_file(video_header(), samples), {32'000, 34'000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  EXPECT_EQ(starts(packaged->stream), (std::vector<std::uint64_t>{32'000, 34'000}));
  EXPECT_EQ(packaged->stream.segments.back().duration, 2000U);
}

TEST(PackageVideo, SkipsEntriesWithoutFrames) {
  // Nothing is shown for ten seconds: two entries fall into the hole.
  auto samples = reordered_video(25, 25, 40);
  const auto later = reordered_video(25, 25, 40, 11'000);
  samples.insert(samples.end(), later.begin(), later.end());
  const auto packaged = package(sample_file(video_header(), samples), {0, 4000, 8000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  EXPECT_EQ(starts(packaged->stream), (std::vector<std::uint64_t>{0, 11'000}));
  EXPECT_EQ(packaged->stream.segments[0].duration, 11'000U);
  EXPECT_EQ(read_back(*packaged).size(), 50U);
}

TEST(PackageVideo, RefusesWhatWouldNotPlay) {
  const auto refused = [](std::vector<Sample> samples, std::string_view why) {
    const auto packaged = package(sample_file(video_header(), samples), {0, 2000});
    ASSERT_FALSE(packaged.has_value()) << why;
    EXPECT_EQ(packaged.error().code, ErrorCode::invalid);
    EXPECT_NE(packaged.error().message.find(why), std::string::npos) << packaged.error().message;
  };
  refused({}, "no samples");
  refused(reordered_video(100, 100, 40), "no key frame where a segment starts, at 2.");
  auto late = reordered_video(100, 50, 40);
  late.erase(late.begin());
  refused(late, "first frame is no key frame");
  auto open = reordered_video(100, 50, 40);
  std::swap(open[49], open[50]);
  open[50].pts = 1999;
  refused(open, "");
  auto early = reordered_video(10, 10, 40, -40);
  refused(early, "before the title's start");
}

TEST(PackageAudio, LeavesOutPrimingAndStaysAligned) {
  const auto packaged = package(sample_file(audio_header(), audio_frames(400, -1024)), {0, 4000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  EXPECT_EQ(packaged->stream.frames_trimmed, 1U);
  EXPECT_EQ(packaged->stream.frames, 399U);
  // 192000 ticks lie in the middle of a frame: the earlier one is taken.
  EXPECT_EQ(starts(packaged->stream), (std::vector<std::uint64_t>{0, 187 * 1024}));
  const auto read = read_back(*packaged);
  EXPECT_EQ(read.begin()->first, 0);
  EXPECT_EQ(read.begin()->second, 1);
}

TEST(PackageAudio, GoesOnAfterTheVideoEnds) {
  const auto packaged =
      package(sample_file(audio_header(), audio_frames(48'000 * 20 / 1024, 0)), {0, 4000});
  ASSERT_TRUE(packaged.has_value()) << packaged.error().message;
  for (const TrackSegment& segment : packaged->stream.segments) {
    EXPECT_LE(segment.duration, 48'000U * 6 + 1024);
  }
  EXPECT_EQ(read_back(*packaged).size(), 937U);
}

TEST(PackageAudio, RefusesAudioThatGoesBack) {
  auto frames = audio_frames(10, 0);
  std::swap(frames[3].pts, frames[4].pts);
  EXPECT_FALSE(package(sample_file(audio_header(), frames), {0}).has_value());
}

TEST(PackageStream, PassesOnTheSinksError) {
  std::istringstream in(sample_file(audio_header(), audio_frames(10, 0)));
  auto reader = SampleFileReader::open(in);
  const auto packaged = package_stream(*reader, {}, "", [](ByteView) -> Result<void> {
    return fail(ErrorCode::unavailable, "disk full");
  });
  ASSERT_FALSE(packaged.has_value());
  EXPECT_EQ(packaged.error().message, "disk full");
}

TEST(PackageStream, IsDeterministic) {
  const std::string file = sample_file(video_header(), reordered_video(300, 25, 40));
  EXPECT_EQ(package(file, {0, 4000}).value().object, package(file, {0, 4000}).value().object);
}

}  // namespace
}  // namespace matinee::media
