#pragma once
// demo/music: the sound of the generated films: chords, a melody, a bass, an echo.

#include <cstdint>
#include <vector>

namespace matinee::demo {

inline constexpr int kSoundRate = 48'000;

/// How a piece sounds.
struct Score {
  std::uint64_t seed = 1;
  double beats_per_minute = 80;
  int root = 57;                         // MIDI note of the first chord
  std::vector<std::vector<int>> chords;  // half tones above the root; four beats each, repeated
  bool bells = true;                     // melody: bells, else a soft flute
  double duration_s = 30;
};

/// Renders a score piece by piece, stereo; fades in and out. Same score, same sound.
class Music {
 public:
  explicit Music(Score score);
  /// The next `samples` samples, interleaved s16 stereo.
  std::vector<std::int16_t> next(int samples);

 private:
  // A sine that turns by a fixed angle a sample; level decays by `decay` a sample.
  struct Voice {
    float real = 0;
    float imaginary = 0;
    float cosine = 1;
    float sine = 0;
    float level = 0;
    float target = 0;  // level moves towards it at `attack` a sample
    float attack = 0;
    float decay = 1;
    float pan = 0.5F;  // 0 left .. 1 right
    std::int64_t ends = 0;
  };

  void on_beat(std::int64_t beat);
  void start(double note, double level, double attack_s, double decay_s, double pan,
             double lasts_s);
  std::uint64_t random();

  Score score_;
  std::int64_t at_ = 0;
  std::int64_t beat_samples_;
  std::uint64_t state_;
  int step_ = 4;  // of the melody, in steps of the chord's scale
  std::vector<Voice> voices_;
  std::vector<float> echo_left_;
  std::vector<float> echo_right_;
};

}  // namespace matinee::demo
