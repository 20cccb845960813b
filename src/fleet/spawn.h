#pragma once
// fleet/spawn: starting a role's process with its sockets and its channel.

#include <sys/types.h>

#include "base/result.h"
#include "fleet/supervisor.h"

namespace matinee::fleet {

/// A running process and our end of its channel (SOCK_SEQPACKET).
struct Spawned {
  pid_t pid = 0;
  int channel_fd = -1;
};

/// Starts `spec.command` with its sockets from descriptor 3 on, LISTEN_* and
/// MATINEE_SUPERVISOR_FD set, in a process group of its own, with no signal blocked.
/// Errors: unavailable when the machine has no process or descriptor left.
Result<Spawned> spawn(const RoleSpec& spec);

}  // namespace matinee::fleet
