#pragma once
// base/log: one JSON object a line on standard error; read by operators at 3 a.m. and by machines.

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace matinee::log {

enum class Level { debug, info, warning, error };

/// A named value of a line. Text is kept by reference until the call returns.
struct Field {
  enum class Kind { text, integer, number, boolean };

  Field(std::string_view field_name, std::string_view value)
      : name(field_name), kind(Kind::text), text(value) {}
  Field(std::string_view field_name, const char* value)
      : Field(field_name, std::string_view(value)) {}
  Field(std::string_view field_name, const std::string& value)
      : Field(field_name, std::string_view(value)) {}
  Field(std::string_view field_name, bool value)
      : name(field_name), kind(Kind::boolean), integer(value ? 1 : 0) {}
  Field(std::string_view field_name, std::integral auto value)
      : name(field_name), kind(Kind::integer), integer(static_cast<std::int64_t>(value)) {}
  Field(std::string_view field_name, std::floating_point auto value)
      : name(field_name), kind(Kind::number), number(static_cast<double>(value)) {}

  std::string_view name;
  Kind kind;
  std::string_view text;
  std::int64_t integer = 0;
  double number = 0;
};

/// Set once at the start of a process: the role stands in every line; lines below `least` vanish.
void configure(std::string_view role, Level least);

/// Writes {"time","level","role","message",...fields}. Never a secret, a token or a cookie.
/// Thread-safe; a line is written whole or not at all.
void write(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) {
  write(Level::error, message, fields);
}

/// Lines that are written together, with one system call: for a loop's line per request. Of one
/// thread; its owner flushes it before it waits. Level and form as write(). Holds at most
/// kBytesMax; then it flushes by itself.
class Batch {
 public:
  static constexpr std::size_t kBytesMax = 64 * 1024;
  ~Batch() { flush(); }
  void add(Level level, std::string_view message, std::initializer_list<Field> fields);
  void flush();
  [[nodiscard]] bool empty() const { return lines_.empty(); }

 private:
  std::string lines_;
};

/// `text` as a JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace matinee::log
