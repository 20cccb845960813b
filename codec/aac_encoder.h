#pragma once
// codec/aac_encoder: stereo sound of 48 kHz into AAC-LC packets.

#include <functional>
#include <vector>

#include "av.h"
#include "base/result.h"

namespace matinee::codec {

inline constexpr int kAudioRate = 48'000;

/// Interleaved or planar pieces of any length in, packets of 1024 samples out. The first packet is
/// the encoder's priming and begins at -1024. Same sound, same bytes.
class AacEncoder {
 public:
  using Sink = std::function<Result<void>(AVPacket& packet)>;  // pts in samples

  static Result<AacEncoder> create(int bitrate_bps, Sink sink);
  /// `left` and `right`: `samples` each.
  Result<void> push(const float* left, const float* right, std::size_t samples);
  Result<void> push_silence(std::size_t samples);
  /// Fills the last packet up with silence and gives what is held back.
  Result<void> finish();

  [[nodiscard]] const AVCodecContext& context() const { return *context_; }
  [[nodiscard]] std::int64_t samples() const { return samples_; }

 private:
  explicit AacEncoder(Sink sink) : sink_(std::move(sink)) {}
  Result<void> encode(bool last);
  Result<void> drain();

  Sink sink_;
  CodecContext context_;
  Frame frame_;
  Packet packet_;
  std::vector<float> left_;
  std::vector<float> right_;
  std::int64_t samples_ = 0;  // taken
  std::int64_t encoded_ = 0;
};

}  // namespace matinee::codec
