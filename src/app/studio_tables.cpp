#include "app/studio_tables.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <chrono>

namespace matinee::app {
namespace {

constexpr std::size_t kNameCells = 40;

std::string text_of(const Json& json, const char* name) {
  return text_member(json, name).value_or("");
}

std::int64_t number_of(const Json& json, const char* name) {
  return integer_member(json, name).value_or(0);
}

double share_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number() ? found->get<double>() : 0.0;
}

const Json& list_of(const Json& json, const char* name) {
  static const Json kNothing = Json::array();
  const auto found = json.find(name);
  return found != json.end() && found->is_array() ? *found : kNothing;
}

// At most that many bytes, cut between characters.
std::string cut(std::string text, std::size_t cells) {
  if (text.size() <= cells) return text;
  std::size_t at = cells - 3;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) --at;
  return text.substr(0, at) + "...";
}

std::string percent(double share) { return fmt::format("{:.0f} %", share * 100); }

std::string job_line(const Json& job) {
  const auto title = text_of(job, "title_name");
  std::string line =
      fmt::format("{}  {:<7}{:>6}  {:<24}", text_of(job, "id"), text_of(job, "state"),
                  percent(share_of(job, "progress")), cut(text_of(job, "step"), 24));
  if (!title.empty()) line += "  " + cut(title, kNameCells);
  if (number_of(job, "attempts") > 1) {
    line +=
        fmt::format("  try {} of {}", number_of(job, "attempts"), number_of(job, "attempts_max"));
  }
  if (const auto speed = share_of(job, "speed"); speed > 0) line += fmt::format("  {:.1f}x", speed);
  if (const auto worker = text_of(job, "worker"); !worker.empty()) line += "  " + worker;
  if (const auto message = text_of(job, "message"); !message.empty()) line += "  " + message;
  return line + "\n";
}

std::string counts_line(const Json& counts) {
  std::string line;
  for (const auto& [name, value] : counts.items()) {
    if (!value.is_number_integer()) continue;
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", value.get<std::int64_t>(), name);
  }
  return line + "\n";
}

std::string stage_lines(const Json& stage) {
  std::string text = fmt::format("  {:<8} {:<8}{:>6}  {} of {} jobs", text_of(stage, "id"),
                                 text_of(stage, "state"), percent(share_of(stage, "progress")),
                                 number_of(stage, "done"), number_of(stage, "jobs"));
  if (number_of(stage, "failed") > 0)
    text += fmt::format(", {} failed", number_of(stage, "failed"));
  text += "\n";
  for (const auto& rung : list_of(stage, "rungs")) {
    const auto stored = number_of(rung, "stored_bytes");
    text +=
        fmt::format("    {:<6} {}x{}  {}{}\n", text_of(rung, "track_id"), number_of(rung, "width"),
                    number_of(rung, "height"), stored > 0 ? "" : "about ",
                    bytes_text(stored > 0 ? stored : number_of(rung, "expected_bytes")));
  }
  return text;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (value >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", bytes) : fmt::format("{:.1f} {}", value, kUnits.at(unit));
}

std::string time_text(std::int64_t at_ms) {
  const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds{at_ms}};
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", std::chrono::floor<std::chrono::seconds>(at));
}

std::string titles_table(const Json& page) {
  std::string text;
  for (const auto& title : list_of(page, "titles")) {
    text += fmt::format("{}  {:<9}{:>6}  {}", text_of(title, "id"), text_of(title, "state"),
                        percent(share_of(title, "progress")), cut(text_of(title, "name"), 60));
    if (number_of(title, "year") > 0) text += fmt::format(" ({})", number_of(title, "year"));
    if (const auto message = text_of(title, "message"); !message.empty()) text += ": " + message;
    const auto notes = list_of(title, "notes").size();
    if (notes > 0) text += fmt::format("  [{} not made]", notes);
    text += "\n";
  }
  if (page.contains("counts")) text += counts_line(page["counts"]);
  if (!text_of(page, "next_cursor").empty()) text += "... and more: use --search or --state\n";
  return text;
}

