#include "store/memory_record_store.h"

#include <algorithm>

#include "store/record_format.h"

namespace matinee::store {

const Record* MemoryRecordStore::find(const RecordKey& key) const {
  const auto found = records_.find(key);
  if (found == records_.end() || is_expired(found->second, clock_.now())) return nullptr;
  return &found->second;
}

Result<Record> MemoryRecordStore::get(const RecordKey& key) {
  if (auto valid = check_record_key(key); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  const Record* record = find(key);
  if (record == nullptr) {
    return fail(ErrorCode::not_found, "no record " + key.partition + "/" + key.sort);
  }
  return *record;
}

Result<void> MemoryRecordStore::put(const Record& record, const Conditions& conditions) {
  if (auto valid = check_record(record); !valid) return valid;
  std::scoped_lock lock(mutex_);
  if (auto holds = check_conditions(conditions, find(record.key), record.key); !holds) return holds;
  records_[record.key] = record;
  return {};
}

Result<Record> MemoryRecordStore::update(const RecordKey& key, const Update& change,
                                         const Conditions& conditions) {
  if (auto valid = check_record_key(key); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  const Record* current = find(key);
  if (auto holds = check_conditions(conditions, current, key); !holds) {
    return std::unexpected(holds.error());
  }
  auto changed = apply_update(key, current, change);
  if (changed) records_[key] = *changed;
  return changed;
}

Result<void> MemoryRecordStore::remove(const RecordKey& key, const Conditions& conditions) {
  if (auto valid = check_record_key(key); !valid) return valid;
  std::scoped_lock lock(mutex_);
  if (auto holds = check_conditions(conditions, find(key), key); !holds) return holds;
  records_.erase(key);
  return {};
}

Result<RecordPage> MemoryRecordStore::query(const RecordQuery& query) {
  if (auto valid = check_query(query); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  std::vector<const Record*> matching;
  for (const auto& [key, record] : records_) {
    if (key.partition != query.partition || key.sort < query.sort_from ||
        (query.sort_to && key.sort >= *query.sort_to) || is_expired(record, clock_.now())) {
      continue;
    }
    if (!query.cursor.empty()) {
      const std::string last = query.cursor.substr(1);
      if (query.reverse ? key.sort >= last : key.sort <= last) continue;
    }
    matching.push_back(&record);
  }
  if (query.reverse) std::ranges::reverse(matching);
  RecordPage page;
  std::size_t bytes = 0;
  for (const Record* record : matching) {
    bytes += record_bytes(record->attributes);
    if (page.records.size() == query.limit ||
        (!page.records.empty() && bytes > kRecordPageBytesMax)) {
      page.cursor = "+" + page.records.back().key.sort;
      break;
    }
    page.records.push_back(*record);
  }
  return page;
}

Result<std::vector<BatchWrite>> MemoryRecordStore::batch_write(
    const std::vector<BatchWrite>& writes) {
  if (auto valid = check_batch(writes); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  for (const auto& write : writes) {
    if (write.attributes) {
      records_[write.key] = Record{write.key, *write.attributes, write.expires_at};
    } else {
      records_.erase(write.key);
    }
  }
  return std::vector<BatchWrite>{};
}

}  // namespace matinee::store
