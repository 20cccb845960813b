#pragma once
// edge/extent_store: which extents stay in memory: S3-FIFO. Used by the extent cache only.

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <unordered_set>

#include "edge/extent.h"

namespace matinee::edge {

/// Holds extents and says which goes next. New ones wait in a small queue (a tenth of the bytes)
/// and move to the main one when used again; keys that fell out early are remembered and come
/// back straight into the main queue. An extent that a response holds is passed over: dropping it
/// would free nothing.
/// At most `ghosts_max` remembered keys. Not thread-safe: the cache's lock guards it.
/// Source: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023.
class ExtentStore {
 public:
  explicit ExtentStore(std::size_t ghosts_max) : ghosts_max_(ghosts_max) {}

  /// Null when it is not here. Does not count as a use: the reader calls Extent::touch.
  [[nodiscard]] ExtentPtr find(const ExtentKey& key) const;

  /// Adds an extent that is not here yet.
  void insert(const ExtentKey& key, ExtentPtr extent);

  /// Drops one extent that nobody else holds. False when there is none.
  bool evict_one();

  [[nodiscard]] std::size_t count() const { return entries_.size(); }

 private:
  bool step_small();
  bool step_main();
  void drop(const ExtentKey& key);
  void remember(const ExtentKey& key);

  const std::size_t ghosts_max_;
  std::unordered_map<ExtentKey, ExtentPtr, ExtentKeyHash> entries_;
  std::deque<ExtentKey> small_;
  std::deque<ExtentKey> main_;
  std::size_t small_bytes_ = 0;
  std::size_t bytes_ = 0;
  std::deque<ExtentKey> ghosts_;
  std::unordered_set<ExtentKey, ExtentKeyHash> ghost_set_;
};

}  // namespace matinee::edge
