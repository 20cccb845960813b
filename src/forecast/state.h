#pragma once
// forecast/state: little-endian numbers in a string, for the saved state of this module only.

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace matinee::forecast {

/// Appends. This machine is little-endian, as every machine Matinee runs on.
class StateWriter {
 public:
  static_assert(std::endian::native == std::endian::little);
  template <typename Number>
  void put(Number value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof value);
  }
  void put_bytes(const void* data, std::size_t size) {
    out_.append(static_cast<const char*>(data), size);
  }
  [[nodiscard]] std::string& bytes() { return out_; }

 private:
  std::string out_;
};

/// Reads what StateWriter wrote; beyond the end it gives zeros and is no longer ok().
class StateReader {
 public:
  explicit StateReader(std::string_view bytes) : left_(bytes) {}
  template <typename Number>
  Number get() {
    Number value{};
    get_bytes(&value, sizeof value);
    return value;
  }
  void get_bytes(void* to, std::size_t size) {
    if (size > left_.size()) {
      ok_ = false;
      left_ = {};
      return;
    }
    std::memcpy(to, left_.data(), size);
    left_.remove_prefix(size);
  }
  [[nodiscard]] std::size_t left() const { return left_.size(); }
  [[nodiscard]] bool ok() const { return ok_; }

 private:
  std::string_view left_;
  bool ok_ = true;
};

}  // namespace matinee::forecast
