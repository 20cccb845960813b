#pragma once
// app/events: `matinee events`: what lies in the event log, for people and checks.

#include <string>

namespace matinee::app {

/// Prints every event of a home on standard output, a line of JSON each:
/// {"partition","offset","id","type","pseudonym","session_id","session_seq","t_server_ms",
/// "title_id","play_id","position_ms"}; nothing of the sealed personal part.
/// Returns the exit status: 1 when a service runs on the home or the log cannot be read.
int run_events(const std::string& home);

}  // namespace matinee::app
