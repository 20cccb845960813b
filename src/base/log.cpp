#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/time.h"

namespace matinee::log {
namespace {

constexpr std::array<spdlog::level::level_enum, 4> kSpdlogLevels{
    spdlog::level::debug, spdlog::level::info, spdlog::level::warn, spdlog::level::err};
constexpr std::array<std::string_view, 4> kLevelNames{"debug", "info", "warning", "error"};

struct Sink {
  std::shared_ptr<spdlog::logger> logger;
  std::string role = "matinee";
};

Sink& sink() {
  static Sink instance = [] {
    Sink made;
    made.logger = std::make_shared<spdlog::logger>(
        "matinee", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made.logger->set_pattern("%v");
    made.logger->set_level(spdlog::level::info);
    return made;
  }();
  return instance;
}

void append_number(std::string& line, auto number) {
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  line.append(digits.data(), end);
}

void append_field(std::string& line, const Field& field) {
  line.append(",");
  append_json_string(line, field.name);
  line.append(":");
  switch (field.kind) {
    case Field::Kind::text:
      append_json_string(line, field.text);
      break;
    case Field::Kind::integer:
      append_number(line, field.integer);
      break;
    case Field::Kind::number:
      if (std::isfinite(field.number)) {
        append_number(line, field.number);
      } else {
        line.append("null");
      }
      break;
    case Field::Kind::boolean:
      line.append(field.integer != 0 ? "true" : "false");
      break;
  }
}

// The date and time of a second are put into words once, whoever asks in it.
void append_timestamp(std::string& line) {
  thread_local std::int64_t known_second = -1;
  thread_local std::string known_text;
  const auto now_ms = to_ms(SystemClock().now());
  if (now_ms / 1000 != known_second) {
    known_second = now_ms / 1000;
    const auto now = std::chrono::sys_seconds{std::chrono::seconds{known_second}};
    const auto day = std::chrono::floor<std::chrono::days>(now);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(now - day);
    known_text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.", static_cast<int>(date.year()),
                             static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                             time.hours().count(), time.minutes().count(), time.seconds().count());
  }
  const auto ms = static_cast<int>(now_ms % 1000);
  line.append(known_text);
  for (const int digit : {ms / 100, ms / 10 % 10, ms % 10}) {
    line.push_back(static_cast<char>('0' + digit));
  }
  line.push_back('Z');
}

void append_line(std::string& lines, Level level, std::string_view message,
                 std::initializer_list<Field> fields) {
  lines.append("{\"time\":\"");
  append_timestamp(lines);
  lines.append("\",\"level\":\"");
  lines.append(kLevelNames.at(static_cast<std::size_t>(level))).append("\",\"role\":");
  append_json_string(lines, sink().role);
  lines.append(",\"message\":");
  append_json_string(lines, message);
  for (const auto& field : fields) append_field(lines, field);
  lines.append("}");
}

bool is_written(Level level) {
  return sink().logger->should_log(kSpdlogLevels.at(static_cast<std::size_t>(level)));
}

// Most text is plain: only the rest needs the care of a JSON library.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; });
}

}  // namespace

void configure(std::string_view role, Level least) {
  sink().role = role;
  sink().logger->set_level(kSpdlogLevels.at(static_cast<std::size_t>(least)));
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!is_written(level)) return;
  std::string line;
  append_line(line, level, message, fields);
  sink().logger->log(kSpdlogLevels.at(static_cast<std::size_t>(level)), line);
}

void Batch::add(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (!is_written(level)) return;
  if (!lines_.empty()) lines_.push_back('\n');
  append_line(lines_, level, message, fields);
  if (lines_.size() > kBytesMax) flush();
}

void Batch::flush() {
  if (lines_.empty()) return;
  sink().logger->log(spdlog::level::err, lines_);  // levels were looked at line by line
  lines_.clear();
}

void append_json_string(std::string& out, std::string_view text) {
  if (is_plain(text)) {
    out.append("\"").append(text).append("\"");
    return;
  }
  out.append(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace matinee::log
