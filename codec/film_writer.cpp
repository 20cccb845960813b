#include "film_writer.h"

#include <unistd.h>

extern "C" {
#include <libavutil/imgutils.h>
}

#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace matinee::codec {
namespace {

constexpr int kIoBufferBytes = 256 << 10;
constexpr int kThreads = 2;  // fixed: the bytes that x264 makes depend on it
constexpr int kAudioBitrate = 160'000;

}  // namespace

struct FilmWriter::Io {
  int file = -1;
  std::int64_t at = 0;
  std::int64_t end = 0;
  AVIOContext* context = nullptr;

  static int write(void* opaque, std::uint8_t* data, int size) {
    auto* io = static_cast<Io*>(opaque);
    for (int done = 0; done < size;) {
      const ssize_t wrote = ::pwrite(io->file, data + done, static_cast<std::size_t>(size - done),
                                     static_cast<off_t>(io->at));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) return AVERROR(wrote < 0 ? errno : EIO);
      done += static_cast<int>(wrote);
      io->at += wrote;
    }
    io->end = std::max(io->end, io->at);
    return size;
  }
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) {
    auto* io = static_cast<Io*>(opaque);
    if (whence == AVSEEK_SIZE) return io->end;
    if (whence == SEEK_CUR) offset += io->at;
    if (whence == SEEK_END) offset += io->end;
    if (offset < 0) return AVERROR(EINVAL);
    return io->at = offset;
  }
};

void FilmWriter::FreeIo::operator()(Io* io) const {
  if (io->context != nullptr) {
    av_freep(&io->context->buffer);
    avio_context_free(&io->context);
  }
  if (io->file >= 0) ::close(io->file);
  delete io;
}

FilmWriter::~FilmWriter() = default;

Result<std::unique_ptr<FilmWriter>> FilmWriter::create(int output, const MakeOptions& options) {
  std::unique_ptr<FilmWriter> writer(new FilmWriter(options));
  if (auto done = writer->open(output); !done) return std::unexpected(done.error());
  if (auto done = writer->open_video(); !done) return std::unexpected(done.error());
  return writer;
}

Result<void> FilmWriter::open(int output) {
  io_.reset(new Io);
  io_->file = output;
  AVFormatContext* format = nullptr;
  const int code =
      avformat_alloc_output_context2(&format, nullptr, options_.container.c_str(), nullptr);
  if (code < 0) return av_fail(code, "container " + options_.container);
  format_.reset(format);
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  MATINEE_CHECK(buffer != nullptr);
  io_->context =
      avio_alloc_context(buffer, kIoBufferBytes, 1, io_.get(), nullptr, Io::write, Io::seek);
  MATINEE_CHECK(io_->context != nullptr);
  format_->pb = io_->context;
  format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  frame_ = new_frame();
  packet_ = new_packet();
  return {};
}

