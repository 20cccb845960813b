#include "demo/film.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <filesystem>
#include <span>
#include <system_error>

#include "api/codec_child.h"
#include "demo/cards.h"

namespace matinee::demo {
namespace {

constexpr float kFadeSeconds = 0.9F;
constexpr std::chrono::minutes kTimeMax{60};

// The end mark's kind is 'E'; see codec/make.h for the framing.
Result<void> send(int input, char kind, std::span<const std::uint8_t> data) {
  const auto size = static_cast<std::uint32_t>(data.size());
  const std::array<std::uint8_t, 5> head{
      static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(size),
      static_cast<std::uint8_t>(size >> 8), static_cast<std::uint8_t>(size >> 16),
      static_cast<std::uint8_t>(size >> 24)};
  if (auto done = api::write_input(input, head.data(), head.size()); !done) return done;
  return api::write_input(input, data.data(), data.size());
}

Score score_of(const FilmSpec& spec, Narrator narrator) {
  Score score = spec.score;
  score.duration_s = spec.duration_s;
  score.narrator = narrator;
  for (const Cue& cue : spec.cues) score.speech.emplace_back(cue.from, cue.to);
  return score;
}

struct Feed {
  const FilmSpec& spec;
  FilmPainter& painter;

  Result<void> send_sound(int input, char kind, Music& music) const {
    const auto sound = music.next(kSoundRate / spec.frames_per_second);
    return send(
        input, kind,
        {reinterpret_cast<const std::uint8_t*>(sound.data()), sound.size() * sizeof(std::int16_t)});
  }

  Result<void> operator()(int input, std::atomic<int>& drawn, const std::atomic<bool>& stop) const {
    Music music(score_of(spec, spec.narrated ? Narrator::english : Narrator::none));
    std::optional<Music> other;
    if (spec.narrated) other.emplace(score_of(spec, Narrator::german));
    std::vector<std::uint8_t> i420;
    for (int i = 0; i < painter.frames(); ++i) {
      if (stop.load(std::memory_order_relaxed)) return fail(ErrorCode::unavailable, "stopped");
      if (auto done = send_sound(input, 'A', music); !done) return done;
      if (other) {
        if (auto done = send_sound(input, 'B', *other); !done) return done;
      }
      to_i420(painter.frame(i), i420);
      if (auto done = send(input, 'V', i420); !done) return done;
      drawn.store(i + 1, std::memory_order_relaxed);
    }
    return send(input, 'E', {});
  }
};

std::string srt_time(double second) {
  const auto ms = static_cast<int>(std::lround(second * 1000));
  return fmt::format("{:02}:{:02}:{:02},{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

}  // namespace

FilmPainter::FilmPainter(const FilmSpec& spec)
    : spec_(spec), scene_(make_scene(spec.scene)), picture_(spec.width, spec.height) {}
FilmPainter::~FilmPainter() = default;

const Picture& FilmPainter::frame(int index) {
  const float second = static_cast<float>(index) / static_cast<float>(spec_.frames_per_second);
  const auto duration = static_cast<float>(spec_.duration_s);
  scene_->draw(picture_, {second, duration});
  draw_cards(picture_, spec_, second);
  picture_.fade(
      std::min({1.0F, (second + 0.1F) / kFadeSeconds, (duration - second) / kFadeSeconds}));
  finish(picture_, spec_.grade, index);
  return picture_;
}

Result<void> generate_film(const Clock& clock, const FilmSpec& spec, const std::string& codec_path,
                           const std::string& out_path,
                           const std::function<bool(double)>& progress) {
  // The container follows from the name's end, so that stays.
  const std::filesystem::path out(out_path);
  const std::filesystem::path part = out.parent_path() / (".part-" + out.filename().string());
  FilmPainter painter(spec);
  std::atomic<int> drawn{0};
  std::atomic<bool> stop{false};
  api::CodecRun run;
  run.arguments = {"make",   part.string(),
                   "--size", fmt::format("{}x{}", spec.width, spec.height),
                   "--rate", std::to_string(spec.frames_per_second)};
  if (spec.narrated) {
    run.arguments.insert(run.arguments.end(),
                         {"--audio-language", "eng", "--audio-language", "deu"});
  }
  if (!spec.browser_safe) {
    run.arguments.insert(run.arguments.end(), {"--codec", "mpeg4", "--key-frame-every-ms", "5300"});
  }
  run.time_max = kTimeMax;
  run.cancelled = [&] {
    if (progress && !progress(static_cast<double>(drawn.load()) / painter.frames())) {
      stop.store(true);
    }
    return stop.load();
  };
  const Feed feed{spec, painter};
  run.feed = [&](int input) { return feed(input, drawn, stop); };
  auto made = api::run_codec(codec_path, run, clock);
  std::error_code ignored;
  if (!made) {
    std::filesystem::remove(part, ignored);
    return fail(made.error(), "making " + spec.title);
  }
  std::error_code error;
  std::filesystem::rename(part, out, error);
  if (error) return fail(ErrorCode::unavailable, "placing " + spec.title + ": " + error.message());
  return {};
}

std::string film_captions(const FilmSpec& spec, const std::string& language) {
  if (language != "en" && language != "de") return {};
  std::string text;
  int number = 0;
  for (const Cue& cue : spec.cues) {
    text += fmt::format("{}\n{} --> {}\n{}\n\n", ++number, srt_time(cue.from), srt_time(cue.to),
                        language == "en" ? cue.english : cue.german);
  }
  return text;
}

}  // namespace matinee::demo
