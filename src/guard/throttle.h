#pragma once
// guard/throttle: how often a secret may be guessed: token buckets by key.

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::guard {

/// Holds `burst` guesses when full; one comes back every `refill`.
struct GuessBucket {
  std::string key;  // who guesses what: "account|client"
  double burst = 5;
  std::chrono::milliseconds refill{30'000};
};

/// Counts guesses; at most kBucketsMax, beyond which the one that was used longest ago is
/// forgotten. A guess is paid for before it is looked at and paid back when it was right, so that
/// many at once cannot outrun the count. Thread-safe.
class GuessThrottle {
 public:
  static constexpr std::size_t kBucketsMax = 50'000;
  /// Every bucket is full again by then.
  static constexpr std::chrono::milliseconds kKeptFor = std::chrono::hours(1);

  explicit GuessThrottle(const Clock& clock) : clock_(clock) {}

  /// Keeps the levels in the table guess_levels from now on, and takes those of before, so that a
  /// restart forgives nobody: a guess is on disk before it is looked at. Keys are kept as hashes.
  /// Call before any other. Errors: unavailable when the database is.
  Result<void> keep_in(store::Database& database);

  /// Takes one guess of each bucket and gives 0; or, when one is empty, takes nothing and gives how
  /// long until each has one.
  std::chrono::milliseconds take(std::span<const GuessBucket> buckets);
  /// The guess was right: fills these buckets up.
  void forgive(std::span<const GuessBucket> buckets);
  /// The guess was not looked at after all: gives one back to each.
  void give_back(std::span<const GuessBucket> buckets);

 private:
  struct Level {
    double guesses = 0;
    MonotonicInstant at;
    std::list<std::string>::iterator place{};
  };
  Level& level_of(const GuessBucket& bucket);
  void add(const std::string& key, double guesses, MonotonicInstant at);
  void keep(std::span<const GuessBucket> buckets);

  const Clock& clock_;
  store::Database* database_ = nullptr;
  std::size_t kept_ = 0;
  std::mutex mutex_;
  std::unordered_map<std::string, Level> levels_;  // by the hash of the key
  std::list<std::string> recent_;                  // front: used last
};

/// Whom a client's address stands for when guesses are counted: IPv6 by its /64, which one
/// household has; anything else as it is.
std::string guesser_of(std::string_view client_address);

/// Whether an address is this machine's or of its local networks: loopback, private, link-local;
/// "unix" too. Source: RFC 1918, RFC 4193, RFC 4291 section 2.4, RFC 3927.
bool is_loopback(std::string_view client_address);
bool is_local_network(std::string_view client_address);

}  // namespace matinee::guard
