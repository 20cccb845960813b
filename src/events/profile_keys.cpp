#include "events/profile_keys.h"

#include "base/check.h"

namespace matinee::events {

ProfileKeys::ProfileKeys(Fetch fetch, const Clock& clock, Options options)
    : fetch_(std::move(fetch)), clock_(clock), options_(options) {
  MATINEE_CHECK(fetch_ && options_.keys_max > 0);
}

Result<guard::SecretKey> ProfileKeys::get(ProfileId profile) {
  {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(profile);
    if (found != keys_.end() && clock_.monotonic() < found->second.until) return found->second.key;
  }
  auto key = fetch_(profile);
  const std::lock_guard lock(mutex_);
  if (!key) {
    keys_.erase(profile);
    return key;
  }
  if (keys_.size() >= options_.keys_max && !keys_.contains(profile)) {
    const MonotonicInstant now = clock_.monotonic();
    std::erase_if(keys_, [&](const auto& entry) { return entry.second.until <= now; });
    // Still full: any one goes; it costs one fetch when its profile comes back.
    if (keys_.size() >= options_.keys_max) keys_.erase(keys_.begin());
  }
  keys_.insert_or_assign(profile, Entry{*key, clock_.monotonic() + options_.lifetime});
  return key;
}

void ProfileKeys::forget(ProfileId profile) {
  const std::lock_guard lock(mutex_);
  keys_.erase(profile);
}

}  // namespace matinee::events
