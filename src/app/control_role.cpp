// app/control_role: catalogue, plays, sessions, jobs and the web app.
#include "api/control_routes.h"
#include "api/demo_routes.h"
#include "app/demo_maker.h"
#include "app/insight_calls.h"
#include "app/openapi.h"
#include "app/role_clients.h"
#include "app/roles.h"
#include "app/served_role.h"
#include "base/log.h"
#include "guard/keyring.h"
#include "members/members.h"
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
        *plays_, *tokens_, web_app_, read_object(), member_calls(),
        insight_calls(*insight_, authorization_of(guard::Role::control, *keys_, world_)),
        authorize()});
    control_->studio.disk = [this] { return disk_facts(); };
    control_->library = library_calls();
    if (std::filesystem::exists(demo_library(world_.paths.root))) {
      api::add_demo_routes(served_.router(), *control_, audience_);
    }
    api::add_control_routes(served_.router(), *control_, openapi_text());
    if (auto resumed = title_jobs_->resume(); !resumed) return std::unexpected(resumed.error());
    return served_.start("control");
  }

  void drain(Deadline deadline) override {
    queue_->stop();  // the waits of workers end
    served_.drain(deadline);
  }

 private:
  Result<void> open_secrets();
  Result<void> open_database();
  Result<void> open_members();
  Result<void> open_library();
  void open_web_app();
  void connect_roles();
  api::ReadObject read_object();
  api::ControlMembers member_calls();
  api::ControlLibrary library_calls();
  std::function<Result<void>(std::string_view, guard::Operation)> authorize();
  Result<api::ResolvedSession> facts_of(const guard::Session& session);
  Result<api::DiskFacts> disk_facts() const;

  RoleWorld& world_;
  SystemFiles files_;
  std::optional<guard::RoleKeys> keys_;
  std::optional<guard::Keyring> keyring_;
  std::optional<guard::PathTokenRing> tokens_;
  std::unique_ptr<store::Database> database_;
  std::optional<guard::Sessions> sessions_;
  std::optional<members::Members> members_;
  std::optional<catalog::Titles> titles_;
  std::unique_ptr<functions::JobQueue> queue_;
  std::unique_ptr<functions::TitleJobs> title_jobs_;
  std::optional<catalog::Artworks> library_artworks_;
  std::optional<catalog::Libraries> libraries_;
  std::optional<functions::LibraryIntake> intake_;
  std::unique_ptr<api::OriginClient> origin_;
  std::unique_ptr<http::Client> insight_;
  std::unique_ptr<api::PackageCache> packages_;
  std::unique_ptr<api::PlayStarts> plays_;
  api::WebApp web_app_;
  std::unique_ptr<api::ControlWorld> control_;
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
  auto sessions = guard::Sessions::open(*database_, world_.clock, world_.random);
  if (!sessions) return std::unexpected(sessions.error());
  sessions_ = std::move(*sessions);
  auto opened = members::Members::open(*database_, *keyring_, world_.clock, world_.random);
  if (!opened) return std::unexpected(opened.error());
  members_ = std::move(*opened);
  const auto profile = members_->default_profile();
  if (!profile) return std::unexpected(profile.error());
  return {};
}

Result<void> ControlRole::open_library() {
  if (auto done = catalog::Titles::migrate(*database_); !done) return done;
  titles_.emplace(world_.clock, world_.random);
  queue_ = std::make_unique<functions::JobQueue>(*database_, world_.clock, world_.random,
                                                 functions::JobQueue::Options{});
  if (auto done = queue_->migrate(); !done) return done;
  title_jobs_ = std::make_unique<functions::TitleJobs>(*database_, *titles_, *queue_);
  if (auto done = catalog::Artworks::migrate(*database_); !done) return done;
  if (auto done = catalog::Libraries::migrate(*database_); !done) return done;
  library_artworks_.emplace(world_.clock, world_.random);
  libraries_.emplace(world_.clock);
  intake_.emplace(functions::LibraryIntake::Parts{*database_, world_.clock, *titles_,
                                                  *library_artworks_, *libraries_, *title_jobs_},
                  functions::LibraryIntake::Options{});
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

void ControlRole::connect_roles() {
  origin_ = open_origin(guard::Role::control, *keys_, world_);
  insight_ = std::make_unique<http::Client>(world_.clock, client_options(world_, "insight"));
  packages_ = std::make_unique<api::PackageCache>(read_object(), kPackageBytesMax);
}

api::ReadObject ControlRole::read_object() {
  return [this](std::string_view object_id, std::size_t bytes_max,
                Deadline deadline) -> Result<std::string> {
    const auto id = store::ObjectId::parse(object_id);
    if (!id) return std::unexpected(id.error());
    return origin_->get(*id, bytes_max, deadline);
  };
}

Result<api::ResolvedSession> ControlRole::facts_of(const guard::Session& session) {
  const auto profile = members_->profile(session.owner.profile_id);
  if (!profile) return fail(ErrorCode::unauthorized, "the session's profile is gone");
  return api::ResolvedSession{{session.id, session.owner.tenant_id, session.owner.account_id,
                               session.owner.profile_id, profile->pseudonym},
                              session.expires};
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
      .take = [this](const auto& paths,
                     const auto& options) { return intake_->take(paths, options); },
      .rescan = [this] { return intake_->rescan(); },
      .list = [this] { return libraries_->list(*database_); },
      .findings = [this](std::int64_t limit) { return libraries_->findings(*database_, limit); },
      .findings_count =
          [this](catalog::FindingKind kind) {
            return libraries_->findings_count(*database_, kind);
          }};
}

api::ControlMembers ControlRole::member_calls() {
  api::ControlMembers calls;
  calls.resolve = [this](std::string_view cookie_header) -> Result<api::ResolvedSession> {
    const auto cookie = guard::session_cookie_of(cookie_header);
    if (!cookie) return fail(ErrorCode::unauthorized, "no session cookie");
    const auto session = sessions_->resolve(*cookie);
    if (!session) return std::unexpected(session.error());
    return facts_of(*session);
  };
  calls.open = [this]() -> Result<api::OpenedSession> {
    const auto profile = members_->default_profile();
    if (!profile) return std::unexpected(profile.error());
    const auto made = sessions_->create({profile->tenant_id, profile->account_id, profile->id});
    if (!made) return std::unexpected(made.error());
    auto resolved = facts_of(made->session);
    if (!resolved) return std::unexpected(resolved.error());
    const bool secure = world_.config.public_url.starts_with("https:");
    return api::OpenedSession{*resolved, guard::session_set_cookie(made->cookie, secure)};
  };
  calls.profile_key = [this](ProfileId id) { return members_->profile_key(id); };
  return calls;
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
