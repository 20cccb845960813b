#pragma once
// edge/disk_tier: the edge's second cache, on its disk: what it holds survives a restart.

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "base/files.h"
#include "base/metrics.h"
#include "edge/disk_segment.h"
#include "edge/extent.h"

namespace matinee::edge {

/// The key under which the hash list of an object is held beside its extents.
inline constexpr std::uint64_t kHashListIndex = ~std::uint64_t{0};

/// Extents and hash lists in append-only segment files. When room is wanted the oldest segment
/// goes; what was read in it since it was written, and what is pinned, is written anew first, as
/// long as that is at most half of it (a segment of mostly pinned extents takes its turn again).
/// The files together are never larger than `bytes_max`. It gives back exactly the bytes that were
/// put or nothing; whether they are an object's is for the reader to check. Losing it loses
/// nothing but time. Thread-safe; reads wait for no write.
class DiskTier {
 public:
  struct Options {
    std::filesystem::path folder;
    std::uint64_t bytes_max = std::uint64_t{8} << 30U;
    std::uint64_t segment_bytes = std::uint64_t{64} << 20U;  // an eighth of bytes_max at most
  };

  /// Takes up what an earlier process left; files that are damaged as a whole are removed.
  /// `files` and `metrics` must outlive it.
  /// Errors: invalid (bytes_max too small for an extent), unavailable, conflict (newer format).
  static Result<std::unique_ptr<DiskTier>> open(Options options, Files& files, Metrics& metrics);
  ~DiskTier();
  DiskTier(const DiskTier&) = delete;
  DiskTier& operator=(const DiskTier&) = delete;

  [[nodiscard]] bool holds(const ExtentKey& key) const;
  /// The bytes of `key`; nullopt when they are not here (also: damaged, then forgotten).
  [[nodiscard]] std::optional<std::string> read(const ExtentKey& key);
  /// As read, into `out`; false also when it holds another number of bytes.
  [[nodiscard]] bool read_into(const ExtentKey& key, std::span<char> out);
  /// Holds these bytes from now on; nothing when it does already.
  /// Errors: limited (larger than a segment, or the disk is full), unavailable.
  Result<void> put(const ExtentKey& key, std::string_view bytes);
  /// Forgets them: they were not what they should be. Their room comes back with their segment.
  void forget(const ExtentKey& key);

  /// Objects that stay whatever else is read; the caller keeps them well below bytes_max.
  void pin(std::unordered_set<store::ObjectId> objects);

  struct Content {
    std::uint64_t extents = 0;
    std::uint64_t bytes = 0;
  };
  /// What is here of each object (hash lists not counted).
  [[nodiscard]] std::unordered_map<store::ObjectId, Content> contents() const;
  /// Size of all files, tables included.
  [[nodiscard]] std::uint64_t bytes_used() const;

 private:
  struct Place {
    std::shared_ptr<DiskSegment> segment;  // shared: a read goes on when the segment is dropped
    DiskRecord record;
    bool used = false;  // read since it was written
  };
  DiskTier(Options options, Files& files, Metrics& metrics);
  Result<void> take_up();
  Result<void> take_up_segment(std::uint64_t number);
  std::optional<Place> place_of(const ExtentKey& key);
  void lost(const ExtentKey& key, const Place& place);
  Result<void> append(const ExtentKey& key, std::string_view bytes, bool used);
  Result<void> make_room(std::uint64_t bytes);
  bool take_turn_again(const DiskSegment& oldest);
  void drop_oldest();
  Result<void> seal_active();
  Result<void> start_segment();
  [[nodiscard]] bool is_kept(const ExtentKey& key, const Place& place) const;
  void publish_size();

  const Options options_;
  Files& files_;
  Counter& hits_;
  Counter& misses_;
  Counter& written_;
  Counter& rewritten_;
  Counter& dropped_;
  Counter& damaged_;
  Gauge& used_;

  std::mutex writing_;  // one writer at a time; taken before mutex_
  std::shared_ptr<DiskSegment> active_;
  std::deque<std::shared_ptr<DiskSegment>> sealed_;  // front: the next to go
  std::uint64_t next_number_ = 1;
  std::uint64_t sealed_bytes_ = 0;

  mutable std::mutex mutex_;
  std::unordered_map<ExtentKey, Place, ExtentKeyHash> places_;
  std::unordered_set<store::ObjectId> pinned_;
  std::uint64_t files_bytes_ = 0;  // as of the last write
};

}  // namespace matinee::edge
