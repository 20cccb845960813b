#pragma once
// codec/rung_encoder: pictures of one size into a sample file of H.264.

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>

#include "av.h"
#include "avc.h"
#include "gop_writer.h"
#include "media/sample_file.h"
#include "source.h"

namespace matinee::codec {

struct RungOptions {
  std::string track_id;
  int width = 0;
  int height = 0;
  int crf = 23;
  std::int64_t maxrate_bps = 0;
  AVRational frame_rate{24, 1};
  TickRate ticks;
  AVColorPrimaries primaries = AVCOL_PRI_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
};

/// x264 (veryfast, High, closed groups of pictures, IDR only where told, one thread). Everything
/// that ends up in the parameter sets follows from the options alone, so that chunks of one rung
/// share them; same pictures, same bytes.
class RungEncoder {
 public:
  /// `out` must outlive it. Errors: invalid for options that x264 refuses.
  static Result<std::unique_ptr<RungEncoder>> create(RungOptions options, std::ostream& out);

  /// `frame`: yuv420p of the rung's size, pts in ticks, rising.
  Result<void> encode(AVFrame& frame, bool idr);
  /// `end`: when the last picture stops being shown, in ticks.
  Result<void> finish(std::int64_t end);

  [[nodiscard]] const RungOptions& options() const { return options_; }
  [[nodiscard]] std::int64_t samples() const { return gop_->samples(); }
  [[nodiscard]] std::uint64_t bytes() const { return gop_->bytes(); }

 private:
  RungEncoder(RungOptions options, AvcFormatter avc, media::SampleFileWriter writer)
      : options_(std::move(options)), avc_(std::move(avc)), writer_(writer) {}
  Result<void> drain();

  RungOptions options_;
  AvcFormatter avc_;
  media::SampleFileWriter writer_;
  std::unique_ptr<GopWriter> gop_;
  CodecContext context_;
  Packet packet_;
};

}  // namespace matinee::codec
