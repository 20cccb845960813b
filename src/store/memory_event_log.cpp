#include "store/memory_event_log.h"

#include <algorithm>

#include "store/log_rules.h"

namespace matinee::store {

std::uint32_t MemoryEventLog::partitions() const {
  return static_cast<std::uint32_t>(partitions_.size());
}

Result<std::uint64_t> MemoryEventLog::append(std::uint32_t partition,
                                             std::span<const std::string_view> records) {
  if (auto valid = check_log_partition(partition, partitions()); !valid) {
    return std::unexpected(valid.error());
  }
  if (auto valid = check_log_append(records); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  Partition& log = partitions_[partition];
  const std::uint64_t offset = log.end();
  for (const auto record : records) log.records.emplace_back(record);
  grown_.notify_all();
  return offset;
}

Result<LogPage> MemoryEventLog::read(std::uint32_t partition, std::uint64_t from,
                                     LogReadLimits limits) {
  if (auto valid = check_log_partition(partition, partitions()); !valid) {
    return std::unexpected(valid.error());
  }
  std::scoped_lock lock(mutex_);
  const Partition& log = partitions_[partition];
  if (from < log.first) {
    return fail(ErrorCode::not_found, "record " + std::to_string(from) +
                                          " was trimmed; the earliest is " +
                                          std::to_string(log.first));
  }
  LogPage page{{}, from};
  std::size_t bytes = 0;
  while (page.next < log.end() && page.records.size() < limits.records_max) {
    const std::string& record = log.records[static_cast<std::size_t>(page.next - log.first)];
    bytes += record.size();
    if (!page.records.empty() && bytes > limits.bytes_max) break;
    page.records.push_back({page.next++, record});
  }
  return page;
}

bool MemoryEventLog::wait_beyond(std::uint32_t partition, std::uint64_t from,
                                 std::chrono::milliseconds timeout) {
  if (!check_log_partition(partition, partitions())) return false;
  std::unique_lock lock(mutex_);
  const auto wakes = wakes_;
  const auto is_beyond = [&] { return partitions_[partition].end() > from; };
  grown_.wait_for(lock, timeout, [&] { return is_beyond() || wakes_ != wakes; });
  return is_beyond();
}

void MemoryEventLog::wake_waiters() {
  std::scoped_lock lock(mutex_);
  ++wakes_;
  grown_.notify_all();
}

Result<void> MemoryEventLog::trim(std::uint32_t partition, std::uint64_t before) {
  if (auto valid = check_log_partition(partition, partitions()); !valid) return valid;
  std::scoped_lock lock(mutex_);
  Partition& log = partitions_[partition];
  while (log.first < before && !log.records.empty()) {
    log.records.pop_front();
    ++log.first;
  }
  return {};
}

Result<std::uint64_t> MemoryEventLog::earliest(std::uint32_t partition) {
  if (auto valid = check_log_partition(partition, partitions()); !valid) {
    return std::unexpected(valid.error());
  }
  std::scoped_lock lock(mutex_);
  return partitions_[partition].first;
}

Result<std::uint64_t> MemoryEventLog::end(std::uint32_t partition) {
  if (auto valid = check_log_partition(partition, partitions()); !valid) {
    return std::unexpected(valid.error());
  }
  std::scoped_lock lock(mutex_);
  return partitions_[partition].end();
}

}  // namespace matinee::store
