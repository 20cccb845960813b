#pragma once
// store/object_id: the name of an object is the hash of its content, extent by extent, so that a
// cache can check any piece by itself. Read by origin, edge and media.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"

namespace matinee::store {

/// Objects are hashed, checked and cached in extents of this size; the last may be shorter.
inline constexpr std::uint64_t kExtentBytes = 262144;
inline constexpr std::uint64_t kContentBytesMax = std::uint64_t{1}
                                                  << 38;  // 256 GiB: 32 MiB of hashes

/// SHA-256 over "matinee-object-1\n", the size (8 bytes, big-endian) and the extents' hashes.
/// Printed as 64 lower-case hex digits.
struct ObjectId {
  Sha256Digest bytes{};

  /// Errors: invalid for anything but 64 lower-case hex digits.
  static Result<ObjectId> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend auto operator<=>(const ObjectId&, const ObjectId&) = default;
};

/// The SHA-256 of each extent of an object of `size` bytes; an empty object has none.
struct ExtentHashes {
  std::uint64_t size = 0;
  std::vector<Sha256Digest> extents;

  [[nodiscard]] ObjectId id() const;
  /// application/vnd.matinee.extents: the size (8 bytes, big-endian), then 32 bytes an extent.
  [[nodiscard]] std::string serialise() const;
  /// Errors: invalid when the number of hashes does not fit the size; corrupt when they are not
  /// those of `expected`.
  static Result<ExtentHashes> parse(std::string_view serialised, const ObjectId& expected);
  /// How long extent `index` is; 0 beyond the end.
  [[nodiscard]] std::uint64_t extent_bytes(std::uint64_t index) const;
  /// True when `bytes` are exactly extent `index`.
  [[nodiscard]] bool matches(std::uint64_t index, std::span<const unsigned char> bytes) const;

  friend bool operator==(const ExtentHashes&, const ExtentHashes&) = default;
};

/// How many extents an object of `size` bytes has.
constexpr std::uint64_t extent_count(std::uint64_t size) {
  return size / kExtentBytes + (size % kExtentBytes == 0 ? 0 : 1);
}

/// Hashes an object as its bytes pass by.
class ExtentHasher {
 public:
  void update(std::span<const unsigned char> bytes);
  /// The hashes of all bytes so far; the object starts anew after it.
  ExtentHashes finish();

 private:
  Sha256 extent_;
  std::uint64_t extent_filled_ = 0;
  ExtentHashes hashes_;
};

/// The id of an object held in memory.
ObjectId object_id_of(std::string_view bytes);

}  // namespace matinee::store

template <>
struct std::hash<matinee::store::ObjectId> {
  std::size_t operator()(const matinee::store::ObjectId& id) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, id.bytes.data(), sizeof value);
    return value;
  }
};
