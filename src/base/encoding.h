#pragma once
// base/encoding: bytes as text (hex, base64url) and text in URLs (percent-encoding).

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee {

/// Lower-case hex, two digits a byte.
std::string to_hex(std::span<const unsigned char> bytes);

/// The bytes of hex digits, either case. Errors: invalid.
Result<std::vector<unsigned char>> from_hex(std::string_view text);

/// base64url without padding. Source: RFC 4648 section 5.
std::string to_base64url(std::span<const unsigned char> bytes);

/// Strict: no padding, no blanks, no stray bits. Errors: invalid.
Result<std::vector<unsigned char>> from_base64url(std::string_view text);

/// Standard base64 with padding. Source: RFC 4648 section 4.
std::string to_base64(std::span<const unsigned char> bytes);

/// Percent-encodes everything but unreserved characters. Source: RFC 3986 section 2.3.
std::string percent_encode(std::string_view text);

/// Errors: invalid when a % is not followed by two hex digits, or decodes to NUL.
Result<std::string> percent_decode(std::string_view text);

inline std::span<const unsigned char> bytes_of(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}
inline std::string_view text_of(std::span<const unsigned char> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace matinee
