#pragma once
// edge/extent_cache: the RAM cache of the edge: verified extents, one upstream read for all.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/metrics.h"
#include "base/result.h"
#include "base/time.h"
#include "edge/extent.h"
#include "edge/extent_store.h"
#include "edge/failures.h"
#include "edge/fetch_pool.h"
#include "edge/verified_origin.h"
#include "edge/weak_index.h"

namespace matinee::edge {

/// Told once how a request ended; on the calling thread or a fetch thread. Must not block.
using OnExtent = std::move_only_function<void(Result<ExtentPtr>)>;

/// Extents of objects in memory, shared by all loops. Everything in it matches its object's hashes.
/// The memory of all extents, cached or held by responses or being read, never passes `bytes_max`.
/// Requests for an extent that is not here join one upstream read, which goes on when those who
/// asked have left. A failure is remembered for `failure_keep`. Thread-safe.
/// stop() answers those who still wait with unavailable and ends the threads; so does the
/// destructor. It must come before the end of any loop that a callback posts to.
class ExtentCache {
 public:
  struct Options {
    std::size_t bytes_max = std::size_t{256} << 20U;  // > store::kExtentBytes
    std::size_t waiters_max = 16'384;                 // of one extent
    std::chrono::milliseconds read_longest{15'000};   // however late the last one joined
    std::chrono::milliseconds failure_keep{1'000};
    std::size_t failures_max = 1'024;
    FetchPool::Options fetch{};
    VerifiedOrigin::Options origin{};
  };

  /// `clock` and `metrics` must outlive it.
  ExtentCache(Options options, Origin origin, const Clock& clock, Metrics& metrics);
  ~ExtentCache();
  ExtentCache(const ExtentCache&) = delete;
  ExtentCache& operator=(const ExtentCache&) = delete;
  void stop() { pool_.stop(); }

  /// Null when it is not here. Takes a lock: loops use an ExtentView.
  [[nodiscard]] ExtentPtr find(const ExtentKey& key);

  /// Gives the extent, from memory or the origin; the read ends by the latest deadline of those
  /// who wait for it. Errors: not_found (also beyond the object's end), unavailable (origin away
  /// or no memory free until the deadline), corrupt, limited (too many wait).
  void request(const ExtentKey& key, Deadline deadline, OnExtent done);

  /// Asks for an extent that will be wanted soon; nothing when there is much to do already.
  void prefetch(const ExtentKey& key, Deadline deadline);

  /// Runs `work` on a fetch thread; false when too much waits. For verified reads of small objects.
  [[nodiscard]] bool submit(FetchPool::Task work) { return pool_.submit(std::move(work)); }
  [[nodiscard]] VerifiedOrigin& origin() { return origin_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }

  /// Runs one waiting read on this thread (tests without fetch threads).
  bool run_one() { return pool_.run_one(); }
  [[nodiscard]] std::size_t bytes_used() const { return memory_->used(); }

 private:
  friend class ExtentView;
  struct Flight {
    Deadline deadline;
    MonotonicInstant latest;  // what `deadline` is never put beyond
    bool started = false;
    bool demanded = false;  // somebody waits, or waited, for it
    std::vector<OnExtent> waiters;
  };
  using FlightPtr = std::shared_ptr<Flight>;  // shared: the map and the fetch thread's task

  bool launch(const ExtentKey& key, const FlightPtr& flight);  // with mutex_ held
  FlightPtr make_flight(const ExtentKey& key, Deadline deadline);
  void fetch(const ExtentKey& key, const FlightPtr& flight);
  Result<ExtentPtr> fetch_now(const ExtentKey& key, Flight& flight);
  bool take_memory(std::size_t bytes, Flight& flight);
  void land(const ExtentKey& key, const FlightPtr& flight, Result<ExtentPtr> result);

  const Options options_;
  const Clock& clock_;
  Counter& hits_;
  Counter& misses_;
  Counter& collapsed_;
  Counter& evictions_;
  Counter& failed_;
  Counter& ahead_;
  Gauge& used_;

  std::shared_ptr<MemoryAccount> memory_;  // shared with every extent
  std::mutex mutex_;
  ExtentStore store_;
  Failures<ExtentKey, ExtentKeyHash> failures_;
  std::unordered_map<ExtentKey, FlightPtr, ExtentKeyHash> flights_;
  FetchPool pool_;  // stopped by our destructor: its tasks use all of the above and origin_
  VerifiedOrigin origin_;
};

/// One loop's way into the cache: finds what it found before without a lock. Of one loop.
class ExtentView {
 public:
  explicit ExtentView(ExtentCache& cache, std::size_t entries_max = 65'536)
      : cache_(cache), seen_(entries_max) {}

  /// Null when it is not in memory. Counts as a use.
  [[nodiscard]] ExtentPtr find(const ExtentKey& key);
  /// True when this loop found it before and it is still in memory. Does not count as a use.
  [[nodiscard]] bool holds(const ExtentKey& key) { return seen_.find(key) != nullptr; }
  void remember(const ExtentKey& key, const ExtentPtr& extent) { seen_.remember(key, extent); }
  [[nodiscard]] ExtentCache& cache() { return cache_; }

 private:
  ExtentCache& cache_;
  WeakIndex<ExtentKey, Extent, ExtentKeyHash> seen_;
};

}  // namespace matinee::edge
