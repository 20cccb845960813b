#include "catalog/library_scan.h"

#include <utility>

#include "catalog/library_walk.h"

namespace matinee::catalog {

std::string_view name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::skipped:
      return "skipped";
    case FindingKind::ambiguous:
      return "ambiguous";
    case FindingKind::unreadable:
      return "unreadable";
  }
  return "skipped";
}

Result<ScanEnd> scan_library(const std::string& path, const ScanOptions& options,
                             const ScanSink& sink) {
  LibraryWalk walk(options, sink);
  if (auto done = walk.start(path); !done) return std::unexpected(done.error());
  return walk.take_end();
}

ScanResult scan_path(const std::string& path, const ScanOptions& options) {
  ScanResult result;
  const ScanSink sink{[&](FoundTitle title) -> Result<void> {
                        result.titles.push_back(std::move(title));
                        return {};
                      },
                      [&](Finding finding) { result.findings.push_back(std::move(finding)); }};
  if (auto end = scan_library(path, options, sink)) result.end = std::move(*end);
  return result;
}

}  // namespace matinee::catalog
