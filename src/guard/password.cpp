#include "guard/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <utility>

namespace matinee::guard {
namespace {

constexpr std::uint32_t kLanes = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
// For who has no deadline; also what the clock's arithmetic bears.
constexpr std::chrono::milliseconds kWaitMax = std::chrono::minutes{1};

std::size_t characters_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Result<void> check_new_password(std::string_view password, std::string_view account_name) {
  if (characters_of(password) < kPasswordCharactersMin || password.size() > kPasswordBytesMax) {
    return fail(ErrorCode::invalid, "a password has " + std::to_string(kPasswordCharactersMin) +
                                        " characters or more, and at most " +
                                        std::to_string(kPasswordBytesMax) + " bytes");
  }
  if (password == account_name) {
    return fail(ErrorCode::invalid, "a password must not be the account's name");
  }
  return {};
}

Result<void> check_new_pin(std::string_view pin) {
  const bool is_digits = std::ranges::all_of(pin, [](char c) { return c >= '0' && c <= '9'; });
  if (is_digits && pin.size() >= kPinDigitsMin && pin.size() <= kPinDigitsMax) return {};
  return fail(ErrorCode::invalid, "a PIN has " + std::to_string(kPinDigitsMin) + " to " +
                                      std::to_string(kPinDigitsMax) + " digits");
}

// The right to hash, given back at its end.
class PasswordHasher::Place {
 public:
  explicit Place(PasswordHasher& hasher) : hasher_(&hasher) {}
  Place(Place&& other) noexcept : hasher_(std::exchange(other.hasher_, nullptr)) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (hasher_ == nullptr) return;
    const std::lock_guard lock(hasher_->mutex_);
    --hasher_->running_;
    hasher_->freed_.notify_one();
  }

 private:
  PasswordHasher* hasher_;
};

Result<PasswordHasher::Place> PasswordHasher::enter(Deadline deadline) {
  std::unique_lock lock(mutex_);
  if (running_ >= options_.running_max) {
    if (waiting_ >= options_.waiting_max) {
      return fail(ErrorCode::unavailable, "too many passwords are being checked at once");
    }
    ++waiting_;
    const bool free = freed_.wait_for(lock, std::min(deadline.left(clock_), kWaitMax),
                                      [this] { return running_ < options_.running_max; });
    --waiting_;
    if (!free) return fail(ErrorCode::unavailable, "no password could be checked in time");
  }
  ++running_;
  return Place(*this);
}

Result<std::string> PasswordHasher::hash(std::string_view secret, Deadline deadline) {
  const auto place = enter(deadline);
  if (!place) return std::unexpected(place.error());
  std::array<unsigned char, kSaltBytes> salt{};
  random_.fill(salt);
  std::string encoded(argon2_encodedlen(options_.passes, options_.memory_kib, kLanes, kSaltBytes,
                                        kHashBytes, Argon2_id),
                      '\0');
  const int status = argon2id_hash_encoded(options_.passes, options_.memory_kib, kLanes,
                                           secret.data(), secret.size(), salt.data(), salt.size(),
                                           kHashBytes, encoded.data(), encoded.size());
  if (status != ARGON2_OK) {
    return fail(ErrorCode::unavailable,
                std::string("hashing a password: ") + argon2_error_message(status));
  }
  encoded.resize(encoded.find('\0'));
  return encoded;
}

Result<bool> PasswordHasher::verify(std::string_view secret, std::string_view encoded,
                                    Deadline deadline) {
  const auto place = enter(deadline);
  if (!place) return std::unexpected(place.error());
  const int status = argon2id_verify(std::string(encoded).c_str(), secret.data(), secret.size());
  if (status == ARGON2_OK) return true;
  if (status == ARGON2_VERIFY_MISMATCH) return false;
  const auto code =
      status == ARGON2_MEMORY_ALLOCATION_ERROR ? ErrorCode::unavailable : ErrorCode::corrupt;
  return fail(code, std::string("checking a password: ") + argon2_error_message(status));
}

Result<void> PasswordHasher::waste(std::string_view secret, Deadline deadline) {
  const auto made = hash(secret, deadline);
  if (!made) return std::unexpected(made.error());
  return {};
}

}  // namespace matinee::guard
