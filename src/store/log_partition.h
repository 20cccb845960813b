#pragma once
// store/log_partition: one ordered sequence of records in a folder of segments, with group commit.

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/log_segment.h"

namespace matinee::store {

/// Thread-safe. Appends that wait while another one syncs are written and synced together: the
/// first in the queue does it for all that stand behind it, up to kLogAppendBytesMax.
/// At most kAppendsWaitingMax wait; a further one is refused (limited).
class LogPartition {
 public:
  static constexpr std::size_t kAppendsWaitingMax = 1024;

  struct Options {
    std::filesystem::path folder;
    std::uint32_t partition;
    std::uint64_t segment_bytes;
  };

  /// Opens or creates. Errors: as open_event_log.
  static Result<std::unique_ptr<LogPartition>> open(Options options,
                                                    const Environment& environment);

  Result<std::uint64_t> append(std::span<const std::string_view> records);
  Result<LogPage> read(std::uint64_t from, LogReadLimits limits);
  bool wait_beyond(std::uint64_t from, std::chrono::milliseconds timeout);
  void wake_waiters();
  Result<void> trim(std::uint64_t before);
  std::uint64_t earliest();
  std::uint64_t end();

 private:
  struct Append {
    std::span<const std::string_view> records;
    std::uint64_t frame_bytes;
    std::optional<Result<std::uint64_t>> outcome;
    std::condition_variable turn;
  };

  LogPartition(Options options, const Environment& environment)
      : options_(std::move(options)), files_(environment.files), random_(environment.random) {}

  Result<void> open_segments();
  std::vector<Append*> take_group();
  Result<void> write_group(std::span<Append* const> group, std::uint64_t frame_bytes);
  Result<void> roll(std::uint64_t frame_bytes);
  Result<void> break_off(const Error& cause);
  void publish(std::span<Append* const> group, const Result<void>& written);

  Options options_;
  Files& files_;
  Random& random_;

  std::mutex mutex_;
  std::condition_variable grown_;
  std::deque<Append*> queue_;
  bool writing_ = false;  // someone writes, and owns buffer_ and active_ without the lock
  std::optional<Error> broken_;
  std::uint64_t wakes_ = 0;
  // shared_ptr: a reader keeps a segment open that trim removes meanwhile.
  std::vector<std::shared_ptr<LogSegment>> segments_;
  std::uint64_t durable_position_ = 0;  // of the last segment
  std::uint64_t end_ = 0;
  std::shared_ptr<LogSegment> active_;  // the last of segments_
  std::string buffer_;
  std::mutex trim_mutex_;
};

}  // namespace matinee::store
