#include "report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace matinee::codec {
namespace {

constexpr std::size_t kMessageBytesMax = 1'024;

// Nobody who listens is left when a write fails: the work is for nothing.
void write_line(std::string line) {
  line.push_back('\n');
  for (std::size_t at = 0; at < line.size();) {
    const ssize_t wrote = ::write(STDOUT_FILENO, line.data() + at, line.size() - at);
    if (wrote <= 0) ::_exit(1);
    at += static_cast<std::size_t>(wrote);
  }
}

}  // namespace

void report_progress(double progress) {
  static int hundredths_last = 0;
  const int hundredths = static_cast<int>(std::clamp(progress, 0.0, 1.0) * 100.0);
  if (hundredths <= hundredths_last) return;
  hundredths_last = hundredths;
  char text[40];
  std::snprintf(text, sizeof(text), "{\"progress\":%d.%02d}", hundredths / 100, hundredths % 100);
  write_line(text);
}

void report_result(const Json& json) { write_line(to_text(json)); }

std::string cut_text(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end));
}

void report_error(const Error& error) {
  Json json;
  json["error"]["code"] = name_of(error.code);
  json["error"]["message"] = cut_text(error.message, kMessageBytesMax);
  write_line(to_text(json));
}

}  // namespace matinee::codec
