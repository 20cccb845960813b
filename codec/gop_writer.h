#pragma once
// codec/gop_writer: video samples of closed groups of pictures with exact durations.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "media/sample_file.h"

namespace matinee::codec {

/// Holds one group of pictures until the next begins, because a picture lasts until the next one
/// is shown, which may come earlier in the file. Writes to `writer`, which must outlive it.
/// Limits: 5000 samples and 512 MiB a group. Errors: invalid beyond them; those of the writer.
class GopWriter {
 public:
  explicit GopWriter(media::SampleFileWriter& writer) : writer_(writer) {}

  /// Samples in decode order; times in ticks. The first must be a key.
  Result<void> add(std::int64_t pts, std::int64_t dts, bool key, std::vector<unsigned char> data);
  /// `end`: when the last picture stops being shown.
  Result<void> finish(std::int64_t end);

  [[nodiscard]] std::int64_t samples() const { return samples_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Held {
    media::Sample sample;
    std::vector<unsigned char> data;
  };
  Result<void> flush(std::int64_t end);

  media::SampleFileWriter& writer_;
  std::vector<Held> held_;
  std::uint64_t held_bytes_ = 0;
  std::int64_t samples_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace matinee::codec
