#pragma once
// store/state_store: what one stream processor knows about one partition of the log, together with
// how far it has read, so that each event counts once. Source: KIP-892 and KIP-1035 (offset and
// state in one write).

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/environment.h"

namespace matinee::store {

inline constexpr std::size_t kStateKeyBytesMax = 1024;
inline constexpr std::size_t kStateValueBytesMax = 1024 * 1024;
inline constexpr std::size_t kStateBatchBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kStateScanMax = 10'000;

/// What one commit changes: all of it or nothing. The last change to a key wins.
class StateBatch {
 public:
  void put(std::string key, std::string value) { state_[std::move(key)] = std::move(value); }
  void remove(std::string key) { state_[std::move(key)] = std::nullopt; }
  /// Rows by which duplicates are known, in a key space of their own.
  void put_dedup(std::string key, std::string value) { dedup_[std::move(key)] = std::move(value); }
  void remove_dedup(std::string key) { dedup_[std::move(key)] = std::nullopt; }
  /// The offset of the log to read next, once this batch is in.
  void set_offset(std::uint64_t next) { offset_ = next; }

  [[nodiscard]] bool empty() const { return state_.empty() && dedup_.empty() && !offset_; }

 private:
  friend class StateStore;
  using Changes = std::map<std::string, std::optional<std::string>, std::less<>>;
  Changes state_;
  Changes dedup_;
  std::optional<std::uint64_t> offset_;
};

/// One folder, one owner. Reads see what was committed. Thread-safe; every call blocks.
class StateStore {
 public:
  struct Entry {
    std::string key;
    std::string value;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  /// Opens or creates the store in `folder`. Errors: conflict for a newer format, unavailable when
  /// it is open elsewhere, corrupt.
  static Result<std::unique_ptr<StateStore>> open(const std::filesystem::path& folder,
                                                  const Environment& environment);
  ~StateStore();
  StateStore(const StateStore&) = delete;
  StateStore& operator=(const StateStore&) = delete;

  /// nullopt when there is none.
  [[nodiscard]] Result<std::optional<std::string>> get(std::string_view key);
  [[nodiscard]] Result<std::optional<std::string>> get_dedup(std::string_view key);
  /// At most `limit` (1 to kStateScanMax) entries whose key starts with `prefix` and is greater
  /// than `after` (empty: from the first), in the order of their bytes.
  [[nodiscard]] Result<std::vector<Entry>> scan(std::string_view prefix, std::string_view after,
                                                std::size_t limit);
  [[nodiscard]] Result<std::vector<Entry>> scan_dedup(std::string_view prefix,
                                                      std::string_view after, std::size_t limit);

  /// The offset of the log to read next; 0 in a new store.
  [[nodiscard]] std::uint64_t offset() const;
  /// The highest epoch that has claimed this store; 0 in a new one.
  [[nodiscard]] std::uint64_t epoch() const;
  /// Shuts out every owner with a lower epoch; durable. Errors: conflict when a higher one has it.
  [[nodiscard]] Result<void> claim(std::uint64_t epoch);

  /// All of `batch` in one durable write. Errors: conflict when `epoch` is not the one that claimed
  /// the store (the caller has lost it and stops) or the offset would go back; limited for an
  /// oversized key, value or batch; unavailable (then reopen: it happened or not, the offset
  /// tells).
  [[nodiscard]] Result<void> commit(const StateBatch& batch, std::uint64_t epoch);

 private:
  struct Engine;
  explicit StateStore(std::unique_ptr<Engine> engine);
  std::unique_ptr<Engine> engine_;
};

}  // namespace matinee::store
