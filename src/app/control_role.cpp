// app/control_role: catalogue, plays, sessions, jobs and the web app.
#include "api/control_routes.h"
#include "api/demo_routes.h"
#include "api/member_calls.h"
#include "api/steer_routes.h"
#include "app/control_sign_in.h"
#include "app/demo_maker.h"
#include "app/insight_calls.h"
#include "app/openapi.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "base/log.h"
#include "functions/library_keeper.h"
#include "functions/library_rescan.h"
#include "guard/keyring.h"
#include "store/store_url.h"

namespace matinee::app {
namespace {

constexpr std::size_t kThreads = 24;  // long polls of workers included
constexpr std::size_t kPackageBytesMax = std::size_t{16} * 1024 * 1024;

class ControlRole final : public RunningRole {
 public:
  explicit ControlRole(RoleWorld& world) : world_(world), served_(world, kThreads) {}

  Result<void> start() {
    for (const auto step : {&ControlRole::open_secrets, &ControlRole::open_database,
                            &ControlRole::open_members, &ControlRole::open_library}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    open_web_app();
    connect_roles();
    control_ = std::make_unique<api::ControlWorld>(api::ControlWorld{
        world_.clock, world_.random, *database_, *titles_, *queue_, *title_jobs_, *packages_,
        *plays_, *tokens_, web_app_, read_object(), api::member_calls(sign_in_->world()),
        insight_calls(*insight_, authorization_of(guard::Role::control, *keys_, world_)),
        authorize(), *artworks_, *images_, put_object()});
    control_->sign_in = &sign_in_->world();
    control_->studio.disk = [this] { return disk_facts(); };
    control_->library = library_calls();
    control_->library_at_start = true;
    if (std::filesystem::exists(demo_library(world_.paths.root))) {
      api::add_demo_routes(served_.router(), *control_, audience_);
    }
    if (auto steered = open_steering(); !steered) return steered;
    api::add_control_routes(served_.router(), *control_, openapi_text());
    if (auto resumed = title_jobs_->resume(); !resumed) return std::unexpected(resumed.error());
    keeper_->start();
    return served_.start("control");
  }

  void drain(Deadline deadline) override {
    intake_->stop();
    queue_->stop();  // the waits of workers end
    served_.drain(deadline);
  }

 private:
  Result<void> open_secrets();
  Result<void> open_database();
  Result<void> open_members();
  Result<void> open_library();
  void open_web_app();
  Result<void> open_steering();
  void connect_roles();
  api::ReadObject read_object();
  api::PutObject put_object();
  api::ControlLibrary library_calls();
  std::function<Result<void>(std::string_view, guard::Operation)> authorize();
  Result<api::DiskFacts> disk_facts() const;

  RoleWorld& world_;
  SystemFiles files_;
  std::optional<guard::RoleKeys> keys_;
  std::optional<guard::Keyring> keyring_;
  std::optional<guard::PathTokenRing> tokens_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<ControlSignIn> sign_in_;
  std::optional<catalog::Titles> titles_;
  std::optional<catalog::Artworks> artworks_;
  std::unique_ptr<functions::JobQueue> queue_;
  std::unique_ptr<functions::TitleJobs> title_jobs_;
  std::optional<catalog::Libraries> libraries_;
  std::optional<catalog::SourceDigests> digests_;
  std::optional<functions::LibraryIntake> intake_;
  std::optional<functions::LibraryRescan> rescan_;
  std::unique_ptr<api::OriginClient> origin_;
  std::unique_ptr<http::Client> insight_;
  std::unique_ptr<api::PackageCache> packages_;
  std::unique_ptr<api::PlayStarts> plays_;
  std::unique_ptr<api::ImageMaker> images_;
  api::WebApp web_app_;
  std::unique_ptr<api::ControlWorld> control_;
  std::optional<functions::LibraryKeeper> keeper_;  // its thread uses the library
  std::optional<delivery::SteerBoard> board_;
  std::optional<api::SteerWorld> steer_;
  api::DemoAudience audience_;  // of a demo
  ServedRole served_;           // last: its threads use all of the above
};

Result<void> ControlRole::open_secrets() {
  auto keys = open_role_keys(world_, files_);
  if (!keys) return std::unexpected(keys.error());
  keys_ = std::move(*keys);
  auto keyring = guard::Keyring::open_or_create(files_, world_.paths.secrets() / "keyring.json",
                                                world_.clock, world_.random);
  if (!keyring) return std::unexpected(keyring.error());
  keyring_ = std::move(*keyring);
  tokens_ = keyring_->path_tokens();
  return {};
}

Result<void> ControlRole::open_database() {
  const auto url = world_.config.database_url.empty()
                       ? store::store_url("sqlite", world_.paths.control() / "matinee.db")
                       : world_.config.database_url;
  auto database = store::open_database(url, {files_, world_.clock, world_.random});
  if (!database) return std::unexpected(database.error());
  database_ = std::move(*database);
  return {};
}

Result<void> ControlRole::open_members() {
  auto opened = ControlSignIn::open(world_, *database_, *keyring_, *keys_);
  if (!opened) return std::unexpected(opened.error());
  sign_in_ = std::move(*opened);
  return {};
}

Result<void> ControlRole::open_library() {
  if (auto done = catalog::Titles::migrate(*database_); !done) return done;
  titles_.emplace(world_.clock, world_.random);
  queue_ = std::make_unique<functions::JobQueue>(*database_, world_.clock, world_.random,
                                                 functions::JobQueue::Options{});
  if (auto done = queue_->migrate(); !done) return done;
  if (auto done = catalog::Artworks::migrate(*database_); !done) return done;
  artworks_.emplace(world_.clock, world_.random);
  title_jobs_ = std::make_unique<functions::TitleJobs>(
      functions::TitleJobs::World{*database_, *titles_, *artworks_, *queue_, world_.clock});
  if (auto done = title_jobs_->migrate(); !done) return done;
  if (auto done = catalog::Libraries::migrate(*database_); !done) return done;
  if (auto done = catalog::SourceDigests::migrate(*database_); !done) return done;
  libraries_.emplace(world_.clock);
  digests_.emplace(world_.clock);
  intake_.emplace(functions::LibraryIntake::Parts{*database_, world_.clock, *titles_, *artworks_,
                                                  *libraries_, *title_jobs_},
                  functions::LibraryIntake::Options{});
  rescan_.emplace(functions::LibraryRescan::Parts{*intake_, *libraries_, *database_, world_.clock});
  keeper_.emplace(
      functions::LibraryKeeper::Parts{*database_, world_.clock, *intake_, *libraries_, *digests_},
      functions::LibraryKeeper::Options{});
  plays_ = std::make_unique<api::PlayStarts>(*database_, world_.clock);
  return plays_->migrate();
}

void ControlRole::open_web_app() {
  const auto folder = web_folder(world_.config);
  auto app = api::WebApp::open(folder.string());
  if (app) {
    web_app_ = std::move(*app);
  } else {
    log::warning("pages cannot be served: the web app is missing",
                 {{"folder", folder.string()}, {"error", app.error().message}});
  }
}

// Today's one edge; nothing brings a second one yet.
Result<void> ControlRole::open_steering() {
  board_.emplace(world_.clock);
  const auto joined = board_->join(
      {.id = "local", .base_url = world_.config.public_url, .site = "", .is_local = true});
  if (!joined) return joined;
  steer_.emplace(api::SteerWorld{.clock = world_.clock,
                                 .board = *board_,
                                 .tokens = *tokens_,
                                 .packages = *packages_,
                                 .title_name = [this](const TitleId& id) -> Result<std::string> {
                                   const auto title = titles_->find(*database_, id);
                                   if (!title) return std::unexpected(title.error());
                                   return title->name;
                                 },
                                 .public_url = world_.config.public_url});
  api::add_steer_routes(served_.router(), *steer_);
  return {};
}

void ControlRole::connect_roles() {
  origin_ = open_origin(guard::Role::control, *keys_, world_);
  insight_ = std::make_unique<http::Client>(world_.clock, client_options(world_, "insight"));
  packages_ = std::make_unique<api::PackageCache>(read_object(), kPackageBytesMax);
  images_ = std::make_unique<api::ImageMaker>(
      api::ImageMaker::Options{.codec = codec_program(world_.config),
                               .scratch = world_.paths.control() / "images"},
      world_.clock, world_.metrics);
}

api::PutObject ControlRole::put_object() {
  return [this](std::string_view bytes, Deadline deadline) -> Result<std::string> {
    const auto stored = origin_->put(bytes, deadline);
    if (!stored) return std::unexpected(stored.error());
    return stored->id.to_string();
  };
}

api::ReadObject ControlRole::read_object() {
  return [this](std::string_view object_id, std::size_t bytes_max,
                Deadline deadline) -> Result<std::string> {
    const auto id = store::ObjectId::parse(object_id);
    if (!id) return std::unexpected(id.error());
    return origin_->get(*id, bytes_max, deadline);
  };
}

// The disk of the embedded object store; another kind of store has none that we could see.
Result<api::DiskFacts> ControlRole::disk_facts() const {
  if (!world_.config.objects_url.empty()) return fail(ErrorCode::not_found, "no disk of ours");
  std::error_code error;
  const auto space = std::filesystem::space(world_.paths.objects(), error);
  if (error) {
    return fail(ErrorCode::unavailable,
                "looking at " + world_.paths.objects().string() + ": " + error.message());
  }
  return api::DiskFacts{static_cast<std::int64_t>(space.capacity),
                        static_cast<std::int64_t>(space.available)};
}

api::ControlLibrary ControlRole::library_calls() {
  return {
      .take =
          [this](const auto& paths, const auto& options) {
            auto report = intake_->take(paths, options);
            if (options.remember) keeper_->look_at_list();
            return report;
          },
      .rescan = [this] { return rescan_->start(); },
      .rescan_status = [this] { return rescan_->status(); },
      .list = [this] { return libraries_->list(*database_); },
      .findings = [this](std::int64_t limit) { return libraries_->findings(*database_, limit); },
      .findings_count =
          [this](catalog::FindingKind kind) {
            return libraries_->findings_count(*database_, kind);
          },
      .digests = [this](const TitleId& after,
                        std::int64_t limit) { return digests_->list(*database_, after, limit); },
      .digests_due = [this] { return digests_->due_count(*database_); }};
}

std::function<Result<void>(std::string_view, guard::Operation)> ControlRole::authorize() {
  return [this](std::string_view authorization, guard::Operation operation) -> Result<void> {
    const auto role = keys_->authorize(authorization, operation, world_.clock.now());
    if (!role) return std::unexpected(role.error());
    return {};
  };
}

}  // namespace

Result<std::unique_ptr<RunningRole>> start_control(RoleWorld& world) {
  auto role = std::make_unique<ControlRole>(world);
  if (auto started = role->start(); !started) return std::unexpected(started.error());
  return role;
}

}  // namespace matinee::app
