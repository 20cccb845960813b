#pragma once
// app/serve: `matinee serve`: opens the home, binds every socket, supervises the roles.

#include <functional>
#include <string>

#include "app/config.h"
#include "base/result.h"

namespace matinee::app {

/// Runs until SIGTERM or SIGINT and everything is drained. `on_ready` is called once, with the URL,
/// when every role is ready for the first time. `config_file` may be empty.
/// Errors: conflict (home or address in use), invalid (configuration), unavailable.
Result<void> serve(const Config& config, const std::filesystem::path& config_file,
                   const std::function<void(const std::string& url)>& on_ready);

}  // namespace matinee::app
