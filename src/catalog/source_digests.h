#pragma once
// catalog/source_digests: the whole digest of each source file, so that a change of a single bit
// can be told years later. Written by the library's keeper, read by `matinee verify`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::int64_t kDigestsPageMax = 1'000;

/// A source as it was when it was read from its first to its last byte.
struct SourceDigest {
  TitleId title_id;
  std::string path;
  std::int64_t bytes = 0;
  std::int64_t modified_ms = 0;
  std::string sha256;  // hex; empty: not read yet
  std::int64_t read_ms = 0;
};

/// The table `source_digests`. Methods run in the caller's transaction, or in one of their own when
/// given the Database itself. Thread-safe.
class SourceDigests {
 public:
  explicit SourceDigests(const Clock& clock) : clock_(clock) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// The first source after `after` (in order of id; nil = from the start) that was not read as it
  /// is now. Nothing when there is none.
  Result<std::optional<SourceDigest>> next_due(store::SqlRunner& sql, const TitleId& after);
  /// In place of the one before; `sampled_hash` becomes the title's when it has none.
  Result<void> record(store::SqlRunner& sql, const SourceDigest& digest,
                      std::string_view sampled_hash);
  /// With the path where each lies now; in order of id, after `after`; `limit`: 1 to
  /// kDigestsPageMax.
  Result<std::vector<SourceDigest>> list(store::SqlRunner& sql, const TitleId& after,
                                         std::int64_t limit);
  /// How many sources were not read yet.
  Result<std::int64_t> due_count(store::SqlRunner& sql);

 private:
  const Clock& clock_;
};

}  // namespace matinee::catalog
