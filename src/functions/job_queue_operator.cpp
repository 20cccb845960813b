#include "functions/job_queue.h"

// What operators see of the queue and tell it; leasing and ending jobs is in job_queue.cpp.

#include <algorithm>
#include <array>
#include <utility>

#include "base/check.h"

namespace matinee::functions {
namespace {

constexpr std::string_view kFactColumns =
    "id, job_key, kind, subject, state, attempts, attempts_max, progress, weight, worker, "
    "failure_code, failure_message, created_ms, updated_ms, started_ms, not_before_ms";
constexpr std::size_t kSubjectsMax = 500;

JobState state_of(std::string_view name) {
  for (const auto state : {JobState::queued, JobState::leased, JobState::done}) {
    if (name == name_of(state)) return state;
  }
  return JobState::failed;
}

Result<JobFacts> facts_of(const store::Row& row) {
  const auto id = JobId::parse(row.text(0));
  if (!id) return fail(ErrorCode::corrupt, "reading jobs: an id is damaged");
  JobFacts facts;
  facts.id = *id;
  facts.key = row.text(1);
  facts.kind = row.text(2);
  facts.subject = row.text(3);
  facts.state = state_of(row.text(4));
  facts.attempts = static_cast<int>(row.integer(5));
  facts.attempts_max = static_cast<int>(row.integer(6));
  facts.progress = row.number(7);
  facts.weight = row.number(8);
  facts.worker = row.text(9);
  facts.failure = {row.text(10), row.text(11)};
  facts.created_ms = row.integer(12);
  facts.updated_ms = row.integer(13);
  facts.started_ms = row.integer(14);
  facts.not_before_ms = row.integer(15);
  return facts;
}

Result<std::vector<JobFacts>> all_facts(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<JobFacts> all;
  all.reserve(rows->size());
  for (const auto& row : *rows) {
    auto facts = facts_of(row);
    if (!facts) return std::unexpected(facts.error());
    all.push_back(std::move(*facts));
  }
  return all;
}

void count(JobCounts& counts, JobState state, std::int64_t jobs) {
  switch (state) {
    case JobState::queued:
      counts.queued += jobs;
      break;
    case JobState::leased:
      counts.leased += jobs;
      break;
    case JobState::done:
      counts.done += jobs;
      break;
    case JobState::failed:
      counts.failed += jobs;
      break;
  }
}

std::string select_facts(std::string_view rest) {
  return std::string("SELECT ").append(kFactColumns).append(" FROM jobs ").append(rest);
}

constexpr std::string_view kCancel =
    "UPDATE jobs SET state = 'failed', epoch = epoch + 1, failure_code = 'cancelled', "
    "failure_message = ?, progress = 0, updated_ms = ? WHERE state IN ('queued', 'leased') AND ";
constexpr std::string_view kRetry =
    "UPDATE jobs SET state = 'queued', attempts = 0, lost_leases = 0, worker = '', epoch = epoch "
    "+ 1, not_before_ms = 0, failure_code = '', failure_message = '', updated_ms = ? WHERE state "
    "= 'failed' AND ";

}  // namespace

Result<std::int64_t> JobQueue::cancel(store::SqlRunner& sql, std::string_view subject,
                                      std::string_view reason) {
  return sql.execute(std::string(kCancel) + "subject = ?", {reason, to_ms(clock_.now()), subject});
}

Result<std::int64_t> JobQueue::retry_failed(store::SqlRunner& sql, std::string_view subject) {
  return sql.execute(std::string(kRetry) + "subject = ?", {to_ms(clock_.now()), subject});
}

Result<bool> JobQueue::cancel_job(store::SqlRunner& sql, const JobId& id, std::string_view reason) {
  const auto written =
      sql.execute(std::string(kCancel) + "id = ?", {reason, to_ms(clock_.now()), id.to_string()});
  if (!written) return std::unexpected(written.error());
  return *written > 0;
}

Result<bool> JobQueue::retry_job(store::SqlRunner& sql, const JobId& id) {
  const auto written =
      sql.execute(std::string(kRetry) + "id = ?", {to_ms(clock_.now()), id.to_string()});
  if (!written) return std::unexpected(written.error());
  return *written > 0;
}

Result<void> JobQueue::set_boost(store::SqlRunner& sql, std::string_view subject, int boost) {
  MATINEE_CHECK(boost >= -kBoostMax && boost <= kBoostMax);
  const auto before = boost_of(sql, subject);
  if (!before) return std::unexpected(before.error());
  if (*before == boost) return {};
  const auto removed = sql.execute("DELETE FROM job_boosts WHERE subject = ?", {subject});
  if (!removed) return std::unexpected(removed.error());
  if (boost != 0) {
    const auto written =
        sql.execute("INSERT INTO job_boosts (subject, boost) VALUES (?, ?)", {subject, boost});
    if (!written) return std::unexpected(written.error());
  }
  // Failed ones too: a retry gives them their turn again.
  const auto moved =
      sql.execute("UPDATE jobs SET priority = priority + ? WHERE subject = ? AND state != 'done'",
                  {boost - *before, subject});
  if (!moved) return std::unexpected(moved.error());
  return {};
}

Result<int> JobQueue::boost_of(store::SqlRunner& sql, std::string_view subject) {
  const auto rows = sql.query("SELECT boost FROM job_boosts WHERE subject = ?", {subject});
  if (!rows) return std::unexpected(rows.error());
  return rows->empty() ? 0 : static_cast<int>(rows->front().integer(0));
}

Result<std::vector<JobFacts>> JobQueue::of_subject(store::SqlRunner& sql,
                                                   std::string_view subject) {
  return all_facts(sql.query(select_facts("WHERE subject = ? ORDER BY created_ms, id"), {subject}));
}

Result<std::string> JobQueue::result_of(store::SqlRunner& sql, std::string_view key) {
  const auto rows =
      sql.query("SELECT result FROM jobs WHERE job_key = ? AND state = 'done'", {key});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) {
    return matinee::fail(ErrorCode::not_found, "there is no result of job " + std::string(key));
  }
  return rows->front().text(0);
}

