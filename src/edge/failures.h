#pragma once
// edge/failures: what failed a moment ago, so that a failing origin is not asked by everyone.

#include <chrono>
#include <cstddef>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace matinee::edge {

/// Remembers errors by key for a short time. At most `entries_max`; beyond, those that have ended
/// are swept, then all. One owner, or under its owner's lock.
template <typename Key, typename Hash = std::hash<Key>>
class Failures {
 public:
  Failures(const Clock& clock, std::chrono::milliseconds keep, std::size_t entries_max)
      : clock_(clock), keep_(keep), entries_max_(entries_max) {}

  [[nodiscard]] std::optional<Error> find(const Key& key) {
    if (entries_.empty()) return std::nullopt;
    const auto found = entries_.find(key);
    if (found == entries_.end()) return std::nullopt;
    if (clock_.monotonic() < found->second.until) return found->second.error;
    entries_.erase(found);
    return std::nullopt;
  }

  void remember(const Key& key, Error error) {
    const MonotonicInstant now = clock_.monotonic();
    if (entries_.size() >= entries_max_) {
      std::erase_if(entries_, [now](const auto& entry) { return entry.second.until <= now; });
      if (entries_.size() >= entries_max_) entries_.clear();
    }
    entries_.insert_or_assign(key, Entry{now + keep_, std::move(error)});
  }

 private:
  struct Entry {
    MonotonicInstant until;
    Error error;
  };
  const Clock& clock_;
  const std::chrono::milliseconds keep_;
  const std::size_t entries_max_;
  std::unordered_map<Key, Entry, Hash> entries_;
};

}  // namespace matinee::edge
