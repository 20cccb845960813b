#pragma once
// store/environment: what every store is given instead of reaching for it: files, time, chance.

#include "base/files.h"
#include "base/random.h"
#include "base/time.h"

namespace matinee::store {

/// All three outlive every store that was opened with them.
struct Environment {
  Files& files;
  const Clock& clock;
  Random& random;
};

}  // namespace matinee::store
