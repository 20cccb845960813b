#include "functions/title_jobs.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "base/log.h"
#include "functions/embedded_facts.h"
#include "functions/job_payloads.h"
#include "functions/stored_bytes.h"
#include "media/package.h"
#include "media/probe.h"
#include "media/track_index.h"

namespace matinee::functions {
namespace {

std::string key_of(const catalog::Title& title, std::string_view step) {
  return title.id.to_string().append("/").append(step);
}

// A result that does not say what it must is the worker's fault and no reason to stop the queue:
// the title fails with it. Results come from our own media role.
Result<Json> member_of(const Result<std::string>& text, std::string_view step,
                       std::string_view name) {
  if (!text) return std::unexpected(text.error());
  auto json = parse_json(*text);
  if (!json || !json->is_object() || !json->contains(name)) {
    return fail(ErrorCode::corrupt,
                "the result of " + std::string(step) + " has no " + std::string(name));
  }
  return std::move((*json)[name]);
}

Result<std::vector<media::Track>> tracks_of(const Json& list) {
  if (!list.is_array()) return fail(ErrorCode::corrupt, "a list of tracks is none");
  std::vector<media::Track> tracks;
  for (const auto& item : list) {
    auto track = media::parse_track(item);
    if (!track) return std::unexpected(track.error());
    tracks.push_back(std::move(*track));
  }
  return tracks;
}

}  // namespace

TitleJobs::TitleJobs(store::Database& database, catalog::Titles& titles, JobQueue& queue)
    : database_(database), titles_(titles), queue_(queue) {
  queue_.on_finished(
      [this](store::SqlRunner& sql, const FinishedJob& job) { return finished(sql, job); });
  queue_.on_progress([this](store::SqlRunner& sql, const std::string& subject) {
    return note_progress(sql, subject);
  });
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
  auto& title = added.title;
  if (!has_source(title.kind) || title.announced) return {};
  if (!added.is_new) {
    const auto retried = queue_.retry_failed(sql, title.id.to_string());
    if (!retried) return std::unexpected(retried.error());
  }
  return advance(sql, title);
}

Result<std::size_t> TitleJobs::resume() {
  const auto ids = titles_.unfinished(database_);
  if (!ids) return std::unexpected(ids.error());
  for (const auto& id : *ids) {
    auto advanced = database_.transaction([&](store::SqlRunner& sql) -> Result<void> {
      auto title = titles_.find(sql, id);
      if (!title) return std::unexpected(title.error());
      return advance(sql, *title);
    });
    if (!advanced) return std::unexpected(advanced.error());
  }
  queue_.wake();
  return ids->size();
}

Result<void> TitleJobs::note_progress(store::SqlRunner& sql, const std::string& subject) {
  const auto id = TitleId::parse(subject);
  if (!id) return {};  // a job of something else
  auto title = titles_.find(sql, *id);
  if (!title || title->work_total <= 0) return {};
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
  }
  return advance(sql, *title);
}

// What a job brings beside its result in the queue.
Result<void> TitleJobs::take_in(store::SqlRunner& sql, catalog::Title& title,
                                const FinishedJob& job) {
  if (job.kind == kPosterKind) {
    const auto json = member_of(job.result, job.key, "poster");
    const auto poster = json ? media::parse_poster(*json) : fail(json.error(), "poster");
    if (poster) title.poster_object = poster->object;
  }
  if (job.kind == kProbeKind) return take_in_probe(sql, title, job);
  if (job.kind != kPublishKind) return {};
  const auto package = member_of(job.result, job.key, "package");
  if (!package || !package->is_string() ||
      !media::is_object_id(package->get_ref<const std::string&>())) {
    return {};  // the decision makes a failure of it
  }
  const auto payload_text = queue_.payload_of(sql, job.key);
  const auto version = member_of(payload_text, job.key, "version");
  const auto parts = member_of(payload_text, job.key, "parts");
  if (!version || !parts) return {};
  if (version->get<int>() <= title.package_version) return {};
  if (const auto payload = parse_json(*payload_text)) {
    if (auto noted = note_stored(sql, title.id, *payload); !noted) return noted;
  }
  title.package_version = version->get<int>();
  title.package_id = package->get<std::string>();
  title.published_parts = parts->get<std::string>();
  log::info("published", {{"title_id", title.id.to_string()},
                          {"version", title.package_version},
                          {"parts", title.published_parts}});
  return {};
}

