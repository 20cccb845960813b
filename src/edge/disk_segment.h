#pragma once
// edge/disk_segment: one file of the edge's disk tier: extents one behind the other, and at its end
// a table of them, so that a restart reads the table and not the extents.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "edge/extent.h"

namespace matinee::edge {

// Segment file (format 1), numbers little-endian:
//   header, 16 bytes: "MTNEDGE1", number of the segment (8)
//   records: "MTNX", CRC-32C of the rest of this record header (4), extent bytes (4), CRC-32C of
//            the extent (4), object (32), index (8), then the extent
//   table (sealed segments): for each record object (32), index (8), offset of the extent (8),
//            bytes (4), its CRC-32C (4)
//   trailer (sealed segments), 32 bytes: offset of the table (8), records (4), CRC-32C of the table
//            (4), segment number (8), "MTNEDGET"
// Nothing is synced: what a power cut tears is found by its checksum and is no longer held.
inline constexpr std::size_t kDiskHeaderBytes = 16;
inline constexpr std::size_t kDiskRecordHeaderBytes = 56;
inline constexpr std::size_t kDiskTableEntryBytes = 56;
inline constexpr std::size_t kDiskTrailerBytes = 32;
// A hash list of the largest object; extents are far smaller.
inline constexpr std::size_t kDiskRecordBytesMax = std::size_t{36} << 20U;

/// Where an extent lies in its segment.
struct DiskRecord {
  ExtentKey key;
  std::uint64_t offset = 0;  // of the extent's bytes in the file
  std::uint32_t bytes = 0;
  std::uint32_t crc = 0;
};

/// Appending and sealing need one owner; reading is open to many threads beside it.
class DiskSegment {
 public:
  struct Opened;

  /// Errors: conflict when the file exists; limited when the disk is full.
  static Result<std::unique_ptr<DiskSegment>> create(Files& files, std::filesystem::path path,
                                                     std::uint64_t number);
  /// Opens a file that was left behind, and seals it when it was not: cuts it behind its last whole
  /// record. Errors: corrupt when it is no segment of that number.
  static Result<Opened> open(Files& files, std::filesystem::path path, std::uint64_t number);

  /// What the file is called in the folder.
  static std::string name_of(std::uint64_t number);
  /// The number in such a name; nullopt for any other name.
  static std::optional<std::uint64_t> number_of(std::string_view name);

  /// How much a record of `bytes` adds to bytes().
  static constexpr std::uint64_t cost_of(std::size_t bytes) {
    return kDiskRecordHeaderBytes + bytes + kDiskTableEntryBytes;
  }
  static constexpr std::uint64_t kEmptyBytes = kDiskHeaderBytes + kDiskTrailerBytes;

  /// Errors: limited (disk full), unavailable. After an error the segment holds what it held.
  Result<DiskRecord> append(const ExtentKey& key, std::string_view extent);
  /// Writes table and trailer; nothing can be appended afterwards. Errors: as append.
  Result<void> seal();

  /// Fills `out`, which has record.bytes. Errors: corrupt when the bytes are not those that were
  /// written; unavailable.
  Result<void> read(const DiskRecord& record, std::span<char> out) const;

  /// Size of the file, with the table that it will have once sealed.
  [[nodiscard]] std::uint64_t bytes() const { return end_ + table_bytes() + kDiskTrailerBytes; }
  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// In the order in which they were appended. For the owner.
  [[nodiscard]] const std::vector<DiskRecord>& records() const { return records_; }

 private:
  DiskSegment(std::unique_ptr<File> file, std::filesystem::path path, std::uint64_t number)
      : file_(std::move(file)), path_(std::move(path)), number_(number) {}
  [[nodiscard]] std::uint64_t table_bytes() const { return records_.size() * kDiskTableEntryBytes; }
  Result<bool> read_table(std::uint64_t file_bytes);
  Result<void> walk_records(std::uint64_t file_bytes);

  std::unique_ptr<File> file_;
  std::filesystem::path path_;
  std::uint64_t number_;
  std::uint64_t end_ = kDiskHeaderBytes;  // behind the last record
  std::vector<DiskRecord> records_;
};

struct DiskSegment::Opened {
  std::unique_ptr<DiskSegment> segment;
  bool was_sealed = false;
};

}  // namespace matinee::edge
