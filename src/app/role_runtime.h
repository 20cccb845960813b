#pragma once
// app/role_runtime: what every role's process has in common: sockets, logs, readiness, draining.

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/home.h"
#include "base/metrics.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "fleet/role_channel.h"
#include "fleet/socket_activation.h"

namespace matinee::app {

/// What a role is given; outlives it.
struct RoleWorld {
  Config config;
  HomePaths paths;
  std::vector<fleet::NamedSocket> sockets;
  SystemClock clock{};
  SystemRandom random{};
  Metrics metrics{};
  fleet::RoleChannel* channel = nullptr;
};

/// A role that serves; its destructor joins everything it started.
class RunningRole {
 public:
  virtual ~RunningRole() = default;
  /// Takes no new work and finishes what runs, until `deadline`.
  virtual void drain(Deadline deadline) = 0;
};

/// Makes a role serve. Errors: what its stores or sockets report; the process then exits.
using StartRole = Result<std::unique_ptr<RunningRole>> (*)(RoleWorld& world);

/// The life of a role's process: start, say ready, wait for SIGTERM or the supervisor's end, drain.
/// Returns the exit status.
int run_role(const std::string& role, const Config& config, StartRole start);

}  // namespace matinee::app
