#pragma once
// catalog/library_scan: which files on disk are titles. Read by the library's intake; nothing is
// decoded.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/found_title.h"

namespace matinee::catalog {

/// skipped: no title, and nothing to worry about. ambiguous: was taken, or left, but may be meant
/// otherwise. unreadable: could not be looked at.
enum class FindingKind { skipped, ambiguous, unreadable };
std::string_view name_of(FindingKind kind);

/// A file, folder or link that a person may want to look at, and why.
struct Finding {
  FindingKind kind = FindingKind::skipped;
  std::string path;
  std::string reason;
  friend bool operator==(const Finding&, const Finding&) = default;
};

struct ScanLimits {
  int depth_max = 16;                   // folders below the given one
  std::size_t entries_max = 1'000'000;  // looked at in one scan
  std::size_t films_max = 200'000;      // files taken as titles in one scan
  std::size_t skipped_max = 1'000;      // reported; the rest is counted
  std::size_t findings_max = 10'000;    // ambiguous and unreadable ones; likewise
  std::size_t sidecars_max = 64;        // per title
};

struct ScanOptions {
  ScanLimits limits{};
  /// Also titles of .nfo files whose video is not there.
  bool announce = false;
  /// A bare number in a name is a year only up to this one.
  int year_max = 9999;
  /// Files changed later than this are still being written: they are left for the next scan.
  std::int64_t modified_ms_max = INT64_MAX;
};

/// Who a scan reports to, in order; what a title belongs to comes before it. An error of `found`
/// ends the scan.
struct ScanSink {
  std::function<Result<void>(FoundTitle)> found;
  std::function<void(Finding)> finding;
};

/// How a scan ended.
struct ScanEnd {
  /// What was not looked at, with all below it: of titles there nothing is known. What was not
  /// found anywhere else is not there.
  std::vector<std::string> unread;
  std::size_t findings_unreported = 0;
  std::size_t unsettled = 0;  // files that are still being written
};

/// Looks at one path: a video file, or a folder with everything below, in the layouts of Kodi,
/// Jellyfin and Plex (docs/library.md). What cannot be read, is no video, or lies beyond a limit is
/// a finding. Links are followed, a folder is entered once. Hidden files and folders (leading dot)
/// below the given one are left out, and so is a folder that holds .ignore or .nomedia.
/// Errors: those of `found`.
Result<ScanEnd> scan_library(const std::string& path, const ScanOptions& options,
                             const ScanSink& sink);

/// What a whole scan found; for few files.
struct ScanResult {
  std::vector<FoundTitle> titles;
  std::vector<Finding> findings;
  ScanEnd end;
};
ScanResult scan_path(const std::string& path, const ScanOptions& options = {});

}  // namespace matinee::catalog
