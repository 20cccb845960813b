#include "delivery/steer_holdings.h"

#include <algorithm>

#include "delivery/steer_draw.h"

namespace matinee::delivery {
namespace {

constexpr std::size_t kBitsPerTitle = 10;
constexpr std::size_t kBlockBits = 512;
constexpr int kProbes = 6;

std::uint64_t hash_of(const TitleId& title) { return mixed(std::hash<TitleId>{}(title)); }

}  // namespace

TitleFilter::TitleFilter(std::size_t titles)
    : blocks_(std::max<std::size_t>(1, (titles * kBitsPerTitle + kBlockBits - 1) / kBlockBits)) {}

void TitleFilter::insert(const TitleId& title) {
  if (blocks_.empty()) blocks_.resize(1);
  const std::uint64_t hash = hash_of(title);
  Block& block = blocks_[hash % blocks_.size()];
  std::uint64_t probe = mixed(hash);
  for (int i = 0; i < kProbes; ++i, probe >>= 9U) {
    block.at(probe >> 6U & 7U) |= std::uint64_t{1} << (probe & 63U);
  }
}

bool TitleFilter::may_hold(const TitleId& title) const {
  if (blocks_.empty()) return false;
  const std::uint64_t hash = hash_of(title);
  const Block& block = blocks_[hash % blocks_.size()];
  std::uint64_t probe = mixed(hash);
  for (int i = 0; i < kProbes; ++i, probe >>= 9U) {
    if ((block.at(probe >> 6U & 7U) >> (probe & 63U) & 1U) == 0) return false;
  }
  return true;
}

Holdings::Holdings(std::vector<TitleId> whole, const std::vector<TitleId>& some)
    : filter_(std::min(whole.size(), kHeldTitlesMax) + std::min(some.size(), kHeldTitlesMax)),
      whole_(std::move(whole)) {
  if (whole_.size() > kHeldTitlesMax) whole_.resize(kHeldTitlesMax);
  std::ranges::sort(whole_);
  for (const TitleId& title : whole_) filter_.insert(title);
  for (std::size_t i = 0; i < std::min(some.size(), kHeldTitlesMax); ++i) filter_.insert(some[i]);
}

Hold Holdings::of(const TitleId& title) const {
  if (!filter_.may_hold(title)) return Hold::none;
  return std::ranges::binary_search(whole_, title) ? Hold::whole : Hold::some;
}

}  // namespace matinee::delivery
