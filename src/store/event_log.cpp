#include "store/event_log.h"

#include <charconv>

#include "base/crc32c.h"
#include "store/file_event_log.h"
#include "store/log_rules.h"
#include "store/log_segment.h"
#include "store/memory_event_log.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

constexpr std::uint64_t kSegmentBytesMin = 4096;

// A number of the URL's query between `least` and `most`, or `preset`. Errors: invalid.
Result<std::uint64_t> number_of(const StoreUrl& url, std::string_view name, std::uint64_t preset,
                                std::uint64_t least, std::uint64_t most) {
  const auto found = url.parameters.find(name);
  if (found == url.parameters.end()) return preset;
  const std::string& text = found->second;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    return fail(ErrorCode::invalid, "store URL: " + std::string(name) + " is a number from " +
                                        std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

}  // namespace

Result<void> check_log_partition(std::uint32_t partition, std::uint32_t partitions) {
  if (partition < partitions) return {};
  return fail(ErrorCode::invalid, "no log partition " + std::to_string(partition) + " of " +
                                      std::to_string(partitions));
}

Result<void> check_log_append(std::span<const std::string_view> records) {
  if (records.empty() || records.size() > kLogAppendRecordsMax) {
    return fail(ErrorCode::invalid, "an append has 1 to " + std::to_string(kLogAppendRecordsMax) +
                                        " records, not " + std::to_string(records.size()));
  }
  std::size_t bytes = 0;
  for (const auto record : records) {
    bytes += record.size();
    if (record.size() > kLogRecordBytesMax || bytes > kLogAppendBytesMax) {
      return fail(ErrorCode::invalid,
                  "a log record has at most " + std::to_string(kLogRecordBytesMax) +
                      " bytes, an append " + std::to_string(kLogAppendBytesMax));
    }
  }
  return {};
}

std::uint32_t EventLog::partition_of(std::string_view key) const {
  return crc32c(key) % partitions();
}

Result<std::unique_ptr<EventLog>> open_event_log(std::string_view url,
                                                 const Environment& environment) {
  auto parsed = StoreUrl::parse(url);
  if (!parsed) return std::unexpected(parsed.error());
  FileEventLogOptions options;
  auto partitions = number_of(*parsed, "partitions", options.partitions, 1, kLogPartitionsMax);
  if (!partitions) return std::unexpected(partitions.error());
  options.partitions = static_cast<std::uint32_t>(*partitions);
  auto segment_bytes = number_of(*parsed, "segment_bytes", options.segment_bytes, kSegmentBytesMin,
                                 kSegmentBytesMax);
  if (!segment_bytes) return std::unexpected(segment_bytes.error());
  options.segment_bytes = *segment_bytes;
  if (parsed->scheme == "mem") return std::make_unique<MemoryEventLog>(options.partitions);
  if (parsed->scheme == "log" && parsed->authority.empty() && parsed->path.is_absolute()) {
    return open_file_event_log(parsed->path, options, environment);
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(url) + "\" is no event log; use log:///folder");
}

}  // namespace matinee::store
