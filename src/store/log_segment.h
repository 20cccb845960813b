#pragma once
// store/log_segment: one file of a partition of the log: its frames, how they are found, and what
// is left of them after a crash.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/random.h"
#include "store/event_log.h"

namespace matinee::store {

// Segment file (format 1), numbers little-endian:
//   header, 32 bytes: "MTNLOG1\n", salt (8), base offset (8), partition (4), CRC-32C of these (4)
//   frames: "MTNF", record bytes (4), offset (8), durable (4), CRC-32C (4), the record
//   zeros up to the reserved size; a sealed segment (not the last) ends with its last frame
// `durable`: all bytes of the file before it were on the disk when this frame was written. So a
// valid frame behind a bad one tells damage (its `durable` lies behind the bad one) from a write
// that the power cut off (it does not). The CRC covers the salt and everything in the frame but
// itself: no record can hold bytes that pass for a frame.
inline constexpr std::size_t kSegmentHeaderBytes = 32;
inline constexpr std::size_t kFrameHeaderBytes = 24;
inline constexpr std::uint64_t kSegmentBytesMax = std::uint64_t{1} << 30;

/// What stands in front of a record.
struct FrameHeader {
  std::uint32_t record_bytes;
  std::uint64_t offset;
  std::uint32_t durable;
  std::uint32_t crc;
};

/// Appends the frame of one record.
void append_frame(std::string& out, std::uint64_t salt, std::uint64_t offset, std::uint32_t durable,
                  std::string_view record);

/// Writing needs one owner; reading is open to many threads beside it.
class LogSegment {
 public:
  /// Makes a new file of `bytes` reserved bytes, durable with its name. Errors: limited (disk
  /// full).
  static Result<std::unique_ptr<LogSegment>> create(Files& files,
                                                    const std::filesystem::path& folder,
                                                    std::uint32_t partition, std::uint64_t base,
                                                    std::uint64_t bytes, Random& random);
  /// A segment that is not the last: all of its bytes are frames. Errors: corrupt header.
  static Result<std::unique_ptr<LogSegment>> open_sealed(Files& files,
                                                         const std::filesystem::path& path,
                                                         std::uint32_t partition,
                                                         std::uint64_t base);
  /// The last segment: finds its end, cuts a torn tail off, and makes durable what it keeps.
  /// Errors: corrupt when acknowledged frames are damaged; unavailable.
  static Result<std::unique_ptr<LogSegment>> recover(Files& files,
                                                     const std::filesystem::path& path,
                                                     std::uint32_t partition, std::uint64_t base);

  static std::string name_of(std::uint64_t base);
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::uint64_t base() const { return base_; }
  [[nodiscard]] std::uint64_t salt() const { return salt_; }
  /// Bytes in use, all of them durable; for the owner.
  [[nodiscard]] std::uint64_t end_position() const { return end_position_; }
  /// The offset behind the last record; for the owner, and not known of a sealed segment.
  [[nodiscard]] std::uint64_t end_offset() const { return end_offset_; }
  [[nodiscard]] bool has_room_for(std::uint64_t bytes) const {
    return !sealed_ && bytes <= reserved_ && end_position_ <= reserved_ - bytes;
  }

  /// Writes frames that were made for end_position() and end_offset(), and syncs.
  /// After an error nothing more may be written.
  Result<void> write(std::string_view frames, std::uint64_t records);
  /// Reserves at least `bytes` in all. Errors: limited when the disk is full.
  Result<void> reserve(std::uint64_t bytes);
  /// Ends the file with its last frame, durably.
  Result<void> seal();

  /// Appends to `page` the records from page.next on that lie before `end_position`, as far as the
  /// limits go, and moves page.next on. Errors: corrupt.
  Result<void> read(std::uint64_t end_position, LogReadLimits limits, LogPage& page);

 private:
  struct IndexEntry {
    std::uint64_t offset;
    std::uint64_t position;
  };
  LogSegment(std::filesystem::path path, std::unique_ptr<File> file, std::uint64_t base)
      : path_(std::move(path)), file_(std::move(file)), base_(base) {}

  static Result<std::unique_ptr<LogSegment>> open(Files& files, const std::filesystem::path& path,
                                                  std::uint32_t partition, std::uint64_t base);
  Result<bool> holds_later_durable_frame(std::uint64_t bad_position);
  Result<void> rewrite(std::uint64_t from, std::uint64_t to);
  IndexEntry nearest(std::uint64_t offset);
  void remember(std::uint64_t offset, std::uint64_t position);
  std::unexpected<Error> damaged(std::uint64_t position, std::string_view why) const;

  std::filesystem::path path_;
  std::unique_ptr<File> file_;
  std::uint64_t base_;
  std::uint64_t salt_ = 0;
  std::uint64_t reserved_ = 0;
  std::uint64_t end_position_ = kSegmentHeaderBytes;
  std::uint64_t end_offset_ = 0;
  bool sealed_ = false;
  std::mutex index_mutex_;
  std::vector<IndexEntry> index_;  // one entry about every kIndexBytes, from the start on
};

}  // namespace matinee::store
