#pragma once
// members/members: tenants, accounts and profiles, and the key that each profile's personal data
// is sealed with. Read by `api`; the pseudonym stands for the profile in every event.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/keyring.h"
#include "members/avatars.h"
#include "store/database.h"

namespace matinee::members {

enum class ProfileKind { adult, child };
std::string_view name_of(ProfileKind kind);

inline constexpr int kMaturityMax = 18;
/// The limit of a child's profile that says none.
inline constexpr int kChildMaturity = 6;

/// What a person can change of a profile.
struct ProfileDraft {
  std::string name{};
  ProfileKind kind = ProfileKind::adult;
  std::string avatar{kAvatars[0]};    // one of kAvatars
  std::string language = "en";        // BCP 47: of pages, audio and captions
  std::optional<int> maturity_max{};  // a minimum age, 0 to kMaturityMax; a child's has one
  bool autoplay = true;
  friend bool operator==(const ProfileDraft&, const ProfileDraft&) = default;
};

struct Profile : ProfileDraft {
  ProfileId id;
  AccountId account_id;
  TenantId tenant_id;
  Pseudonym pseudonym;
  bool has_pin = false;
  Instant created;

  /// Whether nothing is kept from it.
  [[nodiscard]] bool is_unlimited() const {
    return kind == ProfileKind::adult && !maturity_max.has_value();
  }
  friend bool operator==(const Profile&, const Profile&) = default;
};

/// What stays of an erased profile: exports and training leave out what carries this pseudonym.
struct Tombstone {
  std::int64_t position;  // grows; pass the last one to go on
  Pseudonym pseudonym;
  Instant erased;
  TenantId tenant_id;  // nil: erased before tenants were noted
};

/// The draft as it is kept: a child's without a limit gets kChildMaturity. Errors: invalid for a
/// name that is empty or too long, an unknown avatar, a malformed language or a limit out of range.
Result<ProfileDraft> check_draft(ProfileDraft draft);

/// Who watches, in a Database (tables tenants, accounts, profiles, profile_keys,
/// profile_tombstones). Thread-safe; every call blocks. Errors of all: unavailable when the
/// database is.
class Members {
 public:
  static constexpr std::size_t kProfilesPerAccountMax = 20;
  static constexpr std::size_t kNameBytesMax = 200;

  /// Brings the tables up to date. All arguments must outlive it.
  static Result<Members> open(store::Database& database, const guard::Keyring& keyring,
                              const Clock& clock, Random& random);

  /// The one profile that everybody has until sign-in exists; made, with tenant and account, at
  /// the first call, and again after it was erased. The same for all who call at once.
  Result<Profile> default_profile();

  /// Errors: not_found for an unknown or erased profile.
  Result<Profile> profile(ProfileId id);
  /// In order of creation.
  Result<std::vector<Profile>> profiles(AccountId account);
  /// Creates profile, pseudonym and wrapped data key together. Errors: invalid for what
  /// check_draft refuses, not_found for an unknown account, limited beyond kProfilesPerAccountMax.
  Result<Profile> create_profile(AccountId account, const ProfileDraft& draft);
  Result<Profile> create_profile(store::SqlRunner& sql, AccountId account,
                                 const ProfileDraft& draft);
  /// Errors: invalid, not_found.
  Result<Profile> update_profile(ProfileId id, const ProfileDraft& draft);

  /// Sets what its PIN is checked against; "" takes the PIN away. Errors: not_found.
  Result<void> set_pin(ProfileId id, std::string_view pin_hash);
  /// "" when it has none. Errors: not_found.
  Result<std::string> pin_hash(ProfileId id);

  /// The key of its personal data. Errors: not_found for an unknown or erased profile.
  Result<guard::SecretKey> profile_key(ProfileId id);

  /// Destroys the key and what links the pseudonym to the profile, removes the profile and leaves
  /// a tombstone: what was sealed can never be read again. The caller revokes its sessions and
  /// has its rows dropped by the stream processors. Errors: not_found.
  Result<Tombstone> erase_profile(ProfileId id);
  /// At most 1000 after `position` (0: from the first), in order.
  Result<std::vector<Tombstone>> tombstones(std::int64_t after);
  /// At most 1000 whose erasure the stream processors were not told of yet, in order.
  Result<std::vector<Tombstone>> untold_erasures();
  /// They know of all up to that position.
  Result<void> erasures_told(std::int64_t position);

 private:
  Members(store::Database& database, const guard::Keyring& keyring, const Clock& clock,
          Random& random)
      : database_(&database), keyring_(&keyring), clock_(&clock), random_(&random) {}
  Result<Profile> insert_profile(store::SqlRunner& sql, AccountId account, TenantId tenant,
                                 const ProfileDraft& draft);

  store::Database* database_;
  const guard::Keyring* keyring_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace matinee::members
