#include "delivery/steer_health.h"

#include <algorithm>

namespace matinee::delivery {

void EdgeHealth::report(MonotonicInstant at, double error_rate) {
  const bool was_lost = has_reported_ && at - last_ >= kSuspectAfter;
  // Written so that a rate that is no number is bad.
  const bool is_bad = !(error_rate < kErrorsSuspect);
  if (is_bad) {
    good_ = 0;
  } else if (!has_reported_) {
    good_ = kGoodReports;
  } else if (was_lost) {
    good_ = 1;
  } else if (good_ < kGoodReports) {
    good_ = error_rate <= kErrorsGood ? good_ + 1 : 0;
  }
  has_reported_ = true;
  last_ = at;
}

Health EdgeHealth::at(MonotonicInstant now) const {
  if (!has_reported_ || now - last_ >= kOutAfter) return Health::out;
  if (now - last_ >= kSuspectAfter || good_ < kGoodReports) return Health::suspect;
  return Health::healthy;
}

}  // namespace matinee::delivery
