#include "functions/title_pipeline.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/encoding.h"

namespace matinee::functions {
namespace {

// Everything that makes some title playable goes before everything that makes one better.
constexpr int kProbePriority = 100;
constexpr int kPublishPriority = 90;
constexpr int kFirstPriority = 80;
constexpr int kExtrasPriority = 70;
constexpr int kArtworkPriority = 60;
constexpr int kThumbnailsPriority = 55;  // so that they mostly come with the last rungs
constexpr int kRestPriority = 50;
// Somebody is waiting for it.
constexpr int kAskedForBonus = 4;

// Weights in seconds of one core, roughly: only their proportions matter, for progress.
constexpr double kPublishWeight = 0.3;
constexpr double kExtraWeight = 0.3;
constexpr double kRepackagePerSecond = 0.02;
constexpr double kAudioPerSecond = 0.02;
constexpr double kEncodePerMegapixelSecond = 0.5;
constexpr double kDecodePerMegapixelSecond = 0.1;

constexpr std::string_view kThumbnailsPart = " thumbnails";

// `held`: the policy does not let it begin.
enum class Progress { pending, done, failed, held };

class Decider {
 public:
  explicit Decider(const PipelineState& state)
      : state_(state), source_{state.title_id, state.source_path} {}

  Decision decide() {
    decision_.state = catalog::TitleState::queued;
    make_artwork();
    if (!state_.has_source) return std::move(decision_);
    if (!state_.plan) return before_plan();
    if (!*state_.plan) return failed(state_.plan->error().message);
    plan_ = &**state_.plan;
    split_rungs();
    decision_.state = catalog::TitleState::encoding;

    const Progress first = make_first_video();
    if (first == Progress::held) {
      make_extras();
      decision_.state = catalog::TitleState::queued;
      return std::move(decision_);
    }
    const Progress audio = make_audio();
    const Progress extras = make_extras();
    const Progress rest = make_rest(first);
    make_thumbnails();
    if (first == Progress::failed || rest == Progress::failed) return failed(video_error_);
    if (audio == Progress::failed) return failed(audio_error_);
    return publish(first, audio, extras, rest);
  }

 private:
  [[nodiscard]] const StepFacts* facts_of(const std::string& step) const {
    const auto found = state_.steps.find(step);
    return found == state_.steps.end() ? nullptr : &found->second;
  }

  // Where a step stands; it is given to be made when nobody has asked for it yet.
  template <typename MakePayload>
  Progress want(const std::string& step, std::string_view kind, int priority, double weight,
                std::string_view reason, MakePayload make_payload, std::int64_t sequence = 0) {
    decision_.work_total += weight;
    const StepFacts* facts = facts_of(step);
    if (facts == nullptr) {
      decision_.steps.push_back({.step = step,
                                 .kind = kind,
                                 .priority = priority,
                                 .sequence = sequence,
                                 .weight = weight,
                                 .payload = make_payload(),
                                 .reason = std::string(reason)});
      return Progress::pending;
    }
    if (facts->state == JobState::done) return Progress::done;
    return facts->state == JobState::failed ? Progress::failed : Progress::pending;
  }

  Decision failed(std::string message) {
    std::erase_if(decision_.steps, [](const NextStep& step) { return step.kind != kArtworkKind; });
    decision_.publish.reset();
    decision_.waiting.clear();
    decision_.state = catalog::TitleState::failed;
    decision_.error = std::move(message);
    decision_.cancel_rest = true;
    return std::move(decision_);
  }

  Decision before_plan() {
    const Progress probe =
        want("probe", kProbeKind, kProbePriority, 0, "nothing is known of it yet",
             [&] { return probe_payload(source_); });
    decision_.work_total = 0;
    if (probe == Progress::failed) return failed(facts_of("probe")->message);
    return std::move(decision_);
  }

  void split_rungs() {
    rest_ = plan_->rungs;
    if (!plan_->repackage && !rest_.empty()) {
      first_ = rest_.front();
      rest_.erase(rest_.begin());
    }
  }

  static double megapixels(const media::Rung& rung) {
    return static_cast<double>(rung.width) * rung.height / 1e6;
  }

