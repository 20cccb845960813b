#pragma once
// app/sign_in_commands: `matinee claim`, `login`, `members`, `invite`, and the invitation that
// `matinee serve` prints while nobody owns the service.

#include <string>

namespace matinee::app {

/// Prints a new claim link, with a QR code on a terminal. Returns the exit status.
int run_claim(const std::string& home, bool as_json);

/// Prints "name=value": a session cookie of the owner, in the profile of that name ("": the first).
int run_login(const std::string& home, const std::string& profile);

int run_members(const std::string& home, bool as_json);

/// `role`: viewer, editor or owner.
int run_invite(const std::string& home, const std::string& role, const std::string& note,
               bool as_json);

/// Tells how to claim a service that nobody owns, with a link that is made now; "" when somebody
/// does. `url` is where it serves. Waits for the control role for at most a few seconds.
std::string claim_text_if_unclaimed(const std::string& home, const std::string& url);

}  // namespace matinee::app
