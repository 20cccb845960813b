#pragma once
// app/seed: fills the library of a stopped home with made-up titles, for measurements and tests.

#include <cstdint>
#include <string>

namespace matinee::app {

struct SeedOptions {
  std::string home;
  std::int64_t titles = 1'000;  // 1 to kSeedTitlesMax
  std::uint64_t seed = 1;
  bool force = false;  // although the home has titles
};

inline constexpr std::int64_t kSeedTitlesMax = 1'000'000;

/// Adds the titles: same seed, same titles with the same ids. They look ready to play, but nothing
/// lies behind them. Returns the exit status; says on stderr what is wrong.
int run_seed(const SeedOptions& options);

}  // namespace matinee::app
