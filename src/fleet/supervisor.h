#pragma once
// fleet/supervisor: keeps the roles of one machine running. No business logic: it starts, watches,
// restarts and drains processes, and tells each of them the state of all.

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "fleet/restart_policy.h"
#include "fleet/role_state.h"
#include "fleet/socket_activation.h"

namespace matinee::fleet {

/// A role to keep running.
struct RoleSpec {
  std::string role;
  std::string name;                  // unique among the supervisor's roles
  std::vector<std::string> command;  // program and arguments; never empty
  std::vector<NamedSocket> sockets;  // listening; stay open here while the role is dead
  int drain_order = 0;               // at a stop lower numbers drain first, equal ones together
};

/// Runs the roles until it is told to stop.
///
/// A role says "ready" on its end of the channel (MATINEE_SUPERVISOR_FD); each change of any role's
/// state goes to all of them as one line of JSON and to `status_file` (written whole, then
/// renamed). SIGTERM and SIGINT drain all roles in order, each step at most `drain_max`, then
/// SIGKILL; SIGHUP closes opened breakers. Single-threaded; one per process (it owns the signal
/// mask).
class Supervisor {
 public:
  struct Options {
    std::vector<RoleSpec> roles;
    std::filesystem::path status_file;
    std::chrono::milliseconds ready_max{30'000};  // a role not ready by then is killed
    std::chrono::milliseconds drain_max{10'000};
    RestartPolicy::Options restart{};
    /// Called on each change, on the supervisor's only thread; may be empty.
    std::function<void(const std::vector<RoleStatus>&)> on_change{};
  };

  Supervisor(Options options, const Clock& clock, Random& random);
  ~Supervisor();
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  /// Blocks until stopped by a signal and everything is drained.
  /// Errors: unavailable when signals or processes cannot be set up at all.
  Result<void> run();

 private:
  struct Process;

  void start(Process& process);
  void start_due();
  void reap();
  void on_channel(Process& process);
  void on_death(Process& process, int wait_status);
  void set_state(Process& process, RoleState state);
  void publish();
  void drain_all();
  void wait_for_events(std::chrono::milliseconds at_most);
  bool handle_signals();
  [[nodiscard]] std::chrono::milliseconds until_next_start() const;

  Options options_;
  const Clock& clock_;
  Random& random_;
  std::vector<std::unique_ptr<Process>> processes_;
  int signal_fd_ = -1;
  bool stopping_ = false;
};

}  // namespace matinee::fleet
