#pragma once
// fleet/role_channel: a role's end of the line to its supervisor.

#include <atomic>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "fleet/role_state.h"

namespace matinee::fleet {

/// Says when this process is ready and knows the state of all roles; notices the supervisor's end.
/// Thread-safe. The callbacks run on the channel's own thread, which the destructor joins.
class RoleChannel {
 public:
  struct Callbacks {
    std::function<void(const std::vector<RoleStatus>&)> on_change;  // may be empty
    std::function<void()> on_supervisor_gone;                       // may be empty
  };

  /// Takes the descriptor in MATINEE_SUPERVISOR_FD and clears the variable; without one (a role
  /// run by hand) every role counts as ready and the supervisor never goes.
  explicit RoleChannel(Callbacks callbacks);
  ~RoleChannel();
  RoleChannel(const RoleChannel&) = delete;
  RoleChannel& operator=(const RoleChannel&) = delete;

  void say_ready();

  /// The best state among the processes of `role`: ready before starting before the rest;
  /// ready when nothing is known.
  [[nodiscard]] RoleState state_of(std::string_view role) const;

 private:
  void read_lines();

  Callbacks callbacks_;
  int fd_ = -1;
  int wake_fd_ = -1;
  mutable std::mutex mutex_;
  std::vector<RoleStatus> statuses_;
  std::thread thread_;
};

}  // namespace matinee::fleet
