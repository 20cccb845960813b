#include "rung_encoder.h"

extern "C" {
#include <libavutil/opt.h>
}

#include <algorithm>

#include "base/check.h"

namespace matinee::codec {
namespace {

// The lowest level that holds the size, the rate of macroblocks and the bit rate of High profile.
// Source: ITU-T H.264 table A-1 (bit rates x 1.25).
int level_of(const RungOptions& options) {
  struct Level {
    int idc;
    std::int64_t blocks_a_second;
    std::int64_t blocks;
    std::int64_t bps;
  };
  constexpr Level kLevels[] = {
      {21, 19'800, 792, 5'000'000},       {30, 40'500, 1'620, 12'500'000},
      {31, 108'000, 3'600, 17'500'000},   {32, 216'000, 5'120, 25'000'000},
      {40, 245'760, 8'192, 25'000'000},   {42, 522'240, 8'704, 62'500'000},
      {50, 589'824, 22'080, 168'750'000}, {51, 983'040, 36'864, 300'000'000}};
  const std::int64_t blocks =
      std::int64_t{(options.width + 15) / 16} * ((options.height + 15) / 16);
  const double rate = static_cast<double>(blocks) * av_q2d(options.frame_rate);
  for (const Level& level : kLevels) {
    if (blocks <= level.blocks && rate <= static_cast<double>(level.blocks_a_second) &&
        options.maxrate_bps <= level.bps) {
      return level.idc;
    }
  }
  return 52;
}

Result<CodecContext> open_x264(const RungOptions& options) {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  if (x264 == nullptr) return fail(ErrorCode::unavailable, "this FFmpeg has no libx264");
  CodecContext context(avcodec_alloc_context3(x264));
  MATINEE_CHECK(context != nullptr);
  context->width = options.width;
  context->height = options.height;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->sample_aspect_ratio = {1, 1};
  context->time_base = options.ticks.time_base();
  context->framerate = options.frame_rate;
  context->color_range = AVCOL_RANGE_MPEG;
  context->color_primaries = options.primaries;
  context->color_trc = options.transfer;
  context->colorspace = options.matrix;
  context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_CLOSED_GOP;
  context->thread_count = 1;
  context->level = level_of(options);
  if (options.maxrate_bps > 0) {
    context->rc_max_rate = options.maxrate_bps;
    context->rc_buffer_size =
        static_cast<int>(std::min<std::int64_t>(options.maxrate_bps * 2, 1'000'000'000));
  }
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "preset", "veryfast", 0);
  av_dict_set(&settings, "profile", "high", 0);
  av_dict_set_int(&settings, "crf", options.crf, 0);
  av_dict_set(&settings, "forced-idr", "1", 0);
  av_dict_set(&settings, "a53cc", "0", 0);
  av_dict_set(&settings, "x264-params", "keyint=infinite:scenecut=0:open-gop=0", 0);
  const int code = avcodec_open2(context.get(), x264, &settings);
  av_dict_free(&settings);
  if (code < 0) return av_fail(code, "opening the H.264 encoder");
  return context;
}

}  // namespace

Result<std::unique_ptr<RungEncoder>> RungEncoder::create(RungOptions options, std::ostream& out) {
  auto context = open_x264(options);
  if (!context) return std::unexpected(context.error());
  const AVCodecContext& opened = **context;
  auto avc =
      AvcFormatter::create({opened.extradata, static_cast<std::size_t>(opened.extradata_size)});
  if (!avc) return std::unexpected(avc.error());
  media::SampleFileHeader header;
  header.codec = "avc1";
  header.codec_string = avc->codec_string();
  header.timescale = options.ticks.timescale;
  header.width = static_cast<std::uint32_t>(options.width);
  header.height = static_cast<std::uint32_t>(options.height);
  header.sar_num = header.sar_den = 1;
  header.config = avc->configuration();
  auto writer = media::SampleFileWriter::create(out, header);
  if (!writer) return std::unexpected(writer.error());
  std::unique_ptr<RungEncoder> rung(
      new RungEncoder(std::move(options), std::move(*avc), std::move(*writer)));
  rung->gop_ = std::make_unique<GopWriter>(rung->writer_);
  rung->context_ = std::move(*context);
  rung->packet_ = new_packet();
  return rung;
}

Result<void> RungEncoder::encode(AVFrame& frame, bool idr) {
  frame.pict_type = idr ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
  frame.key_frame = 0;
  const int code = avcodec_send_frame(context_.get(), &frame);
  if (code < 0) return av_fail(code, "encoding a picture");
  return drain();
}

Result<void> RungEncoder::finish(std::int64_t end) {
  const int code = avcodec_send_frame(context_.get(), nullptr);
  if (code < 0) return av_fail(code, "encoding the last pictures");
  if (auto done = drain(); !done) return done;
  if (auto done = gop_->finish(end); !done) return done;
  return writer_.finish();
}

Result<void> RungEncoder::drain() {
  for (;;) {
    const int code = avcodec_receive_packet(context_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return av_fail(code, "encoding");
    auto sample = avc_.format({packet_->data, static_cast<std::size_t>(packet_->size)});
    if (!sample) return std::unexpected(sample.error());
    if (auto done = gop_->add(packet_->pts, packet_->dts, sample->idr, std::move(sample->data));
        !done) {
      return done;
    }
  }
}

}  // namespace matinee::codec
