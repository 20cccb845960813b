#pragma once
// api/sign_in_test_world: sign-in over a database of a test, with passwords that cost nothing.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/sign_in_world.h"
#include "base/check.h"
#include "base/files.h"

namespace matinee::api {

/// Accounts, profiles, sessions and links; all of it real, over the database that it is given.
struct SignInTestWorld {
  SignInTestWorld(store::Database& database, Files& files, const std::filesystem::path& folder,
                  const Clock& clock, Random& random)
      : keyring(*guard::Keyring::open_or_create(files, folder / "keyring.json", clock, random)),
        sessions(*guard::Sessions::open(database, clock, random)),
        links(*guard::OneTimeLinks::open(database, clock, random)),
        accounts(*members::Accounts::open(database, clock, random)),
        members(*members::Members::open(database, keyring, clock, random)),
        hasher({.memory_kib = 8, .passes = 1}, clock, random),
        throttle(clock),
        sign_in({database, sessions, links, hasher, throttle, accounts, members,
                 keyring.session_key(), random}),
        world{sign_in, hasher, sessions, links, accounts, members} {}

  guard::Keyring keyring;
  guard::Sessions sessions;
  guard::OneTimeLinks links;
  members::Accounts accounts;
  members::Members members;
  guard::PasswordHasher hasher;
  guard::GuessThrottle throttle;
  members::SignIn sign_in;
  SignInWorld world;
};

}  // namespace matinee::api
