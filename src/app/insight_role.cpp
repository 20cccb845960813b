// app/insight_role: event intake, the log, and the processors that read it.
#include "api/insight_routes.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "events/history.h"
#include "events/processor.h"
#include "store/event_log.h"
#include "store/store_url.h"

namespace matinee::app {
namespace {

constexpr std::size_t kThreads = 16;

class InsightRole final : public RunningRole {
 public:
  explicit InsightRole(RoleWorld& world) : world_(world), served_(world, kThreads) {}

  Result<void> start() {
    auto keys = open_role_keys(world_, files_);
    if (!keys) return std::unexpected(keys.error());
    keys_ = std::move(*keys);
    auto log = store::open_event_log(event_log_url(world_.config, world_.paths),
                                     {files_, world_.clock, world_.random});
    if (!log) return std::unexpected(log.error());
    log_ = std::move(*log);
    control_ = std::make_unique<http::Client>(world_.clock, client_options(world_, "control"));
    profile_keys_ = std::make_unique<events::ProfileKeys>(
        api::profile_keys_from_control(*control_, world_.clock,
                                       authorization_of(guard::Role::insight, *keys_, world_)),
        world_.clock);
    intake_ = std::make_unique<events::Intake>(*log_, *profile_keys_, world_.clock, world_.random,
                                               world_.metrics);
    history_ = std::make_unique<events::Processor>(
        *log_,
        events::ProcessorOptions{.name = "history", .folder = world_.paths.insight() / "state"},
        events::apply_to_history, store::Environment{files_, world_.clock, world_.random},
        world_.metrics);
    insight_ = std::make_unique<api::InsightWorld>(api::InsightWorld{
        *intake_, [this](Pseudonym pseudonym) { return history_->state_of(pseudonym); },
        authorize()});
    api::add_insight_routes(served_.router(), *insight_);
    history_->start();
    return served_.start("insight");
  }

  void drain(Deadline deadline) override {
    served_.drain(deadline);
    history_->stop();
  }

 private:
  std::function<Result<void>(std::string_view, guard::Operation)> authorize() {
    return [this](std::string_view authorization, guard::Operation operation) -> Result<void> {
      const auto role = keys_->authorize(authorization, operation, world_.clock.now());
      if (!role) return std::unexpected(role.error());
      return {};
    };
  }

  RoleWorld& world_;
  SystemFiles files_;
  std::optional<guard::RoleKeys> keys_;
  std::unique_ptr<store::EventLog> log_;
  std::unique_ptr<http::Client> control_;
  std::unique_ptr<events::ProfileKeys> profile_keys_;
  std::unique_ptr<events::Intake> intake_;
  std::unique_ptr<events::Processor> history_;
  std::unique_ptr<api::InsightWorld> insight_;
  ServedRole served_;  // last: its threads use all of the above
};

}  // namespace

Result<std::unique_ptr<RunningRole>> start_insight(RoleWorld& world) {
  auto role = std::make_unique<InsightRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