Result<void> FilmWriter::open_video() {
  const bool h264 = options_.codec == "h264";
  const AVCodec* codec =
      h264 ? avcodec_find_encoder_by_name("libx264") : avcodec_find_encoder(AV_CODEC_ID_MPEG4);
  if (codec == nullptr) return fail(ErrorCode::unavailable, "no encoder for " + options_.codec);
  video_.reset(avcodec_alloc_context3(codec));
  MATINEE_CHECK(video_ != nullptr);
  AVCodecContext& context = *video_;
  context.width = options_.size.width;
  context.height = options_.size.height;
  context.pix_fmt = AV_PIX_FMT_YUV420P;
  context.sample_aspect_ratio = {1, 1};
  context.framerate = {options_.frames_per_second, 1};
  context.time_base = {1, options_.frames_per_second};
  context.gop_size = static_cast<int>(
      std::max<std::int64_t>(1, options_.key_frame_every_ms * options_.frames_per_second / 1000));
  context.thread_count = kThreads;
  context.flags |= AV_CODEC_FLAG_BITEXACT;
  if ((format_->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
    context.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  }
  AVDictionary* settings = nullptr;
  if (h264) {
    context.flags |= AV_CODEC_FLAG_CLOSED_GOP;
    av_dict_set(&settings, "preset", "superfast", 0);
    av_dict_set(&settings, "profile", "high", 0);
    av_dict_set(&settings, "crf", "21", 0);
    av_dict_set(&settings, "x264-params", "scenecut=0:open-gop=0:8x8dct=1", 0);
    context.color_range = AVCOL_RANGE_MPEG;
    context.color_primaries = AVCOL_PRI_BT709;
    context.color_trc = AVCOL_TRC_BT709;
    context.colorspace = AVCOL_SPC_BT709;
  } else {
    context.flags |= AV_CODEC_FLAG_QSCALE;
    context.global_quality = 4 * FF_QP2LAMBDA;
    // Its threads would cut each picture into slices.
    context.thread_count = 1;
  }
  const int code = avcodec_open2(&context, codec, &settings);
  av_dict_free(&settings);
  if (code < 0) return av_fail(code, "opening the video encoder");
  AVStream* stream = avformat_new_stream(format_.get(), nullptr);
  MATINEE_CHECK(stream != nullptr);
  avcodec_parameters_from_context(stream->codecpar, &context);
  stream->time_base = context.time_base;
  stream->avg_frame_rate = context.framerate;
  stream->sample_aspect_ratio = {1, 1};
  return {};
}

Result<void> FilmWriter::open_audio(std::size_t track) {
  if (begun_ || track != audio_.size()) {
    return fail(ErrorCode::invalid, "sound must begin before the second picture, track by track");
  }
  const int index = static_cast<int>(track) + 1;
  auto encoder = AacEncoder::create(kAudioBitrate, [this, index](AVPacket& packet) {
    return mux(packet, index, AVRational{1, kAudioRate});
  });
  if (!encoder) return std::unexpected(encoder.error());
  audio_.push_back(std::make_unique<AacEncoder>(std::move(*encoder)));
  AVStream* stream = avformat_new_stream(format_.get(), nullptr);
  MATINEE_CHECK(stream != nullptr);
  avcodec_parameters_from_context(stream->codecpar, &audio_.back()->context());
  stream->time_base = {1, kAudioRate};
  if (track < options_.audio_languages.size()) {
    av_dict_set(&stream->metadata, "language", options_.audio_languages[track].c_str(), 0);
  }
  if (track == 0) stream->disposition |= AV_DISPOSITION_DEFAULT;
  return {};
}

Result<void> FilmWriter::begin() {
  if (begun_) return {};
  const int code = avformat_write_header(format_.get(), nullptr);
  if (code < 0) return av_fail(code, "writing the film's head");
  begun_ = true;
  return {};
}

Result<void> FilmWriter::mux(AVPacket& packet, int stream, AVRational time_base) {
  if (auto done = begin(); !done) return done;
  packet.stream_index = stream;
  av_packet_rescale_ts(&packet, time_base,
                       format_->streams[static_cast<unsigned>(stream)]->time_base);
  const int code = av_interleaved_write_frame(format_.get(), &packet);
  if (code < 0) return av_fail(code, "writing the film");
  return {};
}

Result<void> FilmWriter::picture(std::span<const unsigned char> i420) {
  if (frames_ > 0) {
    if (auto done = begin(); !done) return done;
  }
  av_frame_unref(frame_.get());
  frame_->width = options_.size.width;
  frame_->height = options_.size.height;
  frame_->format = AV_PIX_FMT_YUV420P;
  int code = av_frame_get_buffer(frame_.get(), 0);
  if (code < 0) return av_fail(code, "a picture");
  std::uint8_t* planes[4] = {};
  int strides[4] = {};
  code = av_image_fill_arrays(planes, strides, i420.data(), AV_PIX_FMT_YUV420P, options_.size.width,
                              options_.size.height, 1);
  if (code < 0 || static_cast<std::size_t>(code) != i420.size()) {
    return fail(ErrorCode::invalid, "a picture's size is not the film's");
  }
  av_image_copy(frame_->data, frame_->linesize, const_cast<const std::uint8_t**>(planes), strides,
                AV_PIX_FMT_YUV420P, options_.size.width, options_.size.height);
  frame_->pts = frames_++;
  frame_->quality = video_->global_quality;
  code = avcodec_send_frame(video_.get(), frame_.get());
  if (code < 0) return av_fail(code, "encoding a picture");
  return frames_ > 1 ? drain_video() : Result<void>{};
}

Result<void> FilmWriter::sound(std::size_t track, std::span<const unsigned char> s16_stereo) {
  if (track >= audio_.size()) {
    if (auto done = open_audio(track); !done) return done;
  }
  const std::size_t samples = s16_stereo.size() / 4;
  left_.resize(samples);
  right_.resize(samples);
  for (std::size_t i = 0; i < samples; ++i) {
    std::int16_t pair[2];
    std::memcpy(pair, s16_stereo.data() + i * 4, 4);
    left_[i] = static_cast<float>(pair[0]) / 32768.0F;
    right_[i] = static_cast<float>(pair[1]) / 32768.0F;
  }
  return audio_[track]->push(left_.data(), right_.data(), samples);
}

Result<void> FilmWriter::drain_video() {
  for (;;) {
    const int code = avcodec_receive_packet(video_.get(), packet_.get());
    if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
    if (code < 0) return av_fail(code, "encoding");
    if (packet_->duration == 0) packet_->duration = 1;
    if (auto done = mux(*packet_, 0, video_->time_base); !done) return done;
  }
}

Result<Json> FilmWriter::finish() {
  if (frames_ == 0) return fail(ErrorCode::invalid, "a film has pictures");
  if (auto done = begin(); !done) return std::unexpected(done.error());
  int code = avcodec_send_frame(video_.get(), nullptr);
  if (code < 0) return av_fail(code, "encoding the last pictures");
  if (auto done = drain_video(); !done) return std::unexpected(done.error());
  for (const auto& audio : audio_) {
    if (auto done = audio->finish(); !done) return std::unexpected(done.error());
  }
  code = av_write_trailer(format_.get());
  if (code >= 0) code = format_->pb->error;
  if (code < 0) return av_fail(code, "writing the film's end");
  return Json{{"frames", frames_},
              {"samples", audio_.empty() ? 0 : audio_[0]->samples()},
              {"bytes", io_->end}};
}

}  // namespace matinee::codec
