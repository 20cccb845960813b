#include "audio.h"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libswresample/swresample.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "aac_encoder.h"
#include "media/sample_file.h"
#include "report.h"

namespace matinee::codec {
namespace {

constexpr int kBitrate = 128'000;
constexpr std::int64_t kJumpSamples = kAudioRate / 25;             // 40 ms: below is jitter
constexpr std::int64_t kGapSamplesMax = 48LL * 3600 * kAudioRate;  // beyond is damage

struct FreeResampler {
  void operator()(SwrContext* context) const { swr_free(&context); }
};

// Brings decoded sound of any form to the encoder, each sample to its place in time.
class Mixer {
 public:
  explicit Mixer(AacEncoder& encoder) : encoder_(encoder) {}

  /// `at`: the frame's time in samples of 48 kHz; absent: right behind the one before.
  Result<void> push(const AVFrame& frame, std::optional<std::int64_t> at) {
    if (auto done = adapt(frame); !done) return done;
    const std::int64_t held = swr_get_delay(resampler_.get(), kAudioRate);
    if (at) {
      const std::int64_t jump = *at - (position_ + held);
      if (jump > kGapSamplesMax) return fail(ErrorCode::corrupt, "the sound's times are damaged");
      if (first_ || jump > kJumpSamples || jump < -kJumpSamples) {
        if (auto done = convert(nullptr, 0); !done) return done;
        position_ = *at;
      }
    }
    first_ = false;
    return convert(const_cast<const std::uint8_t**>(frame.extended_data), frame.nb_samples);
  }

  Result<void> finish() {
    if (resampler_ == nullptr) return fail(ErrorCode::corrupt, "no sound can be decoded");
    return convert(nullptr, 0);
  }

 private:
  Result<void> adapt(const AVFrame& frame) {
    if (resampler_ != nullptr && frame.format == format_ && frame.sample_rate == rate_ &&
        frame.ch_layout.nb_channels == channels_) {
      return {};
    }
    if (resampler_ != nullptr) {
      if (auto done = convert(nullptr, 0); !done) return done;
    }
    AVChannelLayout from{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
      av_channel_layout_default(&from, frame.ch_layout.nb_channels);
    } else {
      av_channel_layout_copy(&from, &frame.ch_layout);
    }
    AVChannelLayout to{};
    av_channel_layout_default(&to, 2);
    SwrContext* made = nullptr;
    int code = swr_alloc_set_opts2(&made, &to, AV_SAMPLE_FMT_FLTP, kAudioRate, &from,
                                   static_cast<AVSampleFormat>(frame.format), frame.sample_rate, 0,
                                   nullptr);
    resampler_.reset(made);
    if (code >= 0) code = swr_init(made);
    av_channel_layout_uninit(&from);
    if (code < 0) return av_fail(code, "mixing the sound to stereo");
    format_ = frame.format;
    rate_ = frame.sample_rate;
    channels_ = frame.ch_layout.nb_channels;
    return {};
  }

  // No input: gives what the resampler holds back.
  Result<void> convert(const std::uint8_t** data, int samples) {
    const int room = swr_get_out_samples(resampler_.get(), samples);
    if (room <= 0) return {};
    left_.resize(static_cast<std::size_t>(room));
    right_.resize(static_cast<std::size_t>(room));
    std::uint8_t* out[2] = {reinterpret_cast<std::uint8_t*>(left_.data()),
                            reinterpret_cast<std::uint8_t*>(right_.data())};
    const int got = swr_convert(resampler_.get(), out, room, data, samples);
    if (got < 0) return av_fail(got, "mixing the sound to stereo");
    return place(got);
  }

  Result<void> place(std::int64_t samples) {
    const std::int64_t written = encoder_.samples();
    if (position_ > written) {
      if (auto done = encoder_.push_silence(static_cast<std::size_t>(position_ - written)); !done) {
        return done;
      }
    }
    const std::int64_t skip = std::clamp<std::int64_t>(written - position_, 0, samples);
    position_ += samples;
    return encoder_.push(left_.data() + skip, right_.data() + skip,
                         static_cast<std::size_t>(samples - skip));
  }

  AacEncoder& encoder_;
  std::unique_ptr<SwrContext, FreeResampler> resampler_;
  int format_ = -1;
  int rate_ = 0;
  int channels_ = 0;
  bool first_ = true;
  std::int64_t position_ = 0;  // on the time line, of what comes out of the resampler next
  std::vector<float> left_;
  std::vector<float> right_;
};

Result<void> decode_all(Source& source, AVStream& stream, Mixer& mixer) {
  auto decoder = open_decoder(stream, 1);
  if (!decoder) return std::unexpected(decoder.error());
  const Packet packet = new_packet();
  const Frame frame = new_frame();
  for (;;) {
    const auto more = source.read(*packet);
    if (!more) return std::unexpected(more.error());
    if (*more && packet->stream_index != stream.index) continue;
    report_progress(source.progress());
    int code = avcodec_send_packet(decoder->get(), *more ? packet.get() : nullptr);
    if (code < 0 && code != AVERROR_INVALIDDATA && code != AVERROR_EOF) {
      return av_fail(code, "decoding the sound");
    }
    for (;;) {
      code = avcodec_receive_frame(decoder->get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) break;
      if (code == AVERROR_INVALIDDATA) continue;
      if (code < 0) return av_fail(code, "decoding the sound");
      std::optional<std::int64_t> at;
      if (frame->best_effort_timestamp != AV_NOPTS_VALUE) {
        at = av_rescale_q(source.on_time_line(stream, frame->best_effort_timestamp),
                          stream.time_base, AVRational{1, kAudioRate});
      }
      if (auto done = mixer.push(*frame, at); !done) return done;
    }
    if (!*more) return mixer.finish();
  }
}

}  // namespace

Result<Json> encode_audio(Source& source, std::int64_t index, std::ostream& out) {
  const auto stream = source.stream(index, AVMEDIA_TYPE_AUDIO);
  if (!stream) return std::unexpected(stream.error());
  source.read_only(*stream);
  std::optional<media::SampleFileWriter> writer;
  std::int64_t samples = 0;
  std::int64_t bytes = 0;
  auto encoder = AacEncoder::create(kBitrate, [&](AVPacket& packet) -> Result<void> {
    ++samples;
    bytes += packet.size;
    return writer->write({.pts = packet.pts, .dts = packet.pts, .duration = 1024, .key = true},
                         std::span(packet.data, static_cast<std::size_t>(packet.size)));
  });
  if (!encoder) return std::unexpected(encoder.error());
  const AVCodecContext& context = encoder->context();
  media::SampleFileHeader header;
  header.codec = "mp4a";
  header.codec_string = "mp4a.40.2";
  header.timescale = header.sample_rate = kAudioRate;
  header.channels = 2;
  header.config.assign(context.extradata, context.extradata + context.extradata_size);
  auto made = media::SampleFileWriter::create(out, header);
  if (!made) return std::unexpected(made.error());
  writer.emplace(std::move(*made));
  Mixer mixer(*encoder);
  if (auto done = decode_all(source, **stream, mixer); !done) return std::unexpected(done.error());
  if (auto done = encoder->finish(); !done) return std::unexpected(done.error());
  if (samples == 0) return fail(ErrorCode::corrupt, "there is no sound in the audio stream");
  if (auto done = writer->finish(); !done) return std::unexpected(done.error());
  return Json{{"samples", samples}, {"bytes", bytes}};
}

}  // namespace matinee::codec
