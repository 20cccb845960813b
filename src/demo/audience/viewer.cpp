#include "demo/audience/viewer.h"

#include <algorithm>
#include <utility>

#include "base/id.h"
#include "base/log.h"

namespace matinee::demo {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kAskMax{8'000};
constexpr milliseconds kSulk{20'000};      // after something went wrong
constexpr milliseconds kBeat{10'000};      // as the page
constexpr std::int64_t kAheadMs = 14'000;  // of video that is fetched before it is played
constexpr std::int64_t kEndMs = 500;       // so near the end is the end
constexpr std::size_t kAnswerBytesMax = std::size_t{32} << 20U;
constexpr std::size_t kEventsMax = 100;               // waiting to be posted; the oldest go first
constexpr std::int64_t kEpochMs = 1'767'225'600'000;  // 2026: where a session's numbers begin

int hour_of(Instant now) { return static_cast<int>(to_ms(now) / 3'600'000 % 24); }

std::int64_t ms_between(MonotonicInstant from, MonotonicInstant to) {
  return std::chrono::duration_cast<milliseconds>(to - from).count();
}

}  // namespace

AudienceViewer::AudienceViewer(AudienceWorld world, AudienceMember member, std::uint32_t seed)
    : world_(std::move(world)),
      member_(std::move(member)),
      dice_(seed),
      born_(world_.clock.monotonic()),
      // A session may outlive this process: its numbers go on, ten for each second.
      sequence_(static_cast<std::uint64_t>(
          std::max<std::int64_t>(1, (to_ms(world_.clock.now()) - kEpochMs) / 100))) {
  due_ = born_ + milliseconds(static_cast<std::int64_t>(4'000 * dice_.next()));
}

MonotonicInstant AudienceViewer::act(std::span<const Watchable> titles) {
  if (world_.clock.monotonic() < due_) return due_;
  if (cookie_.empty()) {
    auto cookie = world_.sign_in(member_);
    if (!cookie) {
      log::debug("an audience member cannot sign in",
                 {{"member", member_.name}, {"error", cookie.error().message}});
      return due_ = world_.clock.monotonic() + kSulk;
    }
    cookie_ = std::move(*cookie);
  }
  if (!play_) return due_ = choose(titles);
  if (const auto done = go_on(); !done) {
    log::debug("an audience member's play broke off",
               {{"member", member_.name}, {"error", done.error().message}});
    record("play.error", {{"code", "demo"}, {"severity", "fatal"}});
    finish("left");
    return due_ = world_.clock.monotonic() + kSulk;
  }
  return due_ = play_ ? next_moment() : world_.clock.monotonic();
}

// A plan is made, its rest is taken, then it is carried out.
MonotonicInstant AudienceViewer::choose(std::span<const Watchable> titles) {
  if (!planned_) {
    const NextStep step = next_step(member_, memory_, titles, hour_of(world_.clock.now()), dice_);
    planned_ = step.sitting;
    return world_.clock.monotonic() + step.rest;
  }
  const Sitting sitting = *std::exchange(planned_, std::nullopt);
  if (const auto started = start(sitting); !started) {
    log::debug("an audience member cannot watch",
               {{"member", member_.name}, {"error", started.error().message}});
    play_.reset();
    return world_.clock.monotonic() + kSulk;
  }
  return world_.clock.monotonic();
}

Result<http::WholeResponse> AudienceViewer::ask(http::ClientRequest request) {
  request.headers.set("Cookie", cookie_);
  auto answer = world_.edge.fetch(request, Deadline::in(world_.clock, kAskMax), kAnswerBytesMax);
  if (!answer) return answer;
  if (answer->status == 401) cookie_.clear();  // signed out by somebody: in again
  if (answer->status >= 300) {
    return fail(ErrorCode::unavailable,
                request.target.substr(0, 3) + "... answered " + std::to_string(answer->status));
  }
  return answer;
}

Result<std::string> AudienceViewer::get(const std::string& target, const Part* part) {
  http::ClientRequest request{.target = target};
  if (part != nullptr && part->bytes > 0) {
    request.headers.set("Range", "bytes=" + std::to_string(part->offset) + "-" +
                                     std::to_string(part->offset + part->bytes - 1));
  }
  auto answer = ask(std::move(request));
  if (!answer) return std::unexpected(answer.error());
  return std::move(answer->body);
}

Result<void> AudienceViewer::start(const Sitting& sitting) {
  const auto attempted = world_.clock.monotonic();
  play_.emplace(Play{});
  play_->sitting = sitting;
  play_->position_ms = sitting.from_ms;
  http::ClientRequest request{.method = http::Method::post, .target = "/v1/plays"};
  request.headers.set("Content-Type", "application/json");
  request.body = to_text(Json{{"title_id", sitting.title_id}});
  const auto answer = ask(std::move(request));
  if (!answer) return std::unexpected(answer.error());
  const auto json = parse_json(answer->body);
  if (!json) return std::unexpected(json.error());
  const auto play_id = text_member(*json, "play_id");
  const auto hls_url = text_member(*json, "hls_url");
  const auto duration = integer_member(*json, "duration_ms");
  if (!play_id || !hls_url || !duration) {
    return fail(ErrorCode::corrupt, "a play's answer lacks what is played");
  }
  play_->play_id = *play_id;
  play_->duration_ms = *duration;
  play_->sitting.until_ms = std::min(play_->sitting.until_ms, *duration);
  record("play.attempt", {{"player", "audience-hls"}});
  if (auto opened = open_manifests(*hls_url); !opened) return opened;
  if (auto fetched = fetch_part(); !fetched) return fetched;
  play_->at = world_.clock.monotonic();
  play_->next_beat = play_->at + kBeat;
  record("play.start", {{"startup_ms", ms_between(attempted, play_->at)}});
  record("play.switch", {{"height", play_->height}, {"bandwidth_bps", play_->bandwidth_bps}});
  post_events();
  return {};
}

Result<void> AudienceViewer::open_manifests(const std::string& hls_url) {
  const auto path =
      hls_url.substr(hls_url.find("/m/") == std::string::npos ? 0 : hls_url.find("/m/"));
  play_->folder = path.substr(0, path.rfind('/') + 1);
  const auto master_text = get(path);
  if (!master_text) return std::unexpected(master_text.error());
  const Master master = parse_master(*master_text);
  const Variant* variant = choose_variant(master, member_.height_max);
  if (variant == nullptr) return fail(ErrorCode::corrupt, "a manifest without pictures");
  play_->height = variant->height;
  play_->bandwidth_bps = variant->bandwidth_bps;
  const auto video = get(play_->folder + variant->uri);
  if (!video) return std::unexpected(video.error());
  play_->video = parse_media(*video);
  if (!master.audio_uri.empty()) {
    const auto audio = get(play_->folder + master.audio_uri);
    if (!audio) return std::unexpected(audio.error());
    play_->audio = parse_media(*audio);
  }
  for (const Media* media : {&play_->video, &play_->audio}) {
    if (!media->init) continue;
    if (const auto init = get(play_->folder + media->init->uri, &*media->init); !init) {
      return std::unexpected(init.error());
    }
  }
  play_->next_part = part_at(play_->video, play_->position_ms);
  for (std::size_t i = 0; i < play_->next_part; ++i) {
    play_->fetched_ms += play_->video.parts[i].duration_ms;
  }
  return {};
}

// The next segment of the video, and the sound that belongs to it.
Result<void> AudienceViewer::fetch_part() {
  if (play_->next_part >= play_->video.parts.size()) return {};
  const Part& part = play_->video.parts[play_->next_part];
  if (const auto bytes = get(play_->folder + part.uri, &part); !bytes) {
    return std::unexpected(bytes.error());
  }
  const std::size_t sound = part_at(play_->audio, play_->fetched_ms);
  if (sound < play_->audio.parts.size()) {
    const Part& sound_part = play_->audio.parts[sound];
    if (const auto bytes = get(play_->folder + sound_part.uri, &sound_part); !bytes) {
      return std::unexpected(bytes.error());
    }
  }
  play_->fetched_ms += part.duration_ms;
  ++play_->next_part;
  return {};
}

Result<void> AudienceViewer::go_on() {
  const auto now = world_.clock.monotonic();
  if (play_->resumes) {
    if (now < *play_->resumes) return {};
    play_->resumes.reset();
    play_->at = now;
    record("play.resume");
  }
  play_->position_ms += ms_between(play_->at, now);
  play_->at = now;
  const Sitting& sitting = play_->sitting;
  if (play_->position_ms >= sitting.until_ms - kEndMs) {
    play_->position_ms = sitting.until_ms;
    finish(sitting.finishes ? "completed" : "left");
    return {};
  }
  if (sitting.pause_at_ms && play_->position_ms >= *sitting.pause_at_ms) {
    record("play.pause");
    play_->sitting.pause_at_ms.reset();
    play_->resumes = now + milliseconds(sitting.pause_ms);
  }
  if (now >= play_->next_beat) {
    play_->next_beat = now + kBeat;
    record("play.beat",
           {{"buffer_ms", std::max<std::int64_t>(0, play_->fetched_ms - play_->position_ms)},
            {"bitrate_bps", play_->bandwidth_bps},
            {"height", play_->height}});
  }
  post_events();
  if (play_->fetched_ms < play_->position_ms + kAheadMs) return fetch_part();
  return {};
}

MonotonicInstant AudienceViewer::next_moment() const {
  const Play& play = *play_;
  if (play.resumes) return *play.resumes;
  const auto at = [&](std::int64_t position_ms) {
    return play.at + milliseconds(std::max<std::int64_t>(0, position_ms - play.position_ms));
  };
  auto next = std::min(play.next_beat, at(play.sitting.until_ms - kEndMs));
  if (play.sitting.pause_at_ms) next = std::min(next, at(*play.sitting.pause_at_ms));
  if (play.next_part < play.video.parts.size())
    next = std::min(next, at(play.fetched_ms - kAheadMs + 1));
  return next;
}

void AudienceViewer::finish(std::string_view reason) {
  record("play.end", {{"reason", std::string(reason)}});
  post_events();
  play_->sitting.until_ms = play_->position_ms;
  play_->sitting.finishes = reason == "completed";
  remember(memory_, play_->sitting);
  play_.reset();
}

void AudienceViewer::leave() {
  if (play_) finish("left");
  planned_.reset();
}

void AudienceViewer::record(std::string_view type, Json payload) {
  const auto now = world_.clock.monotonic();
  while (events_.size() >= kEventsMax) events_.erase(events_.begin());
  events_.push_back({{"id", EventId::generate(world_.clock, world_.random).to_string()},
                     {"type", type},
                     {"schema_version", 1},
                     {"session_seq", ++sequence_},
                     {"t_client_ms", to_ms(world_.clock.now())},
                     {"t_mono_ms", ms_between(born_, now)},
                     {"play_id", play_->play_id},
                     {"title_id", play_->sitting.title_id},
                     {"position_ms", play_->position_ms},
                     {"duration_ms", play_->duration_ms},
                     {"consent", {{"essential", true}}},
                     {"cells", Json::object()},
                     {"payload", std::move(payload)}});
}

// What is not taken stays for the next time.
void AudienceViewer::post_events() {
  if (events_.empty()) return;
  http::ClientRequest request{.method = http::Method::post, .target = "/v1/events"};
  request.headers.set("Content-Type", "application/json");
  request.body = to_text(Json{{"events", events_}});
  request.retry_safe = true;  // events are known by their ids
  if (const auto answer = ask(std::move(request)); answer) events_ = Json::array();
}

}  // namespace matinee::demo
