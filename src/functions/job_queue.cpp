#include "functions/job_queue.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/check.h"

namespace matinee::functions {
namespace {

constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE jobs (
  id TEXT PRIMARY KEY,
  job_key TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  priority BIGINT NOT NULL,
  recency BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  weight DOUBLE PRECISION NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  attempts_max BIGINT NOT NULL,
  lost_leases BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  worker TEXT NOT NULL,
  lease_until_ms BIGINT NOT NULL,
  not_before_ms BIGINT NOT NULL,
  progress DOUBLE PRECISION NOT NULL,
  result TEXT NOT NULL,
  failure_code TEXT NOT NULL,
  failure_message TEXT NOT NULL,
  created_ms BIGINT NOT NULL,
  updated_ms BIGINT NOT NULL
);
CREATE INDEX jobs_by_order ON jobs (state, priority, recency, sequence);
CREATE INDEX jobs_by_subject ON jobs (subject, created_ms);
CREATE INDEX jobs_by_update ON jobs (updated_ms);
)sql"},
                                 store::Migration{2, R"sql(
ALTER TABLE jobs ADD COLUMN started_ms BIGINT NOT NULL DEFAULT 0;
CREATE TABLE job_boosts (
  subject TEXT PRIMARY KEY,
  boost BIGINT NOT NULL
);
CREATE TABLE stored_bytes (
  title_id TEXT NOT NULL,
  part TEXT NOT NULL,
  kind TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  PRIMARY KEY (title_id, part)
);
)sql"},
                                 store::Migration{3, R"sql(
CREATE INDEX jobs_by_kind ON jobs (state, kind);
)sql"}};

constexpr std::size_t kKindsMax = 32;
constexpr std::size_t kMessageBytesMax = 2000;
constexpr std::size_t kNotesMax = 20;                 // of one call
constexpr std::chrono::milliseconds kLookAgain{500};  // expiries and back-offs wake nobody

JobState state_of(std::string_view name) {
  for (const auto state : {JobState::queued, JobState::leased, JobState::done}) {
    if (name == name_of(state)) return state;
  }
  return JobState::failed;
}

Result<void> done(const Result<std::int64_t>& written) {
  if (!written) return std::unexpected(written.error());
  return {};
}

}  // namespace

std::string_view name_of(JobState state) {
  switch (state) {
    case JobState::queued:
      return "queued";
    case JobState::leased:
      return "leased";
    case JobState::done:
      return "done";
    case JobState::failed:
      return "failed";
  }
  return "failed";
}

// A job as the holder of an epoch finds it.
struct JobQueue::Current {
  JobId id;
  std::string key;
  std::string kind;
  std::string subject;
  JobState state = JobState::queued;
  int attempts = 0;
  int attempts_max = 0;
  int lost_leases = 0;
  std::int64_t epoch = 0;
  double weight = 0;
  std::int64_t started_ms = 0;

  static Result<Current> of(const store::Row& row) {
    const auto id = JobId::parse(row.text(0));
    if (!id) return matinee::fail(ErrorCode::corrupt, "reading jobs: an id is damaged");
    return Current{.id = *id,
                   .key = row.text(1),
                   .kind = row.text(2),
                   .subject = row.text(3),
                   .state = state_of(row.text(4)),
                   .attempts = static_cast<int>(row.integer(5)),
                   .attempts_max = static_cast<int>(row.integer(6)),
                   .lost_leases = static_cast<int>(row.integer(7)),
                   .epoch = row.integer(8),
                   .weight = row.number(9),
                   .started_ms = row.integer(10)};
  }
  static constexpr std::string_view kColumns =
      "id, job_key, kind, subject, state, attempts, attempts_max, lost_leases, epoch, weight, "
      "started_ms";
};

JobQueue::JobQueue(store::Database& database, const Clock& clock, Random& random, Options options)
    : database_(database), clock_(clock), random_(random), options_(options), log_(clock) {
  MATINEE_CHECK(options_.lease.count() > 0);
  MATINEE_CHECK(options_.retry_first.count() > 0 && options_.retry_max >= options_.retry_first);
}

Result<void> JobQueue::migrate() {
  if (auto done = JobLog::migrate(database_); !done) return done;
  return database_.migrate("functions", kMigrations);
}

