#pragma once
// demo/music: the sound of the generated films: chords, a melody, a bass, a beat, the air of the
// place, and a narrator who speaks no words.

#include <cstdint>
#include <utility>
#include <vector>

namespace matinee::demo {

inline constexpr int kSoundRate = 48'000;

enum class Lead { none, bells, flute, pluck, organ, music_box };
enum class Beat { none, heart, brushes, clock, rails, march };
enum class Air { none, rain, wind, waves, water, night, hum };
enum class Narrator { none, english, german };

/// How a piece sounds.
struct Score {
  std::uint64_t seed = 1;
  double beats_per_minute = 80;
  int root = 57;                         // MIDI note of the first chord
  std::vector<std::vector<int>> chords;  // half tones above the root; four beats each, repeated
  Lead lead = Lead::bells;
  Beat beat = Beat::none;
  Air air = Air::none;
  double pad = 1;         // how loud the chords lie under everything
  double density = 0.75;  // of the melody: the share of beats that have a note
  double duration_s = 30;
  Narrator narrator = Narrator::none;
  std::vector<std::pair<double, double>> speech{};  // from..to in seconds
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
  // A burst of noise behind a one-pole filter.
  struct Hit {
    float level = 0;
    float decay = 1;
    float smoothing = 0.5F;  // 1 = as it is, small = dull
    float low = 0;
    bool is_high = false;  // what the filter takes away, rather than what it leaves
    float pan = 0.5F;
    std::uint64_t noise = 1;
  };

  void on_beat(std::int64_t beat);
  void play_lead(double note, double beat_s, double pan);
  void play_beat(std::int64_t beat);
  void on_syllable(std::int64_t syllable);
  void start(double note, double level, double attack_s, double decay_s, double pan,
             double lasts_s);
  void start_hit(double level, double decay_s, float smoothing, bool is_high, double pan);
  void add_air(std::vector<float>& left, std::vector<float>& right);
  void mix_out(const std::vector<float>& left, const std::vector<float>& right, std::int16_t* out);
  std::uint64_t random();

  Score score_;
  std::int64_t at_ = 0;
  std::int64_t beat_samples_;
  std::int64_t half_beat_samples_;
  std::int64_t syllable_samples_;
  std::uint64_t state_;
  int step_ = 4;  // of the melody, in steps of the chord's scale
  std::vector<Voice> voices_;
  std::vector<Hit> hits_;
  std::uint64_t air_noise_ = 88172645463325252ULL;
  float air_low_[4] = {};
  std::vector<float> echo_left_;
  std::vector<float> echo_right_;
};

}  // namespace matinee::demo
