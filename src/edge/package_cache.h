#pragma once
// edge/package_cache: which objects the tokens of a package open, kept in memory.

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/extent_cache.h"
#include "edge/failures.h"
#include "edge/package_objects.h"
#include "edge/weak_index.h"

namespace matinee::edge {

/// Shared: requests use a package while the cache drops it.
using PackagePtr = std::shared_ptr<const PackageObjects>;
using OnPackage = std::move_only_function<void(Result<PackagePtr>)>;

/// Packages that were read through the verified path and parsed, least recently asked for first
/// out. Everyone who asks for one that is not here joins one read. Thread-safe.
class PackageCache {
 public:
  struct Options {
    std::size_t packages_max = 1'024;
    std::size_t objects_max = 1'000'000;  // of all packages together, about 80 bytes each
    std::size_t waiters_max = 16'384;     // of one package
    std::chrono::milliseconds failure_keep{1'000};
  };

  /// `extents` must outlive it.
  PackageCache(Options options, ExtentCache& extents, Metrics& metrics);
  /// Stops `extents`, whose threads run our reads.
  ~PackageCache();
  PackageCache(const PackageCache&) = delete;
  PackageCache& operator=(const PackageCache&) = delete;

  /// Null when it is not here. Takes a lock: loops use a WeakIndex before it.
  [[nodiscard]] PackagePtr find(const store::ObjectId& id);

  /// Calls `done` once, here or on a fetch thread.
  /// Errors: not_found, unavailable, corrupt (also: it is no package), limited.
  void request(const store::ObjectId& id, Deadline deadline, OnPackage done);

 private:
  struct Kept {
    PackagePtr package;
    std::list<store::ObjectId>::iterator place;
  };
  Result<PackagePtr> read(const store::ObjectId& id, Deadline deadline);
  void finish(const store::ObjectId& id, Result<PackagePtr> result);
  void keep(const store::ObjectId& id, const PackagePtr& package);  // with mutex_ held

  const Options options_;
  ExtentCache& extents_;
  Counter& reads_;
  std::mutex mutex_;
  std::unordered_map<store::ObjectId, Kept> kept_;
  std::list<store::ObjectId> recent_;  // front: asked for last
  std::size_t objects_ = 0;
  Failures<store::ObjectId> failures_;
  std::unordered_map<store::ObjectId, std::vector<OnPackage>> waiting_;
};

}  // namespace matinee::edge