Result<bool> JobQueue::enqueue(store::SqlRunner& sql, const NewJob& job) {
  MATINEE_CHECK(!job.key.empty() && !job.kind.empty() && job.attempts_max > 0);
  if (job.payload.size() > options_.text_bytes_max) {
    return matinee::fail(ErrorCode::limited, "queueing " + job.key + ": its payload is too long");
  }
  const auto known = sql.query("SELECT 1 FROM jobs WHERE job_key = ?", {job.key});
  if (!known) return std::unexpected(known.error());
  if (!known->empty()) return false;
  const auto unfinished =
      sql.query_one("SELECT COUNT(*) FROM jobs WHERE state IN ('queued', 'leased')");
  if (!unfinished) return std::unexpected(unfinished.error());
  if (unfinished->integer(0) >= options_.unfinished_max) {
    return matinee::fail(ErrorCode::limited, "queueing " + job.key + ": too many jobs are waiting");
  }
  const auto boost = boost_of(sql, job.subject);
  if (!boost) return std::unexpected(boost.error());
  const std::int64_t now_ms = to_ms(clock_.now());
  const auto written = sql.execute(
      "INSERT INTO jobs (id, job_key, kind, subject, priority, recency, sequence, weight, payload, "
      "state, attempts, attempts_max, lost_leases, epoch, worker, lease_until_ms, not_before_ms, "
      "progress, result, failure_code, failure_message, created_ms, updated_ms) VALUES (?, ?, ?, "
      "?, ?, ?, ?, ?, ?, 'queued', 0, ?, 0, 0, '', 0, 0, 0, '', '', '', ?, ?)",
      {JobId::generate(clock_, random_).to_string(), job.key, job.kind, job.subject,
       job.priority + *boost, job.recency, job.sequence, job.weight, job.payload, job.attempts_max,
       now_ms, now_ms});
  if (!written) return std::unexpected(written.error());
  return true;
}

void JobQueue::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++wakes_;
  }
  wake_.notify_all();
}

void JobQueue::stop() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

Result<std::optional<LeasedJob>> JobQueue::lease(std::string_view worker,
                                                 std::span<const std::string> kinds,
                                                 std::chrono::milliseconds wait) {
  if (kinds.empty() || kinds.size() > kKindsMax) {
    return matinee::fail(ErrorCode::invalid, "leasing a job: 1 to 32 kinds must be given");
  }
  const Deadline deadline = Deadline::in(clock_, std::clamp(wait, {}, options_.wait_max));
  while (true) {
    std::uint64_t wakes = 0;
    {
      const std::scoped_lock lock(mutex_);
      if (stopping_) return std::nullopt;
      wakes = wakes_;
    }
    auto leased = try_lease(worker, kinds);
    if (!leased || *leased) return leased;
    const auto left = deadline.left(clock_);
    if (left.count() == 0) return std::nullopt;
    std::unique_lock lock(mutex_);
    if (waiters_ >= options_.waiters_max) {
      return matinee::fail(ErrorCode::limited, "leasing a job: too many workers wait already");
    }
    ++waiters_;
    wake_.wait_for(lock, std::min(left, kLookAgain), [&] { return stopping_ || wakes_ != wakes; });
    --waiters_;
  }
}

Result<std::optional<LeasedJob>> JobQueue::try_lease(std::string_view worker,
                                                     std::span<const std::string> wanted) {
  const std::int64_t now_ms = to_ms(clock_.now());
  std::vector<std::string> kinds;
  for (const auto& kind : wanted) {
    if (!may_lease_ || may_lease_(kind)) kinds.push_back(kind);
  }
  if (kinds.empty()) return std::nullopt;
  std::string marks;
  store::Parameters parameters{now_ms};
  for (const auto& kind : kinds) {
    marks += marks.empty() ? "?" : ", ?";
    parameters.emplace_back(kind);
  }
  // Most looks find nothing; they must not take the writers' turn.
  auto looked_for = parameters;
  looked_for.emplace_back(now_ms);
  const auto worth_it = database_.query(
      "SELECT 1 FROM jobs WHERE (state = 'queued' AND not_before_ms <= ? AND kind IN (" + marks +
          ")) OR (state = 'leased' AND lease_until_ms <= ?) LIMIT 1",
      looked_for);
  if (!worth_it) return std::unexpected(worth_it.error());
  if (worth_it->empty()) return std::nullopt;

  bool something_new = false;
  auto leased = store::transact<std::optional<LeasedJob>>(
      database_, [&](store::SqlRunner& sql) -> Result<std::optional<LeasedJob>> {
        something_new = false;
        if (auto expired = expire(sql, something_new); !expired) {
          return std::unexpected(expired.error());
        }
        const auto rows = sql.query(
            "SELECT id, job_key, kind, payload, epoch, attempts, subject FROM jobs WHERE state = "
            "'queued' "
            "AND not_before_ms <= ? AND kind IN (" +
                marks + ") ORDER BY priority DESC, recency DESC, sequence LIMIT 1",
            parameters);
        if (!rows) return std::unexpected(rows.error());
        if (rows->empty()) return std::optional<LeasedJob>{};
        const auto& row = rows->front();
        const auto id = JobId::parse(row.text(0));
        if (!id) return matinee::fail(ErrorCode::corrupt, "leasing a job: its id is damaged");
        LeasedJob job{.id = *id,
                      .key = row.text(1),
                      .kind = row.text(2),
                      .payload = row.text(3),
                      .epoch = row.integer(4) + 1,
                      .lease_ms = options_.lease.count(),
                      .attempt = static_cast<int>(row.integer(5)) + 1};
        const auto written = sql.execute(
            "UPDATE jobs SET state = 'leased', epoch = ?, attempts = ?, worker = ?, progress = 0, "
            "lease_until_ms = ?, updated_ms = ?, started_ms = ? WHERE id = ?",
            {job.epoch, job.attempt, worker, now_ms + job.lease_ms, now_ms, now_ms, row.text(0)});
        if (!written) return std::unexpected(written.error());
        if (job.attempt > 1) {
          auto logged =
              log_.add(sql, *id, row.text(6), LogLevel::info,
                       "try " + std::to_string(job.attempt) + " by " + std::string(worker));
          if (!logged) return std::unexpected(logged.error());
        }
        return std::optional<LeasedJob>{std::move(job)};
      });
  if (leased && something_new) wake();
  return leased;
}

