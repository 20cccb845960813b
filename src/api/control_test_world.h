#pragma once
// api/control_test_world: a control role without processes, for the tests of its routes.

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/control_routes.h"
#include "api/sign_in_test_world.h"
#include "api/viewer_routes.h"
#include "base/json.h"
#include "store/object_id.h"
#include "store/store_url.h"

namespace matinee::api {

/// All parts of control over a Database in a temp folder; origin, insight and members are lambdas
/// over the public members, which a test changes as it likes.
class ControlTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "matinee-control-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    queue_ = std::make_unique<functions::JobQueue>(*database_, clock_, random_,
                                                   functions::JobQueue::Options{});
    plays_ = std::make_unique<PlayStarts>(*database_, clock_);
    ASSERT_TRUE(catalog::Titles::migrate(*database_) && queue_->migrate() && plays_->migrate());
    ASSERT_TRUE(catalog::Artworks::migrate(*database_) && catalog::Libraries::migrate(*database_) &&
                catalog::SourceDigests::migrate(*database_));
    title_jobs_ = std::make_unique<functions::TitleJobs>(
        functions::TitleJobs::World{*database_, titles_, artworks_, *queue_, clock_});
    ASSERT_TRUE(title_jobs_->migrate());
    images_ = std::make_unique<ImageMaker>(ImageMaker::Options{.scratch = root_ / "images"},
                                           image_codec(), clock_, metrics_);
    write("web/index.html", "<!doctype html><title>Matinee</title>");
    write("web/assets/app-1234.js", "start()");
    web_app_ = *WebApp::open((root_ / "web").string());
    packages_ = std::make_unique<PackageCache>(read_object(), 1'000'000);
    sign_in_ = std::make_unique<SignInTestWorld>(*database_, files_, root_, clock_, random_);
    world_.reset(new ControlWorld{clock_, random_, *database_, titles_, *queue_, *title_jobs_,
                                  *packages_, *plays_, tokens_, web_app_, read_object(), members(),
                                  insight(), authorize(), artworks_, *images_, put_object_call()});
    intake_.reset(new functions::LibraryIntake(
        {*database_, clock_, titles_, artworks_, libraries_, *title_jobs_}, {}));
    rescan_.emplace(functions::LibraryRescan::Parts{*intake_, libraries_, *database_, clock_});
    world_->library = {
        [this](const auto& paths, const auto& options) { return intake_->take(paths, options); },
        [this] { return rescan_->start(); },
        [this] { return rescan_->status(); },
        [this] { return libraries_.list(*database_); },
        [this](std::int64_t limit) { return libraries_.findings(*database_, limit); },
        [this](catalog::FindingKind kind) { return libraries_.findings_count(*database_, kind); },
        [this](const TitleId& after, std::int64_t limit) {
          return digests_.list(*database_, after, limit);
        },
        [this] { return digests_.due_count(*database_); }};
    world_->sign_in = &sign_in_->world;
    add_control_routes(router_, *world_, public_openapi("1.0", {}, {}));
  }
  void TearDown() override {
    rescan_.reset();  // its thread uses the rest
    images_.reset();
    std::filesystem::remove_all(root_);
  }

  std::string write(const std::string& name, const std::string& content) {
    const auto path = root_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
  }
  std::string put_object(const std::string& bytes) {
    const std::string id = store::object_id_of(bytes).to_string();
    objects_[id] = bytes;
    return id;
  }

  ReadObject read_object() {
    return [this](std::string_view id, std::size_t, Deadline) -> Result<std::string> {
      ++object_reads_;
      if (origin_away_) return fail(ErrorCode::unavailable, "origin is away");
      const auto found = objects_.find(std::string(id));
      if (found == objects_.end()) return fail(ErrorCode::not_found, "no such object");
      return found->second;
    };
  }
  PutObject put_object_call() {
    return [this](std::string_view bytes, Deadline) -> Result<std::string> {
      if (origin_away_) return fail(ErrorCode::unavailable, "origin is away");
      return put_object(std::string(bytes));
    };
  }
  /// A matinee-codec that writes "<format>:<width> of <source>" as every picture.
  ImageMaker::RunCodec image_codec() {
    return [this](const std::vector<std::string>& arguments, const std::string& input,
                  const std::function<bool()>&) -> Result<Json> {
      ++images_made_;
      if (!image_error_.message.empty()) return std::unexpected(image_error_);
      const std::string& make = arguments.back();
      const auto path = make.substr(make.rfind(':') + 1);
      std::ofstream(path) << make.substr(0, make.rfind(':')) << " of "
                          << (input.empty() ? arguments.at(1) : input);
      return Json{{"width", 600}, {"height", 900}, {"alpha", false}, {"blurhash", "L00000fQ"}};
    };
  }
  virtual ControlMembers members() {
    ControlMembers calls;
    calls.resolve = [this](std::string_view cookie) -> Result<ResolvedSession> {
      if (cookie != "matinee_session=known") return fail(ErrorCode::unauthorized, "no session");
      return ResolvedSession{facts_, clock_.now()};
    };
    calls.profile_key = [this](ProfileId id) -> Result<guard::SecretKey> {
      if (id != facts_.profile_id) return fail(ErrorCode::not_found, "no such profile");
      return guard::SecretKey::generate(random_);
    };
    calls.viewer = [this](const http::SessionFacts& facts) -> Result<Viewer> {
      Viewer viewer = viewer_;
      viewer.facts = facts;
      return viewer;
    };
    return calls;
  }
  ControlInsight insight() {
    ControlInsight calls;
    calls.resume_ms = [this](const auto&, const auto&, Deadline) { return resume_ms_; };
    calls.history = [this](const auto&, Deadline) { return history_; };
    calls.history_page = [this](const auto&, std::size_t, const std::string&,
                                Deadline) -> Result<WatchedPage> {
      if (!history_) return std::unexpected(history_.error());
      return WatchedPage{*history_, ""};
    };
    return calls;
  }
  static Authorize authorize() {
    return [](std::string_view authorization, guard::Operation operation) -> Result<void> {
      const auto role = guard::role_of(authorization);
      if (!role) return fail(ErrorCode::unauthorized, "no role credential");
      if (!guard::is_permitted(*role, operation)) return fail(ErrorCode::forbidden, "may not");
      return {};
    };
  }

  struct Answer {
    int status = 0;
    http::Headers headers;
    std::string body;
    Json json;
  };
  Answer send(http::Method method, std::string target, std::string body = {},
              const http::Headers& headers = {},
              http::ListenerKind listener = http::ListenerKind::internal) {
    http::Request request;
    request.method = method;
    request.target = std::move(target);
    request.headers = headers;
    request.context.listener = listener;
    request.context.session = vouched_for_;
    request.context.client_address = client_address_;
    http::TextReader reader(std::move(body));
    request.set_body(reader);
    http::Response response = router_.handle(request);
    Answer answer{response.status, response.headers, {}, {}};
    if (const auto* text = std::get_if<std::string>(&response.body)) answer.body = *text;
    if (const auto* bytes = std::get_if<http::SharedBytes>(&response.body)) {
      answer.body = bytes->view();
    }
    if (auto json = parse_json(answer.body)) answer.json = std::move(*json);
    return answer;
  }
  Answer get(std::string target, const http::Headers& headers = {{"Cookie", kCookie}}) {
    return send(http::Method::get, std::move(target), {}, headers);
  }
  Answer post(std::string target, const Json& body,
              const http::Headers& headers = {{"Cookie", kCookie}}) {
    return send(http::Method::post, std::move(target), to_text(body), headers);
  }
  Answer admin(http::Method method, std::string target, const Json& body = nullptr) {
    return send(method, std::move(target), body.is_null() ? "" : to_text(body), {},
                http::ListenerKind::admin);
  }

  /// A title in the library; playable with a package of one rung and captions when asked for.
  catalog::Title add_title(const std::string& name, bool playable) {
    clock_.advance(std::chrono::milliseconds{1});
    const auto path = write(name, name);
    auto title = titles_.add(*database_, {path, *catalog::fingerprint_file(path), {}})->title;
    if (playable) {
      title.state = catalog::TitleState::ready;
      title.duration_ms = 4'000;
      title.package_id = put_object(media::serialise_package(package_of(title)));
      title.poster_object = put_object("a picture");
      EXPECT_TRUE(titles_.update(*database_, title));
    }
    return title;
  }
  static std::string id_of(const std::string& content) {
    return store::object_id_of(content).to_string();
  }
  static media::Package package_of(const catalog::Title& title) {
    media::Track track;
    track.track_id = "v360";
    track.kind = "video";
    track.codec = "avc1.64001e";
    track.width = 640;
    track.height = 360;
    track.frame_rate_num = 25;
    track.frame_rate_den = 1;
    track.average_bps = track.peak_bps = 800'000;
    track.timescale = 1000;
    track.init = {id_of("init"), 0, 700};
    track.objects = {id_of("media")};
    track.segments = {{0, 0, 400'000, 0, 4'000}};
    track.playlist = id_of("playlist");
    media::Package package;
    package.title_id = title.id.to_string();
    package.duration_ms = 4'000;
    package.tracks = {track};
    package.captions = {
        {"en", "English", "captions", id_of("vtt"), id_of("vtt list"), {id_of("vtt 1")}}};
    media::add_track_objects(package, track);
    package.objects[track.playlist] = {100, "application/vnd.apple.mpegurl"};
    package.objects[id_of("vtt")] = {100, "text/vtt"};
    package.objects[id_of("vtt list")] = {100, "application/vnd.apple.mpegurl"};
    package.objects[id_of("vtt 1")] = {100, "text/vtt"};
    return package;
  }

  static constexpr std::string_view kCookie = "matinee_session=known";

  std::filesystem::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{5};
  catalog::Titles titles_{clock_, random_};
  catalog::Artworks artworks_{clock_, random_};
  Metrics metrics_;
  catalog::Libraries libraries_{clock_};
  catalog::SourceDigests digests_{clock_};
  std::unique_ptr<functions::LibraryIntake> intake_;
  std::optional<functions::LibraryRescan> rescan_;
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<functions::JobQueue> queue_;
  std::unique_ptr<functions::TitleJobs> title_jobs_;
  std::unique_ptr<PackageCache> packages_;
  std::unique_ptr<PlayStarts> plays_;
  guard::PathTokenRing tokens_{{guard::PathTokenKey{.id = 1, .secret = {7}}}};
  WebApp web_app_;
  std::unique_ptr<SignInTestWorld> sign_in_;
  std::unique_ptr<ImageMaker> images_;
  std::unique_ptr<ControlWorld> world_;
  http::Router router_;

  std::map<std::string, std::string> objects_;
  bool origin_away_ = false;
  int object_reads_ = 0;
  std::string client_address_ = "203.0.113.5";
  std::atomic<int> images_made_ = 0;
  Error image_error_{ErrorCode::corrupt, ""};
  http::SessionFacts facts_{
      SessionId::generate(clock_, random_), TenantId::generate(clock_, random_),
      AccountId::generate(clock_, random_), ProfileId::generate(clock_, random_),
      Pseudonym::generate(clock_, random_)};
  std::optional<http::SessionFacts> vouched_for_;  // what Matinee-* headers of a request would say
  Viewer viewer_{.facts = {}, .role = guard::AccountRole::owner};  // who facts_ stands for
  Result<std::int64_t> resume_ms_ = std::int64_t{0};
  Result<std::vector<WatchedTitle>> history_;
};

}  // namespace matinee::api
