#include <array>

#include "media/captions.h"

namespace matinee::media {
namespace {

constexpr std::size_t kMarkTrusted = 16;  // bytes; so little text may be without a digit

void append_utf8(std::string& out, char32_t c) {
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// Source: RFC 3629 section 4.
bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte_at(text, i);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xF0 && lead < 0xF5 ? 4
                                                             : 0;
    if (length == 0 || text.size() - i < length) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte_at(text, i + k) & 0xC0) != 0x80) return false;
    }
    if (length > 2) {
      const unsigned second = byte_at(text, i + 1);
      if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
          (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

std::string from_utf16(std::string_view bytes, bool little) {
  const auto unit = [&](std::size_t at) -> char32_t {
    return little ? byte_at(bytes, at) | byte_at(bytes, at + 1) << 8
                  : byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
  };
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size()) {
      const char32_t low = unit(i + 2);
      if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      }
    }
    append_utf8(out, c);
  }
  return out;
}

// Digits and line ends of captions in 16 bits have a zero on one side.
enum class Width { eight, little, big };
Width width_of(std::string_view bytes) {
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < bytes.size(); ++i) zeros[i % 2] += bytes[i] == '\0' ? 1 : 0;
  const std::size_t many = bytes.size() / 16 + 1;
  if (zeros[1] >= many && zeros[0] < zeros[1] / 4) return Width::little;
  if (zeros[0] >= many && zeros[1] < zeros[0] / 4) return Width::big;
  return Width::eight;
}

// Letters of Windows-1251 are words of bytes beyond ASCII, mostly in its second half of small ones;
// in Windows-1252 such bytes stand alone between letters of ASCII.
bool is_cyrillic(std::string_view bytes) {
  std::size_t small = 0;
  std::size_t large = 0;
  std::size_t together = 0;  // next to another
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned c = byte_at(bytes, i);
    if (c < 0xC0) continue;
    ++(c >= 0xE0 ? small : large);
    together += i > 0 && byte_at(bytes, i - 1) >= 0xC0 ? 1 : 0;
  }
  return small > large && together * 2 > small + large;
}

std::string from_windows_1251(std::string_view bytes) {
  static constexpr std::array<char16_t, 64> kUpper{
      0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409,
      0x2039, 0x040A, 0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0xFFFD, 0x2122, 0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0,
      0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6, 0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB,
      0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456, 0x0491, 0x00B5, 0x00B6,
      0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457};
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned c = byte_at(bytes, i);
    append_utf8(out, c < 0x80 ? c : c < 0xC0 ? kUpper[c - 0x80] : c - 0xC0 + 0x0410);
  }
  return out;
}

std::string from_windows_1252(std::string_view bytes) {
  static constexpr std::array<char16_t, 32> kUpper{
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const unsigned c = byte_at(bytes, i);
    append_utf8(out, c >= 0x80 && c < 0xA0 ? kUpper[c - 0x80] : c);
  }
  return out;
}

// Line ends become \n; NUL becomes U+FFFD; other control characters but tab go.
std::string normalised(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r') {
      if (i + 1 >= text.size() || text[i + 1] != '\n') out += '\n';
    } else if (c == '\0') {
      append_utf8(out, 0xFFFD);
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') {
      out += c;
    }
  }
  return out;
}

}  // namespace

Result<std::string> decode_caption_text(std::string_view bytes) {
  if (bytes.size() > kCaptionBytesMax) {
    return fail(ErrorCode::invalid, "the captions file is larger than 16 MiB");
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const bool is_marked = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  // A mark lies when no byte is zero: then there is no line of captions in 16 bits.
  if (is_marked && bytes.size() > kMarkTrusted && !bytes.contains('\0')) {
    bytes.remove_prefix(2);
  } else if (is_marked) {
    return normalised(from_utf16(bytes.substr(2), bytes.front() == '\xFF'));
  }
  const Width width = width_of(bytes);
  if (width != Width::eight) return normalised(from_utf16(bytes, width == Width::little));
  if (is_utf8(bytes)) return normalised(bytes);
  if (is_cyrillic(bytes)) return normalised(from_windows_1251(bytes));
  return normalised(from_windows_1252(bytes));
}

}  // namespace matinee::media
