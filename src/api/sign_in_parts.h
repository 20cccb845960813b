#pragma once
// api/sign_in_parts: what the routes of sign-in, profiles and members share.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/control_world.h"
#include "api/sign_in_world.h"
#include "base/json.h"
#include "http/router.h"

namespace matinee::api {

/// How long a request waits for a password to be checked.
inline constexpr std::chrono::milliseconds kPasswordPatience{8'000};

/// When the checking of a request's password has to be done.
Deadline password_deadline(const ControlWorld& world, const http::Request& request);

/// The browser behind a request; `device` is what it calls itself, "" to read its User-Agent.
members::Browser browser_of(const http::Request& request, const std::string& device);

/// Whether a cookie of this answer travels over TLS.
bool is_secure(const http::Request& request);

/// Hands out what a browser that signed in gets: its cookies, none of which a cache may keep.
void add_cookies(http::Response& response, const http::Request& request,
                 const members::SignedIn& signed_in);

/// 429 with the time after which the next guess is looked at.
http::Response throttled(const http::Request& request, std::chrono::milliseconds wait);

/// The schemas "Me", "Account", "Profile" and the like, by name, for OpenAPI components.
const std::vector<std::pair<std::string, std::string>>& sign_in_schemas();

/// What GET /v1/me answers of nobody.
Json me_json(const SignInWorld& world, std::string_view state);

/// What a browser sees that was just signed in: as GET /v1/me, with its cookies; 429 for a guess
/// that was not looked at.
Result<http::Response> welcome(const ControlWorld& world, const http::Request& request,
                               const Result<members::Guessed<members::SignedIn>>& outcome);

Json account_json(const members::Account& account);
Json profile_json(const members::Profile& profile);

/// A route of this part: not to be sent twice, small body, the given access.
http::Route sign_in_route(http::Method method, std::string path, std::string operation_id,
                          std::string summary, std::string access);

}  // namespace matinee::api
