#pragma once
// functions/job_queue: durable work that is done once, whatever dies. The queue of all later work;
// fed by the title pipeline, emptied by media workers through the job routes.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "functions/job_log.h"
#include "store/database.h"

namespace matinee::functions {

enum class JobState { queued, leased, done, failed };
std::string_view name_of(JobState state);

/// Work to be done. Which job is leased first: higher `priority`, then higher `recency`, then lower
/// `sequence`.
struct NewJob {
  std::string key;        // unique for ever: enqueueing the same key again changes nothing
  std::string kind;       // what workers ask for
  std::string subject{};  // what it belongs to: a title's id
  int priority = 0;
  std::int64_t recency = 0;
  std::int64_t sequence = 0;
  double weight = 0;           // share of the subject's work, in any unit
  std::string payload = "{}";  // JSON text
  int attempts_max = 3;
};

/// A job in a worker's hands until its lease ends. `epoch` grows with every lease and fences off
/// workers that lost it.
struct LeasedJob {
  JobId id;
  std::string key;
  std::string kind;
  std::string payload;
  std::int64_t epoch = 0;
  std::int64_t lease_ms = 0;
  int attempt = 1;
};

/// Why a job ended without a result.
struct JobFailure {
  std::string code;  // as name_of(ErrorCode), "lost" (its worker died too often) or "cancelled"
  std::string message;
};

/// A job that has come to its end; what the finished handler is told.
struct FinishedJob {
  JobId id;
  std::string key;
  std::string kind;
  std::string subject;
  std::string result;  // JSON text; empty when it failed
  std::optional<JobFailure> failure;
  double weight = 0;
  std::int64_t took_ms = 0;  // since its last lease began
};

/// A job as a list shows it, without payload and result.
struct JobFacts {
  JobId id;
  std::string key;
  std::string kind;
  std::string subject;
  JobState state = JobState::queued;
  int attempts = 0;
  int attempts_max = 0;
  double progress = 0;  // 0..1
  double weight = 0;
  std::string worker;
  JobFailure failure;
  std::int64_t created_ms = 0;
  std::int64_t updated_ms = 0;
  std::int64_t started_ms = 0;     // of the latest try; 0 = never
  std::int64_t not_before_ms = 0;  // of a queued job that was given back
};

/// Which jobs a list shows.
struct JobFilter {
  std::optional<JobState> state{};
  bool unfinished = false;  // queued and leased ones only
  std::string kind{};       // empty = all
  std::size_t limit = 100;  // at most kJobListMax
};
inline constexpr std::size_t kJobListMax = 1000;

struct JobCounts {
  std::int64_t queued = 0;
  std::int64_t leased = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
};

/// The bounds of what an operator may add to the priority of a subject's jobs.
inline constexpr int kBoostMax = 1000;

/// Jobs in a Database. Each job's end takes effect exactly once: result, state and the finished
/// handler's changes are one transaction, and only the holder of the current epoch can bring it.
/// Thread-safe. Methods with a SqlRunner run inside the caller's transaction; after its commit the
/// caller calls wake().
class JobQueue {
 public:
  struct Options {
    std::chrono::milliseconds lease{15'000};
    std::chrono::milliseconds retry_first{1'000};  // doubles with each attempt, with jitter
    std::chrono::milliseconds retry_max{60'000};
    int lost_leases_max = 25;  // then the job fails: it kills its workers
    std::chrono::milliseconds wait_max{25'000};
    std::size_t waiters_max = 256;
    std::size_t text_bytes_max = 15 * 1024 * 1024;  // payload or result
    std::int64_t unfinished_max = 200'000;          // jobs queued or leased
  };
  /// Runs inside the transaction that ends a job. An error undoes that, and the job stays leased.
  using FinishedHandler = std::function<Result<void>(store::SqlRunner&, const FinishedJob&)>;
  /// Runs inside the transaction that renews a lease, with the job's key and subject.
  using ProgressHandler =
      std::function<Result<void>(store::SqlRunner&, const std::string& subject)>;

  /// Whether jobs of a kind may be leased just now; asked at every look for a job.
  using LeaseGate = std::function<bool(std::string_view kind)>;

  /// All references must outlive it.
  JobQueue(store::Database& database, const Clock& clock, Random& random, Options options);

  /// Brings the tables up to date; before anything else. Errors: as Database::migrate.
  Result<void> migrate();
  /// All before the first lease.
  void on_finished(FinishedHandler handler) { on_finished_ = std::move(handler); }
  void on_progress(ProgressHandler handler) { on_progress_ = std::move(handler); }

  void on_lease(LeaseGate gate) { may_lease_ = std::move(gate); }

  /// True when it is new. Errors: limited when too many are unfinished or the payload is too long.
  Result<bool> enqueue(store::SqlRunner& sql, const NewJob& job);
  /// Waiting workers look again.
  void wake();

  /// The next job of one of these kinds (1 to 32); waits for one at most `wait` (and wait_max).
  /// Nothing when none came, or after stop(). Errors: limited when too many wait already.
  Result<std::optional<LeasedJob>> lease(std::string_view worker,
                                         std::span<const std::string> kinds,
                                         std::chrono::milliseconds wait);
  /// Keeps the lease and notes progress (0..1). Errors: conflict when the lease was lost: abandon
  /// the work; not_found.
  Result<void> renew(const JobId& id, std::int64_t epoch, double progress);
  /// Ends the job with its result (JSON text). Again with the same epoch is fine (retry safe).
  /// Errors: conflict when the lease was lost, not_found, limited when the result is too long.
  Result<void> complete(const JobId& id, std::int64_t epoch, std::string_view result);
  /// Gives the job back: tried again after a pause when `retry` and attempts are left, else failed.
  /// Errors: as complete.
  Result<void> fail(const JobId& id, std::int64_t epoch, const JobFailure& failure, bool retry);

  /// What a worker says of the job in its hands, as lines of the job's log. Errors: as renew.
  Result<void> note(const JobId& id, std::int64_t epoch, std::span<const std::string> lines);

  /// Ends all unfinished jobs of a subject as failed ("cancelled"), without the handler.
  Result<std::int64_t> cancel(store::SqlRunner& sql, std::string_view subject,
                              std::string_view reason = "no longer needed");
  /// Queues the failed jobs of a subject again, with all their attempts.
  Result<std::int64_t> retry_failed(store::SqlRunner& sql, std::string_view subject);
  /// The same for one job. False when it was not unfinished, or not failed.
  Result<bool> cancel_job(store::SqlRunner& sql, const JobId& id, std::string_view reason);
  Result<bool> retry_job(store::SqlRunner& sql, const JobId& id);
  /// Adds to the priority of a subject's unfinished and later jobs: -kBoostMax to kBoostMax;
  /// 0 = as planned.
  Result<void> set_boost(store::SqlRunner& sql, std::string_view subject, int boost);
  Result<int> boost_of(store::SqlRunner& sql, std::string_view subject);

  /// All jobs of a subject, in order of creation.
  Result<std::vector<JobFacts>> of_subject(store::SqlRunner& sql, std::string_view subject);
  /// A finished job's result. Errors: not_found when there is no such job or no result.
  Result<std::string> result_of(store::SqlRunner& sql, std::string_view key);
  /// Errors: not_found.
  Result<std::string> payload_of(store::SqlRunner& sql, std::string_view key);
  /// Done work of a subject: the sum of weight times progress.
  Result<double> work_done(store::SqlRunner& sql, std::string_view subject);
  Result<JobCounts> counts();
  /// Counts of each of these subjects (at most 500); one that has no jobs is left out.
  Result<std::map<std::string, JobCounts>> counts_of(store::SqlRunner& sql,
                                                     std::span<const std::string> subjects);
  /// The latest changed first; `unfinished` leaves out done and failed ones. At most 1000.
  Result<std::vector<JobFacts>> list(bool unfinished, std::size_t limit);
  /// Those in work first, then those that wait in the order of their turn, then the latest changed.
  Result<std::vector<JobFacts>> list(const JobFilter& filter);
  /// Errors: not_found.
  Result<JobFacts> find(store::SqlRunner& sql, const JobId& id);
  [[nodiscard]] JobLog& log() { return log_; }

  /// Ends all waits, now and later; for shutdown.
  void stop();

 private:
  struct Current;
  Result<std::optional<LeasedJob>> try_lease(std::string_view worker,
                                             std::span<const std::string> kinds);
  Result<void> expire(store::SqlRunner& sql, bool& something_new);
  Result<Current> current(store::SqlRunner& sql, const JobId& id, std::int64_t epoch);
  Result<void> end_job(store::SqlRunner& sql, const Current& job, std::string_view result,
                       const std::optional<JobFailure>& failure);
  Result<void> queue_again(store::SqlRunner& sql, const Current& job, int tries);
  Result<void> log_end(store::SqlRunner& sql, const Current& job,
                       const std::optional<JobFailure>& failure);

  store::Database& database_;
  const Clock& clock_;
  Random& random_;
  Options options_;
  JobLog log_;
  FinishedHandler on_finished_;
  ProgressHandler on_progress_;
  LeaseGate may_lease_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::uint64_t wakes_ = 0;
  std::size_t waiters_ = 0;
  bool stopping_ = false;
};

}  // namespace matinee::functions
