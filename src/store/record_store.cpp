#include "store/record_store.h"

#include "store/memory_record_store.h"
#include "store/rocksdb_record_store.h"
#include "store/store_url.h"

namespace matinee::store {

Result<std::unique_ptr<RecordStore>> open_record_store(std::string_view url,
                                                       const Environment& environment) {
  auto parsed = StoreUrl::parse(url);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->scheme == "mem") return std::make_unique<MemoryRecordStore>(environment.clock);
  if (parsed->scheme == "rocksdb" && parsed->authority.empty() && parsed->path.is_absolute()) {
    return open_rocksdb_record_store(parsed->path, environment);
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(url) + "\" is no record store; use rocksdb:///folder");
}

}  // namespace matinee::store
