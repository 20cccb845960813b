#pragma once
// events/seen_events: which events a processor has counted, exactly, kept with its state.

#include <cstddef>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "store/state_store.h"

namespace matinee::events {

/// The ids of counted events, in dedup rows of a StateStore: pseudonym | minute of the id | page,
/// 16 bytes an event, so that a batch touches few rows. A resend has the id and so the rows of
/// the first sending, whatever its session and number. A page holds kIdsPerPage ids; a further
/// one begins the next page. At most kBucketsMax minutes are kept in memory between batches.
/// Of one thread, the partition's worker.
class SeenEvents {
 public:
  static constexpr std::size_t kIdsPerPage = 1024;
  static constexpr std::size_t kBucketsMax = 256;

  explicit SeenEvents(store::StateStore& store) : store_(&store) {}

  /// True when it is new; from then on it is seen. Errors: those of reading the store.
  Result<bool> insert(Pseudonym pseudonym, EventId id);
  /// Puts what changed since the last call into the batch. If its commit fails, drop this object.
  void write(store::StateBatch& batch);

 private:
  struct Bucket {
    std::unordered_set<EventId> ids;
    std::vector<std::string> pages;  // all but the last are full
    std::size_t first_changed = SIZE_MAX;
  };
  Result<Bucket*> bucket(const std::string& prefix);

  store::StateStore* store_;
  std::map<std::string, Bucket> buckets_;
};

}  // namespace matinee::events
