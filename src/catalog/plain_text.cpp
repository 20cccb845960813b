#include "catalog/plain_text.h"

namespace matinee::catalog {

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80                    ? 1
                               : byte >= 0xC2 && byte <= 0xDF ? 2
                               : byte >= 0xE0 && byte <= 0xEF ? 3
                               : byte >= 0xF0 && byte <= 0xF4 ? 4
                                                              : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t j = 1; j < length; ++j) {
      if ((static_cast<unsigned char>(text[i + j]) & 0xC0) != 0x80) return false;
    }
    if (length > 2) {
      const auto second = static_cast<unsigned char>(text[i + 1]);
      if ((byte == 0xE0 && second < 0xA0) || (byte == 0xED && second > 0x9F) ||
          (byte == 0xF0 && second < 0x90) || (byte == 0xF4 && second > 0x8F)) {
        return false;  // overlong, surrogate, beyond U+10FFFF
      }
    }
    i += length;
  }
  return true;
}

namespace {

// `keep_line_ends`: "\n" stays a line end; all other control characters are blanks.
std::string without_controls(std::string_view text, bool keep_line_ends) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const std::size_t length = byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    if (byte < 0x20 || byte == 0x7F) {
      out += byte == '\n' && keep_line_ends ? '\n' : ' ';
      ++i;
    } else if (is_utf8(text.substr(i, length))) {
      out += text.substr(i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  return out;
}

// Blanks joined, none beside a line end, at most two line ends in a row, none at the ends.
std::string joined(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t line_ends = 0;
  bool blank = false;
  for (const char c : text) {
    if (c == ' ') {
      blank = true;
    } else if (c == '\n') {
      ++line_ends;
    } else {
      if (!out.empty() && line_ends > 0) out.append(line_ends > 1 ? 2 : 1, '\n');
      if (!out.empty() && line_ends == 0 && blank) out += ' ';
      out += c;
      line_ends = 0;
      blank = false;
    }
  }
  return out;
}

std::string cleaned(std::string_view text, std::size_t bytes_max, bool keep_line_ends) {
  // What is far beyond the limit is not worth looking at.
  std::string out = joined(without_controls(text.substr(0, bytes_max * 2), keep_line_ends));
  limit_bytes(out, bytes_max);
  while (!out.empty() && (out.back() == ' ' || out.back() == '\n')) out.pop_back();
  return out;
}

}  // namespace

std::string one_line(std::string_view text) { return without_controls(text, false); }

std::string clean_line(std::string_view text, std::size_t bytes_max) {
  return cleaned(text, bytes_max, false);
}

std::string clean_text(std::string_view text, std::size_t bytes_max) {
  return cleaned(text, bytes_max, true);
}

void limit_bytes(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
}

}  // namespace matinee::catalog
