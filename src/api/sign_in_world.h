#pragma once
// api/sign_in_world: what the routes of sign-in, profiles and members need from outside.

#include <string>

#include "guard/one_time_link.h"
#include "guard/session.h"
#include "members/accounts.h"
#include "members/members.h"
#include "members/sign_in.h"

namespace matinee::api {

/// All of it must outlive the router.
struct SignInWorld {
  members::SignIn& sign_in;
  guard::PasswordHasher& hasher;
  guard::Sessions& sessions;
  guard::OneTimeLinks& links;
  members::Accounts& accounts;
  members::Members& members;
  std::string server_name = "Matinee";
  std::string public_url{};  // what links begin with; "": they are paths
  bool secure = false;       // it is reached over TLS, so its cookies are of the __Host- kind
  bool demo = false;         // a page asked for from this machine signs its owner in
};

}  // namespace matinee::api
