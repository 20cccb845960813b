#pragma once
// delivery/steer_holdings: which titles an edge holds, as it tells once a second: a small filter
// of all of them and the exact list of those that are there whole. Asked by steering.

#include <array>
#include <cstdint>
#include <vector>

#include "base/id.h"

namespace matinee::delivery {

inline constexpr std::size_t kHeldTitlesMax = 1'000'000;

/// A set that may say yes for what it does not hold (about 1 in 100) but never no for what it does:
/// six bits in one cache line a title, ten bits of room each. Source: Putze, Sanders, Singler,
/// "Cache-, Hash- and Space-Efficient Bloom Filters" (blocked variant).
class TitleFilter {
 public:
  TitleFilter() = default;
  /// Room for `titles` (more make it say yes more often).
  explicit TitleFilter(std::size_t titles);
  void insert(const TitleId& title);
  [[nodiscard]] bool may_hold(const TitleId& title) const;

 private:
  using Block = std::array<std::uint64_t, 8>;
  std::vector<Block> blocks_;
};

enum class Hold : std::uint8_t { whole, some, none };

/// What one edge holds; immutable once made.
class Holdings {
 public:
  Holdings() = default;
  /// At most kHeldTitlesMax each; what is beyond is left out, so that steering counts it as absent.
  Holdings(std::vector<TitleId> whole, const std::vector<TitleId>& some);
  [[nodiscard]] Hold of(const TitleId& title) const;

 private:
  TitleFilter filter_;
  std::vector<TitleId> whole_;  // sorted
};

}  // namespace matinee::delivery
