#pragma once
// guard/path_token: the signed part of a media URL: which package may be read, and until when.
// Minted by `control` for a play; verified by every edge on every request under /m/.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/result.h"
#include "base/time.h"

namespace matinee::guard {

/// What a token says: everything listed in the package may be read before `expires`.
struct PathToken {
  Sha256Digest package{};  // the object id of the package
  Instant expires{};       // exclusive
  friend bool operator==(const PathToken&, const PathToken&) = default;
};

/// A signing key. Ids are unique in a ring and reused at the earliest after 255 rotations.
struct PathTokenKey {
  std::uint8_t id = 0;
  std::array<unsigned char, 32> secret{};
};

/// The keys that tokens are signed and checked with: the last one mints, all of them verify, so a
/// rotation adds a key at the end and drops the first when its tokens have expired.
/// Text form: base64url of version (1) | key id | expiry, ms, 8 bytes big-endian | 32-byte package
/// id | first 16 bytes of HMAC-SHA-256 of "matinee-path-token\n" and all bytes before.
/// A token is a secret of its viewer: it stands in no log, and media are cached without it.
/// Immutable after construction, so any thread may use it.
class PathTokenRing {
 public:
  static constexpr std::size_t kKeysMax = 16;
  static constexpr std::size_t kTextBytes = 78;

  /// `keys`: 1 to kKeysMax, with different ids.
  explicit PathTokenRing(std::vector<PathTokenKey> keys);

  /// The text form, always kTextBytes long. `token.expires` must not lie before 1970.
  [[nodiscard]] std::string mint(const PathToken& token) const;

  /// Errors: forbidden for everything that is not a token of these keys still valid at `now`; the
  /// message tells a malformed, a forged and an expired one apart and repeats nothing of it.
  [[nodiscard]] Result<PathToken> verify(std::string_view text, Instant now) const;

 private:
  std::vector<PathTokenKey> keys_;
};

}  // namespace matinee::guard
