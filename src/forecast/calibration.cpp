#include "forecast/calibration.h"

#include <cmath>
#include <cstdio>

#include "base/check.h"

namespace matinee::forecast {
namespace {

constexpr double kFirstEnd = 0.125;
constexpr double kStep = 4;

}  // namespace

double Calibration::from(std::size_t bucket) {
  return bucket == 0 ? 0 : kFirstEnd * std::pow(kStep, static_cast<double>(bucket - 1));
}

void Calibration::record(double predicted, double seen) {
  MATINEE_CHECK(predicted >= 0 && seen >= 0);
  std::size_t bucket = 0;
  while (bucket + 1 < kBuckets && predicted >= from(bucket + 1)) ++bucket;
  Bucket& into = buckets_[bucket];
  ++into.pairs;
  into.predicted += predicted;
  into.seen += seen;
  into.off += std::abs(predicted - seen);
}

Calibration::Bucket Calibration::all() const {
  Bucket sum;
  for (const Bucket& bucket : buckets_) {
    sum.pairs += bucket.pairs;
    sum.predicted += bucket.predicted;
    sum.seen += bucket.seen;
    sum.off += bucket.off;
  }
  return sum;
}

double Calibration::error() const {
  double off = 0;
  for (const Bucket& bucket : buckets_) off += std::abs(bucket.predicted - bucket.seen);
  const double seen = all().seen;
  return seen > 0 ? off / seen : 0;
}

double Calibration::deviation() const {
  const Bucket sum = all();
  return sum.seen > 0 ? sum.off / sum.seen : 0;
}

double Calibration::bias() const {
  const Bucket sum = all();
  return sum.seen > 0 ? sum.predicted / sum.seen : 1;
}

std::string Calibration::to_text() const {
  std::string text = "predicted from |     pairs |  mean predicted |       mean seen | ratio\n";
  char line[128];
  for (std::size_t i = 0; i < kBuckets; ++i) {
    const Bucket& bucket = buckets_[i];
    if (bucket.pairs == 0) continue;
    const auto pairs = static_cast<double>(bucket.pairs);
    std::snprintf(line, sizeof line, "%14.3f | %9zu | %15.4f | %15.4f | %5.2f\n", from(i),
                  bucket.pairs, bucket.predicted / pairs, bucket.seen / pairs,
                  bucket.seen > 0 ? bucket.predicted / bucket.seen : 0.0);
    text += line;
  }
  std::snprintf(line, sizeof line, "error %.3f, single forecasts off by %.3f, bias %.3f\n", error(),
                deviation(), bias());
  return text + line;
}

}  // namespace matinee::forecast
