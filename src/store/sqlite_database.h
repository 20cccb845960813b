#pragma once
// store/sqlite_database: Database over one SQLite file.

#include <filesystem>
#include <memory>

#include "store/database.h"

namespace matinee::store {

/// What sqlite:// opens: one connection that writes and alone checkpoints, a few that only read
/// (Debian 12's SQLite 3.40 may lose frames when two connections checkpoint at once), WAL,
/// synchronous=FULL, no mmap. Source: sqlite.org/wal.html.
Result<std::unique_ptr<Database>> open_sqlite_database(const std::filesystem::path& path,
                                                       const Environment& environment);

}  // namespace matinee::store
