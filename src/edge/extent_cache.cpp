#include "edge/extent_cache.h"

#include <algorithm>
#include <utility>

namespace matinee::edge {
namespace {

constexpr std::chrono::milliseconds kMemoryPause{20};  // until a response may have let go of some

}  // namespace

ExtentCache::ExtentCache(Options options, Origin origin, const Clock& clock, Metrics& metrics)
    : options_(options),
      clock_(clock),
      hits_(metrics.counter("matinee_edge_extent_hits_total", "Extents found in memory.")),
      misses_(metrics.counter("matinee_edge_extent_misses_total", "Extents read for a viewer.")),
      collapsed_(metrics.counter("matinee_edge_extent_collapsed_total",
                                 "Viewers who joined a read that was under way.")),
      evictions_(metrics.counter("matinee_edge_extent_evictions_total", "Extents evicted.")),
      failed_(metrics.counter("matinee_edge_extent_failures_total", "Reads that failed.")),
      ahead_(metrics.counter("matinee_edge_extent_ahead_total", "Extents read ahead.")),
      used_(metrics.gauge("matinee_edge_extent_bytes", "Memory of all extents.")),
      memory_(std::make_shared<MemoryAccount>(options.bytes_max)),
      store_(options.bytes_max / store::kExtentBytes),
      failures_(clock, options.failure_keep, options.failures_max),
      pool_(options.fetch),
      origin_(options.origin, std::move(origin), pool_, clock, metrics) {
  MATINEE_CHECK(options.bytes_max > store::kExtentBytes);
}

ExtentCache::~ExtentCache() { pool_.stop(); }

ExtentPtr ExtentCache::find(const ExtentKey& key) {
  ExtentPtr extent;
  {
    const std::lock_guard lock(mutex_);
    extent = store_.find(key);
  }
  if (extent) {
    extent->touch();
    hits_.add();
  }
  return extent;
}

ExtentCache::FlightPtr ExtentCache::make_flight(const ExtentKey& key, Deadline deadline) {
  auto flight = std::make_shared<Flight>();
  flight->latest = clock_.monotonic() + options_.read_longest;
  flight->deadline.at = std::min(deadline.at, flight->latest);
  flights_.emplace(key, flight);
  return flight;
}

bool ExtentCache::launch(const ExtentKey& key, const FlightPtr& flight) {
  auto task = [this, key, flight] { fetch(key, flight); };
  return flight->demanded ? pool_.submit(std::move(task)) : pool_.submit_ahead(std::move(task));
}

void ExtentCache::request(const ExtentKey& key, Deadline deadline, OnExtent done) {
  std::unique_lock lock(mutex_);
  if (ExtentPtr extent = store_.find(key)) {
    lock.unlock();
    extent->touch();
    hits_.add();
    done(std::move(extent));
    return;
  }
  if (auto failure = failures_.find(key)) {
    lock.unlock();
    done(std::unexpected(*std::move(failure)));
    return;
  }
  const auto found = flights_.find(key);
  const FlightPtr flight = found != flights_.end() ? found->second : make_flight(key, deadline);
  if (found != flights_.end()) {
    collapsed_.add();
    flight->deadline.at = std::clamp(deadline.at, flight->deadline.at, flight->latest);
  } else {
    misses_.add();
  }
  if (flight->waiters.size() >= options_.waiters_max) {
    lock.unlock();
    done(fail(ErrorCode::limited, "too many wait for one extent"));
    return;
  }
  flight->waiters.push_back(std::move(done));
  if (flight->demanded) return;
  flight->demanded = true;
  if (flight->started || launch(key, flight)) return;
  // Nothing can be read for it now. One that is queued as read-ahead still comes to its turn.
  if (found != flights_.end()) return;
  flights_.erase(key);
  done = std::move(flight->waiters.front());
  lock.unlock();
  done(fail(ErrorCode::unavailable, "too many extents wait to be read"));
}

void ExtentCache::prefetch(const ExtentKey& key, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (store_.find(key) || flights_.contains(key) || failures_.find(key)) return;
  const FlightPtr flight = make_flight(key, deadline);
  if (!launch(key, flight)) {
    flights_.erase(key);
    return;
  }
  ahead_.add();
}

void ExtentCache::fetch(const ExtentKey& key, const FlightPtr& flight) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(flight->started, true)) return;  // it was queued twice: ahead, then demanded
  }
  land(key, flight, fetch_now(key, *flight));
}

Result<ExtentPtr> ExtentCache::fetch_now(const ExtentKey& key, Flight& flight) {
  const DeadlineOf deadline = [this, &flight] {
    const std::lock_guard lock(mutex_);
    return flight.deadline;
  };
  if (pool_.stopping()) return fail(ErrorCode::unavailable, "the edge is stopping");
  if (deadline().left(clock_).count() == 0) {
    return fail(ErrorCode::unavailable, "an extent waited too long for its turn to be read");
  }
  const auto hashes = origin_.hashes(key.object, deadline);
  if (!hashes) return std::unexpected(hashes.error());
  const auto bytes = static_cast<std::size_t>((*hashes)->extent_bytes(key.index));
  if (bytes == 0) {
    return fail(ErrorCode::not_found, "extent " + std::to_string(key.index) + " of object " +
                                          key.object.to_string() + " lies beyond its end");
  }
  if (!take_memory(bytes, flight)) {
    return fail(ErrorCode::unavailable, "no memory for an extent: responses hold all of it");
  }
  auto data = std::make_unique_for_overwrite<char[]>(bytes);
  const auto read =
      origin_.read_extent(key.object, **hashes, key.index, {data.get(), bytes}, deadline);
  if (!read) {
    memory_->give_back(bytes);
    return std::unexpected(read.error());
  }
  return ExtentPtr(new Extent(std::move(data), bytes, memory_));  // WeakIndex wants `new`
}

bool ExtentCache::take_memory(std::size_t bytes, Flight& flight) {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      for (;;) {
        if (memory_->try_take(bytes)) return true;
        if (!store_.evict_one()) break;
        evictions_.add();
      }
      if (!flight.demanded || flight.deadline.left(clock_).count() == 0) return false;
    }
    if (!pool_.pause(kMemoryPause)) return false;
  }
}

void ExtentCache::land(const ExtentKey& key, const FlightPtr& flight, Result<ExtentPtr> result) {
  std::vector<OnExtent> waiters;
  {
    const std::lock_guard lock(mutex_);
    if (result) {
      for (std::size_t use = 1; use < std::min<std::size_t>(flight->waiters.size(), 4); ++use) {
        (*result)->touch();
      }
      store_.insert(key, *result);
    } else {
      failed_.add();
      // Read-ahead that found no room says nothing about the next viewer's chances.
      if (flight->demanded) failures_.remember(key, result.error());
    }
    flights_.erase(key);
    waiters.swap(flight->waiters);
  }
  used_.set(static_cast<std::int64_t>(memory_->used()));
  for (OnExtent& waiter : waiters) waiter(result);
}

ExtentPtr ExtentView::find(const ExtentKey& key) {
  if (ExtentPtr extent = seen_.find(key)) {
    extent->touch();
    cache_.hits_.add();
    return extent;
  }
  ExtentPtr extent = cache_.find(key);
  if (extent) seen_.remember(key, extent);
  return extent;
}

}  // namespace matinee::edge
