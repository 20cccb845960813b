#pragma once
// app/demo_audience: the demo's synthetic audience in a process of its own: real HTTP through the
// edge, by members who were invited and signed in like anybody.

#include <filesystem>

namespace matinee::app {

/// Waits for the service's URL on `url_pipe` (closed without one: ends), then lets members watch
/// until the process is stopped. How many is asked of the service; `viewers` until it says.
/// Returns the exit status of its process.
int run_demo_audience(const std::filesystem::path& home, int url_pipe, int viewers);

}  // namespace matinee::app
