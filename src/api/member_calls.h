#pragma once
// api/member_calls: sessions and viewers as control's routes ask for them, over accounts and
// profiles.

#include "api/control_world.h"
#include "api/sign_in_world.h"

namespace matinee::api {

/// The calls, over `world`, which must outlive them.
ControlMembers member_calls(const SignInWorld& world);

}  // namespace matinee::api
