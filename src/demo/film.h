#pragma once
// demo/film: one film of `matinee demo`: what it is, and how it is drawn, scored and encoded.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "demo/draw/finish.h"
#include "demo/draw/lettering.h"
#include "demo/music.h"
#include "demo/scenes/scene.h"

namespace matinee::demo {

struct Person {
  std::string name;
  std::string role;
};

/// What a library says of a title.
struct Facts {
  std::string plot;
  std::string tagline;
  std::vector<std::string> genres;
  std::vector<std::string> countries;
  std::vector<std::string> directors;
  std::vector<std::string> writers;
  std::vector<Person> cast;
  std::string studio;
  std::string certificate;  // as written: "FSK 12"
  std::string premiered;    // YYYY-MM-DD
};

/// How a film's lettering and posters look.
struct Look {
  Hand hand = hands::kGrotesque;
  std::vector<std::string> lines;  // the title as it is set, one below the other
  Rgb ink{1, 0.98F, 0.94F};
  Rgb ground{0.05F, 0.05F, 0.07F};  // of the posters that show paper
  Rgb accent{0.9F, 0.3F, 0.2F};
  float moment = 0.5F;      // of the film, on its first poster
  bool title_high = false;  // on the first poster
  int second = 0;           // which design the second and third posters have, see posters.cpp
  int third = 1;
};

/// One thing that is said, from..to in seconds.
struct Cue {
  double from = 0;
  double to = 0;
  std::string english;
  std::string german;
};

/// Which episode of which show.
struct EpisodeOf {
  std::string show;  // id of the show
  int season = 1;
  int episode = 1;
};

struct FilmSpec {
  std::string id;
  std::string title;
  int year = 2026;
  SceneChoice scene;
  Grade grade{};
  Look look{};
  Facts facts{};
  Score score{};
  std::vector<Cue> cues{};  // empty: no captions
  bool narrated = false;    // a second sound track, tagged "de"; the first is tagged "en"
  int width = 640;
  int height = 360;
  int frames_per_second = 24;
  int duration_s = 60;
  int credits_s = 5;
  bool browser_safe = true;  // else MPEG-4 part 2 with sparse key frames, in Matroska
  std::optional<EpisodeOf> episode{};

  [[nodiscard]] std::string file_ending() const { return browser_safe ? ".mp4" : ".mkv"; }
};

/// Where an episode's titles run, in seconds.
inline constexpr double kIntroFrom = 3;
inline constexpr double kIntroTo = 12;

/// Draws, scores and encodes a film; written beside `out_path` first, so that what stands there is
/// whole. Same spec, same bytes. `progress` takes 0..1 and says whether to go on.
/// Errors: those of api::run_codec; unavailable when the file cannot be put in place.
Result<void> generate_film(const Clock& clock, const FilmSpec& spec, const std::string& codec_path,
                           const std::string& out_path,
                           const std::function<bool(double)>& progress);

/// The captions of a film as SubRip in "en" or "de"; empty for films that have none.
std::string film_captions(const FilmSpec& spec, const std::string& language);

/// One moment of a film, as it is encoded.
class FilmPainter {
 public:
  explicit FilmPainter(const FilmSpec& spec);
  ~FilmPainter();
  /// The frame stays as it is until the next call.
  const Picture& frame(int index);
  [[nodiscard]] int frames() const { return spec_.duration_s * spec_.frames_per_second; }

 private:
  const FilmSpec& spec_;  // outlives the painter
  std::unique_ptr<Scene> scene_;
  Picture picture_;
};

}  // namespace matinee::demo
