#include "store/log_partition.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/check.h"
#include "base/log.h"

namespace matinee::store {
namespace {

constexpr std::size_t kBufferKeptBytes = 1024 * 1024;

// The base offset in a segment's name; nullopt for another file.
std::optional<std::uint64_t> base_of(std::string_view name) {
  std::uint64_t base = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), base);
  if (error != std::errc() || LogSegment::name_of(base) != name) return std::nullopt;
  return base;
}

}  // namespace

Result<std::unique_ptr<LogPartition>> LogPartition::open(Options options,
                                                         const Environment& environment) {
  std::unique_ptr<LogPartition> partition(new LogPartition(std::move(options), environment));
  if (auto opened = partition->open_segments(); !opened) return std::unexpected(opened.error());
  return partition;
}

Result<void> LogPartition::open_segments() {
  if (auto made = files_.create_folders(options_.folder); !made) return made;
  // A process that was killed may not have come to it.
  for (const auto& folder : {options_.folder.parent_path(), options_.folder}) {
    if (auto synced = files_.sync_folder(folder); !synced) return synced;
  }
  auto names = files_.list(options_.folder);
  if (!names) return std::unexpected(names.error());
  std::vector<std::uint64_t> bases;
  for (const auto& name : *names) {
    if (const auto base = base_of(name)) {
      bases.push_back(*base);
    } else if (name.ends_with(".new")) {  // being made when the power went
      if (auto removed = files_.remove(options_.folder / name); !removed) return removed;
    }
  }
  for (std::size_t i = 0; i < bases.size(); ++i) {
    const auto path = options_.folder / LogSegment::name_of(bases[i]);
    const bool last = i + 1 == bases.size();
    auto segment = last ? LogSegment::recover(files_, path, options_.partition, bases[i])
                        : LogSegment::open_sealed(files_, path, options_.partition, bases[i]);
    if (!segment) return std::unexpected(segment.error());
    segments_.push_back(std::move(*segment));
  }
  if (segments_.empty()) {
    auto segment = LogSegment::create(files_, options_.folder, options_.partition, 0,
                                      options_.segment_bytes, random_);
    if (!segment) return std::unexpected(segment.error());
    segments_.push_back(std::move(*segment));
  }
  active_ = segments_.back();
  durable_position_ = active_->end_position();
  end_ = active_->end_offset();
  return {};
}

Result<std::uint64_t> LogPartition::append(std::span<const std::string_view> records) {
  Append append{.records = records, .frame_bytes = 0, .outcome = {}, .turn = {}};
  for (const auto record : records) append.frame_bytes += kFrameHeaderBytes + record.size();
  std::unique_lock lock(mutex_);
  if (queue_.size() >= kAppendsWaitingMax) {
    return fail(ErrorCode::limited,
                "too many appends wait for log partition " + std::to_string(options_.partition));
  }
  queue_.push_back(&append);
  // Bounded by the disk: whoever writes wakes the next one, also when it failed.
  append.turn.wait(
      lock, [&] { return append.outcome.has_value() || (!writing_ && queue_.front() == &append); });
  if (append.outcome) return *append.outcome;
  writing_ = true;
  const auto group = take_group();
  std::uint64_t frame_bytes = 0;
  for (const auto* each : group) frame_bytes += each->frame_bytes;
  Result<void> written;
  if (broken_) {
    written = std::unexpected(*broken_);
  } else {
    lock.unlock();
    written = write_group(group, frame_bytes);
    lock.lock();
  }
  publish(group, written);
  writing_ = false;
  if (!queue_.empty()) queue_.front()->turn.notify_one();
  return *append.outcome;
}

std::vector<LogPartition::Append*> LogPartition::take_group() {
  std::vector<Append*> group;
  std::uint64_t bytes = 0;
  while (!queue_.empty()) {
    bytes += queue_.front()->frame_bytes;
    if (!group.empty() && bytes > kLogAppendBytesMax) break;
    group.push_back(queue_.front());
    queue_.pop_front();
  }
  return group;
}

// Runs without the lock: only one thread writes, and readers do not look behind durable_position_.
Result<void> LogPartition::write_group(std::span<Append* const> group, std::uint64_t frame_bytes) {
  if (!active_->has_room_for(frame_bytes)) {
    if (auto rolled = roll(frame_bytes); !rolled) return rolled;
  }
  LogSegment& segment = *active_;
  const auto durable = static_cast<std::uint32_t>(segment.end_position());
  std::uint64_t offset = segment.end_offset();
  buffer_.clear();
  for (const auto* append : group) {
    for (const auto record : append->records) {
      append_frame(buffer_, segment.salt(), offset++, durable, record);
    }
  }
  auto written = segment.write(buffer_, offset - segment.end_offset());
  if (buffer_.capacity() > kBufferKeptBytes) std::string().swap(buffer_);
  // After a fault nobody knows what is on the disk, and a sync that failed once says yes the next
  // time.
  if (!written) return break_off(written.error());
  return {};
}

