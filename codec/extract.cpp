#include "extract.h"

#include <fmt/format.h>

#include <algorithm>

#include "avc.h"
#include "gop_writer.h"
#include "media/sample_file.h"
#include "report.h"

namespace matinee::codec {
namespace {

Bytes extradata_of(const AVStream& stream) {
  return {stream.codecpar->extradata, static_cast<std::size_t>(stream.codecpar->extradata_size)};
}

Json summary(std::int64_t samples, std::uint64_t bytes) {
  Json json;
  json["samples"] = samples;
  json["bytes"] = bytes;
  return json;
}

Result<Json> extract_video(Source& source, AVStream& stream, std::ostream& out) {
  const auto avc = AvcFormatter::create(extradata_of(stream));
  if (!avc) return std::unexpected(avc.error());
  const TickRate ticks = tick_rate_of(stream.time_base);
  media::SampleFileHeader header;
  header.codec = "avc1";
  header.codec_string = avc->codec_string();
  header.timescale = ticks.timescale;
  header.width = static_cast<std::uint32_t>(stream.codecpar->width);
  header.height = static_cast<std::uint32_t>(stream.codecpar->height);
  const AVRational aspect = av_guess_sample_aspect_ratio(source.format(), &stream, nullptr);
  header.sar_num = aspect.num > 0 && aspect.den > 0 ? static_cast<std::uint32_t>(aspect.num) : 1;
  header.sar_den = aspect.num > 0 && aspect.den > 0 ? static_cast<std::uint32_t>(aspect.den) : 1;
  header.config = avc->configuration();
  auto writer = media::SampleFileWriter::create(out, header);
  if (!writer) return std::unexpected(writer.error());
  GopWriter samples(*writer);
  const Packet packet = new_packet();
  std::int64_t end = 0;
  for (;;) {
    const auto more = source.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (packet->stream_index != stream.index) continue;
    if (packet->pts == AV_NOPTS_VALUE) return fail(ErrorCode::invalid, "a picture has no time");
    report_progress(source.progress());
    auto sample = avc->format({packet->data, static_cast<std::size_t>(packet->size)});
    if (!sample) return std::unexpected(sample.error());
    const auto tick = [&](std::int64_t time) {
      return av_rescale_q(source.on_time_line(stream, time), stream.time_base, ticks.time_base());
    };
    const std::int64_t pts = tick(packet->pts);
    end = std::max(end, tick(packet->pts + packet->duration));
    const std::int64_t dts = packet->dts == AV_NOPTS_VALUE ? pts : tick(packet->dts);
    if (auto done = samples.add(pts, dts, sample->idr, std::move(sample->data)); !done) {
      return std::unexpected(done.error());
    }
  }
  if (auto done = samples.finish(end); !done) return std::unexpected(done.error());
  if (auto done = writer->finish(); !done) return std::unexpected(done.error());
  return summary(samples.samples(), samples.bytes());
}

// Audio samples follow each other without a gap; those that end before 0 are left out, and what is
// left is moved by at most half a sample so that it begins at 0.
Result<Json> extract_audio(Source& source, AVStream& stream, std::ostream& out) {
  const AVCodecParameters& parameters = *stream.codecpar;
  const Bytes config = extradata_of(stream);
  if (config.size() < 2) {
    return fail(ErrorCode::invalid, "the AAC stream has no configuration of its own (ADTS)");
  }
  media::SampleFileHeader header;
  header.codec = "mp4a";
  header.codec_string = "mp4a.40.2";
  header.timescale = static_cast<std::uint32_t>(parameters.sample_rate);
  header.channels = static_cast<std::uint32_t>(parameters.ch_layout.nb_channels);
  header.sample_rate = header.timescale;
  header.config.assign(config.begin(), config.end());
  auto writer = media::SampleFileWriter::create(out, header);
  if (!writer) return std::unexpected(writer.error());
  const std::int64_t frame = parameters.frame_size > 0 ? parameters.frame_size : 1024;
  const AVRational tick{1, parameters.sample_rate};
  const Packet packet = new_packet();
  std::int64_t samples = 0;
  std::uint64_t bytes = 0;
  std::int64_t next = 0;
  std::int64_t shift = 0;
  for (;;) {
    const auto more = source.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    if (packet->stream_index != stream.index) continue;
    report_progress(source.progress());
    std::int64_t pts = next;
    if (packet->pts != AV_NOPTS_VALUE) {
      pts = av_rescale_q(source.on_time_line(stream, packet->pts), stream.time_base, tick) + shift;
    }
    if (samples == 0) {
      if (pts <= -frame / 2) continue;
      if (pts < 0) {
        shift = -pts;
        pts = 0;
      }
    } else if (std::abs(pts - next) < frame / 2) {
      pts = next;  // containers round times; samples are contiguous
    } else if (pts < next) {
      continue;  // told twice
    }
    const std::span data(packet->data, static_cast<std::size_t>(packet->size));
    if (auto done = writer->write(
            {.pts = pts, .dts = pts, .duration = static_cast<std::uint32_t>(frame), .key = true},
            data);
        !done) {
      return std::unexpected(done.error());
    }
    next = pts + frame;
    ++samples;
    bytes += data.size();
  }
  if (samples == 0) return fail(ErrorCode::corrupt, "there is no sound in the audio stream");
  if (auto done = writer->finish(); !done) return std::unexpected(done.error());
  return summary(samples, bytes);
}

}  // namespace

Result<Json> extract(Source& source, std::int64_t index, std::ostream& out) {
  if (auto video = source.stream(index, AVMEDIA_TYPE_VIDEO)) {
    if ((*video)->codecpar->codec_id != AV_CODEC_ID_H264) {
      return fail(ErrorCode::invalid, "only H.264 video can be taken as it is");
    }
    source.read_only(*video);
    return extract_video(source, **video, out);
  }
  const auto audio = source.stream(index, AVMEDIA_TYPE_AUDIO);
  if (!audio) return fail(ErrorCode::not_found, fmt::format("there is no stream {}", index));
  if ((*audio)->codecpar->codec_id != AV_CODEC_ID_AAC) {
    return fail(ErrorCode::invalid, "only AAC audio can be taken as it is");
  }
  source.read_only(*audio);
  return extract_audio(source, **audio, out);
}

}  // namespace matinee::codec
