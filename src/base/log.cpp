#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
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

void append_field(std::string& line, const Field& field) {
  line.append(",");
  append_json_string(line, field.name);
  line.append(":");
  switch (field.kind) {
    case Field::Kind::text:
      append_json_string(line, field.text);
      break;
    case Field::Kind::integer:
      line.append(std::to_string(field.integer));
      break;
    case Field::Kind::number:
      line.append(nlohmann::json(field.number).dump());
      break;
    case Field::Kind::boolean:
      line.append(field.integer != 0 ? "true" : "false");
      break;
  }
}

std::string timestamp() {
  const auto now = SystemClock().now();
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

}  // namespace

void configure(std::string_view role, Level least) {
  sink().role = role;
  sink().logger->set_level(kSpdlogLevels.at(static_cast<std::size_t>(least)));
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto spdlog_level = kSpdlogLevels.at(static_cast<std::size_t>(level));
  if (!sink().logger->should_log(spdlog_level)) return;
  std::string line = "{\"time\":\"" + timestamp() + "\",\"level\":\"";
  line.append(kLevelNames.at(static_cast<std::size_t>(level))).append("\",\"role\":");
  append_json_string(line, sink().role);
  line.append(",\"message\":");
  append_json_string(line, message);
  for (const auto& field : fields) append_field(line, field);
  line.append("}");
  sink().logger->log(spdlog_level, "{}", line);
}

void append_json_string(std::string& out, std::string_view text) {
  out.append(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace matinee::log
