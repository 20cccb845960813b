// Goal: FFmpeg, which nobody here wrote, decodes what we package to the same frames at the same
// times as the source, by way of HLS and of DASH. Needs the ffmpeg and ffprobe programs.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "base/json.h"
#include "media/cmaf.h"
#include "media/encode_plan.h"
#include "media/hls.h"
#include "media/packager.h"
#include "media/test_streams.h"
#include "media/track_index.h"

namespace matinee::media {
namespace {

namespace fs = std::filesystem;

// What a shell command prints; a command that fails fails the test.
std::string run(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(("exec </dev/null; ulimit -t 60; " + command).c_str(), "r");
  if (!pipe) return output;
  std::array<char, 4096> buffer{};
  while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  EXPECT_EQ(::pclose(pipe), 0) << command << "\n" << output;
  return output;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_file(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class SlowPackagedOutput : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "matinee-media-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    ASSERT_EQ(std::system("ffmpeg -version >/dev/null 2>&1 && ffprobe -version >/dev/null 2>&1"), 0)
        << "this test needs ffmpeg and ffprobe (Debian package ffmpeg)";
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return "'" + (folder_ / name).string() + "'";
  }

  // A source with reordered frames, key frames every 2 s, NTSC film rate, and AAC with its priming.
  void make_source() {
    run("ffmpeg -v error -f lavfi -i testsrc2=size=320x180:rate=24000/1001 -f lavfi -i "
        "sine=frequency=440:sample_rate=48000 -t 21 -c:v libx264 -preset veryfast -threads 1 -bf 3 "
        "-g 48 -keyint_min 48 -sc_threshold 0 -pix_fmt yuv420p -c:a aac -ac 2 -b:a 64k " +
        path("source.mp4"));
    source_ = read_file(folder_ / "source.mp4");
  }

  // The samples of a stream, as matinee-codec would write them.
  std::string samples_of(const std::string& stream, SampleFileHeader header) {
    const Json packets =
        parse_json(run("ffprobe -v error -select_streams " + stream +
                       " -show_entries packet=pts,dts,duration,size,pos,flags -of json " +
                       path("source.mp4")))
            .value()["packets"];
    std::ostringstream out;
    auto writer = SampleFileWriter::create(out, header).value();
    for (const Json& packet : packets) {
      const auto number = [&](const char* name) {
        return std::stoll(packet[name].is_string() ? packet[name].get<std::string>()
                                                   : packet[name].dump());
      };
      const std::string_view data = std::string_view(source_).substr(
          static_cast<std::size_t>(number("pos")), static_cast<std::size_t>(number("size")));
      EXPECT_TRUE(writer.write({.pts = number("pts"),
                                .dts = number("dts"),
                                .duration = static_cast<std::uint32_t>(number("duration")),
                                .key = packet["flags"].get<std::string>().starts_with("K")},
                               {reinterpret_cast<const unsigned char*>(data.data()), data.size()}));
    }
    EXPECT_TRUE(writer.finish());
    return out.str();
  }

  SampleFileHeader source_video_header() {
    const ByteView file(reinterpret_cast<const unsigned char*>(source_.data()), source_.size());
    const Box avc1 = find_box(file, "moov/trak/mdia/minf/stbl/stsd/avc1").value();
    SampleFileHeader header = testing::video_header();
    header.codec_string = "avc1.64000d";
    header.timescale = 24000;
    header.width = 320;
    header.height = 180;
    const auto inside = read_boxes(avc1.body.subspan(78)).value();
    for (const Box& box : inside) {
      if (box.type == "avcC") header.config.assign(box.body.begin(), box.body.end());
    }
    return header;
  }

  // Packages a stream and stores its objects and media playlist under made-up ids.
  Track store(const std::string& file, std::string track_id,
              const std::vector<std::int64_t>& idr_ms, char digit) {
    auto packaged = testing::package(file, idr_ms);
    EXPECT_TRUE(packaged.has_value()) << packaged.error().message;
    const std::string init(64, digit);
    const std::string media(64, static_cast<char>(digit + 1));
    const std::string playlist(64, static_cast<char>(digit + 2));
    Track track = make_track(std::move(track_id), packaged->stream, init, media);
    track.playlist = playlist;
    const std::string type = track.is_video() ? "video/mp4" : "audio/mp4";
    write_file(folder_ / object_uri(init, type), text_of(packaged->stream.init));
    write_file(folder_ / object_uri(media, type), text_of(packaged->object));
    write_file(folder_ / object_uri(playlist, "application/vnd.apple.mpegurl"),
               hls_media_playlist(track));
    return track;
  }

  // Time since the first and digest of every decoded frame; readers move the zero, never the gaps.
  std::string frames(const std::string& input, const std::string& stream) {
    return run("ffmpeg -v error -i " + path(input) + " -map 0:" + stream +
               " -fps_mode passthrough -copyts -enc_time_base 1/24000 -f framemd5 - "
               "| grep -v '^#' | awk -F, 'NR==1{first=$3} {print $3-first, $6}'");
  }

  fs::path folder_;
  std::string source_;
};

TEST_F(SlowPackagedOutput, DecodesToTheSourcesFramesByHls) {
  make_source();
  const std::vector<std::int64_t> keys =
      choose_idr_ms({0, 2002, 4004, 6006, 8008, 10010, 12012, 14014, 16016, 18018, 20020}, 21'000);
  Package package;
  package.title_id = std::string(32, '1');
  package.duration_ms = 21'000;
  const SampleFileHeader video = source_video_header();
  package.tracks.push_back(store(samples_of("v:0", video), "v180", keys, '1'));
  package.tracks.push_back(store(samples_of("a:0", testing::audio_header()), "a1", keys, '5'));
  EXPECT_EQ(package.tracks[0].segments[1].start, 4004U * 24);
  EXPECT_EQ(package.tracks[0].frame_rate_num, 24000U);
  EXPECT_EQ(package.tracks[0].frame_rate_den, 1001U);
  write_file(folder_ / "main.m3u8", hls_multivariant(package));

  const std::string expected = frames("source.mp4", "v:0");
  EXPECT_EQ(std::ranges::count(expected, '\n'), 503);
  EXPECT_EQ(frames("main.m3u8", "v:0"), expected);
  const std::string sound =
      run("ffprobe -v error -select_streams a:0 -show_entries packet=pts_time -of csv=p=0 " +
          path("main.m3u8"));
  EXPECT_EQ(sound.substr(0, 8), "0.000000");
  EXPECT_EQ(run("ffmpeg -v warning -i " + path("main.m3u8") + " -f null - 2>&1"), "");
}

TEST_F(SlowPackagedOutput, JoinedChunksDecodeLikeOneStream) {
  make_source();
  const SampleFileHeader header = source_video_header();
  const std::string whole = samples_of("v:0", header);
  // The same samples as two chunks, cut at a key frame.
  std::array<std::ostringstream, 2> parts;
  std::istringstream in(whole);
  auto reader = SampleFileReader::open(in).value();
  auto first = SampleFileWriter::create(parts[0], header).value();
  auto second = SampleFileWriter::create(parts[1], header).value();
  Sample sample;
  std::vector<unsigned char> data;
  bool later = false;
  while (reader.next(sample).value()) {
    later = later || (sample.key && sample.pts >= 12'012 * 24);
    ASSERT_TRUE(reader.read_data(sample, data));
    ASSERT_TRUE((later ? second : first).write(sample, data));
  }
  ASSERT_TRUE(first.finish() && second.finish());
  const Track one = store(parts[0].str(), "v180", {0, 4004, 8008}, '1');
  Track two = store(parts[1].str(), "v180", {12'012, 16'016}, '5');
  EXPECT_EQ(read_file(folder_ / (std::string(64, '1') + ".mp4")),
            read_file(folder_ / (std::string(64, '5') + ".mp4")));
  two.init = one.init;  // the object store gives equal bytes one id
  const Track joined = join_chunks(std::vector{one, two}).value();
  write_file(folder_ / "joined.m3u8", hls_media_playlist(joined));
  EXPECT_EQ(frames("joined.m3u8", "v:0"), frames("source.mp4", "v:0"));
}

}  // namespace
}  // namespace matinee::media