Result<void> JobQueue::expire(store::SqlRunner& sql, bool& something_new) {
  const auto rows = sql.query(std::string("SELECT ")
                                  .append(Current::kColumns)
                                  .append(" FROM jobs WHERE state = 'leased' AND lease_until_ms <= "
                                          "? LIMIT 1000"),
                              {to_ms(clock_.now())});
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    auto job = Current::of(row);
    if (!job) return std::unexpected(job.error());
    ++job->lost_leases;
    something_new = true;
    Result<void> ended;
    auto logged = log_.add(
        sql, job->id, job->subject, LogLevel::warning,
        "its worker went away without a word (" + std::to_string(job->lost_leases) + " so far)");
    if (!logged) return logged;
    if (job->lost_leases > options_.lost_leases_max) {
      ended = end_job(sql, *job, {},
                      JobFailure{"lost", "every worker that tried this job died or went away"});
    } else {
      // A worker that died is not the job's fault: its attempt does not count.
      job->attempts = std::max(0, job->attempts - 1);
      ended = queue_again(sql, *job, job->lost_leases > 3 ? job->lost_leases - 3 : 0);
    }
    if (!ended) return ended;
  }
  return {};
}

Result<JobQueue::Current> JobQueue::current(store::SqlRunner& sql, const JobId& id,
                                            std::int64_t epoch) {
  const auto rows =
      sql.query(std::string("SELECT ").append(Current::kColumns).append(" FROM jobs WHERE id = ?"),
                {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) {
    return matinee::fail(ErrorCode::not_found, "there is no job " + id.to_string());
  }
  auto job = Current::of(rows->front());
  if (job && job->epoch != epoch) {
    return matinee::fail(ErrorCode::conflict, "the lease of job " + id.to_string() + " was lost");
  }
  return job;
}

Result<void> JobQueue::end_job(store::SqlRunner& sql, const Current& job, std::string_view result,
                               const std::optional<JobFailure>& failure) {
  const JobState state = failure ? JobState::failed : JobState::done;
  const std::string message = failure ? failure->message.substr(0, kMessageBytesMax) : "";
  const auto written = sql.execute(
      "UPDATE jobs SET state = ?, result = ?, failure_code = ?, failure_message = ?, progress = ?, "
      "lost_leases = ?, updated_ms = ? WHERE id = ?",
      {name_of(state), result, failure ? failure->code : "", message, failure ? 0.0 : 1.0,
       job.lost_leases, to_ms(clock_.now()), job.id.to_string()});
  if (!written) return std::unexpected(written.error());
  if (auto logged = log_end(sql, job, failure); !logged) return logged;
  if (!on_finished_) return {};
  return on_finished_(sql, {.id = job.id,
                            .key = job.key,
                            .kind = job.kind,
                            .subject = job.subject,
                            .result = std::string(result),
                            .failure = failure,
                            .weight = job.weight,
                            .took_ms = to_ms(clock_.now()) - job.started_ms});
}

// A job that went well keeps one line of all that was said by the way.
Result<void> JobQueue::log_end(store::SqlRunner& sql, const Current& job,
                               const std::optional<JobFailure>& failure) {
  if (failure) {
    return log_.add(sql, job.id, job.subject, LogLevel::error,
                    "failed (" + failure->code + "): " + failure->message);
  }
  if (auto forgotten = log_.forget_small_talk(sql, job.id); !forgotten) return forgotten;
  const auto row =
      sql.query_one("SELECT worker, started_ms FROM jobs WHERE id = ?", {job.id.to_string()});
  if (!row) return std::unexpected(row.error());
  const auto took_ms = std::max<std::int64_t>(0, to_ms(clock_.now()) - row->integer(1));
  return log_.add(sql, job.id, job.subject, LogLevel::info,
                  "done by " + row->text(0) + " in " + std::to_string(took_ms) + " ms");
}

Result<void> JobQueue::queue_again(store::SqlRunner& sql, const Current& job, int tries) {
  std::int64_t pause_ms = 0;
  if (tries > 0) {
    const double grown =
        static_cast<double>(options_.retry_first.count()) * std::exp2(std::min(tries - 1, 30));
    pause_ms =
        static_cast<std::int64_t>(std::min(grown, static_cast<double>(options_.retry_max.count())));
    // Half of the pause is chance, so that jobs that failed together come back apart.
    const auto half = static_cast<std::uint64_t>(pause_ms / 2);
    pause_ms = pause_ms / 2 + static_cast<std::int64_t>(random_.below(half + 1));
  }
  const std::int64_t now_ms = to_ms(clock_.now());
  return done(sql.execute(
      "UPDATE jobs SET state = 'queued', attempts = ?, lost_leases = ?, worker = '', progress = 0, "
      "epoch = epoch + 1, not_before_ms = ?, updated_ms = ? WHERE id = ?",
      {job.attempts, job.lost_leases, now_ms + pause_ms, now_ms, job.id.to_string()}));
}

Result<void> JobQueue::renew(const JobId& id, std::int64_t epoch, double progress) {
  return database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = current(sql, id, epoch);
    if (!job) return std::unexpected(job.error());
    if (job->state != JobState::leased) {
      return matinee::fail(ErrorCode::conflict, "job " + id.to_string() + " is not leased");
    }
    const std::int64_t now_ms = to_ms(clock_.now());
    const double share = std::isfinite(progress) ? std::clamp(progress, 0.0, 1.0) : 0.0;
    const auto written =
        sql.execute("UPDATE jobs SET lease_until_ms = ?, progress = ?, updated_ms = ? WHERE id = ?",
                    {now_ms + options_.lease.count(), share, now_ms, id.to_string()});
    if (!written) return std::unexpected(written.error());
    return on_progress_ ? on_progress_(sql, job->subject) : Result<void>{};
  });
}

