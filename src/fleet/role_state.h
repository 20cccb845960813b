#pragma once
// fleet/role_state: what the supervisor tells every role of the others, and operators of all.

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace matinee::fleet {

enum class RoleState {
  starting,  // its process runs and is not ready yet
  ready,
  backoff,   // dead; started again after a pause
  broken,    // died too often before it was ready; not started again until the operator acts
  draining,  // finishing what it has
  stopped
};

std::string_view name_of(RoleState state);

/// One process of the service as the supervisor sees it.
struct RoleStatus {
  std::string role;  // edge, control, insight, origin, media
  std::string name;  // unique: "edge-1"
  pid_t pid = 0;     // 0: none runs
  RoleState state = RoleState::stopped;
  std::uint64_t generation = 0;  // grows with every start: a changed one means a new process
  std::uint64_t restarts = 0;
  std::int64_t started_ms = 0;  // UTC; of the present process
};

/// One line of JSON:
/// {"roles":[{"role","name","pid","state","generation","restarts","started_ms"}]}.
std::string to_json(const std::vector<RoleStatus>& roles);

/// Errors: invalid for anything `to_json` could not have written.
Result<std::vector<RoleStatus>> parse_role_statuses(std::string_view json);

}  // namespace matinee::fleet
