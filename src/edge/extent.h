#pragma once
// edge/extent: a verified piece of an object in memory, and the account of all such memory.
// Read by the cache, the streams and the media handler.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "store/object_id.h"

namespace matinee::edge {

/// One extent of one object; extent `index` starts at byte index * store::kExtentBytes.
struct ExtentKey {
  store::ObjectId object;
  std::uint64_t index = 0;

  friend bool operator==(const ExtentKey&, const ExtentKey&) = default;
};

struct ExtentKeyHash {
  std::size_t operator()(const ExtentKey& key) const noexcept {
    return std::hash<store::ObjectId>{}(key.object) ^ (key.index * 0x9e3779b97f4a7c15ULL);
  }
};

/// Bytes of extents that exist anywhere in the process: cached, being read or held by a response.
/// Never more than `bytes_max`. Thread-safe.
class MemoryAccount {
 public:
  explicit MemoryAccount(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False when it would pass the limit; nothing is taken then.
  [[nodiscard]] bool try_take(std::size_t bytes) {
    std::size_t used = used_.load(std::memory_order_relaxed);
    do {
      if (bytes > bytes_max_ || used > bytes_max_ - bytes) return false;
    } while (!used_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }

 private:
  const std::size_t bytes_max_;
  std::atomic<std::size_t> used_{0};
};

/// Immutable bytes, already verified against the object's hashes. Counted in its account until
/// the last holder lets go. Any thread may read it.
class Extent {
 public:
  /// `bytes` have been taken from `account` by the caller; the extent gives them back.
  Extent(std::unique_ptr<char[]> data, std::size_t bytes, std::shared_ptr<MemoryAccount> account)
      : data_(std::move(data)), bytes_(bytes), account_(std::move(account)) {}
  ~Extent() {
    data_.reset();
    account_->give_back(bytes_);
  }
  Extent(const Extent&) = delete;
  Extent& operator=(const Extent&) = delete;

  [[nodiscard]] std::string_view view() const { return {data_.get(), bytes_}; }

  /// Notes a use, for eviction; counts to 3 as S3-FIFO does. Racing calls may lose one.
  void touch() const {
    const unsigned char uses = uses_.load(std::memory_order_relaxed);
    if (uses < 3) uses_.store(static_cast<unsigned char>(uses + 1), std::memory_order_relaxed);
  }
  [[nodiscard]] unsigned uses() const { return uses_.load(std::memory_order_relaxed); }
  void set_uses(unsigned uses) const {
    MATINEE_CHECK(uses <= 3);
    uses_.store(static_cast<unsigned char>(uses), std::memory_order_relaxed);
  }

 private:
  std::unique_ptr<char[]> data_;
  const std::size_t bytes_;
  std::shared_ptr<MemoryAccount> account_;  // outlives the cache when a response does
  mutable std::atomic<unsigned char> uses_{0};
};

/// Shared because a response may hold an extent that the cache has evicted.
using ExtentPtr = std::shared_ptr<const Extent>;

}  // namespace matinee::edge
