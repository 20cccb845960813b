#include "store/rocksdb_record_store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <chrono>
#include <functional>
#include <mutex>

#include "store/format.h"
#include "store/record_format.h"
#include "store/rocksdb_engine.h"

namespace matinee::store {
namespace {

class RocksdbRecordStore final : public RecordStore {
 public:
  RocksdbRecordStore(RocksdbHandle database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {
    synced_.sync = true;
  }

  Result<Record> get(const RecordKey& key) override {
    if (auto valid = check_record_key(key); !valid) return std::unexpected(valid.error());
    auto record = find(key, encode_record_key(key));
    if (!record) return std::unexpected(record.error());
    if (!*record) {
      return fail(ErrorCode::not_found, "no record " + key.partition + "/" + key.sort);
    }
    return std::move(**record);
  }

  Result<void> put(const Record& record, const Conditions& conditions) override {
    if (auto valid = check_record(record); !valid) return valid;
    const std::string key = encode_record_key(record.key);
    const std::scoped_lock lock(mutex_of(key));
    if (!conditions.empty()) {
      auto current = find(record.key, key);
      if (!current) return std::unexpected(current.error());
      if (auto holds = check_conditions(conditions, address_of(*current), record.key); !holds) {
        return holds;
      }
    }
    return store(key, record);
  }

  Result<Record> update(const RecordKey& key, const Update& change,
                        const Conditions& conditions) override {
    if (auto valid = check_record_key(key); !valid) return std::unexpected(valid.error());
    const std::string encoded = encode_record_key(key);
    const std::scoped_lock lock(mutex_of(encoded));
    auto current = find(key, encoded);
    if (!current) return std::unexpected(current.error());
    if (auto holds = check_conditions(conditions, address_of(*current), key); !holds) {
      return std::unexpected(holds.error());
    }
    auto changed = apply_update(key, address_of(*current), change);
    if (!changed) return changed;
    if (auto stored = store(encoded, *changed); !stored) return std::unexpected(stored.error());
    return changed;
  }

  Result<void> remove(const RecordKey& key, const Conditions& conditions) override {
    if (auto valid = check_record_key(key); !valid) return valid;
    const std::string encoded = encode_record_key(key);
    const std::scoped_lock lock(mutex_of(encoded));
    if (!conditions.empty()) {
      auto current = find(key, encoded);
      if (!current) return std::unexpected(current.error());
      if (auto holds = check_conditions(conditions, address_of(*current), key); !holds) {
        return holds;
      }
    }
    const auto status = database_->Delete(synced_, encoded);
    if (!status.ok()) return rocksdb_error(status, "removing a record");
    return {};
  }

  Result<RecordPage> query(const RecordQuery& query) override;

  Result<std::vector<BatchWrite>> batch_write(const std::vector<BatchWrite>& writes) override {
    if (auto valid = check_batch(writes); !valid) return std::unexpected(valid.error());
    if (writes.empty()) return std::vector<BatchWrite>{};
    rocksdb::WriteBatch batch;
    for (const auto& write : writes) {
      const std::string key = encode_record_key(write.key);
      const auto status =
          write.attributes
              ? batch.Put(key, encode_record_value(*write.attributes, write.expires_at))
              : batch.Delete(key);
      if (!status.ok()) return rocksdb_error(status, "preparing a batch of records");
    }
    // All stripes, in order: a conditional write must not read before and store after.
    std::array<std::unique_lock<std::mutex>, kStripes> locks;
    for (std::size_t i = 0; i < kStripes; ++i) locks[i] = std::unique_lock(mutexes_[i]);
    const auto status = database_->Write(synced_, &batch);
    if (!status.ok()) return rocksdb_error(status, "writing a batch of records");
    return std::vector<BatchWrite>{};
  }

 private:
  static constexpr std::size_t kStripes = 32;

  std::mutex& mutex_of(std::string_view key) {
    return mutexes_[std::hash<std::string_view>{}(key) % kStripes];
  }

  static const Record* address_of(const std::optional<Record>& record) {
    return record ? &*record : nullptr;
  }

  // nullopt when there is none or it has expired.
  Result<std::optional<Record>> find(const RecordKey& key, const std::string& encoded) {
    std::string value;
    const auto status = database_->Get(rocksdb::ReadOptions(), encoded, &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return rocksdb_error(status, "reading a record");
    auto record = decode_record(key, value);
    if (!record) return std::unexpected(record.error());
    if (is_expired(*record, clock_.now())) return std::nullopt;
    return std::optional<Record>(std::move(*record));
  }

  Result<void> store(const std::string& encoded, const Record& record) {
    const auto status =
        database_->Put(synced_, encoded, encode_record_value(record.attributes, record.expires_at));
    if (!status.ok()) return rocksdb_error(status, "writing a record");
    return {};
  }

  RocksdbHandle database_;
  const Clock& clock_;
  rocksdb::WriteOptions synced_;
  std::array<std::mutex, kStripes> mutexes_;
};

Result<RecordPage> RocksdbRecordStore::query(const RecordQuery& query) {
  if (auto valid = check_query(query); !valid) return std::unexpected(valid.error());
  const std::string partition = encode_partition(query.partition);
  std::string lower = partition + query.sort_from;
  std::string upper = query.sort_to ? partition + *query.sort_to : partition;
  if (!query.sort_to) upper.back() = '\2';  // right behind all keys of the partition
  RecordPage page;
  // The cursor is the sort key of the last record given, behind one byte so that it is never empty.
  if (!query.cursor.empty()) {
    const std::string last = partition + query.cursor.substr(1);
    if (query.reverse) {
      upper = std::min(upper, last);
    } else {
      lower = std::max(lower, last + '\0');
    }
  }
  if (lower >= upper) return page;
  const rocksdb::Slice lower_slice(lower);
  const rocksdb::Slice upper_slice(upper);
  rocksdb::ReadOptions options;
  options.iterate_lower_bound = &lower_slice;
  options.iterate_upper_bound = &upper_slice;
  const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator(options));
  const Instant now = clock_.now();
  std::size_t bytes = 0;
  for (query.reverse ? at->SeekToLast() : at->SeekToFirst(); at->Valid();
       query.reverse ? at->Prev() : at->Next()) {
    const std::string sort(sort_key_of(at->key().ToStringView(), partition.size()));
    auto record = decode_record({query.partition, sort}, at->value().ToStringView());
    if (!record) return std::unexpected(record.error());
    if (is_expired(*record, now)) continue;
    bytes += record_bytes(record->attributes);
    const bool full = page.records.size() == query.limit ||
                      (!page.records.empty() && bytes > kRecordPageBytesMax);
    if (full) {
      page.cursor = "+" + page.records.back().key.sort;
      return page;
    }
    page.records.push_back(std::move(*record));
  }
  if (!at->status().ok()) return rocksdb_error(at->status(), "querying records");
  return page;
}

}  // namespace

Result<std::unique_ptr<RecordStore>> open_rocksdb_record_store(const std::filesystem::path& folder,
                                                               const Environment& environment) {
  auto format = open_format(environment.files, folder, {"record_store", 1, {}});
  if (!format) return std::unexpected(format.error());
  // The margin keeps a clock that is set back from bringing readers to what is already gone.
  const auto is_garbage = [&clock = environment.clock](std::string_view value) {
    return is_expired_value(value, clock.now() - std::chrono::hours{1});
  };
  auto database = open_rocksdb(folder, is_garbage);
  if (!database) return std::unexpected(database.error());
  return std::make_unique<RocksdbRecordStore>(std::move(*database), environment.clock);
}

}  // namespace matinee::store
