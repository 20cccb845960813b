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
#include "demo/scenes.h"

namespace matinee::demo {
namespace {

constexpr double kCardSeconds = 4.0;
constexpr double kFadeSeconds = 0.8;
constexpr std::chrono::minutes kTimeMax{60};

std::unique_ptr<Scene> scene_of(const FilmSpec& spec) {
  if (spec.id == "space") return make_space_scene(spec.width, spec.height, spec.seed);
  if (spec.id == "sea") return make_sea_scene(spec.width, spec.height, spec.seed);
  return make_dawn_scene(spec.width, spec.height, spec.seed);
}

void draw_card(Canvas& canvas, const FilmSpec& spec, double second) {
  const double shown = std::min({second / 0.9, (kCardSeconds - second) / 0.9, 1.0});
  if (shown <= 0) return;
  const int alpha = static_cast<int>(250 * shown);
  const int scale = std::max(2, spec.height / 72);
  const int x = (spec.width - Canvas::text_width(spec.title, scale)) / 2;
  const int y = spec.height / 3 - 4 * scale;
  canvas.text(x + scale / 2, y + scale / 2, scale, spec.title, rgb(0, 0, 0), alpha / 2);
  canvas.text(x, y, scale, spec.title, rgb(1, 0.98, 0.94), alpha);
  const int small = std::max(1, scale / 3);
  constexpr std::string_view kBelow = "A MATINEE DEMONSTRATION FILM";
  canvas.text((spec.width - Canvas::text_width(kBelow, small)) / 2, y + 10 * scale, small, kBelow,
              rgb(1, 0.98, 0.94), alpha * 3 / 4);
}

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

struct Feed {
  FilmPainter& painter;
  Music& music;
  int samples_a_frame;

