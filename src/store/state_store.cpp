#include "store/state_store.h"

#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <mutex>

#include "store/format.h"
#include "store/little_endian.h"
#include "store/rocksdb_engine.h"

namespace matinee::store {
namespace {

// The first byte of a key tells its kind (format 1); offset and epoch are 8 bytes, little-endian.
constexpr char kState = 's';
constexpr char kDedup = 'd';
constexpr std::string_view kOffsetKey = "m/offset";
constexpr std::string_view kEpochKey = "m/epoch";

std::string numbered(std::uint64_t value) {
  std::string out;
  append_little_endian(out, value);
  return out;
}

Result<std::uint64_t> stored_number(rocksdb::DB& database, std::string_view key) {
  std::string value;
  const auto status = database.Get(rocksdb::ReadOptions(), rocksdb::Slice(key), &value);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) return rocksdb_error(status, "reading " + std::string(key));
  if (value.size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "state store: " + std::string(key) + " is damaged");
  }
  return little_endian<std::uint64_t>(value);
}

}  // namespace

struct StateStore::Engine {
  RocksdbHandle database;
  rocksdb::WriteOptions synced;
  mutable std::mutex mutex;  // one commit at a time; guards what follows
  std::uint64_t offset = 0;
  std::uint64_t epoch = 0;

  Result<std::optional<std::string>> get(char kind, std::string_view key) {
    std::string value;
    const auto status =
        database->Get(rocksdb::ReadOptions(), std::string(1, kind).append(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    if (!status.ok()) return rocksdb_error(status, "reading state");
    return std::optional<std::string>(std::move(value));
  }

  Result<std::vector<Entry>> scan(char kind, std::string_view prefix, std::string_view after,
                                  std::size_t limit) {
    if (limit < 1 || limit > kStateScanMax) {
      return fail(ErrorCode::invalid,
                  "a scan has a limit of 1 to " + std::to_string(kStateScanMax));
    }
    const std::string start = std::string(1, kind).append(prefix);
    std::string from = start;
    if (!after.empty()) from = std::max(from, std::string(1, kind).append(after) + '\0');
    const std::unique_ptr<rocksdb::Iterator> at(database->NewIterator(rocksdb::ReadOptions()));
    std::vector<Entry> entries;
    for (at->Seek(from); at->Valid() && entries.size() < limit; at->Next()) {
      if (!at->key().starts_with(start)) break;
      entries.push_back({std::string(at->key().ToStringView().substr(1)), at->value().ToString()});
    }
    if (!at->status().ok()) return rocksdb_error(at->status(), "scanning state");
    return entries;
  }

  // Errors: limited for an oversized key, value or batch.
  static Result<void> add(rocksdb::WriteBatch& batch, char kind,
                          const StateBatch::Changes& changes) {
    for (const auto& [name, value] : changes) {
      if (name.size() > kStateKeyBytesMax || (value && value->size() > kStateValueBytesMax) ||
          batch.GetDataSize() > kStateBatchBytesMax) {
        return fail(ErrorCode::limited, "a state key has at most " +
                                            std::to_string(kStateKeyBytesMax) + " bytes, a value " +
                                            std::to_string(kStateValueBytesMax) + ", a batch " +
                                            std::to_string(kStateBatchBytesMax));
      }
      const std::string key = std::string(1, kind) + name;
      const auto status = value ? batch.Put(key, *value) : batch.Delete(key);
      if (!status.ok()) return rocksdb_error(status, "preparing a batch of state");
    }
    return {};
  }
};

StateStore::StateStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
StateStore::~StateStore() = default;

Result<std::unique_ptr<StateStore>> StateStore::open(const std::filesystem::path& folder,
                                                     const Environment& environment) {
  auto format = open_format(environment.files, folder, {"state_store", 1, {}});
  if (!format) return std::unexpected(format.error());
  auto database = open_rocksdb(folder);
  if (!database) return std::unexpected(database.error());
  auto engine = std::make_unique<Engine>();
  engine->database = std::move(*database);
  engine->synced.sync = true;
  auto offset = stored_number(*engine->database, kOffsetKey);
  if (!offset) return std::unexpected(offset.error());
  auto epoch = stored_number(*engine->database, kEpochKey);
  if (!epoch) return std::unexpected(epoch.error());
  engine->offset = *offset;
  engine->epoch = *epoch;
  return std::unique_ptr<StateStore>(new StateStore(std::move(engine)));
}

Result<std::optional<std::string>> StateStore::get(std::string_view key) {
  return engine_->get(kState, key);
}

Result<std::optional<std::string>> StateStore::get_dedup(std::string_view key) {
  return engine_->get(kDedup, key);
}

Result<std::vector<StateStore::Entry>> StateStore::scan(std::string_view prefix,
                                                        std::string_view after, std::size_t limit) {
  return engine_->scan(kState, prefix, after, limit);
}

Result<std::vector<StateStore::Entry>> StateStore::scan_dedup(std::string_view prefix,
                                                              std::string_view after,
                                                              std::size_t limit) {
  return engine_->scan(kDedup, prefix, after, limit);
}

std::uint64_t StateStore::offset() const {
  std::scoped_lock lock(engine_->mutex);
  return engine_->offset;
}

std::uint64_t StateStore::epoch() const {
  std::scoped_lock lock(engine_->mutex);
  return engine_->epoch;
}

Result<void> StateStore::claim(std::uint64_t epoch) {
  std::scoped_lock lock(engine_->mutex);
  if (epoch < engine_->epoch) {
    return fail(ErrorCode::conflict, "state store: epoch " + std::to_string(epoch) +
                                         " comes after epoch " + std::to_string(engine_->epoch));
  }
  const auto status =
      engine_->database->Put(engine_->synced, rocksdb::Slice(kEpochKey), numbered(epoch));
  if (!status.ok()) return rocksdb_error(status, "claiming a state store");
  engine_->epoch = epoch;
  return {};
}

Result<void> StateStore::commit(const StateBatch& batch, std::uint64_t epoch) {
  rocksdb::WriteBatch write;
  if (auto added = Engine::add(write, kState, batch.state_); !added) return added;
  if (auto added = Engine::add(write, kDedup, batch.dedup_); !added) return added;
  std::scoped_lock lock(engine_->mutex);
  if (epoch != engine_->epoch) {
    return fail(ErrorCode::conflict, "state store: epoch " + std::to_string(epoch) +
                                         " has lost it to epoch " + std::to_string(engine_->epoch));
  }
  if (batch.offset_) {
    if (*batch.offset_ < engine_->offset) {
      return fail(ErrorCode::conflict, "state store: offset " + std::to_string(*batch.offset_) +
                                           " lies before " + std::to_string(engine_->offset));
    }
    const auto status = write.Put(rocksdb::Slice(kOffsetKey), numbered(*batch.offset_));
    if (!status.ok()) return rocksdb_error(status, "preparing a batch of state");
  }
  const auto status = engine_->database->Write(engine_->synced, &write);
  if (!status.ok()) return rocksdb_error(status, "committing state");
  if (batch.offset_) engine_->offset = *batch.offset_;
  return {};
}

}  // namespace matinee::store
