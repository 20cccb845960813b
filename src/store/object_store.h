#pragma once
// store/object_store: immutable-looking blobs under text keys, as every S3 service keeps them.
// Read by store/content (the content-addressed layer) and through it by the origin role.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/environment.h"

namespace matinee::store {

inline constexpr std::size_t kObjectKeyBytesMax = 1024;
inline constexpr std::uint64_t kObjectBytesMax = std::uint64_t{1} << 42;  // 4 TiB
inline constexpr std::size_t kObjectListMax = 1000;

/// Bytes that someone pulls; blocking; used by one thread.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Bytes put into `out` (not empty); 0 at the end.
  [[nodiscard]] virtual Result<std::size_t> read(std::span<char> out) = 0;
};

/// A source over text that outlives it.
class TextSource final : public ByteSource {
 public:
  explicit TextSource(std::string_view text) : left_(text) {}
  Result<std::size_t> read(std::span<char> out) override;

 private:
  std::string_view left_;
};

/// Bytes [offset, offset + bytes) of an object, cut at its end.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t bytes = UINT64_MAX;
};

struct ObjectInfo {
  std::string key;
  std::uint64_t bytes;
};

/// An object being read: what the range asked for, in order.
class ObjectReader : public ByteSource {
 public:
  /// The size of the whole object, whatever the range.
  [[nodiscard]] virtual std::uint64_t object_bytes() const = 0;
};

enum class PutMode { replace, if_absent };

/// An object being written. Nobody sees it before `commit`; without one it vanishes.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  /// Errors: limited beyond kObjectBytesMax or when the disk is full; unavailable.
  [[nodiscard]] virtual Result<void> write(std::string_view bytes) = 0;
  /// Makes the object visible whole and durable under `key`; once. The key may depend on the bytes.
  /// Errors: conflict when it exists and the mode is if_absent; invalid key; limited; unavailable
  /// (retry safe with a new writer: the outcome is the old object or the new one).
  [[nodiscard]] virtual Result<void> commit(std::string_view key, PutMode mode) = 0;
};

/// A key is 1 to kObjectKeyBytesMax bytes of UTF-8 without control characters; "/" has no meaning.
/// What was put is read by the next get, head and list of anyone. Thread-safe; every call blocks.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  [[nodiscard]] virtual Result<std::unique_ptr<ObjectWriter>> begin_put() = 0;
  /// Everything that `source` gives, in one go. Errors: as ObjectWriter, and the source's own.
  [[nodiscard]] virtual Result<ObjectInfo> put(std::string_view key, ByteSource& source,
                                               PutMode mode = PutMode::replace);
  /// Errors: not_found; invalid when the range starts beyond the end.
  [[nodiscard]] virtual Result<std::unique_ptr<ObjectReader>> get(std::string_view key,
                                                                  ByteRange range = {}) = 0;
  /// Errors: not_found.
  [[nodiscard]] virtual Result<ObjectInfo> head(std::string_view key) = 0;
  /// At most `limit` (1 to kObjectListMax) objects whose key starts with `prefix` and is greater
  /// than `after`, in the order of their bytes. May cost time in the number of all objects.
  [[nodiscard]] virtual Result<std::vector<ObjectInfo>> list(std::string_view prefix,
                                                             std::string_view after,
                                                             std::size_t limit) = 0;
  /// Fine when there is none. Durable when it returns.
  [[nodiscard]] virtual Result<void> remove(std::string_view key) = 0;
};

/// file:///folder, or mem:// (gone with the store; for tests). Errors: invalid URL or scheme,
/// conflict for a newer format, unavailable.
Result<std::unique_ptr<ObjectStore>> open_object_store(std::string_view url,
                                                       const Environment& environment);

/// The whole object as text. Errors: not_found, limited when it is longer than `bytes_max`.
Result<std::string> read_object(ObjectStore& objects, std::string_view key, std::size_t bytes_max);

}  // namespace matinee::store
