#pragma once
// catalog/library_scan: which files on disk are films. Read by the admin API; nothing is decoded.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/title_facts.h"
#include "catalog/title_kind.h"
#include "catalog/title_name.h"

namespace matinee::catalog {

/// What tells one source file from another without reading all of it.
struct Fingerprint {
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;
  /// Hex SHA-256 over the size and 64 KiB of head, middle and tail; empty = not read yet.
  std::string sampled_hash;

  /// Same content as far as the samples show; a file that was only touched stays the same.
  [[nodiscard]] bool same_content(const Fingerprint& other) const {
    return bytes == other.bytes && sampled_hash == other.sampled_hash;
  }
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Reads at most 192 KiB of a regular file. Errors: not_found, forbidden, invalid when it is no
/// regular file, unavailable when reading fails.
Result<Fingerprint> fingerprint_file(const std::string& path);

/// A caption file next to a film.
struct Sidecar {
  std::string path;  // absolute
  SidecarName name;
  friend bool operator==(const Sidecar&, const Sidecar&) = default;
};

/// A title that was found; nothing of it is decoded yet.
struct FoundTitle {
  /// What it is known by: the file; of a show its folder (or folder and name, when several lie in
  /// one); of a season the show's path and its number. Absolute.
  std::string path;
  Fingerprint fingerprint{};  // of a show, a season and an announced title: all zero
  std::vector<Sidecar> sidecars{};
  TitleKind kind = TitleKind::film;
  std::string parent_path{};  // `path` of the title that it belongs to; empty = none
  std::string name{};         // empty = as the file's name tells it
  std::optional<int> year{};
  std::string edition_name{};
  bool announced = false;  // `path` is not there yet
  TitleFacts facts{};
};

/// A file, folder or link that is no film, and why.
struct SkippedPath {
  std::string path;
  std::string reason;
};

struct ScanLimits {
  int depth_max = 16;                 // folders below the given one
  std::size_t entries_max = 100'000;  // looked at in one scan
  std::size_t films_max = 10'000;     // found in one scan
  std::size_t skipped_max = 1'000;    // reported; the rest is counted
  std::size_t sidecars_max = 64;      // per film
};

struct ScanResult {
  std::vector<FoundTitle> films;  // in order of path within each given path
  std::vector<SkippedPath> skipped;
  std::size_t skipped_unreported = 0;
};

/// Looks at one path: a video file, or a folder with everything below. Never fails as a whole: what
/// cannot be read, is no video, or lies beyond a limit is reported as skipped. Links are followed,
/// a folder is entered once. Hidden files and folders (leading dot) below the given one are
/// skipped. Caption files that belong to a film are neither films nor skipped.
ScanResult scan_path(const std::string& path, const ScanLimits& limits);

}  // namespace matinee::catalog
