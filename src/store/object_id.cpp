#include "store/object_id.h"

#include <algorithm>

#include "base/encoding.h"

namespace matinee::store {
namespace {

std::string big_endian(std::uint64_t value) {
  std::string out(8, '\0');
  for (int i = 7; i >= 0; --i, value >>= 8) {
    out[static_cast<std::size_t>(i)] = static_cast<char>(value & 0xff);
  }
  return out;
}

std::uint64_t from_big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

}  // namespace

Result<ObjectId> ObjectId::parse(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() != 64 || !std::ranges::all_of(text, is_digit)) {
    return fail(ErrorCode::invalid, "an object id is 64 lower-case hex digits");
  }
  auto bytes = from_hex(text);
  if (!bytes) return std::unexpected(bytes.error());
  ObjectId id;
  std::ranges::copy(*bytes, id.bytes.begin());
  return id;
}

std::string ObjectId::to_string() const { return to_hex(bytes); }

ObjectId ExtentHashes::id() const {
  Sha256 hash;
  hash.update(bytes_of("matinee-object-1\n"));
  hash.update(bytes_of(big_endian(size)));
  for (const auto& extent : extents) hash.update(extent);
  return ObjectId{hash.finish()};
}

std::string ExtentHashes::serialise() const {
  std::string out = big_endian(size);
  out.reserve(out.size() + extents.size() * sizeof(Sha256Digest));
  for (const auto& extent : extents) out.append(text_of(extent));
  return out;
}

Result<ExtentHashes> ExtentHashes::parse(std::string_view serialised, const ObjectId& expected) {
  if (serialised.size() < 8) return fail(ErrorCode::invalid, "extent hashes without a size");
  ExtentHashes hashes;
  hashes.size = from_big_endian(serialised.substr(0, 8));
  const std::string_view list = serialised.substr(8);
  if (hashes.size > kContentBytesMax ||
      list.size() != extent_count(hashes.size) * sizeof(Sha256Digest)) {
    return fail(ErrorCode::invalid, "the number of extent hashes does not fit the object's size");
  }
  hashes.extents.resize(extent_count(hashes.size));
  for (std::size_t i = 0; i < hashes.extents.size(); ++i) {
    const auto digest = list.substr(i * sizeof(Sha256Digest), sizeof(Sha256Digest));
    std::ranges::copy(bytes_of(digest), hashes.extents[i].begin());
  }
  if (hashes.id() != expected) {
    return fail(ErrorCode::corrupt,
                "extent hashes are not those of object " + expected.to_string());
  }
  return hashes;
}

std::uint64_t ExtentHashes::extent_bytes(std::uint64_t index) const {
  if (index >= extents.size()) return 0;
  return std::min(kExtentBytes, size - index * kExtentBytes);
}

bool ExtentHashes::matches(std::uint64_t index, std::span<const unsigned char> bytes) const {
  return index < extents.size() && bytes.size() == extent_bytes(index) &&
         sha256(bytes) == extents[index];
}

void ExtentHasher::update(std::span<const unsigned char> bytes) {
  while (!bytes.empty()) {
    const auto part = bytes.first(static_cast<std::size_t>(
        std::min<std::uint64_t>(bytes.size(), kExtentBytes - extent_filled_)));
    extent_.update(part);
    extent_filled_ += part.size();
    hashes_.size += part.size();
    bytes = bytes.subspan(part.size());
    if (extent_filled_ == kExtentBytes) {
      hashes_.extents.push_back(extent_.finish());
      extent_filled_ = 0;
    }
  }
}

ExtentHashes ExtentHasher::finish() {
  if (extent_filled_ > 0) hashes_.extents.push_back(extent_.finish());
  extent_filled_ = 0;
  return std::exchange(hashes_, {});
}

ObjectId object_id_of(std::string_view bytes) {
  ExtentHasher hasher;
  hasher.update(bytes_of(bytes));
  return hasher.finish().id();
}

}  // namespace matinee::store
