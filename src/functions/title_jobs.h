#pragma once
// functions/title_jobs: carries a title from a file to a package: keeps the pipeline's state in the
// Database, carries its decisions out as jobs, and takes in what the jobs bring.

#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "catalog/artwork.h"
#include "catalog/titles.h"
#include "functions/encode_policy.h"
#include "functions/job_queue.h"
#include "functions/title_pipeline.h"
#include "media/probe.h"
#include "store/database.h"

namespace matinee::functions {

/// How the making of a title stands, beside what catalog::Title says.
struct TitleMaking {
  std::string waiting;                 // why its encodes do not go on; empty = nothing holds them
  std::int64_t stored_bytes = 0;       // of its published package
  std::optional<double> seconds_left;  // from the speed measured so far; absent = none measured
};

/// Installs itself as the queue's handlers, so every end of a job moves its title on in the same
/// transaction. Thread-safe; what it is given must outlive it.
class TitleJobs {
 public:
  struct World {
    store::Database& database;
    catalog::Titles& titles;
    catalog::Artworks& artworks;
    JobQueue& queue;
    const Clock& clock;
    LocalMinute local_minute = system_local_minute();
  };
  explicit TitleJobs(World world);

  /// Brings its tables up to date and reads the policy; before anything else.
  /// Errors: as Database::migrate.
  Result<void> migrate();

  /// Records a film and starts its jobs, at once and durably; nothing is decoded. A film that the
  /// library has stays as it is, but failed jobs are tried again and new sidecars are taken in.
  Result<catalog::AddedTitle> add(const catalog::FoundTitle& film);

  /// Starts the jobs of a title that was recorded in this transaction, or goes on with them: failed
  /// ones are tried again, new sidecars and pictures are taken in (so record these before). The
  /// caller wakes the queue after its commit. Kinds without a file and what is only announced get
  /// their pictures and nothing else.
  Result<void> begin(store::SqlRunner& sql, catalog::AddedTitle& added);
  /// Waiting workers look again; after a commit.
  void wake() { queue_.wake(); }

  /// Decides what a title needs now and queues it: after its files or its artwork changed. A title
  /// without a source of its own only gets its artwork. The caller wakes the queue after its
  /// commit.
  Result<void> advance(store::SqlRunner& sql, const TitleId& id);

  /// Somebody wants to watch it: under the policy on_first_watch its encoding begins now, before
  /// others. Cheap when there is nothing to do.
  Result<void> ask_for(const TitleId& id);

  [[nodiscard]] EncodePolicy encode_policy() const;
  /// Keeps the policy and looks again at the titles that wait. Errors: of the Database.
  Result<void> set_encode_policy(const EncodePolicy& policy);
  Result<TitleMaking> making(store::SqlRunner& sql, const catalog::Title& title);
  /// Of all titles' packages.
  Result<std::int64_t> stored_bytes(store::SqlRunner& sql);

  /// Looks at all unfinished titles: after a start, so that nothing waits for an event that a
  /// former version did not act on. Returns how many there are. Titles that are ready but lack
  /// thumbnails get them.
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
  Result<void> note_speed(store::SqlRunner& sql, const FinishedJob& job);
  /// Decides and carries out. `title` is changed and written.
  Result<void> advance(store::SqlRunner& sql, catalog::Title& title);
  Result<void> carry_out(store::SqlRunner& sql, catalog::Title& title, const PipelineState& state,
                         Decision decision);
  Result<std::size_t> advance_all(const std::vector<TitleId>& ids);
  Result<PipelineState> state_of(store::SqlRunner& sql, const catalog::Title& title);
  Result<void> add_policy_facts(store::SqlRunner& sql, PipelineState& state);
  Result<void> enqueue(store::SqlRunner& sql, const catalog::Title& title, const NextStep& step,
                       const Decision& decision);
  Result<Json> publish_payload(store::SqlRunner& sql, const catalog::Title& title,
                               const NextStep& step, const PublishPlan& publish);
  Result<void> take_in(store::SqlRunner& sql, catalog::Title& title, const FinishedJob& job);
  Result<void> take_in_probe(store::SqlRunner& sql, const TitleId& id,
                             const Result<std::string>& result);
  Result<media::Probe> probe_of(store::SqlRunner& sql, const TitleId& id);
  Result<void> note_file_facts();
  Result<void> take_in_poster(store::SqlRunner& sql, catalog::Title& title, const FinishedJob& job);
  Result<void> take_in_artwork(store::SqlRunner& sql, const FinishedJob& job);

  // Sets a column of a title's row, which may not be there yet.
  static Result<void> note_making(store::SqlRunner& sql, const TitleId& id, std::string_view column,
                                  store::Value value);
  static std::string key_of(const TitleId& id, std::string_view step);

  store::Database& database_;
  catalog::Titles& titles_;
  catalog::Artworks& artworks_;
  JobQueue& queue_;
  const Clock& clock_;
  LocalMinute local_minute_;
  mutable std::mutex mutex_;
  EncodePolicy policy_;  // as in the Database, under mutex_
};

}  // namespace matinee::functions
