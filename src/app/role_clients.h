#pragma once
// app/role_clients: blocking calls from one role to another on this machine.

#include <functional>
#include <memory>
#include <string>

#include "api/origin_client.h"
#include "app/role_runtime.h"
#include "guard/role_credential.h"
#include "http/client.h"

namespace matinee::app {

/// The keys of all roles; a role opens them once, at its start.
Result<guard::RoleKeys> open_role_keys(RoleWorld& world, Files& files);

/// Gives the Authorization header of `role` for each next request. `keys` and `world` must outlive
/// what it returns.
std::function<std::string()> authorization_of(guard::Role role, const guard::RoleKeys& keys,
                                              const RoleWorld& world);

/// A client of the role's internal socket in this home.
http::Client::Options client_options(const RoleWorld& world, std::string_view role);

/// A client of the origin that speaks as `role`.
std::unique_ptr<api::OriginClient> open_origin(guard::Role role, const guard::RoleKeys& keys,
                                               const RoleWorld& world);

/// The event log of this configuration: its own, or the embedded one in the home.
std::string event_log_url(const Config& config, const HomePaths& paths);

/// Where matinee-codec and the built web app are; whether they are there is for the caller to see.
std::filesystem::path codec_program(const Config& config);
std::filesystem::path web_folder(const Config& config);

}  // namespace matinee::app
