#pragma once
// app/control_sign_in: sign-in as the control role has it: its tables, its hasher, and what it
// tells the edge and insight.

#include <memory>
#include <optional>

#include "api/erasure_sender.h"
#include "api/revocation_push.h"
#include "api/sign_in_world.h"
#include "app/role_runtime.h"
#include "guard/keyring.h"
#include "guard/role_credential.h"
#include "http/client.h"

namespace matinee::app {

/// Everything behind SignInWorld, in one place. Owned by the control role; outlives its server.
class ControlSignIn {
 public:
  /// All must outlive it. Errors: what the database reports.
  static Result<std::unique_ptr<ControlSignIn>> open(RoleWorld& world, store::Database& database,
                                                     const guard::Keyring& keyring,
                                                     const guard::RoleKeys& keys);

  [[nodiscard]] const api::SignInWorld& world() const { return *world_; }

 private:
  ControlSignIn(RoleWorld& world, store::Database& database, const guard::Keyring& keyring,
                const guard::RoleKeys& keys);
  Result<void> open_tables();
  Result<void> make_demo_owner();
  Result<void> tell_insight(const members::Tombstone& tombstone);

  RoleWorld& role_;
  store::Database& database_;
  const guard::Keyring& keyring_;
  std::function<std::string()> authorization_;
  http::Client edge_;
  http::Client insight_;
  api::RevocationPush push_;
  guard::PasswordHasher hasher_;
  guard::GuessThrottle throttle_;
  std::optional<guard::Sessions> sessions_;
  std::optional<guard::OneTimeLinks> links_;
  std::optional<members::Accounts> accounts_;
  std::optional<members::Members> members_;
  std::optional<members::SignIn> sign_in_;
  std::optional<api::SignInWorld> world_;
  std::optional<api::ErasureSender> erasures_;  // last: its thread uses the rest
};

}  // namespace matinee::app
