#include "base/encoding.h"

#include <array>
#include <cstdint>

namespace matinee {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string encode_base64(std::span<const unsigned char> bytes, std::string_view alphabet) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3 + 2);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const unsigned char byte : bytes) {
    held = (held << 8) | byte;
    held_bits += 8;
    while (held_bits >= 6) {
      held_bits -= 6;
      out.push_back(alphabet[(held >> held_bits) & 63U]);
    }
  }
  if (held_bits > 0) out.push_back(alphabet[(held << (6 - held_bits)) & 63U]);
  return out;
}

}  // namespace

std::string to_hex(std::span<const unsigned char> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const unsigned char byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15U]);
  }
  return out;
}

Result<std::vector<unsigned char>> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(ErrorCode::invalid, "hex text has an odd length");
  std::vector<unsigned char> out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::invalid, "hex text has another character");
    out.push_back(static_cast<unsigned char>(high * 16 + low));
  }
  return out;
}

std::string to_base64url(std::span<const unsigned char> bytes) {
  return encode_base64(bytes, kUrlAlphabet);
}

std::string to_base64(std::span<const unsigned char> bytes) {
  std::string out = encode_base64(bytes, kAlphabet);
  while (out.size() % 4 != 0) out.push_back('=');
  return out;
}

Result<std::vector<unsigned char>> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return fail(ErrorCode::invalid, "base64url text has a wrong length");
  std::vector<unsigned char> out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t held = 0;
  int held_bits = 0;
  for (const char c : text) {
    const auto value = kUrlAlphabet.find(c);
    if (value == std::string_view::npos) {
      return fail(ErrorCode::invalid, "base64url text has another character");
    }
    held = (held << 6) | static_cast<std::uint32_t>(value);
    held_bits += 6;
    if (held_bits >= 8) {
      held_bits -= 8;
      out.push_back(static_cast<unsigned char>((held >> held_bits) & 255U));
    }
  }
  if ((held & ((1U << held_bits) - 1U)) != 0) {
    return fail(ErrorCode::invalid, "base64url text has stray bits at its end");
  }
  return out;
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back("0123456789ABCDEF"[byte >> 4]);
      out.push_back("0123456789ABCDEF"[byte & 15U]);
    }
  }
  return out;
}

Result<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) return fail(ErrorCode::invalid, "a % without two hex digits");
    if (high == 0 && low == 0) return fail(ErrorCode::invalid, "an encoded NUL");
    out.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return out;
}

}  // namespace matinee
