#include <utility>

#include "base/check.h"
#include "media/bmff.h"

namespace matinee::media {

void BoxWriter::open(std::string_view type) {
  MATINEE_CHECK(type.size() == 4);
  open_.push_back(bytes_.size());
  zeros(4);
  text(type);
}

void BoxWriter::open_full(std::string_view type, std::uint32_t version, std::uint32_t flags) {
  open(type);
  u8(version);
  u24(flags);
}

void BoxWriter::close() {
  MATINEE_CHECK(!open_.empty());
  const std::size_t begin = open_.back();
  open_.pop_back();
  MATINEE_CHECK(bytes_.size() - begin <= 0xFFFFFFFFU);
  patch_u32(begin, static_cast<std::uint32_t>(bytes_.size() - begin));
}

void BoxWriter::patch_u32(std::size_t at, std::uint32_t value) {
  MATINEE_CHECK(at + 4 <= bytes_.size());
  for (std::size_t i = 0; i < 4; ++i) {
    bytes_[at + i] = static_cast<unsigned char>(value >> (24 - 8 * i));
  }
}

Bytes BoxWriter::take() {
  MATINEE_CHECK(open_.empty());
  return std::exchange(bytes_, {});
}

void BoxWriter::put(std::uint64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) {
    bytes_.push_back(static_cast<unsigned char>(value >> (8 * i)));
  }
}

}  // namespace matinee::media
