#include "functions/job_log.h"

#include <algorithm>
#include <array>
#include <utility>

namespace matinee::functions {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE job_log (
  job_id TEXT NOT NULL,
  line BIGINT NOT NULL,
  subject TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  level TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (job_id, line)
);
CREATE INDEX job_log_by_subject ON job_log (subject, at_ms);
)sql"}};

LogLevel level_of(std::string_view name) {
  for (const auto level : {LogLevel::warning, LogLevel::error}) {
    if (name == name_of(level)) return level;
  }
  return LogLevel::info;
}

// How long a UTF-8 sequence that starts so is; 0 for a byte that starts none.
std::size_t sequence_bytes(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first < 0xE0) return 2;
  if (first >= 0xE0 && first < 0xF0) return 3;
  return first >= 0xF0 && first < 0xF5 ? 4 : 0;
}

// One line of text: programs that met a damaged file say all kinds of bytes.
std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size() && line.size() < kJobLogTextMax;) {
    const auto first = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = sequence_bytes(first);
    const std::string_view sequence = text.substr(at, std::max<std::size_t>(bytes, 1));
    const bool is_text = bytes > 0 && sequence.size() == bytes &&
                         std::ranges::all_of(sequence.substr(1), [](char c) {
                           return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
                         });
    if (line.size() + sequence.size() > kJobLogTextMax) break;
    if (!is_text) {
      line.push_back('?');
      ++at;
      continue;
    }
    if (first < 0x20 || first == 0x7F) {
      line.push_back(' ');
    } else {
      line.append(sequence);
    }
    at += sequence.size();
  }
  return line;
}

Result<std::vector<JobLogLine>> lines_of(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<JobLogLine> lines;
  lines.reserve(rows->size());
  for (const auto& row : *rows) {
    const auto job = JobId::parse(row.text(0));
    if (!job) return fail(ErrorCode::corrupt, "reading a job's log: an id is damaged");
    lines.push_back({*job, row.integer(1), level_of(row.text(2)), row.text(3)});
  }
  return lines;
}

}  // namespace

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "info";
}

Result<void> JobLog::migrate(store::Database& database) {
  return database.migrate("job_log", kMigrations);
}

Result<void> JobLog::add(store::SqlRunner& sql, const JobId& job, std::string_view subject,
                         LogLevel level, std::string_view text) {
  const auto last = sql.query_one("SELECT COALESCE(MAX(line), 0) FROM job_log WHERE job_id = ?",
                                  {job.to_string()});
  if (!last) return std::unexpected(last.error());
  const std::int64_t line = last->integer(0) + 1;
  const auto written = sql.execute(
      "INSERT INTO job_log (job_id, line, subject, at_ms, level, text) VALUES (?, ?, ?, ?, ?, ?)",
      {job.to_string(), line, subject, to_ms(clock_.now()), name_of(level), one_line(text)});
  if (!written) return std::unexpected(written.error());
  if (line <= kJobLogLinesMax) return {};
  const auto trimmed = sql.execute("DELETE FROM job_log WHERE job_id = ? AND line <= ?",
                                   {job.to_string(), line - kJobLogLinesMax});
  if (!trimmed) return std::unexpected(trimmed.error());
  return {};
}

Result<void> JobLog::forget_small_talk(store::SqlRunner& sql, const JobId& job) {
  const auto removed =
      sql.execute("DELETE FROM job_log WHERE job_id = ? AND level = 'info'", {job.to_string()});
  if (!removed) return std::unexpected(removed.error());
  return {};
}

Result<std::vector<JobLogLine>> JobLog::of_job(store::SqlRunner& sql, const JobId& job) {
  return lines_of(sql.query(
      "SELECT job_id, at_ms, level, text FROM job_log WHERE job_id = ? ORDER BY line LIMIT ?",
      {job.to_string(), kJobLogLinesMax}));
}

Result<std::vector<JobLogLine>> JobLog::of_subject(store::SqlRunner& sql, std::string_view subject,
                                                   std::size_t limit) {
  return lines_of(
      sql.query("SELECT job_id, at_ms, level, text FROM job_log WHERE subject = ? ORDER BY at_ms "
                "DESC, job_id DESC, line DESC LIMIT ?",
                {subject, std::min(limit, kJobLogPageMax)}));
}

}  // namespace matinee::functions
