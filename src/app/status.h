#pragma once
// app/status: `matinee status`: what the roles and the jobs of a home are doing.

#include <filesystem>
#include <string>

#include "base/json.h"
#include "base/result.h"

namespace matinee::app {

/// {"version","home","processes":[{"role","name","pid","state","uptime_ms","restarts",
/// "memory_bytes"}],"tls":{...},"jobs":{...},"titles_in_work":[{"title_id","name","announced",
/// "progress"}]}; "tls" as tls_status() says, null without TLS; memory is the proportional set
/// size, 0 where unreadable; "jobs" is null and titles_in_work empty while control does not answer.
/// Errors: unavailable when nothing runs on that home.
Result<Json> read_status(const std::filesystem::path& home);

/// The same for a person, as a table.
std::string to_table(const Json& status);

}  // namespace matinee::app