Result<void> LogPartition::roll(std::uint64_t frame_bytes) {
  if (active_->end_offset() == active_->base()) {
    return active_->reserve(kSegmentHeaderBytes + frame_bytes);
  }
  if (auto sealed = active_->seal(); !sealed) return break_off(sealed.error());
  const auto bytes = std::max(options_.segment_bytes, kSegmentHeaderBytes + frame_bytes);
  auto next = LogSegment::create(files_, options_.folder, options_.partition, active_->end_offset(),
                                 bytes, random_);
  if (!next && next.error().code != ErrorCode::limited) return break_off(next.error());
  if (!next) return fail(next.error(), "making a log segment");
  active_ = std::move(*next);
  std::scoped_lock lock(mutex_);
  durable_position_ = active_->end_position();
  segments_.push_back(active_);
  return {};
}

Result<void> LogPartition::break_off(const Error& cause) {
  log::error("log partition is read-only after a disk fault",
             {{"partition", options_.partition}, {"cause", cause.message}});
  std::scoped_lock lock(mutex_);
  broken_ =
      Error{ErrorCode::unavailable, "log partition " + std::to_string(options_.partition) +
                                        " is read-only until the next start: " + cause.message};
  return std::unexpected(*broken_);
}

void LogPartition::publish(std::span<Append* const> group, const Result<void>& written) {
  std::uint64_t offset = end_;
  for (auto* append : group) {
    if (written) {
      append->outcome = offset;
      offset += append->records.size();
    } else {
      append->outcome = std::unexpected(written.error());
    }
    append->turn.notify_one();
  }
  if (!written) return;
  end_ = active_->end_offset();
  MATINEE_CHECK(end_ == offset);
  durable_position_ = active_->end_position();
  grown_.notify_all();
}

Result<LogPage> LogPartition::read(std::uint64_t from, LogReadLimits limits) {
  LogPage page{{}, from};
  std::shared_ptr<LogSegment> segment;
  std::uint64_t end_position = 0;
  std::uint64_t segment_end = 0;
  {
    std::scoped_lock lock(mutex_);
    if (from < segments_.front()->base()) {
      return fail(ErrorCode::not_found, "record " + std::to_string(from) + " of log partition " +
                                            std::to_string(options_.partition) +
                                            " was trimmed; the earliest is " +
                                            std::to_string(segments_.front()->base()));
    }
    if (from >= end_ || limits.records_max == 0) return page;
    const auto after = std::ranges::upper_bound(segments_, from, {}, &LogSegment::base);
    segment = *std::prev(after);
    const bool last = after == segments_.end();
    end_position = last ? durable_position_ : std::numeric_limits<std::uint64_t>::max();
    segment_end = last ? end_ : (*after)->base();
  }
  if (end_position == std::numeric_limits<std::uint64_t>::max()) {
    end_position = segment->end_position();  // sealed: it does not change any more
  }
  if (auto done = segment->read(end_position, limits, page); !done) {
    return std::unexpected(done.error());
  }
  if (page.records.empty() || page.next > segment_end) {
    return fail(ErrorCode::corrupt, "log segment " + segment->path().string() +
                                        " does not end at " + std::to_string(segment_end));
  }
  return page;
}

bool LogPartition::wait_beyond(std::uint64_t from, std::chrono::milliseconds timeout) {
  std::unique_lock lock(mutex_);
  const auto wakes = wakes_;
  grown_.wait_for(lock, timeout, [&] { return end_ > from || wakes_ != wakes; });
  return end_ > from;
}

void LogPartition::wake_waiters() {
  std::scoped_lock lock(mutex_);
  ++wakes_;
  grown_.notify_all();
}

Result<void> LogPartition::trim(std::uint64_t before) {
  std::scoped_lock trimming(trim_mutex_);
  for (;;) {
    std::filesystem::path oldest;
    {
      std::scoped_lock lock(mutex_);
      if (segments_.size() < 2 || segments_[1]->base() > before) return {};
      oldest = segments_.front()->path();
    }
    if (auto removed = files_.remove(oldest);
        !removed && removed.error().code != ErrorCode::not_found) {
      return removed;
    }
    // One by one, so that a crash cannot leave a hole.
    if (auto synced = files_.sync_folder(options_.folder); !synced) return synced;
    std::scoped_lock lock(mutex_);
    segments_.erase(segments_.begin());
  }
}

std::uint64_t LogPartition::earliest() {
  std::scoped_lock lock(mutex_);
  return segments_.front()->base();
}

std::uint64_t LogPartition::end() {
  std::scoped_lock lock(mutex_);
  return end_;
}

}  // namespace matinee::store
