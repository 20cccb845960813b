#include "picture_reader.h"

namespace matinee::codec {
namespace {

// One attempt. Nothing is given to the sink when the first picture lies behind `from_ms` although
// an earlier start is possible: then `too_late` is set.
class Attempt {
 public:
  Attempt(Source& source, AVStream& stream, std::int64_t from_ms, bool may_be_late,
          const PictureSink& sink)
      : source_(source),
        stream_(stream),
        from_ms_(from_ms),
        may_be_late_(may_be_late),
        sink_(sink) {}

  Result<void> run() {
    auto decoder = open_decoder(stream_, 1);
    if (!decoder) return std::unexpected(decoder.error());
    decoder_ = std::move(*decoder);
    source_.read_only(&stream_);
    const Packet packet = new_packet();
    while (!ended_) {
      const auto more = source_.read(*packet);
      if (!more) return std::unexpected(more.error());
      if (*more && packet->stream_index != stream_.index) continue;
      const int code = avcodec_send_packet(decoder_.get(), *more ? packet.get() : nullptr);
      if (code < 0 && code != AVERROR_INVALIDDATA && code != AVERROR_EOF) {
        return av_fail(code, "decoding the video");
      }
      if (auto done = drain(); !done) return done;
      if (!*more) break;
    }
    return {};
  }

  [[nodiscard]] bool too_late() const { return too_late_; }
  [[nodiscard]] std::int64_t pictures() const { return pictures_; }

 private:
  Result<void> drain() {
    const Frame frame = new_frame();
    while (!ended_) {
      const int code = avcodec_receive_frame(decoder_.get(), frame.get());
      if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) return {};
      if (code == AVERROR_INVALIDDATA) continue;
      if (code < 0) return av_fail(code, "decoding the video");
      std::int64_t time = frame->best_effort_timestamp;
      if (time == AV_NOPTS_VALUE)
        time = last_ != AV_NOPTS_VALUE ? last_ + 1 : source_.in_stream(stream_, 0);
      last_ = time;
      frame->pts = source_.on_time_line(stream_, time);
      if (pictures_++ == 0 && !may_be_late_ &&
          to_ms_floor(frame->pts, stream_.time_base) > from_ms_) {
        too_late_ = ended_ = true;
        return {};
      }
      const auto more = sink_(*frame, stream_.time_base);
      if (!more) return std::unexpected(more.error());
      ended_ = !*more;
    }
    return {};
  }

  Source& source_;
  AVStream& stream_;
  std::int64_t from_ms_;
  bool may_be_late_;
  const PictureSink& sink_;
  CodecContext decoder_;
  std::int64_t last_ = AV_NOPTS_VALUE;
  std::int64_t pictures_ = 0;
  bool ended_ = false;
  bool too_late_ = false;
};

}  // namespace

Result<void> read_pictures(Source& source, std::int64_t from_ms, const PictureSink& sink) {
  for (const std::int64_t before_ms : {std::int64_t{0}, std::int64_t{15'000}, from_ms}) {
    const auto stream = source.video();
    if (!stream) return std::unexpected(stream.error());
    const bool from_start = before_ms >= from_ms;
    if (from_start) {
      if (auto done = source.rewind(); !done) return done;
    } else {
      const std::int64_t target =
          av_rescale_q(from_ms - before_ms, AVRational{1, 1000}, (*stream)->time_base);
      if (auto done = source.seek(**stream, target); !done) return done;
    }
    const auto again = source.video();  // seeking may have opened the file anew
    if (!again) return std::unexpected(again.error());
    Attempt attempt(source, **again, from_ms, from_start, sink);
    auto done = attempt.run();
    if (!done) return done;
    if (attempt.too_late()) continue;
    if (attempt.pictures() == 0 && !from_start) continue;
    if (attempt.pictures() == 0) return fail(ErrorCode::corrupt, "no picture can be decoded");
    return {};
  }
  return fail(ErrorCode::corrupt, "no picture can be decoded");
}

}  // namespace matinee::codec
