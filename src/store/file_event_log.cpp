#include "store/file_event_log.h"

#include <array>
#include <cstdio>
#include <vector>

#include "store/format.h"
#include "store/log_partition.h"
#include "store/log_rules.h"

namespace matinee::store {
namespace {

class FileEventLog final : public EventLog {
 public:
  explicit FileEventLog(std::vector<std::unique_ptr<LogPartition>> partitions)
      : partitions_(std::move(partitions)) {}

  std::uint32_t partitions() const override {
    return static_cast<std::uint32_t>(partitions_.size());
  }
  Result<std::uint64_t> append(std::uint32_t partition,
                               std::span<const std::string_view> records) override {
    if (auto valid = check_log_partition(partition, partitions()); !valid) {
      return std::unexpected(valid.error());
    }
    if (auto valid = check_log_append(records); !valid) return std::unexpected(valid.error());
    return partitions_[partition]->append(records);
  }
  Result<LogPage> read(std::uint32_t partition, std::uint64_t from, LogReadLimits limits) override {
    if (auto valid = check_log_partition(partition, partitions()); !valid) {
      return std::unexpected(valid.error());
    }
    return partitions_[partition]->read(from, limits);
  }
  bool wait_beyond(std::uint32_t partition, std::uint64_t from,
                   std::chrono::milliseconds timeout) override {
    if (!check_log_partition(partition, partitions())) return false;
    return partitions_[partition]->wait_beyond(from, timeout);
  }
  void wake_waiters() override {
    for (auto& partition : partitions_) partition->wake_waiters();
  }
  Result<void> trim(std::uint32_t partition, std::uint64_t before) override {
    if (auto valid = check_log_partition(partition, partitions()); !valid) return valid;
    return partitions_[partition]->trim(before);
  }
  Result<std::uint64_t> earliest(std::uint32_t partition) override {
    if (auto valid = check_log_partition(partition, partitions()); !valid) {
      return std::unexpected(valid.error());
    }
    return partitions_[partition]->earliest();
  }
  Result<std::uint64_t> end(std::uint32_t partition) override {
    if (auto valid = check_log_partition(partition, partitions()); !valid) {
      return std::unexpected(valid.error());
    }
    return partitions_[partition]->end();
  }

 private:
  std::vector<std::unique_ptr<LogPartition>> partitions_;
};

}  // namespace

Result<std::unique_ptr<EventLog>> open_file_event_log(const std::filesystem::path& folder,
                                                      FileEventLogOptions options,
                                                      const Environment& environment) {
  auto format = open_format(environment.files, folder, {"event_log", 1, {}},
                            {{"partitions", options.partitions}});
  if (!format) return std::unexpected(format.error());
  auto count = integer_member(*format, "partitions");
  if (!count || *count < 1 || *count > kLogPartitionsMax) {
    return fail(ErrorCode::corrupt,
                (folder / "FORMAT").string() + " is damaged: wrong number of partitions");
  }
  std::vector<std::unique_ptr<LogPartition>> partitions;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(*count); ++i) {
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "p-%04u", i);
    auto partition = LogPartition::open(
        {.folder = folder / name.data(), .partition = i, .segment_bytes = options.segment_bytes},
        environment);
    if (!partition) return std::unexpected(partition.error());
    partitions.push_back(std::move(*partition));
  }
  return std::make_unique<FileEventLog>(std::move(partitions));
}

}  // namespace matinee::store
