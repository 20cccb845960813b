#pragma once
// events/profile_keys: the keys of profiles that are active now, fetched from `control` when
// needed.

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <unordered_map>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/cipher.h"

namespace matinee::events {

/// Keeps at most `keys_max` keys, each for `lifetime`: so long an erased profile's key can still
/// be in memory here. Thread-safe; two threads that miss one key at once may both fetch it.
class ProfileKeys {
 public:
  /// Errors: not_found for an erased profile, unavailable when `control` is away.
  using Fetch = std::function<Result<guard::SecretKey>(ProfileId)>;
  struct Options {
    std::size_t keys_max = 4096;
    std::chrono::milliseconds lifetime = std::chrono::minutes(10);
  };

  /// `clock` must outlive it.
  ProfileKeys(Fetch fetch, const Clock& clock) : ProfileKeys(std::move(fetch), clock, Options{}) {}
  ProfileKeys(Fetch fetch, const Clock& clock, Options options);

  /// Blocks as long as `fetch` does. Errors: those of `fetch`; they are not kept.
  Result<guard::SecretKey> get(ProfileId profile);
  /// Drops a key at once: its profile was erased.
  void forget(ProfileId profile);

 private:
  struct Entry {
    guard::SecretKey key;
    MonotonicInstant until;
  };
  Fetch fetch_;
  const Clock& clock_;
  Options options_;
  std::mutex mutex_;
  std::unordered_map<ProfileId, Entry> keys_;
};

}  // namespace matinee::events
