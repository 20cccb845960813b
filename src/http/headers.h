#pragma once
// http/headers: the header fields of a message, in order, names without regard to case.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace matinee::http {

/// Equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);

/// Header fields in one buffer, so that a message costs few allocations and clear() keeps them.
/// Views that it gives are valid until the next change. Source: RFC 9110 section 5.
class Headers {
 public:
  struct Field {
    std::string_view name;
    std::string_view value;
  };

  Headers() = default;
  Headers(std::initializer_list<Field> fields);

  /// Appends; a name may come more than once. Our own fault (checked): a name that is no token,
  /// a value with CR, LF or NUL.
  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name.
  void set(std::string_view name, std::string_view value);
  /// How many were removed.
  std::size_t remove(std::string_view name);
  /// Removes every field whose name starts with `prefix`.
  std::size_t remove_starting_with(std::string_view prefix);
  void clear();

  /// The first of that name.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  /// The first of that name, or "".
  [[nodiscard]] std::string_view value_of(std::string_view name) const {
    return get(name).value_or(std::string_view{});
  }
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  [[nodiscard]] std::size_t count(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] Field at(std::size_t index) const;
  /// True when a comma-separated list in that header holds `token`, ignoring case.
  [[nodiscard]] bool lists(std::string_view name, std::string_view token) const;
  /// The value of one cookie of the Cookie header. Source: RFC 6265 section 4.2.
  [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const;

  class Iterator {
   public:
    Iterator(const Headers* headers, std::size_t index) : headers_(headers), index_(index) {}
    Field operator*() const { return headers_->at(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const Iterator&) const = default;

   private:
    const Headers* headers_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }

 private:
  friend class MessageParser;
  struct Entry {
    std::uint32_t name_at;
    std::uint32_t name_bytes;
    std::uint32_t value_at;
    std::uint32_t value_bytes;
  };
  void append(std::string_view name, std::string_view value);

  std::string text_;
  std::vector<Entry> entries_;
};

/// A token as RFC 9110 section 5.6.2 has it: what names of headers and methods are.
bool is_token(std::string_view text);
/// May stand as a header's value: no control characters but tab.
bool is_header_value(std::string_view text);

}  // namespace matinee::http
