#pragma once
// store/rocksdb_engine: how this project opens RocksDB: small, checked, without the features whose
// bugs Debian's version still has. Used by the record store and the state store.

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "store/environment.h"

namespace rocksdb {
class DB;
class Status;
}  // namespace rocksdb

namespace matinee::store {

struct RocksdbClose {
  void operator()(rocksdb::DB* database) const;
};
using RocksdbHandle = std::unique_ptr<rocksdb::DB, RocksdbClose>;

/// True for a value that nobody will read again; compaction then drops it. Called on RocksDB's own
/// threads; lives as long as the database.
using IsGarbage = std::function<bool(std::string_view value)>;

/// Opens or creates the database in `folder` / "data". About 4 MiB of write buffers and a block
/// cache of 8 MiB that all databases of the process share; no more than 64 open files each.
/// Errors: unavailable when another process has it, corrupt.
Result<RocksdbHandle> open_rocksdb(const std::filesystem::path& folder, IsGarbage is_garbage = {});

/// What went wrong while `doing` it. Corruption is corrupt, a full disk is limited, the rest is
/// unavailable.
std::unexpected<Error> rocksdb_error(const rocksdb::Status& status, std::string_view doing);

}  // namespace matinee::store
