#pragma once
// store/format: the version of what lies in a store's folder, so that an older program never
// misreads what a newer one wrote.

#include <filesystem>
#include <functional>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/json.h"
#include "base/result.h"

namespace matinee::store {

/// Brings a folder from version `from` to `from` + 1; must be repeatable after a crash.
struct FormatMigration {
  int from;
  std::function<Result<void>(const std::filesystem::path& folder)> run;
};

/// What this program reads and writes.
struct StoreFormat {
  std::string_view kind;  // "event_log"; a folder of another kind is refused
  int version;            // >= 1
  std::vector<FormatMigration> migrations;
};

/// Creates the folder with a file FORMAT holding {"kind","format",...facts of `fresh`}, or checks
/// and if need be migrates the one that is there. Returns the file's content as it now stands.
/// Errors: conflict when it is newer, older than any migration, or of another kind (names both);
/// corrupt when the file cannot be read.
Result<Json> open_format(Files& files, const std::filesystem::path& folder,
                         const StoreFormat& format, const Json& fresh = Json::object());

}  // namespace matinee::store
