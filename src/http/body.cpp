#include "http/body.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace matinee::http {

SharedBytes SharedBytes::of(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const std::string_view data = *owner;
  return {std::move(owner), data};
}

SharedBytes SharedBytes::slice(std::size_t offset, std::size_t count) const {
  const std::size_t from = std::min(offset, data_.size());
  return {owner_, data_.substr(from, count)};
}

namespace {

std::size_t copy_some(std::string_view from, std::size_t& offset, std::span<char> out) {
  const std::size_t count = std::min(out.size(), from.size() - offset);
  if (count > 0) std::memcpy(out.data(), from.data() + offset, count);
  offset += count;
  return count;
}

}  // namespace

Result<std::size_t> TextReader::read(std::span<char> out) { return copy_some(text_, offset_, out); }

Result<std::size_t> BytesSource::read(std::span<char> out) {
  return copy_some(bytes_.view(), offset_, out);
}

Result<std::string> read_all(BodyReader& body, std::size_t bytes_max) {
  std::string all;
  std::array<char, 16 * 1024> piece{};
  while (true) {
    const auto count = body.read(piece);
    if (!count) return std::unexpected(count.error());
    if (*count == 0) return all;
    if (*count > bytes_max - all.size()) {
      return fail(ErrorCode::invalid,
                  "reading a body: larger than " + std::to_string(bytes_max) + " bytes");
    }
    all.append(piece.data(), *count);
  }
}

}  // namespace matinee::http
