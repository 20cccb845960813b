#pragma once
// fleet/socket_activation: listening sockets handed from a parent process to its child.
// Used by the supervisor towards its roles and by systemd towards the supervisor.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace matinee::fleet {

/// A listening socket and what it is for: `public`, `internal` or `admin`.
struct NamedSocket {
  std::string name;
  int fd = -1;
};

/// The sockets this process was given, with close-on-exec set; empty when there are none.
/// Reads and clears LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES. At most 64.
/// Errors: invalid when the variables contradict each other. Source: sd_listen_fds(3).
Result<std::vector<NamedSocket>> take_inherited_sockets();

/// The first with that name, or -1.
int find_socket(const std::vector<NamedSocket>& sockets, std::string_view name);

}  // namespace matinee::fleet
