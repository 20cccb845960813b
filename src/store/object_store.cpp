#include "store/object_store.h"

#include <algorithm>

#include "store/file_object_store.h"
#include "store/memory_object_store.h"
#include "store/object_rules.h"
#include "store/store_url.h"

namespace matinee::store {

Result<std::size_t> TextSource::read(std::span<char> out) {
  const std::size_t count = left_.copy(out.data(), out.size());
  left_.remove_prefix(count);
  return count;
}

Result<void> check_object_key(std::string_view key) {
  if (key.empty() || key.size() > kObjectKeyBytesMax) {
    return fail(ErrorCode::invalid, "an object key has 1 to " + std::to_string(kObjectKeyBytesMax) +
                                        " bytes, not " + std::to_string(key.size()));
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (std::ranges::any_of(key, is_control)) {
    return fail(ErrorCode::invalid, "an object key has no control characters");
  }
  return {};
}

Result<void> check_object_list_limit(std::size_t limit) {
  if (limit >= 1 && limit <= kObjectListMax) return {};
  return fail(ErrorCode::invalid,
              "a list of objects has a limit of 1 to " + std::to_string(kObjectListMax));
}

Result<ObjectInfo> ObjectStore::put(std::string_view key, ByteSource& source, PutMode mode) {
  if (auto valid = check_object_key(key); !valid) return std::unexpected(valid.error());
  auto writer = begin_put();
  if (!writer) return std::unexpected(writer.error());
  std::string buffer(std::size_t{256} * 1024, '\0');
  ObjectInfo info{std::string(key), 0};
  for (;;) {
    auto got = source.read(buffer);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    info.bytes += *got;
    if (auto put = (*writer)->write(std::string_view(buffer).substr(0, *got)); !put) {
      return std::unexpected(put.error());
    }
  }
  if (auto done = (*writer)->commit(key, mode); !done) return std::unexpected(done.error());
  return info;
}

Result<std::string> read_object(ObjectStore& objects, std::string_view key, std::size_t bytes_max) {
  auto reader = objects.get(key);
  if (!reader) return std::unexpected(reader.error());
  if ((*reader)->object_bytes() > bytes_max) {
    return fail(ErrorCode::limited, "object " + std::string(key) + " is longer than " +
                                        std::to_string(bytes_max) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>((*reader)->object_bytes()), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    auto got = (*reader)->read(std::span(bytes).subspan(filled));
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return fail(ErrorCode::corrupt, "object " + std::string(key) + " ends early");
    filled += *got;
  }
  return bytes;
}

Result<std::unique_ptr<ObjectStore>> open_object_store(std::string_view url,
                                                       const Environment& environment) {
  auto parsed = StoreUrl::parse(url);
  if (!parsed) return std::unexpected(parsed.error());
  if (parsed->scheme == "mem") return std::make_unique<MemoryObjectStore>();
  if (parsed->scheme == "file" && parsed->authority.empty() && parsed->path.is_absolute()) {
    return open_file_object_store(parsed->path, environment);
  }
  return fail(ErrorCode::invalid,
              "\"" + std::string(url) + "\" is no object store; use file:///folder");
}

}  // namespace matinee::store
