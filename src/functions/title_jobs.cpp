#include "functions/title_jobs.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "functions/job_payloads.h"
#include "media/probe.h"

namespace matinee::functions {
namespace {

constexpr std::int64_t kTitlesAtOnce = 10'000;
constexpr std::size_t kTitlesPerTransaction = 100;
constexpr double kSpeedMemory = 0.8;  // share of the old estimate that one more job leaves

// A row a title: what its package takes, when it was asked for, and why it waits; and one row for
// the speed of encodes on this installation.
constexpr std::array kMigrations{store::Migration{1, R"sql(
CREATE TABLE title_making (
  title_id TEXT PRIMARY KEY,
  stored_bytes BIGINT NOT NULL DEFAULT 0,
  promised_bytes BIGINT NOT NULL DEFAULT 0,
  asked_ms BIGINT NOT NULL DEFAULT 0,
  waiting TEXT NOT NULL DEFAULT ''
);
CREATE TABLE encode_speed (
  one BIGINT PRIMARY KEY,
  seconds_per_weight DOUBLE PRECISION NOT NULL
);
)sql"}};

Result<std::vector<TitleId>> title_ids(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  std::vector<TitleId> ids;
  for (const auto& row : *rows) {
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading titles: an id is damaged");
    ids.push_back(*id);
  }
  return ids;
}

bool has_source(const catalog::Title& title) {
  return catalog::has_source(title.kind) && !title.announced && title.fingerprint.bytes > 0;
}

}  // namespace

Result<void> TitleJobs::note_making(store::SqlRunner& sql, const TitleId& id,
                                    std::string_view column, store::Value value) {
  const std::string name(column);
  const auto written = sql.execute("INSERT INTO title_making (title_id, " + name +
                                       ") VALUES (?, ?) ON CONFLICT (title_id) DO UPDATE SET " +
                                       name + " = excluded." + name,
                                   {id.to_string(), std::move(value)});
  if (!written) return std::unexpected(written.error());
  return {};
}

std::string TitleJobs::key_of(const TitleId& id, std::string_view step) {
  return id.to_string().append("/").append(step);
}

TitleJobs::TitleJobs(World world)
    : database_(world.database),
      titles_(world.titles),
      artworks_(world.artworks),
      queue_(world.queue),
      clock_(world.clock),
      local_minute_(std::move(world.local_minute)) {
  queue_.on_finished(
      [this](store::SqlRunner& sql, const FinishedJob& job) { return finished(sql, job); });
  queue_.on_progress([this](store::SqlRunner& sql, const std::string& subject) {
    return note_progress(sql, subject);
  });
  queue_.on_lease([this](std::string_view kind) {
    return kind != kEncodeKind || night_gate(encode_policy(), local_minute_(clock_.now())).open;
  });
}

Result<void> TitleJobs::migrate() {
  if (auto done = EncodePolicies::migrate(database_); !done) return done;
  if (auto done = database_.migrate("title_making", kMigrations); !done) return done;
  const auto policy = EncodePolicies::get(database_);
  if (!policy) return std::unexpected(policy.error());
  const std::scoped_lock lock(mutex_);
  policy_ = *policy;
  return {};
}

EncodePolicy TitleJobs::encode_policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

Result<void> TitleJobs::set_encode_policy(const EncodePolicy& policy) {
  if (auto kept = EncodePolicies::set(database_, policy); !kept) return kept;
  {
    const std::scoped_lock lock(mutex_);
    policy_ = policy;
  }
  log::info("encode policy set", {{"policy", to_text(to_json(policy))}});
  // What has begun goes on as it is; only those that were held may begin now, or wait for another
  // reason.
  const auto held = title_ids(
      database_.query("SELECT title_id FROM title_making WHERE waiting <> '' ORDER BY title_id "
                      "DESC LIMIT ?",
                      {kTitlesAtOnce}));
  if (!held) return std::unexpected(held.error());
  if (const auto done = advance_all(*held); !done) return std::unexpected(done.error());
  return {};
}

Result<void> TitleJobs::ask_for(const TitleId& id) {
  if (encode_policy().when != EncodeWhen::on_first_watch) return {};
  const auto rows =
      database_.query("SELECT asked_ms FROM title_making WHERE title_id = ?", {id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (!rows->empty() && rows->front().integer(0) > 0) return {};
  auto done = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
    if (auto noted = note_making(sql, id, "asked_ms", to_ms(clock_.now())); !noted) return noted;
    return advance(sql, id);
  });
  if (done) queue_.wake();
  return done;
}

Result<std::int64_t> TitleJobs::stored_bytes(store::SqlRunner& sql) {
  const auto row = sql.query_one("SELECT COALESCE(SUM(stored_bytes), 0) FROM title_making");
  if (!row) return std::unexpected(row.error());
  return row->integer(0);
}

Result<TitleMaking> TitleJobs::making(store::SqlRunner& sql, const catalog::Title& title) {
  TitleMaking making;
  const auto rows = sql.query("SELECT stored_bytes, waiting FROM title_making WHERE title_id = ?",
                              {title.id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  if (!rows->empty()) {
    making.stored_bytes = rows->front().integer(0);
    making.waiting = rows->front().text(1);
  }
  const bool under_way = title.state == catalog::TitleState::encoding;
  if (under_way && making.waiting.empty()) {
    making.waiting = night_gate(encode_policy(), local_minute_(clock_.now())).reason;
  }
  const auto speed = sql.query("SELECT seconds_per_weight FROM encode_speed WHERE one = 1");
  if (!speed) return std::unexpected(speed.error());
  if (under_way && !speed->empty()) {
    making.seconds_left = title.work_total * (1 - title.progress) * speed->front().number(0);
  }
  return making;
}

Result<catalog::AddedTitle> TitleJobs::add(const catalog::FoundTitle& film) {
  auto added = store::transact<catalog::AddedTitle>(
      database_, [&](store::SqlRunner& sql) -> Result<catalog::AddedTitle> {
        auto recorded = titles_.add(sql, film);
        if (!recorded) return recorded;
        if (auto begun = begin(sql, *recorded); !begun) return std::unexpected(begun.error());
        return recorded;
      });
  if (added) queue_.wake();
  return added;
}

Result<void> TitleJobs::begin(store::SqlRunner& sql, catalog::AddedTitle& added) {
  if (!added.is_new && has_source(added.title)) {
    const auto retried = queue_.retry_failed(sql, added.title.id.to_string());
    if (!retried) return std::unexpected(retried.error());
  }
  return advance(sql, added.title);
}

Result<std::size_t> TitleJobs::resume() {
  if (auto noted = note_file_facts(); !noted) return std::unexpected(noted.error());
  const auto ids = titles_.unfinished(database_);
  if (!ids) return std::unexpected(ids.error());
  // Made before there were thumbnails.
  const auto bare = title_ids(database_.query(
      "SELECT id FROM titles WHERE state = 'ready' AND package_id <> '' AND NOT EXISTS (SELECT 1 "
      "FROM jobs WHERE job_key = titles.id || '/thumbnails') ORDER BY added_ms DESC LIMIT ?",
      {kTitlesAtOnce}));
  if (!bare) return std::unexpected(bare.error());
  if (const auto done = advance_all(*bare); !done) return std::unexpected(done.error());
  return advance_all(*ids);
}

Result<std::size_t> TitleJobs::advance_all(const std::vector<TitleId>& ids) {
  for (std::size_t from = 0; from < ids.size(); from += kTitlesPerTransaction) {
    const auto some =
        std::span(ids).subspan(from, std::min(kTitlesPerTransaction, ids.size() - from));
    auto advanced = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
      for (const auto& id : some) {
        auto done = advance(sql, id);
        if (!done && done.error().code != ErrorCode::not_found) return done;
      }
      return {};
    });
    if (!advanced) return std::unexpected(advanced.error());
  }
  queue_.wake();
  return ids.size();
}

Result<void> TitleJobs::advance(store::SqlRunner& sql, const TitleId& id) {
  auto title = titles_.find(sql, id);
  if (!title) return std::unexpected(title.error());
  return advance(sql, *title);
}

Result<void> TitleJobs::note_progress(store::SqlRunner& sql, const std::string& subject) {
  const auto id = TitleId::parse(subject);
  if (!id) return {};  // a job of something else
  auto title = titles_.find(sql, *id);
  if (!title || title->work_total <= 0) return {};
  // What is still made for a title that is ready is no progress of it.
  if (title->state == catalog::TitleState::ready) return {};
  const auto done = queue_.work_done(sql, subject);
  if (!done) return std::unexpected(done.error());
  return titles_.set_progress(sql, *id, std::min(*done / title->work_total, 0.999));
}

Result<void> TitleJobs::finished(store::SqlRunner& sql, const FinishedJob& job) {
  const auto id = TitleId::parse(job.subject);
  if (!id) return {};
  auto title = titles_.find(sql, *id);
  if (!title) {
    return title.error().code == ErrorCode::not_found ? Result<void>{}
                                                      : std::unexpected(title.error());
  }
  if (!job.failure) {
    if (auto taken = take_in(sql, *title, job); !taken) return taken;
    if (auto noted = note_speed(sql, job); !noted) return noted;
  }
  return advance(sql, *title);
}

Result<void> TitleJobs::note_speed(store::SqlRunner& sql, const FinishedJob& job) {
  if (job.kind != kEncodeKind || job.weight <= 0 || job.took_ms <= 0) return {};
  const double measured = static_cast<double>(job.took_ms) / 1000 / job.weight;
  const auto known = sql.query("SELECT seconds_per_weight FROM encode_speed WHERE one = 1");
  if (!known) return std::unexpected(known.error());
  const double speed =
      known->empty() ? measured
                     : known->front().number(0) * kSpeedMemory + measured * (1 - kSpeedMemory);
  const auto written = sql.execute(
      "INSERT INTO encode_speed (one, seconds_per_weight) VALUES (1, ?) ON CONFLICT (one) DO "
      "UPDATE SET seconds_per_weight = excluded.seconds_per_weight",
      {speed});
  if (!written) return std::unexpected(written.error());
  return {};
}

Result<PipelineState> TitleJobs::state_of(store::SqlRunner& sql, const catalog::Title& title) {
  PipelineState state;
  state.title_id = title.id;
  state.source_path = title.source_path;
  state.added_ms = title.added_ms;
  state.sidecars = title.sidecars;
  state.published_version = title.package_version;
  state.published_parts = title.published_parts;
  const std::string subject = title.id.to_string();
  const auto jobs = queue_.of_subject(sql, subject);
  if (!jobs) return std::unexpected(jobs.error());
  for (const auto& job : *jobs) {
    if (job.key.size() <= subject.size()) continue;
    state.steps[job.key.substr(subject.size() + 1)] = {job.kind, job.state, job.failure.message,
                                                       job.failure.code};
  }
  state.has_source = has_source(title);
  const auto artworks = catalog::Artworks::of(sql, std::span(&title.id, 1));
  if (!artworks) return std::unexpected(artworks.error());
  if (const auto own = artworks->find(title.id); own != artworks->end()) {
    for (const auto& artwork : own->second) {
      if (artwork.object_id.empty() && artwork.usable() && !artwork.source_path.empty()) {
        state.artwork_to_make.push_back(artwork);
      }
    }
  }
  if (auto added = add_policy_facts(sql, state); !added) return std::unexpected(added.error());
  const auto probe = state.steps.find("probe");
  if (probe == state.steps.end() || probe->second.state != JobState::done) return state;
  auto found = probe_of(sql, title.id);
  state.plan = found ? plan_title(std::move(*found), state.steps) : std::unexpected(found.error());
  return state;
}

Result<void> TitleJobs::add_policy_facts(store::SqlRunner& sql, PipelineState& state) {
  state.policy = encode_policy();
  const auto rows = sql.query("SELECT asked_ms FROM title_making WHERE title_id = ?",
                              {state.title_id.to_string()});
  if (!rows) return std::unexpected(rows.error());
  state.asked_for = !rows->empty() && rows->front().integer(0) > 0;
  if (!state.policy.disk_quota_bytes) return {};
  const auto taken = sql.query_one(
      "SELECT COALESCE(SUM(CASE WHEN promised_bytes > stored_bytes THEN promised_bytes ELSE "
      "stored_bytes END), 0) FROM title_making WHERE title_id <> ?",
      {state.title_id.to_string()});
  if (!taken) return std::unexpected(taken.error());
  state.stored_bytes = taken->integer(0);
  return {};
}

Result<void> TitleJobs::advance(store::SqlRunner& sql, catalog::Title& title) {
  const auto state = state_of(sql, title);
  if (!state) return std::unexpected(state.error());
  return carry_out(sql, title, *state, decide_next(*state));
}

Result<void> TitleJobs::carry_out(store::SqlRunner& sql, catalog::Title& title,
                                  const PipelineState& state, Decision decision) {
  bool encodes = false;
  std::string error = decision.error;
  for (const auto& step : decision.steps) {
    encodes = encodes || step.kind == kEncodeKind;
    auto queued = enqueue(sql, title, step, decision);
    if (queued) continue;
    // What jobs brought does not fit together: no reason to redo the job that ended just now.
    if (queued.error().code != ErrorCode::corrupt && queued.error().code != ErrorCode::invalid) {
      return queued;
    }
    decision.state = catalog::TitleState::failed;
    decision.cancel_rest = true;
    error = step.step + ": " + queued.error().message;
  }
  if (!state.has_source) return {};
  title.error = std::move(error);
  if (decision.cancel_rest) {
    if (auto cancelled = queue_.cancel(sql, title.id.to_string()); !cancelled) {
      return std::unexpected(cancelled.error());
    }
    if (title.state != catalog::TitleState::failed) {
      log::warning("title failed", {{"title_id", title.id.to_string()}, {"error", title.error}});
    }
  }
  if (decision.state == catalog::TitleState::ready && title.state != decision.state) {
    log::info("title ready", {{"title_id", title.id.to_string()}});
  }
  title.state = decision.state;
  title.notes = std::move(decision.notes);
  title.work_total = decision.work_total;
  if (state.plan && *state.plan) {
    const auto& plan = **state.plan;
    title.duration_ms = plan.duration_ms;
    title.estimate_cpu_seconds = plan.cpu_seconds;
    title.estimate_bytes = static_cast<std::int64_t>(plan.bytes);
    if (encodes) {
      auto promised = note_making(sql, title.id, "promised_bytes", title.estimate_bytes);
      if (!promised) return promised;
    }
    if (auto noted = note_making(sql, title.id, "waiting", decision.waiting); !noted) return noted;
  }
  const auto done = queue_.work_done(sql, title.id.to_string());
  if (!done) return std::unexpected(done.error());
  // Of a title that is in the making, whoever makes it says how far it is.
  if (!title.announced) {
    title.progress = title.work_total > 0 ? std::min(*done / title.work_total, 0.999) : 0;
  }
  if (title.state == catalog::TitleState::ready) title.progress = 1;
  return titles_.update(sql, title);
}

Result<void> TitleJobs::enqueue(store::SqlRunner& sql, const catalog::Title& title,
                                const NextStep& step, const Decision& decision) {
  NewJob job{.key = key_of(title.id, step.step),
             .kind = std::string(step.kind),
             .subject = title.id.to_string(),
             .priority = step.priority,
             .recency = title.added_ms,
             .sequence = step.sequence,
             .weight = step.weight};
  if (step.kind == kPublishKind && decision.publish) {
    const auto payload = publish_payload(sql, title, step, *decision.publish);
    if (!payload) return std::unexpected(payload.error());
    job.payload = to_text(*payload);
  } else {
    job.payload = to_text(step.payload);
  }
  const auto queued = queue_.enqueue(sql, job);
  if (!queued) return std::unexpected(queued.error());
  return {};
}

}  // namespace matinee::functions
