#pragma once
// edge/weak_index: what one loop has seen in a shared cache, found again without a lock.

#include <cstddef>
#include <memory>
#include <unordered_map>

namespace matinee::edge {

/// Maps keys to values that a shared cache owns. It keeps no value alive: what the cache evicts is
/// gone from here too. At most `entries_max` keys; beyond, the dead ones are swept, then all.
/// Of one loop. The values must be made with a separate control block (shared_ptr of new), so that
/// a weak reference holds no payload.
template <typename Key, typename Value, typename Hash = std::hash<Key>>
class WeakIndex {
 public:
  explicit WeakIndex(std::size_t entries_max) : entries_max_(entries_max) {}

  [[nodiscard]] std::shared_ptr<const Value> find(const Key& key) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    auto value = found->second.lock();
    if (!value) entries_.erase(found);
    return value;
  }

  void remember(const Key& key, const std::shared_ptr<const Value>& value) {
    if (entries_.size() >= entries_max_) {
      std::erase_if(entries_, [](const auto& entry) { return entry.second.expired(); });
      if (entries_.size() >= entries_max_) entries_.clear();
    }
    entries_.insert_or_assign(key, value);
  }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  const std::size_t entries_max_;
  std::unordered_map<Key, std::weak_ptr<const Value>, Hash> entries_;
};

}  // namespace matinee::edge
