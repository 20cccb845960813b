#pragma once
// store/memory_object_store: ObjectStore as a map: the model that the others are compared with.

#include <map>
#include <mutex>
#include <string>

#include "store/object_store.h"

namespace matinee::store {

/// What mem:// opens. Everything is gone with it.
class MemoryObjectStore final : public ObjectStore {
 public:
  Result<std::unique_ptr<ObjectWriter>> begin_put() override;
  Result<std::unique_ptr<ObjectReader>> get(std::string_view key, ByteRange range) override;
  Result<ObjectInfo> head(std::string_view key) override;
  Result<std::vector<ObjectInfo>> list(std::string_view prefix, std::string_view after,
                                       std::size_t limit) override;
  Result<void> remove(std::string_view key) override;

 private:
  class Writer;

  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> objects_;
};

}  // namespace matinee::store