  double chunk_weight(const media::EncodeChunk& chunk, std::span<const media::Rung> rungs) const {
    double source = megapixels(plan_->repackaged);
    for (const auto& rung : plan_->rungs) source = std::max(source, megapixels(rung));
    double weight = source * kDecodePerMegapixelSecond;
    for (const auto& rung : rungs) weight += megapixels(rung) * kEncodePerMegapixelSecond;
    return weight * static_cast<double>(chunk.end_ms - chunk.start_ms) / 1000;
  }

  [[nodiscard]] double seconds() const { return static_cast<double>(plan_->duration_ms) / 1000; }

  [[nodiscard]] bool has_begun(std::string_view prefix) const {
    const auto found = state_.steps.lower_bound(std::string(prefix));
    return found != state_.steps.end() && found->first.starts_with(prefix);
  }

  // Why a pass may not begin; empty = it may. One that has begun is finished.
  [[nodiscard]] std::string barrier(const std::string& pass) const {
    if (has_begun("encode/" + pass + "/")) return {};
    if (auto gate = watch_gate(state_.policy, state_.asked_for); !gate.open) return gate.reason;
    if (has_begun("encode/")) return {};  // its room was promised when it began
    return quota_gate(state_.policy, state_.stored_bytes, static_cast<std::int64_t>(plan_->bytes))
        .reason;
  }

  // One step for each chunk, making all `rungs` in one decode.
  Progress make_pass(const std::string& pass, const std::vector<media::Rung>& rungs, int priority,
                     bool may_start, std::string_view reason) {
    if (std::string why = barrier(pass); !why.empty()) {
      decision_.waiting = std::move(why);
      return Progress::held;
    }
    if (state_.asked_for) priority += kAskedForBonus;
    Progress all = Progress::done;
    auto& names = pass_steps_.emplace_back();
    for (const auto& chunk : plan_->chunks) {
      const std::string step = "encode/" + pass + "/" + std::to_string(chunk.index);
      names.push_back(step);
      const double weight = chunk_weight(chunk, rungs);
      if (!may_start && facts_of(step) == nullptr) {
        decision_.work_total += weight;
        if (all == Progress::done) all = Progress::pending;
        continue;
      }
      const Progress chunk_progress = want(
          step, kEncodeKind, priority, weight, reason,
          [&] { return encode_payload(source_, *plan_, chunk, rungs); }, chunk.index);
      if (chunk_progress == Progress::failed) {
        if (all != Progress::failed) video_error_ = facts_of(step)->message;
        all = Progress::failed;
      } else if (chunk_progress == Progress::pending && all == Progress::done) {
        all = Progress::pending;
      }
    }
    return all;
  }

  Progress make_first_video() {
    if (!plan_->repackage) {
      const Progress made = make_pass(first_.track_id, {first_}, kFirstPriority, true,
                                      "the lowest rung makes it playable");
      if (made == Progress::held && !plan_->reasons.empty()) {
        decision_.waiting.append(" (").append(plan_->reasons.front()).append(")");
      }
      return made;
    }
    const Progress made = want(
        "repackage", kRepackageKind, kFirstPriority, 0.1 + seconds() * kRepackagePerSecond,
        "browsers play the source's own video", [&] { return repackage_payload(source_, *plan_); });
    if (made == Progress::failed) video_error_ = facts_of("repackage")->message;
    return made;
  }

  Progress make_rest(Progress first) {
    if (rest_.empty()) return Progress::done;
    return make_pass("rest", rest_, kRestPriority, first == Progress::done,
                     "the other rungs, all in one decode");
  }