std::string title_text(const Json& title) {
  std::string text =
      fmt::format("{}\n  {}\n  {} {}, {}\n", text_of(title, "name"), text_of(title, "path"),
                  text_of(title, "state"), percent(share_of(title, "progress")),
                  bytes_text(number_of(title, "source_bytes")));
  if (const auto message = text_of(title, "message"); !message.empty())
    text += "  " + message + "\n";
  for (const auto& note : list_of(title, "notes")) {
    if (note.is_string()) text += "  not made: " + note.get<std::string>() + "\n";
  }
  for (const auto& reason : list_of(title, "reasons")) {
    if (reason.is_string()) text += "  because " + reason.get<std::string>() + "\n";
  }
  text += "\n";
  for (const auto& stage : list_of(title, "stages")) text += stage_lines(stage);
  text += "\n";
  for (const auto& job : list_of(title, "work")) text += job_line(job);
  if (number_of(title, "left_out") > 0) {
    text += fmt::format("... and {} more jobs\n", number_of(title, "left_out"));
  }
  const auto& log = list_of(title, "log");
  if (!log.empty()) text += "\n";
  for (auto line = log.rbegin(); line != log.rend(); ++line) {
    text += fmt::format("{}  {:<8}{:<20} {}\n", time_text(number_of(*line, "at_ms")),
                        text_of(*line, "level"), text_of(*line, "step"), text_of(*line, "text"));
  }
  return text;
}

std::string jobs_table(const Json& page) {
  std::string text;
  for (const auto& job : list_of(page, "jobs")) text += job_line(job);
  if (page.contains("counts")) text += counts_line(page["counts"]);
  return text;
}

std::string storage_text(const Json& storage) {
  std::string text;
  if (storage.contains("disk") && storage["disk"].is_object()) {
    text +=
        fmt::format("disk: {} free of {}\n", bytes_text(number_of(storage["disk"], "free_bytes")),
                    bytes_text(number_of(storage["disk"], "total_bytes")));
  }
  text += fmt::format("stored: {}", bytes_text(number_of(storage, "stored_bytes")));
  for (const auto& kind : list_of(storage, "kinds")) {
    text += fmt::format(", {} {}", text_of(kind, "kind"), bytes_text(number_of(kind, "bytes")));
  }
  text += fmt::format("\nsources: {} (never touched)\nstill to store: about {}\n",
                      bytes_text(number_of(storage, "source_bytes")),
                      bytes_text(number_of(storage, "remaining_bytes")));
  for (const auto& title : list_of(storage, "titles")) {
    text += fmt::format("{:>10}  {}  {}\n", bytes_text(number_of(title, "bytes")),
                        text_of(title, "id"), text_of(title, "name"));
  }
  return text;
}

std::string library_text(const Json& library) {
  std::string text;
  for (const auto& folder : list_of(library, "libraries")) {
    const auto scanned_ms = number_of(folder, "scanned_ms");
    text += fmt::format("{}  {} titles, {}\n", text_of(folder, "path"), number_of(folder, "titles"),
                        scanned_ms > 0 ? "looked through " + time_text(scanned_ms) + " UTC"
                                       : std::string("not looked through yet"));
  }
  if (library.contains("counts")) text += counts_line(library["counts"]);
  for (const auto& finding : list_of(library, "findings")) {
    text += fmt::format("{:<11} {}: {}\n", text_of(finding, "kind"), text_of(finding, "path"),
                        text_of(finding, "reason"));
  }
  const auto left = number_of(library, "findings_total") -
                    static_cast<std::int64_t>(list_of(library, "findings").size());
  if (left > 0) text += fmt::format("... and {} more\n", left);
  return text;
}

}  // namespace matinee::app
