#pragma once
// app/admin_call: asks the running service over its admin socket; for commands that look and order.

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "http/message.h"

namespace matinee::app {

/// The answer's JSON. Waits while `control` is away (a restart takes a moment).
/// Errors: unavailable when no Matinee runs on that home or it does not come back; else what the
/// service answered: not_found, conflict, invalid, with its own words.
Result<Json> ask_admin(const std::string& home, http::Method method, const std::string& target,
                       const Json& body = nullptr);

}  // namespace matinee::app
