#pragma once
// codec/source: an untrusted media file, opened so that nothing but its own bytes is read.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "av.h"
#include "base/result.h"

namespace matinee::codec {

/// A file under one demuxer. Only containers that hold their own media are accepted (no play
/// lists), whatever the name says; a demuxer that wants another file is refused it.
/// The title's time line begins (0) with the first picture of `video()`.
/// Of one thread.
class Source {
 public:
  /// Takes the descriptor of a regular file, open for reading. The sandbox may be closed already.
  /// Errors: invalid (empty, a folder, no media), corrupt (damaged or truncated).
  static Result<Source> open(int file);

  [[nodiscard]] AVFormatContext* format() const { return format_.get(); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  /// The stream to show: the default one, else the largest. Errors: invalid when there is none.
  [[nodiscard]] Result<AVStream*> video() const;
  /// Errors: not_found when there is no such stream or it is of another kind.
  [[nodiscard]] Result<AVStream*> stream(std::int64_t index, AVMediaType kind) const;

  /// A time of `stream` (in its time base) on the title's time line, same units.
  [[nodiscard]] std::int64_t on_time_line(const AVStream& stream, std::int64_t time) const;
  /// The other way.
  [[nodiscard]] std::int64_t in_stream(const AVStream& stream, std::int64_t time) const;

  /// Only this stream is read from now on; null: all.
  void read_only(const AVStream* stream);
  /// The next packet; false at the end. Errors: corrupt, unavailable.
  Result<bool> read(AVPacket& packet);
  /// Goes to a key frame at or before `time` (time line, in time_base of `stream`); to the
  /// beginning when the container cannot do better.
  Result<void> seek(const AVStream& stream, std::int64_t time);
  /// To the very beginning, by opening the file anew: streams change their addresses.
  Result<void> rewind();
  /// How far reading has come, 0..1 of the file's bytes.
  [[nodiscard]] double progress() const;

 private:
  struct Io;
  struct CloseFormat {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
  };
  struct FreeIo {
    void operator()(Io* io) const;
  };

  Source() = default;
  Result<void> open_format();

  std::unique_ptr<Io, FreeIo> io_;
  std::unique_ptr<AVFormatContext, CloseFormat> format_;
  std::uint64_t bytes_ = 0;
};

/// Clockwise turn that a player must apply: 0, 90, 180 or 270 degrees.
int rotation_of(const AVStream& stream);

/// A decoder of one stream. `threads` > 1 decodes frames at once.
/// Errors: invalid when FFmpeg has no decoder for it.
Result<CodecContext> open_decoder(const AVStream& stream, int threads);

/// How times of a stream are stored: ticks a second such that the stream's own times are whole
/// numbers where possible, and ticks of that for one unit of its time base.
struct TickRate {
  std::uint32_t timescale = 90'000;
  [[nodiscard]] AVRational time_base() const { return {1, static_cast<int>(timescale)}; }
};
TickRate tick_rate_of(AVRational time_base);

/// Whole ms since the start of the time line, rounded down: the one rounding for frames and cuts.
std::int64_t to_ms_floor(std::int64_t time, AVRational time_base);

}  // namespace matinee::codec
