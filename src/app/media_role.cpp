// app/media_role: leases jobs from control and does them with matinee-codec.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <vector>

#include "api/job_client.h"
#include "api/media_worker.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "base/log.h"
#include "functions/job_payloads.h"

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
    control_ = std::make_unique<http::Client>(world_.clock, client_options(world_, "control"));
    const auto codec = codec_program(world_.config);
    if (!std::filesystem::exists(codec)) {
      return fail(ErrorCode::not_found, "the program " + codec.string() + " is missing");
    }
    add_worker(codec, api::media_job_kinds());
    // What is soon done need not wait until a chunk of a film is encoded.
    auto light = api::media_job_kinds();
    std::erase(light, functions::kEncodeKind);
    add_worker(codec, std::move(light));
    if (auto started = served_.start("media"); !started) return started;
    for (auto& hand : hands_) {
      hand.thread = std::jthread([worker = hand.worker.get()](const std::stop_token& stop) {
        if (const auto ran = worker->run(stop); !ran) {
          log::error("a worker stopped", {{"error", ran.error().message}});
        }
      });
    }
    return {};
  }

  void drain(Deadline deadline) override {
    for (auto& hand : hands_) hand.thread.request_stop();
    served_.drain(deadline);
    for (auto& hand : hands_) {
      if (!hand.worker->is_waiting() && hand.thread.joinable()) hand.thread.join();
    }
    // The answer to a wait for a job may be seconds away. Nothing is lost by not waiting for it: a
    // job that is leased to us meanwhile is leased again by another when its lease ends.
    const auto waits = [](const auto& hand) { return hand.worker->is_waiting(); };
    if (std::ranges::any_of(hands_, waits)) std::_Exit(0);
    for (auto& hand : hands_) {
      if (hand.thread.joinable()) hand.thread.join();
    }
  }

 private:
  struct Hand {
    std::unique_ptr<api::MediaWorker> worker;
    std::jthread thread;  // last: joined before the rest goes
  };

  void add_worker(const std::filesystem::path& codec, std::vector<std::string> kinds);

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
  ServedRole served_;
  std::vector<Hand> hands_;  // last: joined before the rest goes
};

void MediaRole::add_worker(const std::filesystem::path& codec, std::vector<std::string> kinds) {
  const std::string number = std::to_string(hands_.size());
  hands_.push_back(
      {std::make_unique<api::MediaWorker>(
           api::MediaWorker::Options{.codec = codec, .scratch = world_.paths.media() / number},
           api::http_job_transport(
               *control_, world_.clock, "media-" + std::to_string(::getpid()) + "-" + number,
               std::move(kinds), authorization_of(guard::Role::media, *keys_, world_)),
           objects(), world_.clock, world_.metrics),
       {}});
}

}  // namespace

Result<std::unique_ptr<RunningRole>> start_media(RoleWorld& world) {
  auto role = std::make_unique<MediaRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
