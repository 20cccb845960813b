#pragma once
// app/roles: how each role is wired from the modules below. One file a role.

#include <string_view>

#include "app/role_runtime.h"

namespace matinee::app {

Result<std::unique_ptr<RunningRole>> start_origin(RoleWorld& world);
Result<std::unique_ptr<RunningRole>> start_control(RoleWorld& world);
Result<std::unique_ptr<RunningRole>> start_insight(RoleWorld& world);
Result<std::unique_ptr<RunningRole>> start_media(RoleWorld& world);
Result<std::unique_ptr<RunningRole>> start_edge(RoleWorld& world);

/// nullptr for a name that is no role.
StartRole starter_of(std::string_view role);

}  // namespace matinee::app
