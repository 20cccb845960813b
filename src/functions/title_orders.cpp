// What operators order of titles and their jobs: the methods of TitleJobs that the studio and the
// command line call.
#include <string>

#include "base/log.h"
#include "functions/title_jobs.h"

namespace matinee::functions {
namespace {

constexpr std::string_view kStopped = "stopped by an operator";

}  // namespace

Result<void> TitleJobs::advance_subject(store::SqlRunner& sql, const std::string& subject) {
  const auto id = TitleId::parse(subject);
  if (!id) return {};  // a job of something else
  auto title = titles_.find(sql, *id);
  if (!title) return std::unexpected(title.error());
  return advance(sql, *title);
}

Result<std::int64_t> TitleJobs::retry(const TitleId& id) {
  auto retried =
      store::transact<std::int64_t>(database_, [&](store::SqlRunner& sql) -> Result<std::int64_t> {
        auto title = titles_.find(sql, id);
        if (!title) return std::unexpected(title.error());
        const auto jobs = queue_.retry_failed(sql, id.to_string());
        if (!jobs) return jobs;
        if (*jobs == 0) {
          return fail(ErrorCode::conflict, "nothing of \"" + title->name + "\" has failed");
        }
        if (auto advanced = advance(sql, *title); !advanced) {
          return std::unexpected(advanced.error());
        }
        return jobs;
      });
  if (retried) {
    log::info("title retried", {{"title_id", id.to_string()}, {"jobs", *retried}});
    queue_.wake();
  }
  return retried;
}

Result<std::int64_t> TitleJobs::cancel(const TitleId& id) {
  auto stopped =
      store::transact<std::int64_t>(database_, [&](store::SqlRunner& sql) -> Result<std::int64_t> {
        auto title = titles_.find(sql, id);
        if (!title) return std::unexpected(title.error());
        const auto jobs = queue_.cancel(sql, id.to_string(), kStopped);
        if (!jobs) return jobs;
        if (*jobs == 0) {
          return fail(ErrorCode::conflict, "nothing of \"" + title->name + "\" is being made");
        }
        if (auto advanced = advance(sql, *title); !advanced) {
          return std::unexpected(advanced.error());
        }
        return jobs;
      });
  if (stopped) log::info("title stopped", {{"title_id", id.to_string()}, {"jobs", *stopped}});
  return stopped;
}

Result<void> TitleJobs::retry_job(const JobId& id) {
  auto retried = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = queue_.find(sql, id);
    if (!job) return std::unexpected(job.error());
    const auto queued = queue_.retry_job(sql, id);
    if (!queued) return std::unexpected(queued.error());
    if (!*queued) return fail(ErrorCode::conflict, "job " + job->key + " has not failed");
    auto logged = queue_.log().add(sql, id, job->subject, LogLevel::info, "tried again by request");
    return logged ? advance_subject(sql, job->subject) : logged;
  });
  if (retried) queue_.wake();
  return retried;
}

Result<void> TitleJobs::cancel_job(const JobId& id) {
  return database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = queue_.find(sql, id);
    if (!job) return std::unexpected(job.error());
    const auto ended = queue_.cancel_job(sql, id, kStopped);
    if (!ended) return std::unexpected(ended.error());
    if (!*ended) return fail(ErrorCode::conflict, "job " + job->key + " has ended already");
    auto logged = queue_.log().add(sql, id, job->subject, LogLevel::warning, kStopped);
    return logged ? advance_subject(sql, job->subject) : logged;
  });
}

Result<void> TitleJobs::set_boost(const TitleId& id, int boost) {
  auto done = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto title = titles_.find(sql, id);
    if (!title) return std::unexpected(title.error());
    return queue_.set_boost(sql, id.to_string(), boost);
  });
  if (done) queue_.wake();
  return done;
}

}  // namespace matinee::functions
