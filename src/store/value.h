#pragma once
// store/value: one typed value of a record or of a row; the types that every engine has.

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/check.h"

namespace matinee::store {

/// Bytes that are no text.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

/// null, a 64-bit integer, a double, UTF-8 text, or bytes. Converts from what callers hold; an
/// unsigned value above 2^63 - 1 is the caller's fault.
class Value {
 public:
  Value() = default;
  // NOLINTBEGIN(google-explicit-constructor): a row of values reads as what callers hold.
  Value(std::nullptr_t) {}
  template <std::integral T>
  Value(T value) : value_(checked(value)) {}
  Value(double value) : value_(value) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(const char* text) : value_(std::string(text)) {}
  Value(Blob blob) : value_(std::move(blob)) {}
  template <typename T>
  Value(const std::optional<T>& value) : Value(value ? Value(*value) : Value()) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  [[nodiscard]] bool is_number() const { return std::holds_alternative<double>(value_); }
  [[nodiscard]] bool is_text() const { return std::holds_alternative<std::string>(value_); }
  [[nodiscard]] bool is_blob() const { return std::holds_alternative<Blob>(value_); }

  /// The value; null gives 0, 0.0 or empty. Another type than asked for stops the process: what is
  /// read here was written by us under our own schema. `number` also takes an integer.
  [[nodiscard]] std::int64_t integer() const {
    if (is_null()) return 0;
    MATINEE_CHECK(is_integer());
    return std::get<std::int64_t>(value_);
  }
  [[nodiscard]] double number() const {
    if (is_null()) return 0;
    if (is_integer()) return static_cast<double>(integer());
    MATINEE_CHECK(is_number());
    return std::get<double>(value_);
  }
  [[nodiscard]] const std::string& text() const {
    static const std::string kNothing;
    if (is_null()) return kNothing;
    MATINEE_CHECK(is_text());
    return std::get<std::string>(value_);
  }
  [[nodiscard]] const std::string& blob() const {
    static const std::string kNothing;
    if (is_null()) return kNothing;
    MATINEE_CHECK(is_blob());
    return std::get<Blob>(value_).bytes;
  }

  friend bool operator==(const Value&, const Value&) = default;

 private:
  template <std::integral T>
  static std::int64_t checked(T value) {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? 1 : 0;
    } else {
      MATINEE_CHECK(std::in_range<std::int64_t>(value));
      return static_cast<std::int64_t>(value);
    }
  }

  std::variant<std::monostate, std::int64_t, double, std::string, Blob> value_;
};

}  // namespace matinee::store