  // done: every track has come to its end and there is at least one, or none was to be made.
  Progress make_audio() {
    std::size_t pending = 0;
    std::size_t failures = 0;
    std::size_t unreadable = 0;
    std::size_t wanted = 0;
    for (const auto& audio : plan_->audio) {
      if (plan_->repackage && audio.repackage) continue;  // comes with the video
      ++wanted;
      const std::string step = "audio/" + audio.track_id;
      const Progress made =
          want(step, kAudioKind, kFirstPriority, 0.1 + seconds() * kAudioPerSecond,
               "playable needs its sound", [&] { return audio_payload(source_, *plan_, audio); });
      if (made == Progress::done) audio_done_.push_back(step);
      if (made == Progress::pending) ++pending;
      if (made != Progress::failed) continue;
      ++failures;
      const auto& facts = *facts_of(step);
      audio_error_ = facts.message;
      // Nothing that is tried again will make sound of it.
      if (facts.code == name_of(ErrorCode::invalid) || facts.code == name_of(ErrorCode::corrupt)) {
        ++unreadable;
      }
      decision_.notes.push_back("audio track " + audio.track_id + ": " + audio_error_);
    }
    if (pending > 0) return Progress::pending;
    const bool any_left = failures < wanted || wanted < plan_->audio.size();
    if (failures == 0 || any_left) return Progress::done;
    if (unreadable < failures) return Progress::failed;
    decision_.notes.emplace_back("it is published without sound: none of it can be decoded");
    return Progress::done;
  }

  // Captions and poster: done once all have come to their end, one way or the other.
  Progress make_extras() {
    bool all_ended = true;
    const auto note = [&](const std::string& step, const std::string& what, Progress made) {
      if (made == Progress::pending) all_ended = false;
      if (made == Progress::failed) {
        decision_.notes.push_back(what + ": " + facts_of(step)->message);
      }
      return made == Progress::done;
    };
    for (const auto& captions : plan_->captions) {
      const std::string step = "captions/s" + std::to_string(captions.stream);
      const auto made =
          want(step, kCaptionsKind, kExtrasPriority, kExtraWeight, "the source brings captions",
               [&] { return embedded_captions_payload(source_, *plan_, captions); });
      if (note(step, "captions of stream " + std::to_string(captions.stream), made)) {
        captions_done_.push_back(step);
      }
    }
    for (const auto& sidecar : state_.sidecars) {
      const auto hash = sha256(bytes_of(sidecar.path));
      const std::string step = "captions/f" + to_hex(std::span(hash).first(8));
      const auto made =
          want(step, kCaptionsKind, kExtrasPriority, kExtraWeight, "captions lie next to it",
               [&] { return sidecar_captions_payload(source_, *plan_, sidecar); });
      if (note(step, "captions " + sidecar.path, made)) captions_done_.push_back(step);
    }
    const auto made =
        want("poster", kPosterKind, kExtrasPriority, kExtraWeight, "pages show a picture of it",
             [&] { return poster_payload(source_, *plan_); });
    poster_done_ = note("poster", "poster", made);
    return all_ended ? Progress::done : Progress::pending;
  }

  // On its own: neither what is playable nor what is complete waits for pictures.
  void make_artwork() {
    if (state_.artwork_to_make.empty()) return;
    std::string ids;
    for (const auto& artwork : state_.artwork_to_make) ids += artwork.id.to_string();
    const auto hash = sha256(bytes_of(ids));
    const std::string step = "artwork/" + to_hex(std::span(hash).first(8));
    const auto made = want(step, kArtworkKind, kArtworkPriority, 0, "pages show its pictures",
                           [&] { return artwork_payload(source_, state_.artwork_to_make); });
    if (made == Progress::failed) {
      decision_.notes.push_back("artwork: " + facts_of(step)->message);
    }
  }

  // Only once it is playable, and never waited for.
  void make_thumbnails() {
    if (state_.published_version == 0) return;
    const auto made =
        want("thumbnails", kThumbnailsKind, kThumbnailsPriority, 0, "the scrubber shows them",
             [&] { return thumbnails_payload(source_, *plan_); });
    thumbnails_done_ = made == Progress::done;
    if (made == Progress::failed) {
      decision_.notes.push_back("thumbnails: " + facts_of("thumbnails")->message);
    }
  }

