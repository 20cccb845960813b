#pragma once
// store/record_store: items under a partition and a sort key with conditional writes: what DynamoDB
// and its kin have in common. No transaction spans two items.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/environment.h"
#include "store/value.h"

namespace matinee::store {

inline constexpr std::size_t kRecordKeyBytesMax =
    1024;  // of the partition and of the sort key each
inline constexpr std::size_t kRecordBytesMax = 256 * 1024;  // names and values together
inline constexpr std::size_t kRecordPageMax = 1000;
inline constexpr std::size_t kRecordPageBytesMax = 1024 * 1024;
inline constexpr std::size_t kRecordBatchMax = 25;

/// `partition` is never empty; `sort` may be. Sort keys are ordered by their bytes.
struct RecordKey {
  std::string partition;
  std::string sort;
  friend auto operator<=>(const RecordKey&, const RecordKey&) = default;
};

using Attributes = std::map<std::string, Value, std::less<>>;

struct Record {
  RecordKey key;
  Attributes attributes;
  std::optional<Instant> expires_at;  // from then on it is as if it did not exist
  friend bool operator==(const Record&, const Record&) = default;
};

/// What must hold for a write to happen; looked at and written in one step.
struct Condition {
  enum class Kind { absent, present, equals, not_equals };
  Kind kind;
  std::string attribute;  // empty: the record itself (absent and present only)
  Value value;            // of equals and not_equals; an attribute that is not there is null

  static Condition record_absent() { return {Kind::absent, {}, {}}; }
  static Condition record_present() { return {Kind::present, {}, {}}; }
  static Condition equals(std::string attribute, Value value) {
    return {Kind::equals, std::move(attribute), std::move(value)};
  }
  static Condition not_equals(std::string attribute, Value value) {
    return {Kind::not_equals, std::move(attribute), std::move(value)};
  }
};
using Conditions = std::vector<Condition>;  // all of them; none: always

/// A change to some attributes of a record, which is created when absent.
struct Update {
  Attributes set = {};
  std::vector<std::string> remove = {};
  std::map<std::string, std::int64_t, std::less<>> add = {};  // to an integer; absent counts as 0
  std::optional<Instant> expires_at = {};                     // nullopt: as it was
};

struct RecordQuery {
  std::string partition;
  std::string sort_from = {};               // inclusive
  std::optional<std::string> sort_to = {};  // exclusive; nullopt: to the end of the partition
  std::size_t limit = kRecordPageMax;       // 1 to kRecordPageMax
  bool reverse = false;                     // from the greatest sort key down
  std::string cursor = {};  // opaque bytes of the page before; empty: the first page
};

/// The sort keys that start with `prefix`. Errors of a later query: none.
RecordQuery prefix_query(std::string partition, std::string prefix);

struct RecordPage {
  std::vector<Record> records;
  std::string cursor;  // empty: this was the last page
};

/// One write of a batch: puts the attributes, or removes the record when there are none.
struct BatchWrite {
  RecordKey key;
  std::optional<Attributes> attributes;  // nullopt: remove
  std::optional<Instant> expires_at;
};

/// Linearizable per record. Written means durable. Thread-safe; every call blocks.
/// Errors of all: invalid for an empty partition or an oversized key; limited for an oversized
/// record; unavailable (a write may then have happened or not).
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  /// Errors: not_found, also for an expired record.
  [[nodiscard]] virtual Result<Record> get(const RecordKey& key) = 0;
  /// Replaces the whole record. Errors: conflict when a condition does not hold.
  [[nodiscard]] virtual Result<void> put(const Record& record,
                                         const Conditions& conditions = {}) = 0;
  /// The record as it is afterwards. Errors: conflict when a condition does not hold; invalid when
  /// `add` meets something that is no integer, or overflows. A retry adds twice: guard `add` with a
  /// condition when that matters.
  [[nodiscard]] virtual Result<Record> update(const RecordKey& key, const Update& change,
                                              const Conditions& conditions = {}) = 0;
  /// Fine when there is none. Errors: conflict when a condition does not hold.
  [[nodiscard]] virtual Result<void> remove(const RecordKey& key,
                                            const Conditions& conditions = {}) = 0;
  /// A page ends at `limit` records or kRecordPageBytesMax; follow the cursor with the same query.
  [[nodiscard]] virtual Result<RecordPage> query(const RecordQuery& query) = 0;
  /// At most kRecordBatchMax writes of different records, NOT atomic together; returns those that
  /// were not done and may be tried again.
  [[nodiscard]] virtual Result<std::vector<BatchWrite>> batch_write(
      const std::vector<BatchWrite>& writes) = 0;
};

/// rocksdb:///folder, or mem:// (gone with the store; for tests). Errors: invalid URL or scheme,
/// conflict for a newer format, unavailable when another process has it open.
Result<std::unique_ptr<RecordStore>> open_record_store(std::string_view url,
                                                       const Environment& environment);

}  // namespace matinee::store
