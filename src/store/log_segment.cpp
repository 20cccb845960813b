#include "store/log_segment.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/check.h"
#include "base/crc32c.h"
#include "store/little_endian.h"

namespace matinee::store {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSegmentMagic = "MTNLOG1\n";
constexpr std::string_view kFrameMagic = "MTNF";
constexpr std::uint64_t kIndexBytes = 64 * 1024;
constexpr std::size_t kWindowBytes = 256 * 1024;

std::uint32_t frame_crc(std::uint64_t salt, std::uint32_t record_bytes, std::uint64_t offset,
                        std::uint32_t durable, std::string_view record) {
  std::string head;
  append_little_endian(head, salt);
  append_little_endian(head, record_bytes);
  append_little_endian(head, offset);
  append_little_endian(head, durable);
  return crc32c(record, crc32c(head));
}

std::optional<FrameHeader> parse_frame_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes || !bytes.starts_with(kFrameMagic)) return std::nullopt;
  FrameHeader header{little_endian<std::uint32_t>(bytes.substr(4)),
                     little_endian<std::uint64_t>(bytes.substr(8)),
                     little_endian<std::uint32_t>(bytes.substr(16)),
                     little_endian<std::uint32_t>(bytes.substr(20))};
  if (header.record_bytes > kLogRecordBytesMax) return std::nullopt;
  return header;
}

bool is_intact(const FrameHeader& header, std::uint64_t salt, std::string_view record) {
  return record.size() == header.record_bytes &&
         header.crc == frame_crc(salt, header.record_bytes, header.offset, header.durable, record);
}

std::string segment_header(std::uint64_t salt, std::uint64_t base, std::uint32_t partition) {
  std::string header(kSegmentMagic);
  append_little_endian(header, salt);
  append_little_endian(header, base);
  append_little_endian(header, partition);
  append_little_endian(header, crc32c(header));
  return header;
}

// A file seen through a buffer that moves forward over it.
class Window {
 public:
  Window(const File& file, std::uint64_t end) : file_(file), end_(end) {}

  // The bytes at `position`: `count`, or fewer at the end. Valid until the next call.
  Result<std::string_view> at(std::uint64_t position, std::size_t count) {
    count = static_cast<std::size_t>(
        std::min<std::uint64_t>(count, position < end_ ? end_ - position : 0));
    if (position < start_ || position + count > start_ + buffer_.size()) {
      buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(
          std::max(count, kWindowBytes), position < end_ ? end_ - position : 0)));
      start_ = position;
      auto got = file_.read_at(position, buffer_);
      if (!got) {
        buffer_.clear();
        return std::unexpected(got.error());
      }
      buffer_.resize(*got);
      count = std::min(count, *got);
    }
    return std::string_view(buffer_).substr(static_cast<std::size_t>(position - start_), count);
  }

 private:
  const File& file_;
  std::uint64_t end_;
  std::uint64_t start_ = 0;
  std::string buffer_;
};

// Are all bytes from `position` on zero?
Result<bool> all_zero(const File& file, std::uint64_t position, std::uint64_t end) {
  Window window(file, end);
  while (position < end) {
    auto bytes = window.at(position, kWindowBytes);
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) break;
    if (bytes->find_first_not_of('\0') != std::string_view::npos) return false;
    position += bytes->size();
  }
  return true;
}

}  // namespace

void append_frame(std::string& out, std::uint64_t salt, std::uint64_t offset, std::uint32_t durable,
                  std::string_view record) {
  const auto record_bytes = static_cast<std::uint32_t>(record.size());
  out.append(kFrameMagic);
  append_little_endian(out, record_bytes);
  append_little_endian(out, offset);
  append_little_endian(out, durable);
  append_little_endian(out, frame_crc(salt, record_bytes, offset, durable, record));
  out.append(record);
}

std::string LogSegment::name_of(std::uint64_t base) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%020llu.log", static_cast<unsigned long long>(base));
  return name.data();
}

std::unexpected<Error> LogSegment::damaged(std::uint64_t position, std::string_view why) const {
  return fail(ErrorCode::corrupt, "log segment " + path_.string() + " is damaged at byte " +
                                      std::to_string(position) + ": " + std::string(why));
}