Result<void> TitleJobs::take_in_probe(store::SqlRunner& sql, const catalog::Title& title,
                                      const FinishedJob& job) {
  const auto json = member_of(job.result, job.key, "probe");
  const auto probe = json ? media::parse_probe(*json) : std::unexpected(json.error());
  if (!probe) return {};  // the decision makes a failure of it
  auto known = titles_.facts_of(sql, std::array{title.id});
  if (!known) return std::unexpected(known.error());
  auto& facts = (*known)[title.id];
  if (!add_embedded_facts(facts, *probe)) return {};
  return titles_.set_facts(sql, title.id, facts);
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
  const auto probe = state.steps.find("probe");
  if (probe == state.steps.end() || probe->second.state != JobState::done) return state;
  const auto json = member_of(queue_.result_of(sql, key_of(title, "probe")), "probe", "probe");
  if (!json) {
    state.plan = std::unexpected(json.error());
    return state;
  }
  auto parsed = media::parse_probe(*json);
  state.plan =
      parsed ? plan_title(std::move(*parsed), state.steps) : std::unexpected(parsed.error());
  return state;
}

Result<void> TitleJobs::advance(store::SqlRunner& sql, catalog::Title& title) {
  const auto state = state_of(sql, title);
  if (!state) return std::unexpected(state.error());
  Decision decision = decide_next(*state);
  title.error = decision.error;
  for (const auto& step : decision.steps) {
    auto queued = enqueue(sql, title, step, decision);
    if (queued) continue;
    // What jobs brought does not fit together: no reason to redo the job that ended just now.
    if (queued.error().code != ErrorCode::corrupt && queued.error().code != ErrorCode::invalid) {
      return queued;
    }
    decision.state = catalog::TitleState::failed;
    decision.cancel_rest = true;
    title.error = step.step + ": " + queued.error().message;
  }
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
  if (state->plan && *state->plan) {
    const auto& plan = **state->plan;
    title.duration_ms = plan.duration_ms;
    title.estimate_cpu_seconds = plan.cpu_seconds;
    title.estimate_bytes = static_cast<std::int64_t>(plan.bytes);
  }
  const auto done = queue_.work_done(sql, title.id.to_string());
  if (!done) return std::unexpected(done.error());
  title.progress = title.work_total > 0 ? std::min(*done / title.work_total, 0.999) : 0;
  if (title.state == catalog::TitleState::ready) title.progress = 1;
  return titles_.update(sql, title);
}

Result<void> TitleJobs::enqueue(store::SqlRunner& sql, const catalog::Title& title,
                                const NextStep& step, const Decision& decision) {
  NewJob job{.key = key_of(title, step.step),
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

Result<Json> TitleJobs::publish_payload(store::SqlRunner& sql, const catalog::Title& title,
                                        const NextStep& step, const PublishPlan& publish) {
  const auto result = [&](const std::string& name, std::string_view member) {
    return member_of(queue_.result_of(sql, key_of(title, name)), name, member);
  };
  std::vector<media::Track> tracks;
  if (publish.repackaged) {
    const auto json = result("repackage", "tracks");
    if (!json) return std::unexpected(json.error());
    auto made = tracks_of(*json);
    if (!made) return fail(made.error(), "repackage");
    std::ranges::move(*made, std::back_inserter(tracks));
  }
  for (const auto& pass : publish.video_passes) {
    std::map<std::string, std::vector<media::Track>> chunks;  // by track
    for (const auto& name : pass) {
      const auto json = result(name, "rungs");
      if (!json) return std::unexpected(json.error());
      auto made = tracks_of(*json);
      if (!made) return fail(made.error(), name);
      for (auto& track : *made) chunks[track.track_id].push_back(std::move(track));
    }
    for (const auto& [track_id, list] : chunks) {
      if (list.size() != pass.size()) {
        return fail(ErrorCode::corrupt, "track " + track_id + " lacks a chunk");
      }
      auto joined = media::join_chunks(list);
      if (!joined) return fail(joined.error(), "joining the chunks of " + track_id);
      tracks.push_back(std::move(*joined));
    }
  }
  for (const auto& name : publish.audio) {
    const auto json = result(name, "track");
    if (!json) return std::unexpected(json.error());
    auto track = media::parse_track(*json);
    if (!track) return fail(track.error(), name);
    tracks.push_back(std::move(*track));
  }
  // Video from the lowest to the highest, then audio as it came.
  std::ranges::stable_sort(tracks, {}, [](const media::Track& track) {
    return std::pair(!track.is_video(), track.is_video() ? track.height : 0);
  });
  Json payload = step.payload;
  payload["tracks"] = Json::array();
  for (const auto& track : tracks) payload["tracks"].push_back(media::to_json(track));
  payload["captions"] = Json::array();
  for (const auto& name : publish.captions) {
    const auto json = result(name, "captions");
    if (!json) return std::unexpected(json.error());
    if (!json->is_array()) return fail(ErrorCode::corrupt, name + " brought no list of captions");
    for (const auto& item : *json) payload["captions"].push_back(item);
  }
  payload["poster"] = nullptr;
  if (publish.poster) {
    const auto json = result("poster", "poster");
    if (!json) return std::unexpected(json.error());
    payload["poster"] = *json;
  }
  return payload;
}

}  // namespace matinee::functions
