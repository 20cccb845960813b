#pragma once
// store/event_log: records in order, kept after they were read; written by intake, read by the
// stream processors, which keep their own position.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/environment.h"

namespace matinee::store {

inline constexpr std::size_t kLogRecordBytesMax = 1024 * 1024;
inline constexpr std::size_t kLogAppendBytesMax = 4 * 1024 * 1024;
inline constexpr std::size_t kLogAppendRecordsMax = 10'000;
inline constexpr std::uint32_t kLogPartitionsMax = 256;

/// Offsets of a partition grow by at least one a record; go on reading at LogPage::next.
struct LogRecord {
  std::uint64_t offset;
  std::string bytes;
  friend bool operator==(const LogRecord&, const LogRecord&) = default;
};

struct LogPage {
  std::vector<LogRecord> records;
  std::uint64_t next;  // the offset to read from next
};

struct LogReadLimits {
  std::size_t records_max = 1000;
  std::size_t bytes_max = 1024 * 1024;  // one record is given even when it is larger
};

/// Order holds within a partition. Thread-safe; every call blocks.
/// Errors of all: invalid for a partition that does not exist.
class EventLog {
 public:
  virtual ~EventLog() = default;

  [[nodiscard]] virtual std::uint32_t partitions() const = 0;
  /// The partition of everything that must stay in order with `key`; the same for ever.
  [[nodiscard]] std::uint32_t partition_of(std::string_view key) const;

  /// Appends one or more records, in their order and side by side; durable when it returns the
  /// offset of the first. Errors: invalid for none or an oversized one; limited when the disk is
  /// full; unavailable when the partition has become read-only after a disk fault. After an error
  /// any first part of the records may be there: retry safe only for readers that drop duplicates.
  [[nodiscard]] virtual Result<std::uint64_t> append(std::uint32_t partition,
                                                     std::span<const std::string_view> records) = 0;
  /// Records from `from` on, only durable ones; an empty page at the end.
  /// Errors: not_found when `from` was trimmed (names the earliest), corrupt for damaged bytes.
  [[nodiscard]] virtual Result<LogPage> read(std::uint32_t partition, std::uint64_t from,
                                             LogReadLimits limits = {}) = 0;
  /// True as soon as `end(partition)` is beyond `from`; false after `timeout` (machine time) or
  /// when `wake_waiters` was called.
  [[nodiscard]] virtual bool wait_beyond(std::uint32_t partition, std::uint64_t from,
                                         std::chrono::milliseconds timeout) = 0;
  /// Ends every wait that is going on; for shutdown.
  virtual void wake_waiters() = 0;
  /// Lets go of records before `before`, in whole segments: some of them may stay.
  [[nodiscard]] virtual Result<void> trim(std::uint32_t partition, std::uint64_t before) = 0;
  /// The first offset that can be read; equal to `end` when there is none.
  [[nodiscard]] virtual Result<std::uint64_t> earliest(std::uint32_t partition) = 0;
  /// The offset that the next record will have at least.
  [[nodiscard]] virtual Result<std::uint64_t> end(std::uint32_t partition) = 0;
};

/// log:///folder?partitions=4 (used when the log is created; an existing one keeps its number) and
/// &segment_bytes=16777216, or mem://. Recovery cuts a torn tail off. Errors: invalid URL or
/// scheme, conflict for a newer format, corrupt when acknowledged records are damaged, unavailable.
Result<std::unique_ptr<EventLog>> open_event_log(std::string_view url,
                                                 const Environment& environment);

}  // namespace matinee::store
