#pragma once
// codec/arguments: the command line of matinee-codec.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace matinee::codec {

/// `matinee-codec COMMAND [PATH] [--name value]...`; a name may be repeated.
struct Arguments {
  std::string command;
  std::string path;  // the one positional argument; empty when absent
  std::map<std::string, std::vector<std::string>> options;

  /// Errors: invalid, naming the option.
  [[nodiscard]] Result<std::string> text(const std::string& name) const;
  [[nodiscard]] Result<std::int64_t> integer(const std::string& name) const;
  [[nodiscard]] Result<std::int64_t> integer_or(const std::string& name,
                                                std::int64_t fallback) const;
};

Result<Arguments> parse_arguments(int count, const char* const* values);

/// Decimal digits with an optional sign, the whole text. Errors: invalid.
Result<std::int64_t> parse_integer(const std::string& text);

/// "a,b,c", also empty. Errors: invalid.
Result<std::vector<std::int64_t>> parse_integers(const std::string& text);

/// "640x360", each 2..16384. Errors: invalid.
struct Size {
  int width = 0;
  int height = 0;
};
Result<Size> parse_size(const std::string& text);

}  // namespace matinee::codec
