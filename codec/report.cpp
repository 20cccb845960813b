#include "report.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>

namespace matinee::codec {
namespace {

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

void report_error(const Error& error) {
  Json json;
  json["error"]["code"] = name_of(error.code);
  json["error"]["message"] = error.message;
  write_line(to_text(json));
}

}  // namespace matinee::codec
