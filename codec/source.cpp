#include "source.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

extern "C" {
#include <libavutil/display.h>
}

#include <cerrno>
#include <cmath>
#include <cstring>

#include "base/check.h"

namespace matinee::codec {
namespace {

constexpr int kIoBufferBytes = 64 << 10;
constexpr unsigned kStreamsMax = 256;
constexpr int kPixelsMax = 16384 * 16384 / 4;

// Containers whose bytes are all in the one file. Not: concat, dash, hls, image sequences, play
// lists, capture devices and game formats nobody archives films in.
constexpr const char* kContainers =
    "mov,matroska,avi,mpegts,mpeg,mpegvideo,m4v,h264,hevc,flv,live_flv,asf,ogg,mxf,gxf,rm,dv,nut,"
    "ivf,obu,av1,yuv4mpegpipe,wtv,gif,vc1,vc1test,dirac,h261,h263,r3d,roq,swf,ivr,avs2,avs3,"
    "aac,ac3,eac3,mp3,wav,flac,aiff,au,caf,amr,w64,dts,truehd,opus,srt,webvtt,ass";

int refuse_other_files(AVFormatContext*, AVIOContext** io, const char*, int, AVDictionary**) {
  *io = nullptr;
  return AVERROR(EPERM);
}

}  // namespace

struct Source::Io {
  int file = -1;
  std::uint64_t bytes = 0;
  std::uint64_t at = 0;
  AVIOContext* context = nullptr;

  static int read(void* opaque, std::uint8_t* out, int size) {
    auto* io = static_cast<Io*>(opaque);
    ssize_t got = 0;
    do {
      got = ::pread(io->file, out, static_cast<std::size_t>(size), static_cast<off_t>(io->at));
    } while (got < 0 && errno == EINTR);
    if (got < 0) return AVERROR(errno);
    if (got == 0) return AVERROR_EOF;
    io->at += static_cast<std::uint64_t>(got);
    return static_cast<int>(got);
  }
  static std::int64_t seek(void* opaque, std::int64_t offset, int whence) {
    auto* io = static_cast<Io*>(opaque);
    if (whence == AVSEEK_SIZE) return static_cast<std::int64_t>(io->bytes);
    if (whence == SEEK_CUR) offset += static_cast<std::int64_t>(io->at);
    if (whence == SEEK_END) offset += static_cast<std::int64_t>(io->bytes);
    if (offset < 0) return AVERROR(EINVAL);
    io->at = static_cast<std::uint64_t>(offset);
    return offset;
  }
};

void Source::FreeIo::operator()(Io* io) const {
  if (io->context != nullptr) {
    av_freep(&io->context->buffer);
    avio_context_free(&io->context);
  }
  if (io->file >= 0) ::close(io->file);
  delete io;
}

Result<Source> Source::open(int file) {
  Source source;
  source.io_.reset(new Io);
  source.io_->file = file;
  struct stat status{};
  if (::fstat(file, &status) != 0) {
    return fail(ErrorCode::unavailable, std::string("reading the file: ") + std::strerror(errno));
  }
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::invalid, "not a file");
  if (status.st_size == 0) return fail(ErrorCode::invalid, "the file is empty");
  source.bytes_ = source.io_->bytes = static_cast<std::uint64_t>(status.st_size);
  if (auto opened = source.open_format(); !opened) return std::unexpected(opened.error());
  return source;
}

Result<void> Source::open_format() {
  format_.reset();
  if (io_->context != nullptr) {
    av_freep(&io_->context->buffer);
    avio_context_free(&io_->context);
  }
  io_->at = 0;
  auto* buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  MATINEE_CHECK(buffer != nullptr);
  io_->context =
      avio_alloc_context(buffer, kIoBufferBytes, 0, io_.get(), Io::read, nullptr, Io::seek);
  AVFormatContext* context = avformat_alloc_context();
  MATINEE_CHECK(io_->context != nullptr && context != nullptr);
  context->pb = io_->context;
  context->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  context->io_open = refuse_other_files;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kContainers, 0);
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  av_dict_set_int(&options, "max_streams", kStreamsMax, 0);
  // No name: the content alone decides which container it is.
  int code = avformat_open_input(&context, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (code < 0) {
    const std::string said = last_av_message();
    if (said.find("moov atom not found") != std::string::npos) {
      return fail(ErrorCode::corrupt, "truncated: the file's index (moov) is missing");
    }
    if (said.find("not on whitelist") != std::string::npos) {
      return fail(ErrorCode::invalid, "not a media file that holds its own pictures and sound");
    }
    if (code == AVERROR_INVALIDDATA) {
      return fail(ErrorCode::invalid,
                  "not a media file that can be read" + (said.empty() ? "" : " (" + said + ")"));
    }
    return av_fail(code, "opening the file");
  }
  format_.reset(context);
  code = avformat_find_stream_info(context, nullptr);
  if (code < 0) return av_fail(code, "reading the streams");
  return {};
}

