#include "store/rocksdb_engine.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>

#include <string>

#include "base/log.h"

namespace matinee::store {
namespace {

constexpr std::size_t kCacheBytes = std::size_t{8} << 20;
constexpr std::size_t kWriteBufferBytes = std::size_t{2} << 20;

const std::shared_ptr<rocksdb::Cache>& shared_cache() {
  static const auto kCache = rocksdb::NewLRUCache(kCacheBytes, 2);
  return kCache;
}

class GarbageFilter final : public rocksdb::CompactionFilter {
 public:
  explicit GarbageFilter(IsGarbage is_garbage) : is_garbage_(std::move(is_garbage)) {}
  const char* Name() const override { return "matinee.garbage"; }
  bool Filter(int /*level*/, const rocksdb::Slice& /*key*/, const rocksdb::Slice& value,
              std::string* /*changed*/, bool* /*is_changed*/) const override {
    return is_garbage_(value.ToStringView());
  }

 private:
  IsGarbage is_garbage_;
};

class GarbageFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit GarbageFilterFactory(IsGarbage is_garbage) : is_garbage_(std::move(is_garbage)) {}
  const char* Name() const override { return "matinee.garbage"; }
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& /*context*/) override {
    return std::make_unique<GarbageFilter>(is_garbage_);
  }

 private:
  IsGarbage is_garbage_;
};

rocksdb::Options small_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.paranoid_checks = true;
  options.force_consistency_checks = true;
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.write_buffer_size = kWriteBufferBytes;
  options.max_write_buffer_number = 2;
  options.target_file_size_base = std::uint64_t{8} << 20;
  options.max_bytes_for_level_base = std::uint64_t{32} << 20;
  options.max_total_wal_size = std::uint64_t{16} << 20;
  options.max_background_jobs = 2;
  options.max_open_files = 64;
  options.keep_log_file_num = 3;
  options.max_log_file_size = std::size_t{1} << 20;
  options.max_manifest_file_size = std::uint64_t{4} << 20;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.compression = rocksdb::kZSTD;
  options.info_log_level = rocksdb::WARN_LEVEL;
  // Without atomic_flush, DeleteRange and async_io: 8.x fixed bugs of theirs that 7.8 still has.
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = shared_cache();
  table.cache_index_and_filter_blocks = true;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

void RocksdbClose::operator()(rocksdb::DB* database) const {
  if (const auto status = database->Close(); !status.ok()) {
    log::warning("closing a RocksDB database failed", {{"cause", status.ToString()}});
  }
  delete database;
}

Result<RocksdbHandle> open_rocksdb(const std::filesystem::path& folder, IsGarbage is_garbage) {
  rocksdb::DB* database = nullptr;
  rocksdb::Options options = small_options();
  if (is_garbage) {
    options.compaction_filter_factory =
        std::make_shared<GarbageFilterFactory>(std::move(is_garbage));
  }
  const auto path = (folder / "data").string();
  const auto status = rocksdb::DB::Open(options, path, &database);
  if (!status.ok()) return rocksdb_error(status, "opening " + path);
  return RocksdbHandle(database);
}

std::unexpected<Error> rocksdb_error(const rocksdb::Status& status, std::string_view doing) {
  ErrorCode code = ErrorCode::unavailable;
  if (status.IsCorruption()) code = ErrorCode::corrupt;
  if (status.IsNoSpace()) code = ErrorCode::limited;
  return fail(code, std::string(doing) + ": " + status.ToString());
}

}  // namespace matinee::store