Result<std::unique_ptr<LogSegment>> LogSegment::create(Files& files, const fs::path& folder,
                                                       std::uint32_t partition, std::uint64_t base,
                                                       std::uint64_t bytes, Random& random) {
  const fs::path path = folder / name_of(base);
  const fs::path temporary = path.string() + ".new";
  if (files.exists(temporary)) {  // an attempt that found the disk full
    if (auto removed = files.remove(temporary); !removed) return std::unexpected(removed.error());
  }
  auto file = files.open(temporary, OpenMode::create_new);
  if (!file) return std::unexpected(file.error());
  std::unique_ptr<LogSegment> segment(new LogSegment(path, std::move(*file), base));
  const auto make = [&]() -> Result<void> {
    std::array<unsigned char, 8> salt{};
    random.fill(salt);
    for (const unsigned char byte : salt) segment->salt_ = segment->salt_ << 8 | byte;
    if (auto done = segment->file_->allocate(bytes); !done) return done;
    const std::string header = segment_header(segment->salt_, base, partition);
    if (auto done = segment->file_->write_at(0, header); !done) return done;
    if (auto done = segment->file_->sync(); !done) return done;
    if (auto done = files.rename(temporary, path); !done) return done;
    return files.sync_folder(folder);
  };
  if (auto made = make(); !made) {
    (void)files.remove(temporary);
    return std::unexpected(made.error());
  }
  segment->reserved_ = bytes;
  segment->end_offset_ = base;
  segment->remember(base, kSegmentHeaderBytes);
  return segment;
}

Result<std::unique_ptr<LogSegment>> LogSegment::open(Files& files, const fs::path& path,
                                                     std::uint32_t partition, std::uint64_t base) {
  auto file = files.open(path, OpenMode::write);
  if (!file) return std::unexpected(file.error());
  std::unique_ptr<LogSegment> segment(new LogSegment(path, std::move(*file), base));
  auto size = segment->file_->size();
  if (!size) return std::unexpected(size.error());
  std::string header(kSegmentHeaderBytes, '\0');
  auto got = segment->file_->read_at(0, header);
  if (!got) return std::unexpected(got.error());
  header.resize(*got);
  if (header.size() == kSegmentHeaderBytes) {
    segment->salt_ = little_endian<std::uint64_t>(std::string_view(header).substr(8));
  }
  if (*size > kSegmentBytesMax || header != segment_header(segment->salt_, base, partition)) {
    return segment->damaged(0, "its header is not that of this segment");
  }
  segment->reserved_ = *size;
  segment->remember(base, kSegmentHeaderBytes);
  return segment;
}

Result<std::unique_ptr<LogSegment>> LogSegment::open_sealed(Files& files, const fs::path& path,
                                                            std::uint32_t partition,
                                                            std::uint64_t base) {
  auto segment = open(files, path, partition, base);
  if (!segment) return segment;
  (*segment)->sealed_ = true;
  (*segment)->end_position_ = (*segment)->reserved_;
  return segment;
}

Result<std::unique_ptr<LogSegment>> LogSegment::recover(Files& files, const fs::path& path,
                                                        std::uint32_t partition,
                                                        std::uint64_t base) {
  auto opened = open(files, path, partition, base);
  if (!opened) return opened;
  LogSegment& segment = **opened;
  Window window(*segment.file_, segment.reserved_);
  std::uint64_t position = kSegmentHeaderBytes;
  std::uint64_t offset = base;
  std::uint64_t surely_durable = position;
  for (;;) {
    auto head = window.at(position, kFrameHeaderBytes);
    if (!head) return std::unexpected(head.error());
    const auto header = parse_frame_header(*head);
    if (!header) break;
    auto record = window.at(position + kFrameHeaderBytes, header->record_bytes);
    if (!record) return std::unexpected(record.error());
    if (!is_intact(*header, segment.salt_, *record)) break;
    if (header->offset != offset) return segment.damaged(position, "a record is missing before it");
    segment.remember(offset, position);
    surely_durable = std::clamp<std::uint64_t>(header->durable, surely_durable, position);
    position += kFrameHeaderBytes + header->record_bytes;
    ++offset;
  }
  auto clean = all_zero(*segment.file_, position, segment.reserved_);
  if (!clean) return std::unexpected(clean.error());
  if (!*clean) {
    auto damaged = segment.holds_later_durable_frame(position);
    if (!damaged) return std::unexpected(damaged.error());
    if (*damaged) return segment.damaged(position, "acknowledged records follow a bad one");
    // Nothing of the torn tail may ever stand behind frames that are yet to come.
    if (auto cut = segment.file_->resize(position); !cut) return std::unexpected(cut.error());
    if (auto grown = segment.file_->allocate(segment.reserved_); !grown) {
      if (grown.error().code != ErrorCode::limited) return std::unexpected(grown.error());
      segment.reserved_ = position;  // the disk is full; the next append asks for a new segment
    }
  }
  if (auto kept = segment.rewrite(surely_durable, position); !kept) {
    return std::unexpected(kept.error());
  }
  segment.end_position_ = position;
  segment.end_offset_ = offset;
  return opened;
}

