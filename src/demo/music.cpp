#include "demo/music.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "base/check.h"

namespace matinee::demo {
namespace {

constexpr std::size_t kVoicesMax = 96;
constexpr std::size_t kHitsMax = 12;
constexpr std::size_t kEchoLeft = 17'011;  // samples; prime, so that the echoes do not align
constexpr std::size_t kEchoRight = 22'907;
constexpr double kFadeSeconds = 2.0;
constexpr int kPieceSamples = 2048;  // stays in the processor's cache

// xorshift: noise that costs next to nothing.
float noise_of(std::uint64_t& state) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<float>(static_cast<std::int64_t>(state) >> 40) * 0x1.0p-23F;
}

}  // namespace

Music::Music(Score score)
    : score_(std::move(score)),
      beat_samples_(static_cast<std::int64_t>(kSoundRate * 60.0 / score_.beats_per_minute)),
      half_beat_samples_(beat_samples_ / 2),
      syllable_samples_(score_.narrator == Narrator::german ? 10'300 : 8'900),
      state_(score_.seed * 0x9E3779B97F4A7C15ULL + 1),
      echo_left_(kEchoLeft),
      echo_right_(kEchoRight) {
  MATINEE_CHECK(!score_.chords.empty() && half_beat_samples_ > 0);
  beat_samples_ = half_beat_samples_ * 2;
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

void Music::start_hit(double level, double decay_s, float smoothing, bool is_high, double pan) {
  if (hits_.size() >= kHitsMax) hits_.erase(hits_.begin());
  hits_.push_back({.level = static_cast<float>(level),
                   .decay = static_cast<float>(std::exp(-1.0 / (decay_s * kSoundRate))),
                   .smoothing = smoothing,
                   .is_high = is_high,
                   .pan = static_cast<float>(pan),
                   .noise = random() | 1U});
}

void Music::play_lead(double note, double beat_s, double pan) {
  switch (score_.lead) {
    case Lead::none:
      return;
    case Lead::bells:
      start(note, 0.13, 0.004, 0.55, pan, 2.4);
      start(note + 12.02, 0.045, 0.003, 0.25, pan, 1.2);
      start(note + 19.0, 0.02, 0.002, 0.12, pan, 0.6);
      return;
    case Lead::flute:
      start(note, 0.11, 0.09, 0.9 * beat_s, pan, 2.0 * beat_s);
      start(note + 12, 0.02, 0.12, 0.7 * beat_s, pan, 1.5 * beat_s);
      start(note + 0.06, 0.04, 0.16, 0.8 * beat_s, pan, 1.8 * beat_s);
      return;
    case Lead::pluck:
      start(note, 0.12, 0.002, 0.3, pan, 1.4);
      start(note + 12, 0.06, 0.002, 0.16, pan, 0.8);
      start(note + 19.02, 0.035, 0.002, 0.09, pan, 0.5);
      start(note + 24, 0.02, 0.002, 0.06, pan, 0.3);
      return;
    case Lead::organ:
      for (const auto& [tone, level] :
           {std::pair{0.0, 0.07}, {12.0, 0.05}, {19.0, 0.03}, {24.0, 0.022}, {28.0, 0.012}}) {
        start(note - 12 + tone, level, 0.03, 1.6 * beat_s, pan, 1.5 * beat_s);
      }
      return;
    case Lead::music_box:
      start(note + 12, 0.1, 0.001, 0.34, pan, 1.6);
      start(note + 40.0, 0.022, 0.001, 0.05, pan, 0.3);
      start(note + 24.03, 0.03, 0.001, 0.2, pan, 0.9);
      return;
  }
}

void Music::play_beat(std::int64_t half) {
  switch (score_.beat) {
    case Beat::none:
      return;
    case Beat::heart:
      if (half % 4 == 0) start(28, 0.3, 0.004, 0.1, 0.5, 0.5);
      if (half % 4 == 1) start(27, 0.17, 0.004, 0.09, 0.5, 0.5);
      return;
    case Beat::brushes:
      start_hit(half % 4 == 2 ? 0.11 : 0.05, half % 4 == 2 ? 0.12 : 0.05, 0.25F, true, 0.62);
      if (half % 8 == 0) start(33, 0.22, 0.003, 0.14, 0.45, 0.6);
      return;
    case Beat::clock:
      start_hit(half % 2 == 0 ? 0.2 : 0.12, 0.007, half % 2 == 0 ? 0.75F : 0.5F, true,
                half % 2 == 0 ? 0.4 : 0.6);
      start(half % 2 == 0 ? 96 : 91, 0.02, 0.001, 0.02, half % 2 == 0 ? 0.4 : 0.6, 0.1);
      return;
    case Beat::rails:
      if (half % 4 < 2) start_hit(0.16, 0.05, 0.09F, false, half % 4 == 0 ? 0.35 : 0.65);
      if (half % 4 < 2) start(36, 0.1, 0.003, 0.06, 0.5, 0.3);
      return;
    case Beat::march:
      if (half % 4 == 0) start(31, 0.3, 0.003, 0.16, 0.5, 0.7);
      if (half % 4 == 2 || half % 16 == 15) start_hit(0.12, 0.06, 0.5F, true, 0.58);
      return;
  }
}

void Music::on_beat(std::int64_t half) {
  play_beat(half);
  if (half % 2 != 0) return;
  const std::int64_t beat = half / 2;
  const auto& chord = score_.chords[static_cast<std::size_t>(beat / 4) % score_.chords.size()];
  const double beat_s = static_cast<double>(beat_samples_) / kSoundRate;
  if (beat % 4 == 0) {
    double pan = 0.25;
    for (const int tone : chord) {
      const double note = score_.root + tone;
      start(note, 0.055 * score_.pad, 0.9, 3.5 * beat_s, pan, 5.5 * beat_s);
      start(note + 0.07, 0.045 * score_.pad, 1.1, 3.5 * beat_s, 1.0 - pan, 5.5 * beat_s);
      start(note + 12.04, 0.014 * score_.pad, 1.3, 3.0 * beat_s, 1.0 - pan, 5.0 * beat_s);
      pan += 0.15;
    }
    start(score_.root + chord.front() - 12, 0.15, 0.03, 2.5 * beat_s, 0.5, 4.5 * beat_s);
  }
  const double luck = static_cast<double>(random() % 1000) / 1000;
  if (beat < 4 || luck >= score_.density) return;
  step_ = std::clamp(step_ + static_cast<int>(random() % 5) - 2, 0, 8);
  const auto tones = static_cast<int>(chord.size());
  const double note =
      score_.root + 12 + chord[static_cast<std::size_t>(step_ % tones)] + 12.0 * (step_ / tones);
  play_lead(note, beat_s, 0.35 + 0.3 * static_cast<double>(random() % 100) / 100.0);
}

// A vowel: the partials of a voice, louder near two formants.
void Music::on_syllable(std::int64_t syllable) {
  const double second = static_cast<double>(at_) / kSoundRate;
  const auto speaks = [second](const auto& span) {
    return second >= span.first && second < span.second - 0.1;
  };
  if (!std::ranges::any_of(score_.speech, speaks)) return;
  const auto dice = static_cast<std::uint64_t>(syllable) * 0x9E3779B97F4A7C15ULL;
  if ((dice >> 40) % 6 == 0) return;  // a breath
  const bool german = score_.narrator == Narrator::german;
  static constexpr std::array<std::array<double, 2>, 5> kVowels{
      {{300, 2200}, {500, 1800}, {750, 1200}, {480, 900}, {320, 750}}};
  const auto& vowel = kVowels[(dice >> 44) % 5];
  const double fall = 1.0 - 0.1 * static_cast<double>((dice >> 50) % 4);
  const double pitch = (german ? 118.0 : 176.0) * (0.92 + 0.2 * fall);
  for (int partial = 1; partial <= 9; ++partial) {
    const double frequency = pitch * partial;
    double level = 0.012;
    for (const double formant : vowel) {
      const double off = (frequency - formant) / 170;
      level += 0.1 * std::exp(-off * off);
    }
    const double note = 69 + 12 * std::log2(frequency / 440);
    start(note, level * 0.9, 0.018, german ? 0.075 : 0.06, 0.5, 0.4);
  }
  if ((dice >> 52) % 3 == 0) start_hit(0.05, 0.03, 0.6F, true, 0.5);
}

void Music::add_air(std::vector<float>& left, std::vector<float>& right) {
  if (score_.air == Air::none) return;
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto now = static_cast<double>(at_ + static_cast<std::int64_t>(i)) / kSoundRate;
    const auto swell = [now](double rate) {
      return static_cast<float>(0.5 + 0.5 * std::sin(now * rate) * std::sin(now * rate * 0.37 + 1));
    };
    const float a = noise_of(air_noise_);
    const float b = noise_of(air_noise_);
    const auto low = [&](int which, float in, float share) {
      return air_low_[which] += (in - air_low_[which]) * share;
    };
    float l = 0;
    float r = 0;
    switch (score_.air) {
      case Air::rain:
        l = 0.03F * (a - low(0, a, 0.2F)) + 0.09F * low(1, a, 0.03F);
        r = 0.03F * (b - low(2, b, 0.2F)) + 0.09F * low(3, b, 0.03F);
        break;
      case Air::wind: {
        const float gust = 0.25F + 0.75F * swell(0.7);
        l = 0.34F * gust * low(1, low(0, a, 0.02F + 0.03F * gust), 0.08F);
        r = 0.34F * gust * low(3, low(2, b, 0.02F + 0.03F * gust), 0.08F);
        break;
      }
      case Air::waves: {
        const float roll = swell(0.9);
        l = 0.14F * roll * roll * low(0, a, 0.09F + 0.1F * roll);
        r = 0.14F * roll * roll * low(2, b, 0.09F + 0.1F * roll);
        break;
      }
      case Air::water:
        l = 0.4F * (0.5F + 0.5F * swell(1.3)) * low(1, low(0, a, 0.012F), 0.02F);
        r = 0.4F * (0.5F + 0.5F * swell(1.1)) * low(3, low(2, b, 0.012F), 0.02F);
        break;
      case Air::night: {
        const double chirp = std::fmod(now, 1.3);
        const double trill = chirp < 0.4 ? std::sin(now * 2 * std::numbers::pi * 17) : 0;
        const auto cricket = static_cast<float>(0.007 * std::max(0.0, trill) *
                                                std::sin(now * 2 * std::numbers::pi * 4300));
        l = cricket + 0.05F * low(0, a, 0.01F);
        r = 0.6F * cricket + 0.05F * low(2, b, 0.01F);
        break;
      }
      case Air::hum: {
        const auto mains = static_cast<float>(0.012 * std::sin(now * 2 * std::numbers::pi * 100) +
                                              0.005 * std::sin(now * 2 * std::numbers::pi * 300));
        l = mains + 0.012F * (a - low(0, a, 0.5F));
        r = mains + 0.012F * (b - low(2, b, 0.5F));
        break;
      }
      case Air::none:
        break;
    }
    left[i] += l;
    right[i] += r;
  }
}

