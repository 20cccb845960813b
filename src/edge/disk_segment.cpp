#include "edge/disk_segment.h"

#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/crc32c.h"
#include "store/little_endian.h"

namespace matinee::edge {
namespace {

using store::append_little_endian;
using store::little_endian;

constexpr std::string_view kMagic = "MTNEDGE1";
constexpr std::string_view kRecordMagic = "MTNX";
constexpr std::string_view kTrailerMagic = "MTNEDGET";
constexpr std::string_view kPrefix = "extents-";
constexpr std::string_view kSuffix = ".segment";
constexpr std::size_t kNumberDigits = 16;
constexpr std::size_t kObjectBytes = sizeof(Sha256Digest);

std::string header_of(std::uint64_t number) {
  std::string header(kMagic);
  append_little_endian(header, number);
  return header;
}

void append_key(std::string& out, const ExtentKey& key) {
  out.append(reinterpret_cast<const char*>(key.object.bytes.data()), kObjectBytes);
  append_little_endian(out, key.index);
}

ExtentKey key_in(std::string_view bytes) {
  ExtentKey key;
  std::memcpy(key.object.bytes.data(), bytes.data(), kObjectBytes);
  key.index = little_endian<std::uint64_t>(bytes.substr(kObjectBytes));
  return key;
}

std::string record_header_of(const DiskRecord& record) {
  std::string rest;
  append_little_endian(rest, record.bytes);
  append_little_endian(rest, record.crc);
  append_key(rest, record.key);
  std::string header(kRecordMagic);
  append_little_endian(header, crc32c(rest));
  return header + rest;
}

// Of a record whose header lies at `at`. Nullopt: there is no whole record.
std::optional<DiskRecord> record_in(std::string_view header, std::uint64_t at,
                                    std::uint64_t file_bytes) {
  if (!header.starts_with(kRecordMagic)) return std::nullopt;
  const std::string_view rest = header.substr(8);
  if (crc32c(rest) != little_endian<std::uint32_t>(header.substr(4))) return std::nullopt;
  DiskRecord record;
  record.bytes = little_endian<std::uint32_t>(rest);
  record.crc = little_endian<std::uint32_t>(rest.substr(4));
  record.key = key_in(rest.substr(8));
  record.offset = at + kDiskRecordHeaderBytes;
  if (record.bytes > kDiskRecordBytesMax || record.bytes > file_bytes - record.offset) {
    return std::nullopt;
  }
  return record;
}

std::string table_of(const std::vector<DiskRecord>& records) {
  std::string table;
  table.reserve(records.size() * kDiskTableEntryBytes);
  for (const DiskRecord& record : records) {
    append_key(table, record.key);
    append_little_endian(table, record.offset);
    append_little_endian(table, record.bytes);
    append_little_endian(table, record.crc);
  }
  return table;
}

// True when all of [offset, offset + bytes) could be read.
Result<bool> read_whole(const File& file, std::uint64_t offset, std::span<char> out) {
  const auto got = file.read_at(offset, out);
  if (!got) return std::unexpected(got.error());
  return *got == out.size();
}

}  // namespace

std::string DiskSegment::name_of(std::uint64_t number) {
  std::array<char, kNumberDigits> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  const auto count = static_cast<std::size_t>(end - digits.data());
  return std::string(kPrefix) + std::string(kNumberDigits - count, '0') +
         std::string(digits.data(), count) + std::string(kSuffix);
}

std::optional<std::uint64_t> DiskSegment::number_of(std::string_view name) {
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  if (name.size() != kPrefix.size() + kNumberDigits + kSuffix.size()) return std::nullopt;
  const std::string_view digits = name.substr(kPrefix.size(), kNumberDigits);
  std::uint64_t number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) return std::nullopt;
  return number;
}

Result<std::unique_ptr<DiskSegment>> DiskSegment::create(Files& files, std::filesystem::path path,
                                                         std::uint64_t number) {
  auto file = files.open(path, OpenMode::create_new);
  if (!file) return std::unexpected(file.error());
  if (auto written = (*file)->write_at(0, header_of(number)); !written) {
    return std::unexpected(written.error());
  }
  return std::unique_ptr<DiskSegment>(new DiskSegment(*std::move(file), std::move(path), number));
}

Result<DiskSegment::Opened> DiskSegment::open(Files& files, std::filesystem::path path,
                                              std::uint64_t number) {
  auto file = files.open(path, OpenMode::write);
  if (!file) return std::unexpected(file.error());
  const auto size = (*file)->size();
  if (!size) return std::unexpected(size.error());
  std::array<char, kDiskHeaderBytes> header{};
  const auto whole = read_whole(**file, 0, header);
  if (!whole) return std::unexpected(whole.error());
  if (!*whole || std::string_view(header.data(), header.size()) != header_of(number)) {
    return fail(ErrorCode::corrupt, "opening " + path.string() + ": it is no segment of extents");
  }
  Opened opened;
  opened.segment.reset(new DiskSegment(*std::move(file), std::move(path), number));
  const auto table = opened.segment->read_table(*size);
  if (!table) return std::unexpected(table.error());
  opened.was_sealed = *table;
  if (*table) return opened;
  if (auto walked = opened.segment->walk_records(*size); !walked) {
    return std::unexpected(walked.error());
  }
  if (auto cut = opened.segment->file_->resize(opened.segment->end_); !cut) {
    return std::unexpected(cut.error());
  }
  if (auto sealed = opened.segment->seal(); !sealed) return std::unexpected(sealed.error());
  return opened;
}

