#pragma once
// store/content: objects named by their content over any ObjectStore; every read is checked.
// Owned by the origin role.

#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/object_id.h"
#include "store/object_store.h"

namespace matinee::store {

/// One object being read at any offset. Used by one thread; holds one extent (256 KiB) in memory.
class ContentReader {
 public:
  ContentReader(ObjectStore& objects, std::string key, ExtentHashes hashes);

  [[nodiscard]] std::uint64_t size() const { return hashes_.size; }
  [[nodiscard]] const ExtentHashes& hashes() const { return hashes_; }
  /// Bytes from `offset` on; fewer than asked for at the end of an extent, 0 at the object's end.
  /// Errors: corrupt when an extent does not match its hash (nothing of it is given out); not_found
  /// when the object was removed meanwhile.
  [[nodiscard]] Result<std::size_t> read(std::uint64_t offset, std::span<char> out);

 private:
  Result<void> load_extent(std::uint64_t index);

  ObjectStore& objects_;
  std::string key_;
  ExtentHashes hashes_;
  std::string extent_;
  std::uint64_t extent_index_ = UINT64_MAX;
  std::unique_ptr<ObjectReader> stream_;  // stands behind the extent that was read last
};

/// Thread-safe. An object is kept under objects/<id>: its bytes, then its serialised hashes, so
/// that one atomic put stores both.
class ContentStore {
 public:
  explicit ContentStore(std::unique_ptr<ObjectStore> objects) : objects_(std::move(objects)) {}

  struct Stored {
    ObjectId id;
    std::uint64_t bytes;
  };

  /// Durable when it returns; storing the same bytes twice is the same as once (retry safe).
  /// Errors: limited beyond kContentBytesMax or when the disk is full; the source's own.
  [[nodiscard]] Result<Stored> put(ByteSource& source);
  [[nodiscard]] Result<Stored> put(std::string_view bytes);
  /// Errors: not_found; corrupt when the hashes are not those of the id.
  [[nodiscard]] Result<std::unique_ptr<ContentReader>> open(const ObjectId& id);
  /// Errors: as `open`.
  [[nodiscard]] Result<ExtentHashes> hashes(const ObjectId& id);
  /// The whole object. Errors: as `open`, limited when it is longer than `bytes_max`.
  [[nodiscard]] Result<std::string> read_all(const ObjectId& id, std::size_t bytes_max);
  /// Fine when there is none.
  [[nodiscard]] Result<void> remove(const ObjectId& id);

 private:
  std::unique_ptr<ObjectStore> objects_;
};

}  // namespace matinee::store
