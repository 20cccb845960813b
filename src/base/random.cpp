#include "base/random.h"

#include <sys/random.h>

#include "base/check.h"

namespace matinee {

std::uint64_t Random::below(std::uint64_t bound) {
  MATINEE_CHECK(bound > 0);
  const std::uint64_t unbiased_below = UINT64_MAX - UINT64_MAX % bound;
  std::uint64_t value = 0;
  do {
    fill({reinterpret_cast<unsigned char*>(&value), sizeof value});
  } while (value >= unbiased_below);
  return value % bound;
}

void SystemRandom::fill(std::span<unsigned char> out) {
  while (!out.empty()) {
    const auto got = ::getrandom(out.data(), out.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    MATINEE_CHECK(got > 0);  // the kernel's source does not fail once the machine has started
    out = out.subspan(static_cast<std::size_t>(got));
  }
}

void SeededRandom::fill(std::span<unsigned char> out) {
  const std::scoped_lock lock(mutex_);
  for (auto& byte : out) byte = static_cast<unsigned char>(engine_() >> 56);
}

}  // namespace matinee
