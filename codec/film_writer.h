#pragma once
// codec/film_writer: encoders and a container for films that matinee-codec makes itself.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "aac_encoder.h"
#include "av.h"
#include "base/result.h"
#include "make.h"

namespace matinee::codec {

/// One film: H.264 or MPEG-4 part 2, and AAC once the first sound has come. Sound must begin
/// before the second picture, else there is none.
class FilmWriter {
 public:
  /// Takes the descriptor. Errors: invalid, unavailable.
  static Result<std::unique_ptr<FilmWriter>> create(int output, const MakeOptions& options);
  ~FilmWriter();

  Result<void> picture(std::span<const unsigned char> i420);
  /// `track`: 0, or 1 for the second language; each begins before the second picture.
  Result<void> sound(std::size_t track, std::span<const unsigned char> s16_stereo);
  Result<Json> finish();

 private:
  struct Io;
  struct FreeIo {
    void operator()(Io* io) const;
  };
  struct FreeFormat {
    void operator()(AVFormatContext* format) const { avformat_free_context(format); }
  };

  explicit FilmWriter(const MakeOptions& options) : options_(options) {}
  Result<void> open(int output);
  Result<void> open_video();
  Result<void> open_audio(std::size_t track);
  Result<void> begin();
  Result<void> drain_video();
  Result<void> mux(AVPacket& packet, int stream, AVRational time_base);

  MakeOptions options_;
  std::unique_ptr<Io, FreeIo> io_;
  std::unique_ptr<AVFormatContext, FreeFormat> format_;
  CodecContext video_;
  std::vector<std::unique_ptr<AacEncoder>> audio_;
  Frame frame_;
  Packet packet_;
  bool begun_ = false;
  std::int64_t frames_ = 0;
  std::vector<float> left_;
  std::vector<float> right_;
};

}  // namespace matinee::codec