  PublishPlan parts(Progress rest) const {
    PublishPlan publish;
    publish.version = state_.published_version + 1;
    publish.repackaged = plan_->repackage;
    publish.parts = plan_->repackage ? "repackage" : first_.track_id;
    // The passes stand in the order in which they were made: the first rung's, then the rest's.
    std::size_t passes = plan_->repackage ? 0 : 1;
    if (!rest_.empty() && rest == Progress::done) {
      ++passes;
      publish.parts += " rest";
    }
    publish.video_passes.assign(pass_steps_.begin(),
                                pass_steps_.begin() + static_cast<std::ptrdiff_t>(passes));
    publish.audio = audio_done_;
    publish.captions = captions_done_;
    publish.poster = poster_done_;
    for (const auto& step : audio_done_) publish.parts.append(" ").append(step);
    for (const auto& step : captions_done_) publish.parts.append(" ").append(step);
    if (poster_done_) publish.parts += " poster";
    publish.thumbnails = thumbnails_done_;
    if (thumbnails_done_) publish.parts += kThumbnailsPart;
    return publish;
  }

  static std::string_view without_thumbnails(std::string_view parts) {
    if (parts.ends_with(kThumbnailsPart)) parts.remove_suffix(kThumbnailsPart.size());
    return parts;
  }

  Decision publish(Progress first, Progress audio, Progress extras, Progress rest) {
    const bool playable = first == Progress::done && audio == Progress::done;
    const bool complete =
        playable && extras == Progress::done && (rest == Progress::done || rest == Progress::held);
    decision_.work_total += kPublishWeight;
    PublishPlan next = parts(rest);
    const bool only_thumbnails_lack =
        complete && state_.published_version > 0 &&
        without_thumbnails(next.parts) == without_thumbnails(state_.published_parts);
    if (only_thumbnails_lack) decision_.state = catalog::TitleState::ready;
    const std::string step = "publish/" + std::to_string(state_.published_version + 1);
    if (const StepFacts* facts = facts_of(step)) {
      if (facts->state == JobState::failed && only_thumbnails_lack) {
        decision_.notes.push_back("thumbnails: publishing them: " + facts->message);
        return std::move(decision_);
      }
      if (facts->state == JobState::failed) return failed(facts->message);
      // Done, and yet the version was not taken in.
      if (facts->state == JobState::done) return failed("publishing: the answer names no package");
      return std::move(decision_);
    }
    if (!playable || (state_.published_version > 0 && !complete)) return std::move(decision_);
    if (next.parts == state_.published_parts) {
      decision_.state = catalog::TitleState::ready;
      return std::move(decision_);
    }
    decision_.steps.push_back(
        {.step = step,
         .kind = kPublishKind,
         .priority = kPublishPriority,
         .weight = state_.published_version == 0 ? kPublishWeight : 0,
         .payload = {{"title_id", state_.title_id.to_string()},
                     {"source", state_.source_path},
                     {"version", next.version},
                     {"duration_ms", plan_->duration_ms},
                     {"parts", next.parts}},
         .reason = complete ? "everything is there" : "there is enough to play"});
    decision_.publish = std::move(next);
    return std::move(decision_);
  }

  const PipelineState& state_;
  JobSource source_;
  const media::EncodePlan* plan_ = nullptr;
  media::Rung first_;
  std::vector<media::Rung> rest_;
  Decision decision_;
  std::vector<std::vector<std::string>> pass_steps_;
  std::vector<std::string> audio_done_;
  std::vector<std::string> captions_done_;
  bool poster_done_ = false;
  bool thumbnails_done_ = false;
  std::string video_error_;
  std::string audio_error_;
};

}  // namespace

Result<media::EncodePlan> plan_title(media::Probe probe,
                                     const std::map<std::string, StepFacts>& steps) {
  std::string against;
  for (const auto& [step, facts] : steps) {
    // Once encoding has begun it is kept to, even while a failed repackaging is tried again:
    // chunks of both ways do not fit together.
    if (step.starts_with("encode/") && !step.starts_with("encode/rest/") && against.empty()) {
      against = "its encoding has begun";
    }
    if (step != "repackage" || facts.state != JobState::failed) continue;
    if (facts.code == name_of(ErrorCode::invalid) || facts.code == name_of(ErrorCode::corrupt)) {
      against = "it cannot be repackaged: " + facts.message;
    }
  }
  if (probe.browser_safe && !against.empty()) {
    probe.browser_safe = false;
    probe.reason = std::move(against);
  }
  return media::plan_encode(probe);
}

Decision decide_next(const PipelineState& state) { return Decider(state).decide(); }

}  // namespace matinee::functions
