#pragma once
// api/play_starts: remembers what a play start was answered, so that its repetition is the same
// play. Used by POST /v1/plays, which browsers and the edge repeat when `control` died meanwhile.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "store/database.h"

namespace matinee::api {

/// One play as it was started; URLs follow from it.
struct PlayStart {
  PlayId play_id;
  TitleId title_id;
  std::string package_id;
  std::int64_t duration_ms = 0;
  std::int64_t resume_ms = 0;
  std::int64_t expires_ms = 0;

  friend bool operator==(const PlayStart&, const PlayStart&) = default;
};

/// Play starts by profile and idempotency key, kept for kKept. Thread-safe.
class PlayStarts {
 public:
  static constexpr std::chrono::hours kKept{24};
  static constexpr std::size_t kKeyBytesMax = 128;

  /// Both must outlive it.
  PlayStarts(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  Result<void> migrate();

  /// What this key was answered before, else `start`, which is then durable.
  /// Errors: conflict when the key was used for another title; invalid for a key of no or more than
  /// kKeyBytesMax bytes.
  Result<PlayStart> remember(const ProfileId& profile, std::string_view key,
                             const PlayStart& start);

 private:
  store::Database& database_;
  const Clock& clock_;
};

}  // namespace matinee::api
