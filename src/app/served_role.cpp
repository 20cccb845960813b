#include "app/served_role.h"

#include "http/metrics_route.h"

namespace matinee::app {
namespace {

constexpr std::size_t kQueuedRequestsMax = 1024;

}  // namespace

ServedRole::ServedRole(RoleWorld& world, std::size_t threads) : world_(world), threads_(threads) {
  http::add_process_routes(router_, world_.metrics, [this] { return !draining_; });
}

Result<void> ServedRole::start(const std::string& role) {
  const int internal = fleet::find_socket(world_.sockets, "internal");
  if (internal < 0) {
    return fail(ErrorCode::invalid, "role " + role + " was started without its internal socket");
  }
  std::vector<http::Listener> listeners{{internal, http::ListenerKind::internal}};
  if (const int admin = fleet::find_socket(world_.sockets, "admin"); admin >= 0) {
    listeners.push_back({admin, http::ListenerKind::admin});
  }
  pool_ = std::make_unique<ThreadPool>(
      ThreadPool::Options{.name = role, .threads = threads_, .queue_max = kQueuedRequestsMax});
  http::ServerOptions options;
  options.role = role;
  server_ = std::make_unique<http::Server>(
      http::ServerWorld{world_.clock, world_.random, world_.metrics}, std::move(options),
      std::move(listeners), http::pool_handler(router_, *pool_, world_.clock));
  server_->start();
  return {};
}

void ServedRole::drain(Deadline deadline) {
  draining_ = true;
  if (server_) server_->drain(deadline);
}

}  // namespace matinee::app
