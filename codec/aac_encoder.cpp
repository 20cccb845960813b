#include "aac_encoder.h"

extern "C" {
#include <libavutil/channel_layout.h>
}

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace matinee::codec {
namespace {

constexpr std::size_t kFrameSamples = 1024;
constexpr std::size_t kSilenceStep = 48'000;

}  // namespace

Result<AacEncoder> AacEncoder::create(int bitrate_bps, Sink sink) {
  const AVCodec* aac = avcodec_find_encoder_by_name("aac");
  if (aac == nullptr) return fail(ErrorCode::unavailable, "this FFmpeg cannot write AAC");
  AacEncoder encoder(std::move(sink));
  encoder.context_.reset(avcodec_alloc_context3(aac));
  MATINEE_CHECK(encoder.context_ != nullptr);
  AVCodecContext& context = *encoder.context_;
  context.sample_rate = kAudioRate;
  context.sample_fmt = AV_SAMPLE_FMT_FLTP;
  av_channel_layout_default(&context.ch_layout, 2);
  context.bit_rate = bitrate_bps;
  context.profile = FF_PROFILE_AAC_LOW;
  context.time_base = {1, kAudioRate};
  context.thread_count = 1;
  context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "aac_coder", "fast", 0);  // half the time of twoloop
  const int code = avcodec_open2(&context, aac, &settings);
  av_dict_free(&settings);
  if (code < 0) return av_fail(code, "opening the AAC encoder");
  encoder.frame_ = new_frame();
  encoder.packet_ = new_packet();
  return encoder;
}

Result<void> AacEncoder::push(const float* left, const float* right, std::size_t samples) {
  left_.insert(left_.end(), left, left + samples);
  right_.insert(right_.end(), right, right + samples);
  samples_ += static_cast<std::int64_t>(samples);
  return encode(false);
}

Result<void> AacEncoder::push_silence(std::size_t samples) {
  const std::vector<float> silence(std::min(samples, kSilenceStep), 0.0F);
  while (samples > 0) {
    const std::size_t step = std::min(samples, silence.size());
    if (auto done = push(silence.data(), silence.data(), step); !done) return done;
    samples -= step;
  }
  return {};
}

Result<void> AacEncoder::finish() {
  if (auto done = encode(true); !done) return done;
  const int code = avcodec_send_frame(context_.get(), nullptr);
  if (code < 0) return av_fail(code, "encoding the last sound");
  return drain();
}

Result<void> AacEncoder::encode(bool last) {
  if (last && !left_.empty()) {
    const std::size_t whole = (left_.size() + kFrameSamples - 1) / kFrameSamples * kFrameSamples;
    left_.resize(whole, 0.0F);
    right_.resize(whole, 0.0F);
  }
  std::size_t used = 0;
  for (; left_.size() - used >= kFrameSamples; used += kFrameSamples) {
    av_frame_unref(frame_.get());
    frame_->nb_samples = kFrameSamples;
    frame_->format = AV_SAMPLE_FMT_FLTP;
    frame_->sample_rate = kAudioRate;
    av_channel_layout_default(&frame_->ch_layout, 2);
    if (av_frame_get_buffer(frame_.get(), 0) < 0) {
      return fail(ErrorCode::unavailable, "out of memory for sound");
    }
    std::memcpy(frame_->data[0], left_.data() + used, kFrameSamples * sizeof(float));
    std::memcpy(frame_->data[1], right_.data() + used, kFrameSamples * sizeof(float));
    frame_->pts = encoded_;
    encoded_ += static_cast<std::int64_t>(kFrameSamples);
    const int code = avcodec_send_frame(context_.get(), frame_.get());
    if (code < 0) return av_fail(code, "encoding sound");
    if (auto done = drain(); !done) return done;
  }
  left_.erase(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(used));
  right_.erase(right_.begin(), right_.begin() + static_cast<std::ptrdiff_t>(used));
  return {};
}

Result<void> AacEncoder::drain() {
  for (;;) {
    const int code = avcodec_receive_packet(context_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return av_fail(code, "encoding sound");
    if (auto done = sink_(*packet_); !done) return done;
  }
}

}  // namespace matinee::codec
