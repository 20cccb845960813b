#include "demo/music.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace matinee::demo {
namespace {

constexpr std::size_t kVoicesMax = 32;
constexpr std::size_t kEchoLeft = 17'011;  // samples; prime, so that the echoes do not align
constexpr std::size_t kEchoRight = 22'907;
constexpr double kFadeSeconds = 2.0;

}  // namespace

Music::Music(Score score)
    : score_(std::move(score)),
      beat_samples_(static_cast<std::int64_t>(kSoundRate * 60.0 / score_.beats_per_minute)),
      state_(score_.seed * 0x9E3779B97F4A7C15ULL + 1),
      echo_left_(kEchoLeft),
      echo_right_(kEchoRight) {
  MATINEE_CHECK(!score_.chords.empty() && beat_samples_ > 0);
}

std::uint64_t Music::random() {  // splitmix64
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

void Music::start(double note, double level, double attack_s, double decay_s, double pan,
                  double lasts_s) {
  if (voices_.size() >= kVoicesMax) return;
  const double frequency = 440.0 * std::exp2((note - 69.0) / 12.0);
  const double angle = 2 * std::numbers::pi * frequency / kSoundRate;
  Voice voice;
  voice.real = 1;
  voice.cosine = static_cast<float>(std::cos(angle));
  voice.sine = static_cast<float>(std::sin(angle));
  voice.target = static_cast<float>(level);
  voice.attack = static_cast<float>(1.0 / (attack_s * kSoundRate));
  voice.decay = static_cast<float>(std::exp(-1.0 / (decay_s * kSoundRate)));
  voice.pan = static_cast<float>(pan);
  voice.ends = at_ + static_cast<std::int64_t>(lasts_s * kSoundRate);
  voices_.push_back(voice);
}

void Music::on_beat(std::int64_t beat) {
  const auto& chord = score_.chords[static_cast<std::size_t>(beat / 4) % score_.chords.size()];
  const double beat_s = static_cast<double>(beat_samples_) / kSoundRate;
  if (beat % 4 == 0) {
    double pan = 0.25;
    for (const int tone : chord) {
      const double note = score_.root + tone;
      start(note, 0.055, 0.9, 3.5 * beat_s, pan, 5.5 * beat_s);
      start(note + 0.07, 0.045, 1.1, 3.5 * beat_s, 1.0 - pan, 5.5 * beat_s);  // a little apart
      pan += 0.15;
    }
    start(score_.root + chord.front() - 12, 0.16, 0.03, 2.5 * beat_s, 0.5, 4.5 * beat_s);
  }
  if (beat < 4 || random() % 8 < 2) return;
  step_ = std::clamp(step_ + static_cast<int>(random() % 5) - 2, 0, 8);
  const auto tones = static_cast<int>(chord.size());
  const double note =
      score_.root + 12 + chord[static_cast<std::size_t>(step_ % tones)] + 12.0 * (step_ / tones);
  const double pan = 0.35 + 0.3 * static_cast<double>(random() % 100) / 100.0;
  if (score_.bells) {
    start(note, 0.13, 0.004, 0.55, pan, 2.4);
    start(note + 12.02, 0.045, 0.003, 0.25, pan, 1.2);
    start(note + 19.0, 0.02, 0.002, 0.12, pan, 0.6);
  } else {
    start(note, 0.11, 0.09, 0.9 * beat_s, pan, 2.0 * beat_s);
    start(note + 12, 0.02, 0.12, 0.7 * beat_s, pan, 1.5 * beat_s);
  }
}

std::vector<std::int16_t> Music::next(int samples) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(samples) * 2);
  for (int done = 0; done < samples;) {
    const std::int64_t into = at_ % beat_samples_;
    if (into == 0) {
      std::erase_if(voices_, [this](const Voice& voice) { return voice.ends <= at_; });
      on_beat(at_ / beat_samples_);
    }
    // Up to the next beat, in pieces that stay in the processor's cache.
    const int piece =
        static_cast<int>(std::min<std::int64_t>({samples - done, beat_samples_ - into, 2048}));
    std::vector<float> left(static_cast<std::size_t>(piece));
    std::vector<float> right(static_cast<std::size_t>(piece));
    for (Voice& voice : voices_) {
      const float to_left = 1.0F - voice.pan;
      for (std::size_t i = 0; i < left.size(); ++i) {
        const float real = voice.real * voice.cosine - voice.imaginary * voice.sine;
        voice.imaginary = voice.real * voice.sine + voice.imaginary * voice.cosine;
        voice.real = real;
        voice.level += (voice.target - voice.level) * voice.attack * 4.0F;
        voice.target *= voice.decay;
        const float sound = voice.imaginary * voice.level;
        left[i] += sound * to_left;
        right[i] += sound * voice.pan;
      }
    }
    for (std::size_t i = 0; i < left.size(); ++i) {
      const auto now = static_cast<std::size_t>(at_) + i;
      float& behind_left = echo_left_[now % kEchoLeft];
      float& behind_right = echo_right_[now % kEchoRight];
      const float wet_left = left[i] + 0.42F * behind_right;
      const float wet_right = right[i] + 0.42F * behind_left;
      behind_left = wet_left * 0.8F;
      behind_right = wet_right * 0.8F;
      const double second = static_cast<double>(now) / kSoundRate;
      const double fade =
          std::clamp(std::min(second, score_.duration_s - second) / kFadeSeconds, 0.0, 1.0);
      const auto to_s16 = [fade](float value) {
        return static_cast<std::int16_t>(std::clamp(value * fade * 26'000.0, -32'000.0, 32'000.0));
      };
      out[(static_cast<std::size_t>(done) + i) * 2] = to_s16(wet_left);
      out[(static_cast<std::size_t>(done) + i) * 2 + 1] = to_s16(wet_right);
    }
    at_ += piece;
    done += piece;
  }
  return out;
}

}  // namespace matinee::demo