void Music::mix_out(const std::vector<float>& left, const std::vector<float>& right,
                    std::int16_t* out) {
  for (std::size_t i = 0; i < left.size(); ++i) {
    const auto now = static_cast<std::size_t>(at_) + i;
    float& behind_left = echo_left_[now % kEchoLeft];
    float& behind_right = echo_right_[now % kEchoRight];
    const float wet_left = left[i] + 0.36F * behind_right;
    const float wet_right = right[i] + 0.36F * behind_left;
    behind_left = wet_left * 0.8F;
    behind_right = wet_right * 0.8F;
    const double second = static_cast<double>(now) / kSoundRate;
    const double fade =
        std::clamp(std::min(second, score_.duration_s - second) / kFadeSeconds, 0.0, 1.0);
    const auto to_s16 = [fade](float value) {
      // Loud moments are pressed rather than cut.
      const double loud = value * 0.95;
      const double pressed = loud / (1 + 0.32 * std::fabs(loud));
      return static_cast<std::int16_t>(std::clamp(pressed * fade * 26'000.0, -31'000.0, 31'000.0));
    };
    out[i * 2] = to_s16(wet_left);
    out[i * 2 + 1] = to_s16(wet_right);
  }
}

std::vector<std::int16_t> Music::next(int samples) {
  std::vector<std::int16_t> out(static_cast<std::size_t>(samples) * 2);
  for (int done = 0; done < samples;) {
    const std::int64_t into = at_ % half_beat_samples_;
    const std::int64_t into_syllable = at_ % syllable_samples_;
    if (into == 0) {
      std::erase_if(voices_, [this](const Voice& voice) { return voice.ends <= at_; });
      std::erase_if(hits_, [](const Hit& hit) { return hit.level < 1e-4F; });
      on_beat(at_ / half_beat_samples_);
    }
    if (into_syllable == 0 && score_.narrator != Narrator::none) {
      std::erase_if(voices_, [this](const Voice& voice) { return voice.ends <= at_; });
      on_syllable(at_ / syllable_samples_);
    }
    // Up to the next thing that happens.
    const int piece = static_cast<int>(
        std::min<std::int64_t>({samples - done, half_beat_samples_ - into,
                                syllable_samples_ - into_syllable, kPieceSamples}));
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
    for (Hit& hit : hits_) {
      for (std::size_t i = 0; i < left.size(); ++i) {
        const float white = noise_of(hit.noise);
        hit.low += (white - hit.low) * hit.smoothing;
        const float sound = (hit.is_high ? white - hit.low : hit.low) * hit.level;
        hit.level *= hit.decay;
        left[i] += sound * (1 - hit.pan);
        right[i] += sound * hit.pan;
      }
    }
    add_air(left, right);
    mix_out(left, right, out.data() + static_cast<std::size_t>(done) * 2);
    at_ += piece;
    done += piece;
  }
  return out;
}

}  // namespace matinee::demo