  Result<void> operator()(int input, std::atomic<int>& drawn, const std::atomic<bool>& stop) {
    for (int i = 0; i < painter.frames(); ++i) {
      if (stop.load(std::memory_order_relaxed)) return fail(ErrorCode::unavailable, "stopped");
      const auto sound = music.next(samples_a_frame);
      const std::span bytes(reinterpret_cast<const std::uint8_t*>(sound.data()),
                            sound.size() * sizeof(std::int16_t));
      if (auto done = send(input, 'A', bytes); !done) return done;
      if (auto done = send(input, 'V', painter.frame(i).bytes()); !done) return done;
      drawn.store(i + 1, std::memory_order_relaxed);
    }
    return send(input, 'E', {});
  }
};

struct Cue {
  double from;
  double to;
  const char* english;
  const char* german;
};
constexpr Cue kDawnCues[] = {
    {0.5, 3.8, "Before the sun, the lake holds its breath.",
     "Vor der Sonne h\xC3\xA4lt der See den Atem an."},
    {6.0, 10.0, "The stars go out one by one.",
     "Die Sterne verl\xC3\xB6schen, einer nach dem anderen."},
    {13.0, 17.5, "First light finds the mountains.", "Das erste Licht findet die Berge."},
    {21.0, 25.5, "And then the water.", "Und dann das Wasser."},
    {26.5, 29.5, "Good morning.", "Guten Morgen."}};

std::string srt_time(double second) {
  const auto ms = static_cast<int>(std::lround(second * 1000));
  return fmt::format("{:02}:{:02}:{:02},{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                     ms % 1000);
}

}  // namespace

std::vector<FilmSpec> demo_films() {
  return {{.id = "dawn",
           .title = "FIRST LIGHT",
           .file = "First Light (2026).mp4",
           .width = 640,
           .height = 360,
           .duration_s = 30,
           .seed = 7},
          {.id = "space",
           .title = "RINGED WORLD",
           .file = "Ringed World (2026).mp4",
           .width = 854,
           .height = 480,
           .duration_s = 180,
           .seed = 11},
          {.id = "sea",
           .title = "PAPER SEA",
           .file = "Paper Sea (2026).mkv",
           .width = 1280,
           .height = 720,
           .duration_s = 600,
           .seed = 5,
           .browser_safe = false}};
}

FilmPainter::FilmPainter(const FilmSpec& spec)
    : spec_(spec), scene_(scene_of(spec)), canvas_(spec.width, spec.height) {}
FilmPainter::~FilmPainter() = default;

const Canvas& FilmPainter::frame(int index) {
  const double second = static_cast<double>(index) / spec_.frames_per_second;
  scene_->draw(canvas_, second, spec_.duration_s);
  draw_card(canvas_, spec_, second);
  const int scale = std::max(1, spec_.height / 360);
  const int whole = index / spec_.frames_per_second;
  const std::string code =
      fmt::format("{:02}:{:02}:{:02}", whole / 60, whole % 60, index % spec_.frames_per_second);
  canvas_.text(spec_.width - Canvas::text_width(code, scale) - 8 * scale, spec_.height - 15 * scale,
               scale, code, rgb(1, 1, 1), 110);
  const double left = spec_.duration_s - second;
  canvas_.fade(
      static_cast<int>(256 * std::min({1.0, (second + 0.15) / kFadeSeconds, left / kFadeSeconds})));
  return canvas_;
}

Score film_score(const FilmSpec& spec) {
  Score score;
  score.seed = spec.seed;
  score.duration_s = spec.duration_s;
  if (spec.id == "space") {
    score.beats_per_minute = 60;
    score.root = 50;
    score.bells = false;
    score.chords = {{0, 7, 10, 15}, {-4, 3, 8, 12}, {-2, 5, 10, 14}, {0, 5, 7, 12}};
  } else if (spec.id == "sea") {
    score.beats_per_minute = 96;
    score.root = 55;
    score.chords = {{0, 4, 7, 11}, {-3, 4, 9, 12}, {-7, 5, 9, 12}, {-5, 2, 7, 11}};
  } else {
    score.beats_per_minute = 80;
    score.root = 57;
    score.chords = {{0, 3, 7, 12}, {-4, 3, 8, 12}, {3, 7, 10, 15}, {-2, 5, 10, 14}};
  }
  return score;
}

Result<void> generate_film(const Clock& clock, const FilmSpec& spec, const std::string& codec_path,
                           const std::string& out_path,
                           const std::function<bool(double)>& progress) {
  // The container follows from the name's end, so that stays.
  const std::filesystem::path out(out_path);
  const std::filesystem::path part = out.parent_path() / (".part-" + out.filename().string());
  FilmPainter painter(spec);
  Music music(film_score(spec));
  std::atomic<int> drawn{0};
  std::atomic<bool> stop{false};
  api::CodecRun run;
  run.arguments = {"make",   part.string(),
                   "--size", fmt::format("{}x{}", spec.width, spec.height),
                   "--rate", std::to_string(spec.frames_per_second)};
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
  Feed feed{painter, music, kSoundRate / spec.frames_per_second};
  run.feed = [&](int input) { return feed(input, drawn, stop); };
  auto made = api::run_codec(codec_path, run, clock);
  std::error_code ignored;
  if (!made) {
    std::filesystem::remove(part, ignored);
    return fail(made.error(), "making " + spec.file);
  }
  std::error_code error;
  std::filesystem::rename(part, out, error);
  if (error) return fail(ErrorCode::unavailable, "placing " + spec.file + ": " + error.message());
  return {};
}

std::string film_captions(const FilmSpec& spec, const std::string& language) {
  if (spec.id != "dawn" || (language != "en" && language != "de")) return {};
  std::string text;
  int number = 0;
  for (const Cue& cue : kDawnCues) {
    text += fmt::format("{}\n{} --> {}\n{}\n\n", ++number, srt_time(cue.from), srt_time(cue.to),
                        language == "en" ? cue.english : cue.german);
  }
  return text;
}

}  // namespace matinee::demo
