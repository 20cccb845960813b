#pragma once
// functions/job_log: what happened to each job, in lines that an operator reads when a title is
// stuck. Written by the queue's transitions and by what workers say; shown by the studio.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::functions {

inline constexpr std::int64_t kJobLogLinesMax = 50;  // of one job; the oldest go first
inline constexpr std::size_t kJobLogTextMax = 500;   // bytes of one line; the rest is cut off
inline constexpr std::size_t kJobLogPageMax = 500;   // lines of one answer

enum class LogLevel { info, warning, error };
std::string_view name_of(LogLevel level);

struct JobLogLine {
  JobId job_id;
  std::int64_t at_ms = 0;
  LogLevel level = LogLevel::info;
  std::string text;
};

/// A bounded ring of lines per job. Methods run in the caller's transaction. Thread-safe.
class JobLog {
 public:
  /// `clock` must outlive it.
  explicit JobLog(const Clock& clock) : clock_(clock) {}

  /// Errors: as store::Database::migrate.
  static Result<void> migrate(store::Database& database);

  /// Appends a line; bytes that are no UTF-8 text and control characters are replaced.
  Result<void> add(store::SqlRunner& sql, const JobId& job, std::string_view subject,
                   LogLevel level, std::string_view text);
  /// Forgets what was said by the way (level info): a job that went well keeps one line.
  Result<void> forget_small_talk(store::SqlRunner& sql, const JobId& job);

  /// The lines of a job, oldest first.
  Result<std::vector<JobLogLine>> of_job(store::SqlRunner& sql, const JobId& job);
  /// The latest lines of all jobs of a subject, newest first; at most `limit` and kJobLogPageMax.
  Result<std::vector<JobLogLine>> of_subject(store::SqlRunner& sql, std::string_view subject,
                                             std::size_t limit);

 private:
  const Clock& clock_;
};

}  // namespace matinee::functions
