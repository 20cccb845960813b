#pragma once
// edge/s3_fifo: the S3-FIFO policy over keys and sizes alone: what a cache of so many bytes would
// hold. Read by the claim fill; the extent store of today has its own, bound to extents.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace matinee::edge {

/// Keys that are used again move from a small queue (a tenth of the bytes) to the main one; those
/// that fall out early are remembered, as many bytes of them as the main queue may have, and come
/// straight into it when they come back. Never holds more than `bytes_max`; what is larger than
/// that is not taken. Not thread-safe.
/// Source: Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023.
template <typename Key, typename Hash = std::hash<Key>>
class S3Fifo {
 public:
  explicit S3Fifo(std::uint64_t bytes_max) : bytes_max_(bytes_max) {}

  /// A request for `key`: true when it is held; otherwise it is from now on.
  bool request(const Key& key, std::uint32_t bytes) {
    if (const auto found = held_.find(key); found != held_.end()) {
      if (found->second.uses < kUsesMax) ++found->second.uses;
      return true;
    }
    if (bytes > bytes_max_) return false;
    while (bytes_ + bytes > bytes_max_) evict();
    const auto ghost = ghosts_.find(key);
    const bool came_back = ghost != ghosts_.end();
    if (came_back) ghosts_.erase(ghost);  // its place in the queue is passed over later
    held_.emplace(key, Entry{bytes, 0});
    bytes_ += bytes;
    if (came_back) {
      main_.push_back(key);
    } else {
      small_.push_back(key);
      small_bytes_ += bytes;
    }
    return false;
  }

  [[nodiscard]] bool holds(const Key& key) const { return held_.contains(key); }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::uint8_t kUsesMax = 3;
  static constexpr std::uint64_t kSmallShare = 10;  // a tenth
  struct Entry {
    std::uint32_t bytes;
    std::uint8_t uses;
  };
  struct Ghost {
    Key key;
    std::uint32_t bytes;
    std::uint64_t number;
  };

  void evict() {
    if (!small_.empty() && (small_bytes_ * kSmallShare >= bytes_max_ || main_.empty())) {
      evict_small();
    } else {
      evict_main();
    }
  }

  void evict_small() {
    const Key key = small_.front();
    small_.pop_front();
    const auto found = held_.find(key);
    small_bytes_ -= found->second.bytes;
    if (found->second.uses > 0) {
      found->second.uses = 0;
      main_.push_back(key);
      return;
    }
    remember(key, found->second.bytes);
    drop(found);
  }

  void evict_main() {
    const Key key = main_.front();
    main_.pop_front();
    const auto found = held_.find(key);
    if (found->second.uses > 0) {
      --found->second.uses;
      main_.push_back(key);
      return;
    }
    drop(found);
  }

  void drop(typename std::unordered_map<Key, Entry, Hash>::iterator entry) {
    bytes_ -= entry->second.bytes;
    held_.erase(entry);
  }

  void remember(const Key& key, std::uint32_t bytes) {
    ghosts_[key] = ++ghost_number_;
    ghost_queue_.push_back({key, bytes, ghost_number_});
    ghost_bytes_ += bytes;
    while (ghost_bytes_ > bytes_max_) {
      const Ghost& oldest = ghost_queue_.front();
      const auto found = ghosts_.find(oldest.key);
      if (found != ghosts_.end() && found->second == oldest.number) ghosts_.erase(found);
      ghost_bytes_ -= oldest.bytes;
      ghost_queue_.pop_front();
    }
  }

  std::uint64_t bytes_max_;
  std::uint64_t bytes_ = 0;
  std::uint64_t small_bytes_ = 0;
  std::uint64_t ghost_bytes_ = 0;
  std::uint64_t ghost_number_ = 0;
  std::unordered_map<Key, Entry, Hash> held_;
  std::deque<Key> small_;
  std::deque<Key> main_;
  std::unordered_map<Key, std::uint64_t, Hash> ghosts_;
  std::deque<Ghost> ghost_queue_;
};

}  // namespace matinee::edge