Result<void> JobQueue::note(const JobId& id, std::int64_t epoch,
                            std::span<const std::string> lines) {
  if (lines.empty()) return {};
  return database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = current(sql, id, epoch);
    if (!job) return std::unexpected(job.error());
    for (const auto& line : lines.first(std::min(lines.size(), kNotesMax))) {
      if (auto logged = log_.add(sql, id, job->subject, LogLevel::info, line); !logged) {
        return logged;
      }
    }
    return {};
  });
}

Result<void> JobQueue::complete(const JobId& id, std::int64_t epoch, std::string_view result) {
  if (result.size() > options_.text_bytes_max) {
    return matinee::fail(ErrorCode::limited,
                         "the result of job " + id.to_string() + " is too long");
  }
  auto ended = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = current(sql, id, epoch);
    if (!job) return std::unexpected(job.error());
    if (job->state == JobState::done) return {};  // said twice: the first answer got lost
    if (job->state != JobState::leased) {
      return matinee::fail(ErrorCode::conflict, "job " + id.to_string() + " is not leased");
    }
    return end_job(sql, *job, result, std::nullopt);
  });
  if (ended) wake();
  return ended;
}

Result<void> JobQueue::fail(const JobId& id, std::int64_t epoch, const JobFailure& failure,
                            bool retry) {
  auto ended = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    const auto job = current(sql, id, epoch);
    if (!job) return std::unexpected(job.error());
    if (job->state == JobState::failed) return {};
    if (job->state != JobState::leased) {
      return matinee::fail(ErrorCode::conflict, "job " + id.to_string() + " is not leased");
    }
    if (retry && job->attempts < job->attempts_max) {
      auto logged = log_.add(sql, job->id, job->subject, LogLevel::warning,
                             "try " + std::to_string(job->attempts) + " of " +
                                 std::to_string(job->attempts_max) + " failed (" + failure.code +
                                 "): " + failure.message);
      return logged ? queue_again(sql, *job, job->attempts) : logged;
    }
    return end_job(sql, *job, {}, failure);
  });
  if (ended) wake();
  return ended;
}

}  // namespace matinee::functions
