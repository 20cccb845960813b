#pragma once
// codec/avc: H.264 byte streams and samples: NAL units, parameter sets, decoder configuration.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace matinee::codec {

using Bytes = std::span<const unsigned char>;

/// Turns packets of one H.264 stream, in either form, into samples of ISO/IEC 14496-15: NAL units
/// with 4-byte lengths, without parameter sets, delimiters, filler and SEI.
class AvcFormatter {
 public:
  /// `extradata`: an AVCDecoderConfigurationRecord or an Annex B sequence with SPS and PPS.
  /// Errors: corrupt.
  static Result<AvcFormatter> create(Bytes extradata);

  struct Sample {
    std::vector<unsigned char> data;
    bool idr = false;
    bool other_parameters = false;  // carries a parameter set that the configuration has not
  };
  /// Errors: corrupt when lengths do not fit.
  [[nodiscard]] Result<Sample> format(Bytes packet) const;

  /// The AVCDecoderConfigurationRecord. Source: ISO/IEC 14496-15 section 5.3.3.1.
  [[nodiscard]] std::vector<unsigned char> configuration() const;
  /// "avc1.64001e". Source: RFC 6381 section 3.3.
  [[nodiscard]] std::string codec_string() const;

 private:
  [[nodiscard]] Result<std::vector<Bytes>> split(Bytes packet) const;

  int length_bytes_ = 0;  // 0: Annex B
  std::vector<std::vector<unsigned char>> sps_;
  std::vector<std::vector<unsigned char>> pps_;
};

}  // namespace matinee::codec
