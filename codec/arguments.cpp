#include "arguments.h"

#include <charconv>

namespace matinee::codec {

Result<std::string> Arguments::text(const std::string& name) const {
  const auto found = options.find(name);
  if (found == options.end() || found->second.size() != 1) {
    return fail(ErrorCode::invalid, "--" + name + " must be given once");
  }
  return found->second.front();
}

Result<std::int64_t> Arguments::integer(const std::string& name) const {
  const auto value = text(name);
  if (!value) return std::unexpected(value.error());
  auto number = parse_integer(*value);
  if (!number) return fail(number.error(), "--" + name);
  return number;
}

Result<std::int64_t> Arguments::integer_or(const std::string& name, std::int64_t fallback) const {
  return options.contains(name) ? integer(name) : Result<std::int64_t>(fallback);
}

Result<Arguments> parse_arguments(int count, const char* const* values) {
  Arguments arguments;
  if (count < 2) return fail(ErrorCode::invalid, "a command is missing");
  arguments.command = values[1];
  for (int i = 2; i < count; ++i) {
    const std::string value = values[i];
    if (!value.starts_with("--")) {
      if (!arguments.path.empty()) return fail(ErrorCode::invalid, "more than one path");
      arguments.path = value;
      continue;
    }
    if (i + 1 == count) return fail(ErrorCode::invalid, value + " needs a value");
    arguments.options[value.substr(2)].emplace_back(values[++i]);
  }
  return arguments;
}

Result<std::int64_t> parse_integer(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size()) {
    return fail(ErrorCode::invalid, "\"" + text + "\" is no whole number");
  }
  return number;
}

Result<std::vector<std::int64_t>> parse_integers(const std::string& text) {
  std::vector<std::int64_t> numbers;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const auto number = parse_integer(text.substr(from, comma - from));
    if (!number) return std::unexpected(number.error());
    numbers.push_back(*number);
    from = comma + 1;
  }
  return numbers;
}

Result<Size> parse_size(const std::string& text) {
  const auto cross = text.find('x');
  if (cross == std::string::npos) return fail(ErrorCode::invalid, text + " is no size");
  const auto width = parse_integer(text.substr(0, cross));
  const auto height = parse_integer(text.substr(cross + 1));
  if (!width || !height || *width < 2 || *height < 2 || *width > 16384 || *height > 16384) {
    return fail(ErrorCode::invalid, text + " is no size between 2x2 and 16384x16384");
  }
  return Size{static_cast<int>(*width), static_cast<int>(*height)};
}

}  // namespace matinee::codec
