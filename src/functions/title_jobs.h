#pragma once
// functions/title_jobs: carries a title from a file to a package: keeps the pipeline's state in the
// Database, carries its decisions out as jobs, and takes in what the jobs bring.

#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "catalog/titles.h"
#include "functions/job_queue.h"
#include "functions/title_pipeline.h"
#include "store/database.h"

namespace matinee::functions {

/// Installs itself as the queue's handlers, so every end of a job moves its title on in the same
/// transaction. Thread-safe; what it is given must outlive it.
class TitleJobs {
 public:
  TitleJobs(store::Database& database, catalog::Titles& titles, JobQueue& queue);

  /// Records a film and starts its jobs, at once and durably; nothing is decoded. A film that the
  /// library has stays as it is, but failed jobs are tried again and new sidecars are taken in.
  Result<catalog::AddedTitle> add(const catalog::FoundTitle& film);

  /// Starts the jobs of a title that was recorded in this transaction, or goes on with them: failed
  /// ones are tried again, new sidecars are taken in. The caller wakes the queue after its commit.
  /// Nothing for kinds without a file and for what is only announced.
  Result<void> begin(store::SqlRunner& sql, catalog::AddedTitle& added);
  /// Waiting workers look again; after a commit.
  void wake() { queue_.wake(); }

  /// Looks at all unfinished titles: after a start, so that nothing waits for an event that a
  /// former version did not act on. Returns how many there are.
  Result<std::size_t> resume();

  /// What operators order; each takes effect at once and durably. How many jobs it concerned.
  /// Errors of all: not_found; conflict when there is nothing to retry, or nothing to stop.
  /// Tries everything of a title again that failed or was stopped, with all its attempts.
  Result<std::int64_t> retry(const TitleId& id);
  /// Stops what is unfinished; what was published stays, and so does what was made (a retry goes
  /// on).
  Result<std::int64_t> cancel(const TitleId& id);
  Result<void> retry_job(const JobId& id);
  Result<void> cancel_job(const JobId& id);
  /// Whose turn it is: -kBoostMax to kBoostMax, 0 = as planned.
  Result<void> set_boost(const TitleId& id, int boost);
  /// What the pipeline knows of a title; for a report.
  Result<PipelineState> look(store::SqlRunner& sql, const catalog::Title& title) {
    return state_of(sql, title);
  }

 private:
  Result<void> advance_subject(store::SqlRunner& sql, const std::string& subject);
  Result<void> finished(store::SqlRunner& sql, const FinishedJob& job);
  Result<void> note_progress(store::SqlRunner& sql, const std::string& subject);
  /// Decides and carries out. `title` is changed and written.
  Result<void> advance(store::SqlRunner& sql, catalog::Title& title);
  Result<PipelineState> state_of(store::SqlRunner& sql, const catalog::Title& title);
  Result<void> enqueue(store::SqlRunner& sql, const catalog::Title& title, const NextStep& step,
                       const Decision& decision);
  Result<Json> publish_payload(store::SqlRunner& sql, const catalog::Title& title,
                               const NextStep& step, const PublishPlan& publish);
  Result<void> take_in(store::SqlRunner& sql, catalog::Title& title, const FinishedJob& job);
  Result<void> take_in_probe(store::SqlRunner& sql, const catalog::Title& title,
                             const FinishedJob& job);

  store::Database& database_;
  catalog::Titles& titles_;
  JobQueue& queue_;
};

}  // namespace matinee::functions
