#pragma once
// guard/password: passwords and PINs as argon2id hashes, made and checked within a memory budget.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::guard {

inline constexpr std::size_t kPasswordCharactersMin = 8;
inline constexpr std::size_t kPasswordBytesMax = 256;
inline constexpr std::size_t kPinDigitsMin = 4;
inline constexpr std::size_t kPinDigitsMax = 8;

/// Whether it may be somebody's password: UTF-8 of at least kPasswordCharactersMin characters, at
/// most kPasswordBytesMax bytes, not the account's own name. Errors: invalid.
Result<void> check_new_password(std::string_view password, std::string_view account_name);
/// kPinDigitsMin to kPinDigitsMax digits. Errors: invalid.
Result<void> check_new_pin(std::string_view pin);

/// Hashes on the caller's thread; at most `running_max` at once and `waiting_max` in line, so that
/// neither memory (running_max * memory_kib) nor the callers' pool can be used up by guesses.
/// Errors of all: unavailable beyond the line, or when the deadline came first.
/// Thread-safe. Source: RFC 9106 section 4 (argon2id; one lane more or less costs the same here).
class PasswordHasher {
 public:
  struct Options {
    std::uint32_t memory_kib = 64 * 1024;
    std::uint32_t passes = 3;
    std::size_t running_max = 2;
    std::size_t waiting_max = 6;
  };

  PasswordHasher(Options options, const Clock& clock, Random& random)
      : options_(options), clock_(clock), random_(random) {}
  PasswordHasher(const PasswordHasher&) = delete;
  PasswordHasher& operator=(const PasswordHasher&) = delete;

  /// "$argon2id$v=19$m=...,t=...,p=1$salt$hash".
  Result<std::string> hash(std::string_view secret, Deadline deadline);
  /// Whether `secret` is what `encoded` was made of. Errors: also corrupt.
  Result<bool> verify(std::string_view secret, std::string_view encoded, Deadline deadline);
  /// Takes as long as verify() and tells nothing: for names that nobody has.
  Result<void> waste(std::string_view secret, Deadline deadline);

 private:
  class Place;
  Result<Place> enter(Deadline deadline);

  const Options options_;
  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace matinee::guard
