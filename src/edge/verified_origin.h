#pragma once
// edge/verified_origin: reads from the origin that are retried, and checked against object ids.

#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/metrics.h"
#include "edge/disk_tier.h"
#include "edge/extent.h"
#include "edge/fetch_pool.h"
#include "edge/origin.h"

namespace matinee::edge {

/// When a read must end. Asked again before each attempt: a later viewer may extend it.
using DeadlineOf = std::function<Deadline()>;

/// Blocking, verified reads; runs on the threads of a FetchPool. Thread-safe.
/// An unavailable origin is tried again with growing pauses until the deadline; wrong bytes are
/// read once more, then the read fails as corrupt. Extent hashes are kept, at most
/// `hashes_bytes_max` of them, least recently used first out.
class VerifiedOrigin {
 public:
  struct Options {
    std::size_t hashes_bytes_max = std::size_t{16} << 20U;
    std::chrono::milliseconds pause_first{20};
    std::chrono::milliseconds pause_longest{200};
    DiskTier* disk = nullptr;  // asked before the origin; must outlive it; null: there is none
  };
  using Hashes = std::shared_ptr<const store::ExtentHashes>;  // shared: may leave the cache in use

  VerifiedOrigin(Options options, Origin origin, FetchPool& pool, const Clock& clock,
                 Metrics& metrics);

  /// The hashes of an object, checked against its id. One upstream read for all who ask at once.
  /// Errors: not_found, unavailable, corrupt.
  Result<Hashes> hashes(const store::ObjectId& object, const DeadlineOf& deadline);

  /// Reads extent `index` into `out`, which has exactly its size. Errors: as hashes.
  Result<void> read_extent(const store::ObjectId& object, const store::ExtentHashes& hashes,
                           std::uint64_t index, std::span<char> out, const DeadlineOf& deadline);

  /// A whole small object. Errors: as hashes; limited when it is larger than `bytes_max`.
  Result<std::string> read_object(const store::ObjectId& object, std::size_t bytes_max,
                                  const DeadlineOf& deadline);

 private:
  Hashes hashes_on_disk(const store::ObjectId& object);
  void keep_on_disk(const ExtentKey& key, std::string_view bytes);
  Result<void> read_upstream(const ExtentKey& key, const store::ExtentHashes& hashes,
                             std::span<char> out, const DeadlineOf& deadline);
  Result<Hashes> fetch_hashes(const store::ObjectId& object, const DeadlineOf& deadline);
  void keep(const store::ObjectId& object, const Hashes& hashes);  // with mutex_ held
  Result<void> attempts(const DeadlineOf& deadline, const std::function<Result<void>()>& attempt);

  const Options options_;
  const Origin origin_;
  FetchPool& pool_;
  const Clock& clock_;
  Counter& reads_;
  Counter& read_bytes_;
  Counter& retries_;
  Counter& corrupt_;
  Counter& disk_failed_;

  struct Kept {
    Hashes hashes;
    std::list<store::ObjectId>::iterator place;
  };
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::unordered_set<store::ObjectId> arriving_;
  std::unordered_map<store::ObjectId, Kept> kept_;
  std::list<store::ObjectId> recent_;  // front: used last
  std::size_t kept_bytes_ = 0;
};

}  // namespace matinee::edge
