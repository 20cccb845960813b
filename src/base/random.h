#pragma once
// base/random: where randomness comes from; injected so that tests can replay it.

#include <cstdint>
#include <mutex>
#include <random>
#include <span>

namespace matinee {

/// A source of random bytes. Implementations are thread-safe.
class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<unsigned char> out) = 0;

  /// Uniform in [0, bound); `bound` > 0.
  std::uint64_t below(std::uint64_t bound);
};

/// The kernel's random source: keys, tokens and ids come from here.
class SystemRandom final : public Random {
 public:
  void fill(std::span<unsigned char> out) override;
};

/// A replayable source for tests and simulation; never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
  void fill(std::span<unsigned char> out) override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;
};

}  // namespace matinee
