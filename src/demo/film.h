#pragma once
// demo/film: the three films of `matinee demo`, drawn and scored by our own code.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "demo/canvas.h"
#include "demo/music.h"

namespace matinee::demo {

struct FilmSpec {
  std::string id;     // "dawn", "space", "sea": what is drawn
  std::string title;  // as on its title card
  std::string file;   // name of the file, with the year, as `matinee add` reads it
  int width = 0;
  int height = 0;
  int frames_per_second = 24;
  int duration_s = 0;
  std::uint64_t seed = 0;
  bool browser_safe = true;  // else MPEG-4 part 2 with sparse key frames: to be encoded
};

/// First Light (30 s, 640x360, H.264), Ringed World (3 min, 854x480, H.264), Paper Sea (10 min,
/// 1280x720, MPEG-4 part 2 in Matroska).
std::vector<FilmSpec> demo_films();

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
  const Canvas& frame(int index);
  [[nodiscard]] int frames() const { return spec_.duration_s * spec_.frames_per_second; }

 private:
  FilmSpec spec_;
  std::unique_ptr<class Scene> scene_;
  Canvas canvas_;
};

/// The film's music.
Score film_score(const FilmSpec& spec);

}  // namespace matinee::demo
