// app/edge_role: the front door and cache.
#include "api/origin_client.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/tls_setup.h"
#include "edge/disk_tier.h"
#include "edge/front.h"
#include "edge/revocation_route.h"
#include "guard/keyring.h"
#include "http/metrics_route.h"
#include "http/server.h"

namespace matinee::app {
namespace {

constexpr std::size_t kInternalThreads = 2;
constexpr std::size_t kInternalQueueMax = 64;
constexpr std::chrono::milliseconds kForgetMax{2'000};
// More than one client may open connections, so that no one client crowds out the others.
constexpr std::size_t kHandshakesMax = 1'024;

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
    open_disk();
    front_ = std::make_unique<edge::Front>(
        options(), edge::FrontWorld{origin_calls(), keyring->path_tokens(), availability(),
                                    authorization_of(guard::Role::edge, *keys_, world_),
                                    [this] { return is_ready(); }, world_.clock, world_.metrics});
    if (auto tls = start_tls(); !tls) return tls;
    return serve();
  }

  void drain(Deadline deadline) override {
    draining_ = true;
    server_->drain(deadline);
  }

 private:
  // Dates were looked at by `serve`; a role that comes back with an expired certificate serves on.
  Result<void> start_tls() {
    const auto files = tls_files(world_.config, world_.paths);
    if (!files) return std::unexpected(files.error());
    std::error_code ignored;
    std::filesystem::remove(world_.paths.tls_status(), ignored);
    if (!*files) return {};
    auto identity = http::load_tls_identity(**files);
    if (!identity) return std::unexpected(identity.error());
    tls_.emplace(std::move(*identity), http::TlsServer::Options{}, world_.clock, world_.random,
                 world_.metrics);
    tls_watch_.emplace(
        **files, *tls_, world_.clock, http::TlsFileWatch::Options{},
        [this, files = **files](const http::CertificateFacts& facts, const std::string& trouble) {
          const auto status = tls_status(files, world_.config.tls.self_signed, facts, trouble);
          (void)write_file(files_, world_.paths.tls_status(), to_text(status));
        });
    tls_watch_->start();
    return {};
  }

  // A disk that does not serve costs reads of the origin, and nothing else.
  void open_disk() {
    if (world_.config.edge_disk_bytes == 0) return;
    auto disk = edge::DiskTier::open(
        {.folder = world_.paths.edge_disk(), .bytes_max = world_.config.edge_disk_bytes}, files_,
        world_.metrics);
    if (disk) {
      disk_ = std::move(*disk);
    } else {
      log::error("the edge works without its disk", {{"error", disk.error().message}});
    }
  }

  Result<void> serve() {
    const int open_door = fleet::find_socket(world_.sockets, "public");
    const int internal = fleet::find_socket(world_.sockets, "internal");
    if (open_door < 0 || internal < 0) {
      return fail(ErrorCode::invalid, "role edge was started without its sockets");
    }
    http::add_process_routes(router_, world_.metrics, [this] { return is_ready(); });
    edge::add_revocation_route(
        router_,
        [this](std::string_view authorization) -> Result<void> {
          const auto role = keys_->authorize(authorization, guard::Operation::revoke_sessions,
                                             world_.clock.now());
          if (!role) return std::unexpected(role.error());
          return {};
        },
        [this](const std::vector<SessionId>& sessions) {
          return front_->forget_sessions(sessions, Deadline::in(world_.clock, kForgetMax));
        });
    pool_ = std::make_unique<ThreadPool>(ThreadPool::Options{
        .name = "edge", .threads = kInternalThreads, .queue_max = kInternalQueueMax});
    http::ServerOptions options;
    options.role = "edge";
    options.loops = world_.config.edge_loops;
    options.limits.handshakes_max = kHandshakesMax;
    options.limits.connections_per_client_max = world_.config.clients.connections_max;
    options.limits.limits_loopback = world_.config.clients.loopback;
    options.hosts_allowed = allowed_hosts(world_.config);
    if (!world_.config.public_url.empty()) {
      options.origins_allowed.push_back(world_.config.public_url);
    }
    if (!tls_ && world_.config.public_url.starts_with("https://")) {
      options.hosts_behind_tls.push_back(public_host(world_.config));
    }
    server_ = std::make_unique<http::Server>(
        http::ServerWorld{world_.clock, world_.random, world_.metrics}, std::move(options),
        std::vector<http::Listener>{
            {open_door, http::ListenerKind::public_, tls_ ? &*tls_ : nullptr},
            {internal, http::ListenerKind::internal}},
        front_->handler(http::pool_handler(router_, *pool_, world_.clock)));
    server_->start();
    return {};
  }

  [[nodiscard]] edge::Front::Options options() const {
    edge::Front::Options options;
    options.media.extents.bytes_max = world_.config.edge_cache_bytes;
    options.media.extents.origin.disk = disk_.get();
    options.proxy.control.address =
        http::Address::unix_path(world_.paths.socket("control").string());
    options.proxy.insight.address =
        http::Address::unix_path(world_.paths.socket("insight").string());
    options.clients.limits_loopback = world_.config.clients.loopback;
    for (auto& rate : options.clients.rates) {
      rate.per_second *= world_.config.clients.rate;
      rate.burst *= world_.config.clients.rate;
    }
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
  std::optional<http::TlsServer> tls_;
  std::optional<http::TlsFileWatch> tls_watch_;
  std::unique_ptr<api::OriginClient> origin_;
  std::unique_ptr<edge::DiskTier> disk_;  // null: none
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
