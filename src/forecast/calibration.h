#pragma once
// forecast/calibration: how far forecasts were from what came; printed where they are used.

#include <array>
#include <cstddef>
#include <string>

namespace matinee::forecast {

/// Pairs of what was predicted and what was seen, in buckets of the prediction: bucket 0 is below
/// 1/8, each next one reaches four times as far, the last one is open.
class Calibration {
 public:
  static constexpr std::size_t kBuckets = 12;
  struct Bucket {
    std::size_t pairs = 0;
    double predicted = 0;  // sums
    double seen = 0;
    double off = 0;  // sum of |predicted - seen|
  };

  /// Both >= 0, in the same unit.
  void record(double predicted, double seen);

  [[nodiscard]] const std::array<Bucket, kBuckets>& buckets() const { return buckets_; }
  /// Where the bucket begins.
  static double from(std::size_t bucket);
  /// Sum over buckets of |predicted - seen|, over all that was seen: 0 is calibrated. Errors that
  /// cancel within a bucket do not count. 0 when nothing was seen.
  [[nodiscard]] double error() const;
  /// Sum over pairs of |predicted - seen|, over all that was seen: what single forecasts miss.
  [[nodiscard]] double deviation() const;
  /// All that was predicted over all that was seen; 1 when nothing was seen.
  [[nodiscard]] double bias() const;
  /// A table for people, one line a bucket that has pairs.
  [[nodiscard]] std::string to_text() const;

 private:
  [[nodiscard]] Bucket all() const;
  std::array<Bucket, kBuckets> buckets_{};
};

}  // namespace matinee::forecast
