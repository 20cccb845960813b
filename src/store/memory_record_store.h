#pragma once
// store/memory_record_store: RecordStore as a map: the model that the others are compared with.

#include <map>
#include <mutex>

#include "store/record_store.h"

namespace matinee::store {

/// What mem:// opens. Everything is gone with it.
class MemoryRecordStore final : public RecordStore {
 public:
  explicit MemoryRecordStore(const Clock& clock) : clock_(clock) {}

  Result<Record> get(const RecordKey& key) override;
  Result<void> put(const Record& record, const Conditions& conditions) override;
  Result<Record> update(const RecordKey& key, const Update& change,
                        const Conditions& conditions) override;
  Result<void> remove(const RecordKey& key, const Conditions& conditions) override;
  Result<RecordPage> query(const RecordQuery& query) override;
  Result<std::vector<BatchWrite>> batch_write(const std::vector<BatchWrite>& writes) override;

 private:
  const Record* find(const RecordKey& key) const;

  const Clock& clock_;
  std::mutex mutex_;
  std::map<RecordKey, Record> records_;
};

}  // namespace matinee::store
