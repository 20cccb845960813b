#pragma once
// base/files: the file system as an argument, so that a test can cut the power or fail a call.
// Used by every store that writes its own files.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee {

/// An open file. Offsets and sizes in bytes. Reads may run on several threads at once and beside
/// one writer; writes need one owner. Closing does not make anything durable.
class File {
 public:
  virtual ~File() = default;

  /// Bytes read; fewer than asked for only at the end of the file.
  [[nodiscard]] virtual Result<std::size_t> read_at(std::uint64_t offset,
                                                    std::span<char> out) const = 0;
  /// Writes all bytes or fails; the file grows as needed. Not durable before `sync`.
  /// Errors: limited when the disk is full, unavailable otherwise.
  [[nodiscard]] virtual Result<void> write_at(std::uint64_t offset, std::string_view bytes) = 0;
  /// Content and size are on the disk when it returns. After an error nobody knows what is:
  /// never call it again on this file (Linux forgets the pages that it could not write).
  [[nodiscard]] virtual Result<void> sync() = 0;
  [[nodiscard]] virtual Result<std::uint64_t> size() const = 0;
  /// Reserves space: the file is at least `bytes` long, zeros where nothing was written.
  /// Errors: limited when the disk is full; the file is then as before.
  [[nodiscard]] virtual Result<void> allocate(std::uint64_t bytes) = 0;
  /// Cuts the file to `bytes`, or fills it up to them with zeros.
  [[nodiscard]] virtual Result<void> resize(std::uint64_t bytes) = 0;
};

enum class OpenMode {
  read,       // not_found when absent
  write,      // read and write; not_found when absent
  create_new  // read and write; conflict when present
};

/// A file system. Thread-safe. A name that was created, renamed or removed is durable only once
/// `sync_folder` of its folder returned; new files and folders are for their owner only.
class Files {
 public:
  virtual ~Files() = default;

  [[nodiscard]] virtual Result<std::unique_ptr<File>> open(const std::filesystem::path& path,
                                                           OpenMode mode) = 0;
  /// Atomic; replaces what is at `to`.
  [[nodiscard]] virtual Result<void> rename(const std::filesystem::path& from,
                                            const std::filesystem::path& to) = 0;
  /// Atomic. Errors: conflict when `to` exists.
  [[nodiscard]] virtual Result<void> rename_new(const std::filesystem::path& from,
                                                const std::filesystem::path& to) = 0;
  /// A file, or an empty folder. Errors: not_found.
  [[nodiscard]] virtual Result<void> remove(const std::filesystem::path& path) = 0;
  /// Creates the folder and its parents and makes their names durable; fine when it exists.
  [[nodiscard]] virtual Result<void> create_folders(const std::filesystem::path& path) = 0;
  [[nodiscard]] virtual Result<void> sync_folder(const std::filesystem::path& path) = 0;
  /// Names in a folder, sorted. Errors: not_found.
  [[nodiscard]] virtual Result<std::vector<std::string>> list(
      const std::filesystem::path& folder) const = 0;
  [[nodiscard]] virtual bool exists(const std::filesystem::path& path) const = 0;
};

/// The machine's file system.
class SystemFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::filesystem::path& path, OpenMode mode) override;
  Result<void> rename(const std::filesystem::path& from, const std::filesystem::path& to) override;
  Result<void> rename_new(const std::filesystem::path& from,
                          const std::filesystem::path& to) override;
  Result<void> remove(const std::filesystem::path& path) override;
  Result<void> create_folders(const std::filesystem::path& path) override;
  Result<void> sync_folder(const std::filesystem::path& path) override;
  Result<std::vector<std::string>> list(const std::filesystem::path& folder) const override;
  bool exists(const std::filesystem::path& path) const override;
};

/// The whole of a file of at most `bytes_max`. Errors: not_found, limited when it is longer.
Result<std::string> read_file(Files& files, const std::filesystem::path& path,
                              std::size_t bytes_max);

/// Replaces the file whole and durably: after a crash there is the old content or the new.
/// Writes `path` + ".new" first; one writer at a time.
Result<void> write_file(Files& files, const std::filesystem::path& path, std::string_view bytes);

}  // namespace matinee
