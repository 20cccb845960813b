#pragma once
// members/members: tenants, accounts and profiles, and the key that each profile's personal data
// is sealed with. Read by `api`; the pseudonym stands for the profile in every event.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/time.h"
#include "guard/keyring.h"
#include "guard/session.h"
#include "store/database.h"

namespace matinee::members {

enum class ProfileKind { adult, child };
std::string_view name_of(ProfileKind kind);

struct Profile {
  ProfileId id;
  AccountId account_id;
  TenantId tenant_id;
  Pseudonym pseudonym;
  std::string name;
  ProfileKind kind = ProfileKind::adult;
  Instant created;
  friend bool operator==(const Profile&, const Profile&) = default;
};

/// What stays of an erased profile: exports and training leave out what carries this pseudonym.
struct Tombstone {
  std::int64_t position;  // grows; pass the last one to go on
  Pseudonym pseudonym;
  Instant erased;
};

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
  /// Creates profile, pseudonym and wrapped data key together. Errors: invalid for an empty or
  /// too long name, not_found for an unknown account, limited beyond kProfilesPerAccountMax.
  Result<Profile> create_profile(AccountId account, std::string_view name, ProfileKind kind);

  /// The key of its personal data. Errors: not_found for an unknown or erased profile.
  Result<guard::SecretKey> profile_key(ProfileId id);

  /// Destroys the key and what links the pseudonym to the profile, removes the profile and leaves
  /// a tombstone: what was sealed can never be read again. The caller revokes its sessions and
  /// has its rows dropped by the stream processors. Errors: not_found.
  Result<Tombstone> erase_profile(ProfileId id);
  /// At most 1000 after `position` (0: from the first), in order.
  Result<std::vector<Tombstone>> tombstones(std::int64_t after);

 private:
  Members(store::Database& database, const guard::Keyring& keyring, const Clock& clock,
          Random& random)
      : database_(&database), keyring_(&keyring), clock_(&clock), random_(&random) {}
  Result<Profile> insert_profile(store::SqlRunner& sql, AccountId account, TenantId tenant,
                                 std::string_view name, ProfileKind kind);

  store::Database* database_;
  const guard::Keyring* keyring_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace matinee::members
