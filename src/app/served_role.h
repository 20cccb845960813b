#pragma once
// app/served_role: a role that answers requests with blocking handlers on its own sockets.

#include <atomic>
#include <memory>
#include <vector>

#include "app/role_runtime.h"
#include "base/thread_pool.h"
#include "http/router.h"
#include "http/server.h"

namespace matinee::app {

/// A router with the process routes (/metrics, /healthz, /readyz), a pool and a server on the
/// role's `internal` (and, if there is one, `admin`) socket. The role that embeds it adds its
/// routes, then calls start(). Destroying it drains nothing: call drain() first.
class ServedRole {
 public:
  ServedRole(RoleWorld& world, std::size_t threads);

  [[nodiscard]] http::Router& router() { return router_; }
  /// After the last route was added. Errors: invalid without an internal socket.
  Result<void> start(const std::string& role);
  void drain(Deadline deadline);

 private:
  RoleWorld& world_;
  std::size_t threads_;
  std::atomic<bool> draining_ = false;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<ThreadPool> pool_;  // after the server: joined before the server goes
};

}  // namespace matinee::app
