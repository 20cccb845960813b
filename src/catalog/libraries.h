#pragma once
// catalog/libraries: the folders that the library is made of, and what their last scans found odd.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "catalog/library_scan.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::int64_t kFindingsPageMax = 1'000;

/// A folder that is scanned again by itself.
struct Library {
  std::string path;  // absolute; none lies in another
  std::int64_t added_ms = 0;
  std::int64_t scanned_ms = 0;  // when the last scan ended; 0 = never
  std::int64_t titles = 0;      // that it found
};

/// The tables `libraries` and `scan_findings`. Methods run in the caller's transaction, or in one
/// of their own when given the Database itself. Thread-safe.
class Libraries {
 public:
  explicit Libraries(const Clock& clock) : clock_(clock) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// From now on this folder is scanned again. A folder within one that is known changes nothing;
  /// those that lie in this one become part of it.
  Result<void> remember(store::SqlRunner& sql, const std::string& path);
  /// By path; at most 10,000.
  Result<std::vector<Library>> list(store::SqlRunner& sql);
  /// A scan of `path` has ended: these are its findings, in place of the ones before.
  Result<void> scanned(store::SqlRunner& sql, const std::string& path, std::int64_t titles,
                       std::span<const Finding> findings);
  /// Ambiguous and unreadable ones, by path; `limit`: 1 to kFindingsPageMax.
  Result<std::vector<Finding>> findings(store::SqlRunner& sql, std::int64_t limit);
  Result<std::int64_t> findings_count(store::SqlRunner& sql, FindingKind kind);

 private:
  const Clock& clock_;
};

}  // namespace matinee::catalog
