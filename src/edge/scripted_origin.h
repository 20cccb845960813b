#pragma once
// edge/scripted_origin: an origin for tests: objects in memory and faults on demand.

#include <atomic>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "edge/origin.h"

namespace matinee::edge {

/// Objects are added before the reads begin. Thread-safe afterwards.
class ScriptedOrigin {
 public:
  enum class Fault { none, away, wrong_bytes, cut_short, missing };

  /// What happens next; a test may set it anew while reads are under way.
  class FaultScript {
   public:
    FaultScript& operator=(std::function<Fault()> next) {
      auto made = std::make_shared<std::function<Fault()>>(std::move(next));
      const std::lock_guard lock(mutex_);
      next_ = std::move(made);
      return *this;
    }
    Fault operator()() {
      std::shared_ptr<std::function<Fault()>> next;
      {
        const std::lock_guard lock(mutex_);
        next = next_;
      }
      return next ? (*next)() : Fault::none;  // may block: not under the lock
    }

   private:
    std::mutex mutex_;
    std::shared_ptr<std::function<Fault()>> next_;  // shared: replaced while it runs
  };

  /// Deterministic content: a pattern that differs from extent to extent.
  static std::string content(std::size_t bytes, unsigned seed) {
    std::string text(bytes, '\0');
    std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
    for (std::size_t i = 0; i < bytes; i += 8) {
      state ^= state << 13U;
      state ^= state >> 7U;
      state ^= state << 17U;
      std::memcpy(text.data() + i, &state, std::min<std::size_t>(8, bytes - i));
    }
    return text;
  }

  store::ObjectId add(std::string bytes) {
    store::ExtentHasher hasher;
    hasher.update({reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()});
    store::ExtentHashes hashes = hasher.finish();
    const store::ObjectId id = hashes.id();
    objects_.insert_or_assign(id, Object{std::move(bytes), std::move(hashes)});
    return id;
  }
  [[nodiscard]] const std::string& bytes_of(const store::ObjectId& id) const {
    return objects_.at(id).bytes;
  }

  /// Asked before each read; may block, to hold a read up.
  FaultScript next_fault;
  FaultScript next_hashes_fault;
  std::atomic<int> reads{0};
  std::atomic<int> hash_reads{0};
  std::atomic<bool> gone{false};

  Origin origin() {
    Origin origin;
    origin.read = [this](const store::ObjectId& id, std::uint64_t offset, std::span<char> out,
                         Deadline) { return read(id, offset, out); };
    origin.extents = [this](const store::ObjectId& id, Deadline) { return extents(id); };
    origin.is_gone = [this] { return gone.load(); };
    return origin;
  }

 private:
  struct Object {
    std::string bytes;
    store::ExtentHashes hashes;
  };

  Result<std::size_t> read(const store::ObjectId& id, std::uint64_t offset, std::span<char> out) {
    ++reads;
    const Fault fault = next_fault();
    const auto found = objects_.find(id);
    if (fault == Fault::away) return fail(ErrorCode::unavailable, "connecting to the origin");
    if (fault == Fault::missing || found == objects_.end()) {
      return fail(ErrorCode::not_found, "no object " + id.to_string());
    }
    const std::string& bytes = found->second.bytes;
    std::size_t count = std::min(out.size(), bytes.size() - static_cast<std::size_t>(offset));
    if (fault == Fault::cut_short) count /= 2;
    std::memcpy(out.data(), bytes.data() + offset, count);
    if (fault == Fault::wrong_bytes && count > 0) out[count / 2] ^= 1;
    return count;
  }

  Result<store::ExtentHashes> extents(const store::ObjectId& id) {
    ++hash_reads;
    const Fault fault = next_hashes_fault();
    const auto found = objects_.find(id);
    if (fault == Fault::away) return fail(ErrorCode::unavailable, "connecting to the origin");
    if (fault == Fault::missing || found == objects_.end()) {
      return fail(ErrorCode::not_found, "no object " + id.to_string());
    }
    store::ExtentHashes hashes = found->second.hashes;
    if (fault == Fault::wrong_bytes && !hashes.extents.empty()) hashes.extents[0][0] ^= 1;
    if (fault == Fault::cut_short && !hashes.extents.empty()) hashes.extents.pop_back();
    return hashes;
  }

  std::map<store::ObjectId, Object> objects_;
};

}  // namespace matinee::edge
