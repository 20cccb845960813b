#pragma once
// store/file_event_log: EventLog as folders of segment files.

#include <filesystem>
#include <memory>

#include "store/event_log.h"

namespace matinee::store {

struct FileEventLogOptions {
  std::uint32_t partitions = 4;                           // of a new log
  std::uint64_t segment_bytes = std::uint64_t{16} << 20;  // reserved at once, per partition
};

/// What log:// opens. Layout (format 1): FORMAT with kind "event_log", format, partitions; a folder
/// p-0000, p-0001, ... for each partition with its segments (see log_segment.h), each named after
/// the offset of its first record. One process at a time.
Result<std::unique_ptr<EventLog>> open_file_event_log(const std::filesystem::path& folder,
                                                      FileEventLogOptions options,
                                                      const Environment& environment);

}  // namespace matinee::store