// False when there is no table, or not a whole one.
Result<bool> DiskSegment::read_table(std::uint64_t file_bytes) {
  if (file_bytes < kEmptyBytes) return false;
  std::array<char, kDiskTrailerBytes> raw{};
  auto whole = read_whole(*file_, file_bytes - kDiskTrailerBytes, raw);
  if (!whole || !*whole) return whole;
  const std::string_view trailer(raw.data(), raw.size());
  if (!trailer.ends_with(kTrailerMagic)) return false;
  const auto offset = little_endian<std::uint64_t>(trailer);
  const auto count = little_endian<std::uint32_t>(trailer.substr(8));
  if (little_endian<std::uint64_t>(trailer.substr(16)) != number_) return false;
  const std::uint64_t table_room = file_bytes - kDiskTrailerBytes;
  if (offset < kDiskHeaderBytes || offset > table_room ||
      table_room - offset != std::uint64_t{count} * kDiskTableEntryBytes) {
    return false;
  }
  std::string table(static_cast<std::size_t>(table_room - offset), '\0');
  whole = read_whole(*file_, offset, table);
  if (!whole || !*whole) return whole;
  if (crc32c(table) != little_endian<std::uint32_t>(trailer.substr(12))) return false;
  records_.reserve(count);
  for (std::string_view rest = table; !rest.empty(); rest.remove_prefix(kDiskTableEntryBytes)) {
    DiskRecord record;
    record.key = key_in(rest);
    record.offset = little_endian<std::uint64_t>(rest.substr(kObjectBytes + 8));
    record.bytes = little_endian<std::uint32_t>(rest.substr(kObjectBytes + 16));
    record.crc = little_endian<std::uint32_t>(rest.substr(kObjectBytes + 20));
    if (record.offset > offset || record.bytes > offset - record.offset ||
        record.bytes > kDiskRecordBytesMax) {
      records_.clear();
      return false;
    }
    records_.push_back(record);
  }
  end_ = offset;
  return true;
}

Result<void> DiskSegment::walk_records(std::uint64_t file_bytes) {
  std::array<char, kDiskRecordHeaderBytes> header{};
  while (file_bytes - end_ >= kDiskRecordHeaderBytes) {
    const auto whole = read_whole(*file_, end_, header);
    if (!whole) return std::unexpected(whole.error());
    if (!*whole) break;
    const auto record = record_in({header.data(), header.size()}, end_, file_bytes);
    if (!record) break;
    records_.push_back(*record);
    end_ = record->offset + record->bytes;
  }
  return {};
}

Result<DiskRecord> DiskSegment::append(const ExtentKey& key, std::string_view extent) {
  MATINEE_CHECK(extent.size() <= kDiskRecordBytesMax);
  DiskRecord record{.key = key,
                    .offset = end_ + kDiskRecordHeaderBytes,
                    .bytes = static_cast<std::uint32_t>(extent.size()),
                    .crc = crc32c(extent)};
  // The bytes first: a header is only there when they are, as far as this process goes.
  if (auto written = file_->write_at(record.offset, extent); !written) {
    return std::unexpected(written.error());
  }
  if (auto written = file_->write_at(end_, record_header_of(record)); !written) {
    return std::unexpected(written.error());
  }
  end_ = record.offset + record.bytes;
  records_.push_back(record);
  return record;
}

Result<void> DiskSegment::seal() {
  std::string text = table_of(records_);
  const std::uint32_t crc = crc32c(text);
  append_little_endian(text, end_);
  append_little_endian(text, static_cast<std::uint32_t>(records_.size()));
  append_little_endian(text, crc);
  append_little_endian(text, number_);
  text += kTrailerMagic;
  // What a failed append left behind the end may be longer than table and trailer.
  if (auto cut = file_->resize(end_); !cut) return cut;
  return file_->write_at(end_, text);
}

Result<void> DiskSegment::read(const DiskRecord& record, std::span<char> out) const {
  MATINEE_CHECK(out.size() == record.bytes);
  const auto whole = read_whole(*file_, record.offset, out);
  if (!whole) return std::unexpected(whole.error());
  if (!*whole || crc32c({out.data(), out.size()}) != record.crc) {
    return fail(ErrorCode::corrupt, "an extent in " + path_.string() + " is damaged");
  }
  return {};
}

}  // namespace matinee::edge
