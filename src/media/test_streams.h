#pragma once
// media/test_streams: small sample files made in memory for the module's tests.

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "media/packager.h"
#include "media/sample_file.h"

namespace matinee::media::testing {

inline SampleFileHeader video_header() {
  SampleFileHeader header;
  header.codec = "avc1";
  header.codec_string = "avc1.64001e";
  header.timescale = 1000;
  header.width = 640;
  header.height = 360;
  header.config = {1, 0x64, 0, 0x1e, 0xff, 0xe0, 0};
  return header;
}

inline SampleFileHeader audio_header() {
  SampleFileHeader header;
  header.codec = "mp4a";
  header.codec_string = "mp4a.40.2";
  header.timescale = 48000;
  header.channels = 2;
  header.sample_rate = 48000;
  header.config = {0x11, 0x90};
  return header;
}

/// A sample file of samples whose data are their index, `sample.bytes` times.
inline std::string sample_file(const SampleFileHeader& header, const std::vector<Sample>& samples) {
  std::ostringstream out;
  auto writer = SampleFileWriter::create(out, header);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::vector<unsigned char> data(samples[i].bytes, static_cast<unsigned char>(i));
    if (!writer || !writer->write(samples[i], data)) return {};
  }
  return writer && writer->finish() ? out.str() : std::string();
}

/// Groups of pictures I P B B P B B ..., frames of `frame_ms`, a key frame every `gop` frames.
inline std::vector<Sample> reordered_video(int frames, int gop, std::int64_t frame_ms,
                                           std::int64_t start_ms = 0) {
  std::vector<Sample> samples;
  const auto add = [&](int frame, bool key) {
    samples.push_back({.pts = start_ms + frame * frame_ms,
                       .dts = 0,
                       .duration = static_cast<std::uint32_t>(frame_ms),
                       .key = key,
                       .bytes = key ? 500U : 100U});
  };
  for (int first = 0; first < frames; first += gop) {
    const int end = std::min(first + gop, frames);
    add(first, true);
    for (int at = first + 1; at < end; at += 3) {
      const int last = std::min(at + 2, end - 1);
      add(last, false);
      for (int between = at; between < last; ++between) add(between, false);
    }
  }
  return samples;
}

inline std::vector<Sample> audio_frames(int count, std::int64_t first_pts) {
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    const std::int64_t pts = first_pts + i * 1024;
    samples.push_back({.pts = pts, .dts = pts, .duration = 1024, .key = true, .bytes = 40});
  }
  return samples;
}

struct Packaged {
  PackagedStream stream;
  Bytes object;
};

inline Result<Packaged> package(const std::string& file, const std::vector<std::int64_t>& idr_ms) {
  std::istringstream in(file);
  auto reader = SampleFileReader::open(in);
  if (!reader) return std::unexpected(reader.error());
  Packaged packaged;
  auto stream = package_stream(*reader, idr_ms, "en", [&](ByteView bytes) -> Result<void> {
    packaged.object.insert(packaged.object.end(), bytes.begin(), bytes.end());
    return {};
  });
  if (!stream) return std::unexpected(stream.error());
  packaged.stream = std::move(*stream);
  return packaged;
}

}  // namespace matinee::media::testing
