#pragma once
// guard/keyring: the keys of a home, in one file: what data keys are wrapped with (KEKs), what
// media tokens are signed with, what sign-in will sign with. Read by the roles that need one.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "base/time.h"
#include "guard/cipher.h"
#include "guard/path_token.h"

namespace matinee::guard {

/// The content of secrets/keyring.json. The newest KEK wraps, all of them unwrap; so rotation
/// means: add one, rewrap, drop the old. Losing the file loses every wrapped key for good.
/// File: {"format":1,"keks":[{"id","key","created_ms"}],"path_token_keys":[...],"session_key"},
/// keys as 64 hex digits. At most 64 KiB, kKeysMax of each kind.
/// Immutable after opening, so any thread may use it.
class Keyring {
 public:
  static constexpr std::size_t kKeysMax = PathTokenRing::kKeysMax;
  static constexpr std::size_t kWrappedKeyBytes = 5 + SecretKey::kBytes + kSealBytes;

  /// Reads the file, or makes one with fresh keys, durably and mode 0600; when two processes make
  /// it at once, both get the same. Its folder must exist. Errors: forbidden when others than the
  /// owner may read the file, conflict for a newer format, corrupt, unavailable.
  static Result<Keyring> open_or_create(Files& files, const std::filesystem::path& path,
                                        const Clock& clock, Random& random);

  /// What this process mints and verifies media tokens with.
  [[nodiscard]] PathTokenRing path_tokens() const { return PathTokenRing(path_token_keys_); }
  [[nodiscard]] const SecretKey& session_key() const { return session_key_; }

  /// A data key made unreadable but for this keyring: 1 byte version | 4 bytes KEK id, big-endian
  /// | sealed key. `owner` (whose key it is) must be the same when it is unwrapped.
  [[nodiscard]] std::string wrap(const SecretKey& data_key, std::string_view owner,
                                 Random& random) const;
  /// Errors: not_found when its KEK is not here any more, corrupt for anything else.
  [[nodiscard]] Result<SecretKey> unwrap(std::string_view wrapped, std::string_view owner) const;

 private:
  struct Kek {
    std::uint32_t id;
    SecretKey key;
    std::int64_t created_ms;
  };
  static Keyring fresh(const Clock& clock, Random& random);
  static Result<Keyring> parse(std::string_view text);
  [[nodiscard]] std::string to_text() const;

  std::vector<Kek> keks_;
  std::vector<PathTokenKey> path_token_keys_;
  SecretKey session_key_;
};

}  // namespace matinee::guard
