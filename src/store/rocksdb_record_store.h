#pragma once
// store/rocksdb_record_store: RecordStore over one RocksDB database.

#include <filesystem>
#include <memory>

#include "store/record_store.h"

namespace matinee::store {

/// What rocksdb:// opens. Layout (format 1): FORMAT with kind "record_store"; data/ is RocksDB's,
/// keys and values as in record_format.h. Every write is synced; concurrent ones share a sync.
Result<std::unique_ptr<RecordStore>> open_rocksdb_record_store(const std::filesystem::path& folder,
                                                               const Environment& environment);

}  // namespace matinee::store
