#pragma once
// catalog/plain_text: text from files, made fit to show: valid UTF-8 without control characters.

#include <cstddef>
#include <string>
#include <string_view>

namespace matinee::catalog {

/// True when the bytes are well-formed UTF-8. Source: RFC 3629.
bool is_utf8(std::string_view text);

/// One line: control characters become blanks, broken bytes U+FFFD. Not trimmed.
std::string one_line(std::string_view text);

/// One line, trimmed, inner blanks joined, at most `bytes_max` bytes (never half a character).
std::string clean_line(std::string_view text, std::size_t bytes_max);

/// As clean_line, but line ends stay (as "\n", at most two in a row).
std::string clean_text(std::string_view text, std::size_t bytes_max);

/// Cuts at the last whole character within `bytes_max`.
void limit_bytes(std::string& text, std::size_t bytes_max);

}  // namespace matinee::catalog