Result<AVStream*> Source::video() const {
  AVStream* best = nullptr;
  const auto rank = [](const AVStream& stream) {
    const bool is_default = (stream.disposition & AV_DISPOSITION_DEFAULT) != 0;
    return std::pair(is_default, std::int64_t{stream.codecpar->width} * stream.codecpar->height);
  };
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    AVStream* stream = format_->streams[i];
    if (stream->codecpar->codec_type != AVMEDIA_TYPE_VIDEO) continue;
    if ((stream->disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS))) {
      continue;
    }
    if (best == nullptr || rank(*stream) > rank(*best)) best = stream;
  }
  if (best == nullptr) return fail(ErrorCode::invalid, "there is no video stream in the file");
  const AVCodecParameters& parameters = *best->codecpar;
  if (parameters.width <= 0 || parameters.height <= 0 || parameters.format < 0) {
    return fail(ErrorCode::invalid, fmt::format("the video stream ({}) cannot be decoded",
                                                avcodec_get_name(parameters.codec_id)));
  }
  if (parameters.width > kPixelsMax / parameters.height) {
    return fail(ErrorCode::invalid, fmt::format("pictures of {}x{} are larger than can be handled",
                                                parameters.width, parameters.height));
  }
  return best;
}

Result<AVStream*> Source::stream(std::int64_t index, AVMediaType kind) const {
  if (index < 0 || index >= format_->nb_streams ||
      format_->streams[index]->codecpar->codec_type != kind) {
    return fail(ErrorCode::not_found, fmt::format("stream {} is no {} stream of the file", index,
                                                  av_get_media_type_string(kind)));
  }
  return format_->streams[index];
}

std::int64_t Source::on_time_line(const AVStream& stream, std::int64_t time) const {
  return time - in_stream(stream, 0);
}

std::int64_t Source::in_stream(const AVStream& stream, std::int64_t time) const {
  const auto shown = video();
  const AVStream& first = shown ? **shown : stream;
  if (first.start_time == AV_NOPTS_VALUE) return time;
  return time + av_rescale_q(first.start_time, first.time_base, stream.time_base);
}

void Source::read_only(const AVStream* stream) {
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    const bool wanted = stream == nullptr || format_->streams[i] == stream;
    format_->streams[i]->discard = wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  }
}

Result<bool> Source::read(AVPacket& packet) {
  av_packet_unref(&packet);
  for (;;) {
    const int code = av_read_frame(format_.get(), &packet);
    if (code == AVERROR_EOF) return false;
    if (code == AVERROR(EAGAIN)) continue;
    if (code < 0) return av_fail(code, fmt::format("truncated or damaged near byte {}", io_->at));
    return true;
  }
}

Result<void> Source::seek(const AVStream& stream, std::int64_t time) {
  const std::int64_t target = in_stream(stream, time);
  const int code = avformat_seek_file(format_.get(), stream.index, INT64_MIN, target, target, 0);
  if (code >= 0) return {};
  const int index = stream.index;
  if (auto done = rewind(); !done) return done;
  if (static_cast<unsigned>(index) >= format_->nb_streams) {
    return fail(ErrorCode::corrupt, "the file's streams change while it is read");
  }
  return {};
}

Result<void> Source::rewind() { return open_format(); }

double Source::progress() const {
  return std::min(1.0, static_cast<double>(io_->at) / static_cast<double>(bytes_));
}

int rotation_of(const AVStream& stream) {
  const auto* matrix = reinterpret_cast<const std::int32_t*>(
      av_stream_get_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, nullptr));
  if (matrix == nullptr) return 0;
  const double counter_clockwise = av_display_rotation_get(matrix);
  if (std::isnan(counter_clockwise)) return 0;
  const int quarters = static_cast<int>(std::lround(-counter_clockwise / 90.0));
  return ((quarters % 4) + 4) % 4 * 90;
}

Result<CodecContext> open_decoder(const AVStream& stream, int threads) {
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  const char* name = avcodec_get_name(stream.codecpar->codec_id);
  if (decoder == nullptr) {
    return fail(ErrorCode::invalid, fmt::format("there is no decoder for {}", name));
  }
  CodecContext context(avcodec_alloc_context3(decoder));
  MATINEE_CHECK(context != nullptr);
  int code = avcodec_parameters_to_context(context.get(), stream.codecpar);
  if (code < 0) return av_fail(code, fmt::format("the parameters of {}", name));
  context->pkt_timebase = stream.time_base;
  context->thread_count = threads;
  context->max_pixels = kPixelsMax;
  code = avcodec_open2(context.get(), decoder, nullptr);
  if (code < 0) return av_fail(code, fmt::format("opening the decoder of {}", name));
  return context;
}

TickRate tick_rate_of(AVRational time_base) {
  constexpr int kEnough = 1'000;
  constexpr int kTimescaleMax = 1'000'000;
  if (time_base.den <= 0 || time_base.num <= 0 || time_base.den > kTimescaleMax) return {};
  int timescale = time_base.den;
  while (timescale < kEnough) timescale *= 10;
  return {static_cast<std::uint32_t>(timescale)};
}

std::int64_t to_ms_floor(std::int64_t time, AVRational time_base) {
  return av_rescale_q_rnd(time, time_base, AVRational{1, 1000}, AV_ROUND_DOWN);
}

}  // namespace matinee::codec