Result<std::string> JobQueue::payload_of(store::SqlRunner& sql, std::string_view key) {
  const auto row = sql.query_one("SELECT payload FROM jobs WHERE job_key = ?", {key});
  if (!row) return std::unexpected(row.error());
  return row->text(0);
}

Result<double> JobQueue::work_done(store::SqlRunner& sql, std::string_view subject) {
  const auto row = sql.query_one(
      "SELECT COALESCE(SUM(weight * progress), 0.0) FROM jobs WHERE subject = ?", {subject});
  if (!row) return std::unexpected(row.error());
  return row->number(0);
}

Result<JobCounts> JobQueue::counts() {
  const auto rows = database_.query("SELECT state, COUNT(*) FROM jobs GROUP BY state");
  if (!rows) return std::unexpected(rows.error());
  JobCounts counts;
  for (const auto& row : *rows) count(counts, state_of(row.text(0)), row.integer(1));
  return counts;
}

Result<std::map<std::string, JobCounts>> JobQueue::counts_of(
    store::SqlRunner& sql, std::span<const std::string> subjects) {
  MATINEE_CHECK(subjects.size() <= kSubjectsMax);
  std::map<std::string, JobCounts> all;
  if (subjects.empty()) return all;
  std::string marks = "?";
  for (std::size_t i = 1; i < subjects.size(); ++i) marks += ", ?";
  store::Parameters parameters;
  for (const auto& subject : subjects) parameters.emplace_back(subject);
  const auto rows = sql.query("SELECT subject, state, COUNT(*) FROM jobs WHERE subject IN (" +
                                  marks + ") GROUP BY subject, state",
                              parameters);
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    count(all[row.text(0)], state_of(row.text(1)), row.integer(2));
  }
  return all;
}

Result<std::vector<JobFacts>> JobQueue::list(bool unfinished, std::size_t limit) {
  const std::string where = unfinished ? "WHERE state IN ('queued', 'leased') " : "";
  return all_facts(
      database_.query(select_facts(where + "ORDER BY updated_ms DESC, id DESC LIMIT ?"),
                      {std::min(limit, kJobListMax)}));
}

Result<std::vector<JobFacts>> JobQueue::list(const JobFilter& filter) {
  // Each in the order of an index: a hundred of many thousands are read, not sorted.
  struct Group {
    std::string_view where;
    std::string_view order;
    bool unfinished;
  };
  constexpr std::string_view kLatest = " ORDER BY updated_ms DESC, id DESC LIMIT ?";
  constexpr std::array kGroups{
      Group{"WHERE state = 'leased'", kLatest, true},
      Group{"WHERE state = 'queued'", " ORDER BY priority DESC, recency DESC, sequence, id LIMIT ?",
            true},
      Group{"WHERE state IN ('done', 'failed')", kLatest, false}};
  const std::size_t limit = std::min(filter.limit, kJobListMax);
  std::vector<JobFacts> jobs;
  for (const auto& group : kGroups) {
    if (filter.unfinished && !group.unfinished) continue;
    if (jobs.size() == limit) break;
    std::string rest(group.where);
    store::Parameters parameters;
    if (filter.state) {
      rest += " AND state = ?";
      parameters.emplace_back(name_of(*filter.state));
    }
    if (!filter.kind.empty()) {
      rest += " AND kind = ?";
      parameters.emplace_back(filter.kind);
    }
    parameters.emplace_back(limit - jobs.size());
    auto some = all_facts(database_.query(select_facts(rest.append(group.order)), parameters));
    if (!some) return some;
    for (auto& job : *some) {
      // One that was taken or ended in between stands where it stood first.
      if (std::ranges::find(jobs, job.id, &JobFacts::id) == jobs.end()) jobs.push_back(job);
    }
  }
  return jobs;
}

Result<JobFacts> JobQueue::find(store::SqlRunner& sql, const JobId& id) {
  const auto rows = sql.query(select_facts("WHERE id = ?"), {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) {
    return matinee::fail(ErrorCode::not_found, "there is no job " + id.to_string());
  }
  return facts_of(rows->front());
}

}  // namespace matinee::functions
