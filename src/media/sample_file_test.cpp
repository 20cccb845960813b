// Goal: a sample file reads back as it was written, and anything else is refused with a reason.
#include "media/sample_file.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace matinee::media {
namespace {

SampleFileHeader video_header() {
  SampleFileHeader header;
  header.codec = "avc1";
  header.codec_string = "avc1.64001e";
  header.timescale = 12800;
  header.width = 640;
  header.height = 360;
  header.sar_num = header.sar_den = 1;
  header.config = {1, 0x64, 0, 0x1e, 0xff, 0xe0, 0};
  return header;
}

std::string two_samples() {
  std::ostringstream out;
  auto writer = SampleFileWriter::create(out, video_header());
  EXPECT_TRUE(writer.has_value());
  const std::vector<unsigned char> data{0, 0, 0, 1, 0x65};
  EXPECT_TRUE(writer->write({.pts = 0, .dts = -512, .duration = 512, .key = true}, data));
  EXPECT_TRUE(writer->write({.pts = 512, .dts = 0, .duration = 512, .key = false}, data));
  EXPECT_TRUE(writer->finish());
  return out.str();
}

Result<std::vector<Sample>> read_all(const std::string& bytes) {
  std::istringstream in(bytes);
  auto reader = SampleFileReader::open(in);
  if (!reader) return std::unexpected(reader.error());
  std::vector<Sample> samples;
  for (;;) {
    Sample sample;
    auto more = reader->next(sample);
    if (!more) return std::unexpected(more.error());
    if (!*more) return samples;
    samples.push_back(sample);
  }
}

TEST(SampleFile, ReadsBackWhatWasWritten) {
  std::istringstream in(two_samples());
  auto reader = SampleFileReader::open(in);
  ASSERT_TRUE(reader.has_value()) << reader.error().message;
  EXPECT_EQ(reader->header(), video_header());
  Sample first;
  Sample second;
  ASSERT_TRUE(reader->next(first).value());
  ASSERT_TRUE(reader->next(second).value());
  EXPECT_EQ(first.dts, -512);
  EXPECT_TRUE(first.key);
  EXPECT_FALSE(second.key);
  std::vector<unsigned char> data;
  ASSERT_TRUE(reader->read_data(first, data));
  EXPECT_EQ(data, (std::vector<unsigned char>{0, 0, 0, 1, 0x65}));
  EXPECT_FALSE(reader->next(first).value());
}

TEST(SampleFile, RefusesEveryTruncation) {
  const std::string whole = two_samples();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto samples = read_all(whole.substr(0, length));
    ASSERT_FALSE(samples.has_value()) << length;
    EXPECT_EQ(samples.error().code, ErrorCode::corrupt);
  }
  EXPECT_FALSE(read_all(whole + "x").has_value());
}

TEST(SampleFile, RefusesHeadersBeyondTheLimits) {
  const auto refused = [](auto change) {
    SampleFileHeader header = video_header();
    change(header);
    std::ostringstream out;
    return !SampleFileWriter::create(out, header).has_value();
  };
  EXPECT_TRUE(refused([](auto& h) { h.codec = "hvc1"; }));
  EXPECT_TRUE(refused([](auto& h) { h.codec_string = "avc1.\"x"; }));
  EXPECT_TRUE(refused([](auto& h) { h.timescale = 0; }));
  EXPECT_TRUE(refused([](auto& h) { h.width = 20000; }));
  EXPECT_TRUE(refused([](auto& h) { h.sar_den = 0; }));
  EXPECT_TRUE(refused([](auto& h) { h.config.clear(); }));
  EXPECT_TRUE(refused([](auto& h) { h.codec = "mp4a"; }));
  EXPECT_FALSE(refused([](auto&) {}));
}

}  // namespace
}  // namespace matinee::media
