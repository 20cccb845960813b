#pragma once
// guard/one_time_link: links that let in once: the owner's claim, and invitations.

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/time.h"
#include "guard/account_role.h"
#include "store/database.h"

namespace matinee::guard {

using LinkId = Id<struct LinkKind>;

enum class LinkPurpose { claim, invitation };

inline constexpr std::chrono::milliseconds kClaimLifetime = std::chrono::minutes(10);
inline constexpr std::chrono::milliseconds kInvitationLifetime = std::chrono::days(7);

/// What a link lets in to.
struct Link {
  LinkId id;
  LinkPurpose purpose = LinkPurpose::invitation;
  AccountRole role = AccountRole::viewer;
  std::string note;  // the owner's own: for whom it is
  Instant created;
  Instant expires;
  friend bool operator==(const Link&, const Link&) = default;
};

struct NewLink {
  Link link;
  std::string token;  // the secret, once: 43 characters of base64url
};

/// Links in a Database (table one_time_links), which keeps only hashes of tokens. Thread-safe;
/// every call blocks. Errors of all: unavailable when the database is.
class OneTimeLinks {
 public:
  static constexpr std::size_t kInvitationsMax = 100;
  static constexpr std::size_t kNoteBytesMax = 200;

  /// Brings the table up to date. All arguments must outlive it.
  static Result<OneTimeLinks> open(store::Database& database, const Clock& clock, Random& random);

  /// The claim link; an earlier one stops being good.
  Result<NewLink> create_claim();
  /// Errors: invalid for a note too long; limited beyond kInvitationsMax open ones.
  Result<NewLink> create_invitation(AccountRole role, std::string_view note);

  /// Whether a token would be taken now. Errors: forbidden for one that is malformed, used,
  /// expired, withdrawn or made for another purpose: all the same to who holds it.
  Result<Link> find(std::string_view token, LinkPurpose purpose);
  /// Takes it, in the transaction of what it is taken for: both happen or none. Errors: as find.
  Result<Link> consume(store::SqlRunner& sql, std::string_view token, LinkPurpose purpose);

  /// Open invitations, the newest first.
  Result<std::vector<Link>> invitations();
  /// Withdraws an invitation. Errors: not_found.
  Result<void> remove_invitation(LinkId id);

 private:
  OneTimeLinks(store::Database& database, const Clock& clock, Random& random)
      : database_(&database), clock_(&clock), random_(&random) {}
  NewLink make(LinkPurpose purpose, AccountRole role, std::string_view note,
               std::chrono::milliseconds lifetime);
  Result<Link> find(store::SqlRunner& sql, std::string_view token, LinkPurpose purpose);

  store::Database* database_;
  const Clock* clock_;
  Random* random_;
};

}  // namespace matinee::guard
