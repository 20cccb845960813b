// app/edge_role: the front door and cache.
#include "api/origin_client.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "edge/front.h"
#include "guard/keyring.h"
#include "http/metrics_route.h"
#include "http/server.h"

namespace matinee::app {
namespace {

constexpr std::size_t kInternalThreads = 2;
constexpr std::size_t kInternalQueueMax = 64;

class EdgeRole final : public RunningRole {
 public:
  explicit EdgeRole(RoleWorld& world) : world_(world) {}

  ~EdgeRole() override {
    if (front_) front_->stop();
    pool_.reset();
    server_.reset();
  }

  Result<void> start() {
    auto keys = open_role_keys(world_, files_);
    if (!keys) return std::unexpected(keys.error());
    keys_ = std::move(*keys);
    auto keyring = guard::Keyring::open_or_create(files_, world_.paths.secrets() / "keyring.json",
                                                  world_.clock, world_.random);
    if (!keyring) return std::unexpected(keyring.error());
    origin_ = open_origin(guard::Role::edge, *keys_, world_);
    front_ = std::make_unique<edge::Front>(
        options(), edge::FrontWorld{origin_calls(), keyring->path_tokens(), availability(),
                                    authorization_of(guard::Role::edge, *keys_, world_),
                                    [this] { return is_ready(); }, world_.clock, world_.metrics});
    return serve();
  }

  void drain(Deadline deadline) override {
    draining_ = true;
    server_->drain(deadline);
  }

 private:
  Result<void> serve() {
    const int open_door = fleet::find_socket(world_.sockets, "public");
    const int internal = fleet::find_socket(world_.sockets, "internal");
    if (open_door < 0 || internal < 0) {
      return fail(ErrorCode::invalid, "role edge was started without its sockets");
    }
    http::add_process_routes(router_, world_.metrics, [this] { return is_ready(); });
    pool_ = std::make_unique<ThreadPool>(ThreadPool::Options{
        .name = "edge", .threads = kInternalThreads, .queue_max = kInternalQueueMax});
    http::ServerOptions options;
    options.role = "edge";
    options.loops = world_.config.edge_loops;
    options.hosts_allowed = allowed_hosts(world_.config);
    if (!world_.config.public_url.empty()) {
      options.origins_allowed.push_back(world_.config.public_url);
    }
    server_ = std::make_unique<http::Server>(
        http::ServerWorld{world_.clock, world_.random, world_.metrics}, std::move(options),
        std::vector<http::Listener>{{open_door, http::ListenerKind::public_},
                                    {internal, http::ListenerKind::internal}},
        front_->handler(http::pool_handler(router_, *pool_, world_.clock)));
    server_->start();
    return {};
  }

  [[nodiscard]] edge::Front::Options options() const {
    edge::Front::Options options;
    options.media.extents.bytes_max = world_.config.edge_cache_bytes;
    options.proxy.control.address =
        http::Address::unix_path(world_.paths.socket("control").string());
    options.proxy.insight.address =
        http::Address::unix_path(world_.paths.socket("insight").string());
    return options;
  }

  edge::Origin origin_calls() {
    edge::Origin calls;
    calls.read = [this](const store::ObjectId& object, std::uint64_t offset, std::span<char> out,
                        Deadline deadline) {
      return origin_->get_range(object, offset, out, deadline);
    };
    calls.extents = [this](const store::ObjectId& object, Deadline deadline) {
      return origin_->extents(object, deadline);
    };
    calls.is_gone = [this] {
      return world_.channel->state_of("origin") == fleet::RoleState::broken;
    };
    return calls;
  }

  edge::AvailabilityOf availability() {
    return [this](edge::ProxiedRole role) {
      const auto state =
          world_.channel->state_of(role == edge::ProxiedRole::insight ? "insight" : "control");
      if (state == fleet::RoleState::ready) return edge::RoleAvailability::ready;
      return state == fleet::RoleState::broken ? edge::RoleAvailability::broken
                                               : edge::RoleAvailability::away;
    };
  }

  // Media is served from the origin and the cache; without control nobody could start a play.
  [[nodiscard]] bool is_ready() const {
    return !draining_ && world_.channel->state_of("origin") == fleet::RoleState::ready &&
           world_.channel->state_of("control") == fleet::RoleState::ready;
  }

  RoleWorld& world_;
  SystemFiles files_;
  std::atomic<bool> draining_ = false;
  std::optional<guard::RoleKeys> keys_;
  std::unique_ptr<api::OriginClient> origin_;
  http::Router router_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<edge::Front> front_;
  std::unique_ptr<ThreadPool> pool_;
};

}  // namespace

Result<std::unique_ptr<RunningRole>> start_edge(RoleWorld& world) {
  auto role = std::make_unique<EdgeRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
