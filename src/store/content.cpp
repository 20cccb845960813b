#include "store/content.h"

#include <algorithm>
#include <cstring>

#include "base/encoding.h"

namespace matinee::store {
namespace {

std::string key_of(const ObjectId& id) { return "objects/" + id.to_string(); }

// Fills `out` whole. Errors: the source's; corrupt when it ends before.
Result<void> read_fully(ByteSource& source, std::span<char> out, std::string_view what) {
  while (!out.empty()) {
    auto got = source.read(out);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) return fail(ErrorCode::corrupt, std::string(what) + " ends early");
    out = out.subspan(*got);
  }
  return {};
}

}  // namespace

ContentReader::ContentReader(ObjectStore& objects, std::string key, ExtentHashes hashes)
    : objects_(objects), key_(std::move(key)), hashes_(std::move(hashes)) {}

Result<void> ContentReader::load_extent(std::uint64_t index) {
  if (stream_ == nullptr || index != extent_index_ + 1) {
    const std::uint64_t offset = index * kExtentBytes;
    auto stream = objects_.get(key_, {offset, hashes_.size - offset});
    if (!stream) return std::unexpected(stream.error());
    stream_ = std::move(*stream);
  }
  extent_index_ = UINT64_MAX;  // holds nothing until it is whole and checked
  extent_.resize(static_cast<std::size_t>(hashes_.extent_bytes(index)));
  if (auto done = read_fully(*stream_, extent_, key_); !done) {
    stream_.reset();
    return done;
  }
  if (!hashes_.matches(index, bytes_of(extent_))) {
    stream_.reset();
    return fail(ErrorCode::corrupt,
                key_ + " is damaged in extent " + std::to_string(index) + " (its hash differs)");
  }
  extent_index_ = index;
  return {};
}

Result<std::size_t> ContentReader::read(std::uint64_t offset, std::span<char> out) {
  if (offset >= hashes_.size || out.empty()) return 0;
  const std::uint64_t index = offset / kExtentBytes;
  if (index != extent_index_) {
    if (auto loaded = load_extent(index); !loaded) return std::unexpected(loaded.error());
  }
  return extent_.copy(out.data(), out.size(), static_cast<std::size_t>(offset % kExtentBytes));
}

Result<ContentStore::Stored> ContentStore::put(ByteSource& source) {
  auto writer = objects_->begin_put();
  if (!writer) return std::unexpected(writer.error());
  ExtentHasher hasher;
  std::string buffer(static_cast<std::size_t>(kExtentBytes), '\0');
  std::uint64_t bytes = 0;
  for (;;) {
    auto got = source.read(buffer);
    if (!got) return std::unexpected(got.error());
    if (*got == 0) break;
    bytes += *got;
    if (bytes > kContentBytesMax) {
      return fail(ErrorCode::limited,
                  "an object has at most " + std::to_string(kContentBytesMax) + " bytes");
    }
    const auto part = std::string_view(buffer).substr(0, *got);
    hasher.update(bytes_of(part));
    if (auto put = (*writer)->write(part); !put) return std::unexpected(put.error());
  }
  const ExtentHashes hashes = hasher.finish();
  const ObjectId id = hashes.id();
  if (auto put = (*writer)->write(hashes.serialise()); !put) return std::unexpected(put.error());
  // What is there may be damaged: bytes that were just checked replace it.
  if (auto done = (*writer)->commit(key_of(id), PutMode::replace); !done) {
    return std::unexpected(done.error());
  }
  return Stored{id, bytes};
}

Result<ContentStore::Stored> ContentStore::put(std::string_view bytes) {
  TextSource source(bytes);
  return put(source);
}

Result<ExtentHashes> ContentStore::hashes(const ObjectId& id) {
  const std::string key = key_of(id);
  auto info = objects_->head(key);
  if (!info) return std::unexpected(info.error());
  // Of t stored bytes with n extents, 8 + 32 n are hashes: n follows from t.
  constexpr std::uint64_t kHashBytes = sizeof(Sha256Digest);
  const auto damaged = [&] { return fail(ErrorCode::corrupt, key + " is damaged: wrong size"); };
  if (info->bytes < 8) return damaged();
  const std::uint64_t left = info->bytes - 8;
  const std::uint64_t count = (left + kExtentBytes + kHashBytes - 1) / (kExtentBytes + kHashBytes);
  if (left < count * kHashBytes) return damaged();
  const std::uint64_t size = left - count * kHashBytes;
  if (extent_count(size) != count) return damaged();
  auto reader = objects_->get(key, {size, UINT64_MAX});
  if (!reader) return std::unexpected(reader.error());
  std::string serialised(static_cast<std::size_t>(info->bytes - size), '\0');
  if (auto done = read_fully(**reader, serialised, key); !done) {
    return std::unexpected(done.error());
  }
  auto hashes = ExtentHashes::parse(serialised, id);
  if (!hashes) return fail(ErrorCode::corrupt, key + " is damaged: " + hashes.error().message);
  if (hashes->size != size) return damaged();
  return hashes;
}

Result<std::unique_ptr<ContentReader>> ContentStore::open(const ObjectId& id) {
  auto found = hashes(id);
  if (!found) return std::unexpected(found.error());
  return std::make_unique<ContentReader>(*objects_, key_of(id), std::move(*found));
}

Result<std::string> ContentStore::read_all(const ObjectId& id, std::size_t bytes_max) {
  auto reader = open(id);
  if (!reader) return std::unexpected(reader.error());
  if ((*reader)->size() > bytes_max) {
    return fail(ErrorCode::limited, "object " + id.to_string() + " is longer than " +
                                        std::to_string(bytes_max) + " bytes");
  }
  std::string bytes(static_cast<std::size_t>((*reader)->size()), '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    auto got = (*reader)->read(filled, std::span(bytes).subspan(filled));
    if (!got) return std::unexpected(got.error());
    filled += *got;
  }
  return bytes;
}

Result<void> ContentStore::remove(const ObjectId& id) { return objects_->remove(key_of(id)); }

}  // namespace matinee::store
