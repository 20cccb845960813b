#pragma once
// guard/role_credential: how one role proves to another which one it is, and what that permits.
// Sent in every role-to-role request: `Authorization: Matinee-Role <role>.<expiry_ms>.<mac>`.

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "base/time.h"
#include "guard/cipher.h"

namespace matinee::guard {

enum class Role { edge, control, insight, origin, media, train };
inline constexpr std::size_t kRoles = 6;

/// "edge" and so on.
std::string_view name_of(Role role);
std::optional<Role> role_of(std::string_view name);

/// What one role may ask of another.
enum class Operation {
  read_objects,       // origin: GET /objects
  write_objects,      // origin: POST /objects
  remove_objects,     // origin: DELETE /objects
  resolve_sessions,   // control: GET /internal/session
  revoke_sessions,    // edge: POST /internal/revocations
  read_manifests,     // control: /m/<token>/main.m3u8 and main.mpd
  work_on_jobs,       // control: /internal/jobs
  read_profile_keys,  // control: GET /internal/profiles/{id}/key
  read_resume,        // insight: GET /internal/resume
  erase_pseudonyms,   // insight: POST /internal/erasures
  act_for_viewers     // control, insight: send Matinee-* headers of a viewer's session
};

/// The whole policy, one table in the source file: small enough to be read by an auditor.
bool is_permitted(Role role, Operation operation);

/// How long a minted credential is good; one that claims more than twice this is refused.
inline constexpr std::chrono::milliseconds kCredentialLifetime = std::chrono::minutes(5);

/// The Authorization header's value. MAC: HMAC-SHA-256 with the role's key over
/// "matinee-role\n<role>.<expiry_ms>", base64url.
std::string mint_credential(Role role, const SecretKey& key, Instant now);

/// The keys of the roles that may call this process.
class RoleKeys {
 public:
  /// Reads <folder>/<role>.key (64 hex digits) of all roles; makes those that are missing, durably
  /// and for the owner only. Errors: corrupt for a damaged file; unavailable.
  static Result<RoleKeys> open_or_create(Files& files, const std::filesystem::path& folder,
                                         const Clock& clock, Random& random);

  void set(Role role, const SecretKey& key) { keys_[role] = key; }
  /// Our own fault (checked): a role without a key here.
  [[nodiscard]] const SecretKey& key(Role role) const;
  /// The header value for a request that this process sends as `role`.
  [[nodiscard]] std::string mint(Role role, Instant now) const;

  /// Which role sent this Authorization header. Errors: unauthorized for none, an unknown role, a
  /// wrong MAC, an expired credential or one from too far in the future.
  [[nodiscard]] Result<Role> verify(std::string_view authorization, Instant now) const;
  /// The same, and whether it may. Errors: also forbidden, naming role and operation.
  [[nodiscard]] Result<Role> authorize(std::string_view authorization, Operation operation,
                                       Instant now) const;

 private:
  std::map<Role, SecretKey> keys_;
};

}  // namespace matinee::guard
