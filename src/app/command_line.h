#pragma once
// app/command_line: what an operator types.

namespace matinee::app {

/// Runs one command; returns the exit status: 0 done, 1 failed (the reason is on standard error),
/// 2 wrong usage.
int run_command_line(int argc, const char* const* argv);

}  // namespace matinee::app