// What is kept may be in memory only: the process ended before a sync, or the sync failed, after
// which only bytes written anew reach the disk.
Result<void> LogSegment::rewrite(std::uint64_t from, std::uint64_t to) {
  std::string bytes(static_cast<std::size_t>(to - from), '\0');
  auto got = file_->read_at(from, bytes);
  if (!got) return std::unexpected(got.error());
  if (*got != bytes.size()) return damaged(from + *got, "it became shorter");
  if (auto written = file_->write_at(from, bytes); !written) return written;
  return file_->sync();
}

Result<bool> LogSegment::holds_later_durable_frame(std::uint64_t bad_position) {
  Window window(*file_, reserved_);
  std::uint64_t position = bad_position + 1;
  while (position + kFrameHeaderBytes <= reserved_) {
    auto bytes = window.at(position, kWindowBytes);
    if (!bytes) return std::unexpected(bytes.error());
    const auto found = bytes->find(kFrameMagic);
    if (found == std::string_view::npos) {
      if (bytes->size() < kFrameMagic.size()) return false;
      position += bytes->size() - (kFrameMagic.size() - 1);
      continue;
    }
    position += found;
    auto head = window.at(position, kFrameHeaderBytes);
    if (!head) return std::unexpected(head.error());
    const auto header = parse_frame_header(*head);
    if (header && header->durable > bad_position) {
      auto record = window.at(position + kFrameHeaderBytes, header->record_bytes);
      if (!record) return std::unexpected(record.error());
      if (is_intact(*header, salt_, *record)) return true;
    }
    ++position;
  }
  return false;
}

Result<void> LogSegment::write(std::string_view frames, std::uint64_t records) {
  MATINEE_CHECK(has_room_for(frames.size()));
  if (auto done = file_->write_at(end_position_, frames); !done) return done;
  if (auto done = file_->sync(); !done) return done;
  remember(end_offset_, end_position_);
  end_position_ += frames.size();
  end_offset_ += records;
  return {};
}

Result<void> LogSegment::reserve(std::uint64_t bytes) {
  if (auto done = file_->allocate(bytes); !done) return done;
  reserved_ = std::max(reserved_, bytes);
  return {};
}

Result<void> LogSegment::seal() {
  if (sealed_) return {};
  if (auto done = file_->resize(end_position_); !done) return done;
  if (auto done = file_->sync(); !done) return done;
  reserved_ = end_position_;
  sealed_ = true;
  return {};
}

void LogSegment::remember(std::uint64_t offset, std::uint64_t position) {
  std::scoped_lock lock(index_mutex_);
  if (index_.empty() || position >= index_.back().position + kIndexBytes) {
    index_.push_back({offset, position});
  }
}

LogSegment::IndexEntry LogSegment::nearest(std::uint64_t offset) {
  std::scoped_lock lock(index_mutex_);
  const auto after = std::ranges::upper_bound(index_, offset, {}, &IndexEntry::offset);
  MATINEE_CHECK(after != index_.begin());  // the first entry is the base
  return *std::prev(after);
}

Result<void> LogSegment::read(std::uint64_t end_position, LogReadLimits limits, LogPage& page) {
  auto [offset, position] = nearest(page.next);
  Window window(*file_, end_position);
  std::size_t bytes = 0;
  while (position < end_position && page.records.size() < limits.records_max) {
    auto head = window.at(position, kFrameHeaderBytes);
    if (!head) return std::unexpected(head.error());
    const auto header = parse_frame_header(*head);
    if (!header || header->offset != offset ||
        position + kFrameHeaderBytes + header->record_bytes > end_position) {
      return damaged(position, "no frame of record " + std::to_string(offset));
    }
    remember(offset, position);
    if (offset >= page.next) {
      bytes += header->record_bytes;
      if (!page.records.empty() && bytes > limits.bytes_max) return {};
      auto record = window.at(position + kFrameHeaderBytes, header->record_bytes);
      if (!record) return std::unexpected(record.error());
      if (!is_intact(*header, salt_, *record)) {
        return damaged(position, "the checksum of record " + std::to_string(offset) + " differs");
      }
      page.records.push_back({offset, std::string(*record)});
      page.next = offset + 1;
    }
    position += kFrameHeaderBytes + header->record_bytes;
    ++offset;
  }
  return {};
}

}  // namespace matinee::store
