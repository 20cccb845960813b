// app/media_role: leases jobs from control and does them with matinee-codec.
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "api/job_client.h"
#include "api/media_worker.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "base/log.h"

namespace matinee::app {
namespace {

constexpr std::size_t kThreads = 2;  // of the internal socket: metrics only
constexpr std::chrono::milliseconds kStoreMax{
    600'000};  // one object, the origin's absences included

class MediaRole final : public RunningRole {
 public:
  explicit MediaRole(RoleWorld& world) : world_(world), served_(world, kThreads) {}

  Result<void> start() {
    auto keys = open_role_keys(world_, files_);
    if (!keys) return std::unexpected(keys.error());
    keys_ = std::move(*keys);
    origin_ = open_origin(guard::Role::media, *keys_, world_);
    // Each call waits for the answer of a long poll: a client of its own, not shared with others.
    control_ = std::make_unique<http::Client>(world_.clock, client_options(world_, "control"));
    const auto codec = codec_program(world_.config);
    if (!std::filesystem::exists(codec)) {
      return fail(ErrorCode::not_found, "the program " + codec.string() + " is missing");
    }
    worker_ = std::make_unique<api::MediaWorker>(
        api::MediaWorker::Options{.codec = codec, .scratch = world_.paths.media()},
        api::http_job_transport(*control_, world_.clock, "media-" + std::to_string(::getpid()),
                                api::media_job_kinds(),
                                authorization_of(guard::Role::media, *keys_, world_)),
        objects(), world_.clock, world_.metrics);
    if (auto started = served_.start("media"); !started) return started;
    thread_ = std::jthread([this](const std::stop_token& stop) {
      if (const auto ran = worker_->run(stop); !ran) {
        log::error("the worker stopped", {{"error", ran.error().message}});
      }
    });
    return {};
  }

  void drain(Deadline deadline) override {
    thread_.request_stop();
    served_.drain(deadline);
    // The answer to a wait for a job may be seconds away. Nothing is lost by not waiting for it: a
    // job that is leased to us meanwhile is leased again by another when its lease ends.
    if (worker_->is_waiting()) std::_Exit(0);
    if (thread_.joinable()) thread_.join();
  }

 private:
  api::MediaWorker::Objects objects() {
    const auto id_of = [](const Result<api::OriginClient::Stored>& stored) -> Result<std::string> {
      if (!stored) return std::unexpected(stored.error());
      return stored->id.to_string();
    };
    api::MediaWorker::Objects made;
    made.put_file = [this, id_of](const std::filesystem::path& file) {
      return id_of(origin_->put_file(file.string(), Deadline::in(world_.clock, kStoreMax)));
    };
    made.put = [this, id_of](std::string_view bytes) {
      return id_of(origin_->put(bytes, Deadline::in(world_.clock, kStoreMax)));
    };
    return made;
  }

  RoleWorld& world_;
  SystemFiles files_;
  std::optional<guard::RoleKeys> keys_;
  std::unique_ptr<api::OriginClient> origin_;
  std::unique_ptr<http::Client> control_;
  std::unique_ptr<api::MediaWorker> worker_;
  ServedRole served_;
  std::jthread thread_;  // last: joined before the rest goes
};

}  // namespace

Result<std::unique_ptr<RunningRole>> start_media(RoleWorld& world) {
  auto role = std::make_unique<MediaRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
