#pragma once
// store/memory_event_log: EventLog as vectors: the model that the others are compared with.

#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "store/event_log.h"

namespace matinee::store {

/// What mem:// opens. Trims exactly. Everything is gone with it.
class MemoryEventLog final : public EventLog {
 public:
  explicit MemoryEventLog(std::uint32_t partitions) : partitions_(partitions) {}

  std::uint32_t partitions() const override;
  Result<std::uint64_t> append(std::uint32_t partition,
                               std::span<const std::string_view> records) override;
  Result<LogPage> read(std::uint32_t partition, std::uint64_t from, LogReadLimits limits) override;
  bool wait_beyond(std::uint32_t partition, std::uint64_t from,
                   std::chrono::milliseconds timeout) override;
  void wake_waiters() override;
  Result<void> trim(std::uint32_t partition, std::uint64_t before) override;
  Result<std::uint64_t> earliest(std::uint32_t partition) override;
  Result<std::uint64_t> end(std::uint32_t partition) override;

 private:
  struct Partition {
    std::uint64_t first = 0;
    std::deque<std::string> records;
    [[nodiscard]] std::uint64_t end() const { return first + records.size(); }
  };
  std::mutex mutex_;
  std::condition_variable grown_;
  std::uint64_t wakes_ = 0;
  std::vector<Partition> partitions_;
};

}  // namespace matinee::store
