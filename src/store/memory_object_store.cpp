#include "store/memory_object_store.h"

#include "store/object_rules.h"

namespace matinee::store {
namespace {

class TextReader final : public ObjectReader {
 public:
  TextReader(std::string bytes, std::uint64_t object_bytes)
      : bytes_(std::move(bytes)), source_(bytes_), object_bytes_(object_bytes) {}
  Result<std::size_t> read(std::span<char> out) override { return source_.read(out); }
  std::uint64_t object_bytes() const override { return object_bytes_; }

 private:
  std::string bytes_;
  TextSource source_;
  std::uint64_t object_bytes_;
};

}  // namespace

class MemoryObjectStore::Writer final : public ObjectWriter {
 public:
  explicit Writer(MemoryObjectStore& store) : store_(store) {}

  Result<void> write(std::string_view bytes) override {
    bytes_.append(bytes);
    return {};
  }
  Result<void> commit(std::string_view key, PutMode mode) override {
    if (auto valid = check_object_key(key); !valid) return valid;
    std::scoped_lock lock(store_.mutex_);
    if (mode == PutMode::if_absent && store_.objects_.contains(key)) {
      return fail(ErrorCode::conflict, "object " + std::string(key) + " exists");
    }
    store_.objects_[std::string(key)] = std::move(bytes_);
    return {};
  }

 private:
  MemoryObjectStore& store_;
  std::string bytes_;
};

Result<std::unique_ptr<ObjectWriter>> MemoryObjectStore::begin_put() {
  return std::make_unique<Writer>(*this);
}

Result<std::unique_ptr<ObjectReader>> MemoryObjectStore::get(std::string_view key,
                                                             ByteRange range) {
  std::scoped_lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return no_such_object(key);
  const std::string& bytes = found->second;
  if (range.offset > bytes.size()) return beyond_object_end(key, range, bytes.size());
  return std::make_unique<TextReader>(
      bytes.substr(static_cast<std::size_t>(range.offset), static_cast<std::size_t>(range.bytes)),
      bytes.size());
}

Result<ObjectInfo> MemoryObjectStore::head(std::string_view key) {
  std::scoped_lock lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) return no_such_object(key);
  return ObjectInfo{found->first, found->second.size()};
}

Result<std::vector<ObjectInfo>> MemoryObjectStore::list(std::string_view prefix,
                                                        std::string_view after, std::size_t limit) {
  if (auto valid = check_object_list_limit(limit); !valid) return std::unexpected(valid.error());
  std::scoped_lock lock(mutex_);
  std::vector<ObjectInfo> found;
  auto at = after < prefix ? objects_.lower_bound(prefix) : objects_.upper_bound(after);
  for (; at != objects_.end() && found.size() < limit; ++at) {
    if (!at->first.starts_with(prefix)) break;
    found.push_back({at->first, at->second.size()});
  }
  return found;
}

Result<void> MemoryObjectStore::remove(std::string_view key) {
  std::scoped_lock lock(mutex_);
  if (const auto found = objects_.find(key); found != objects_.end()) objects_.erase(found);
  return {};
}

}  // namespace matinee::store
