// Goal: a file becomes a package through jobs that die and come back, and every state on the way is
// durable and explained.
#include "functions/title_jobs.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "functions/stored_bytes.h"
#include "functions/title_report.h"
#include "media/package.h"
#include "media/probe.h"
#include "store/object_id.h"
#include "store/store_url.h"

namespace matinee::functions {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::string object(const std::string& content) { return store::object_id_of(content).to_string(); }

// A worker that makes what the real one would, out of nothing.
struct FakeWorker {
  media::Probe probe;
  std::map<std::string, std::string> failures;  // kind -> message
  std::vector<Json> published;

  static media::Track track(const std::string& id, const std::string& kind, std::uint64_t start_ms,
                            std::uint64_t end_ms) {
    media::Track made;
    made.track_id = id;
    made.kind = kind;
    made.timescale = 1000;
    made.codec = kind == "video" ? "avc1.64001e" : "mp4a.40.2";
    if (kind == "video") {
      made.width = 640;
      made.height = 360;
      made.frame_rate_num = 25;
      made.frame_rate_den = 1;
    } else {
      made.channels = 2;
      made.sample_rate = 48'000;
    }
    made.init = {object("init" + id), 0, 700};
    made.objects = {object(id + std::to_string(start_ms))};
    made.segments = {{0, 100, 5'000, start_ms, end_ms - start_ms}};
    made.average_bps = made.peak_bps = 40'000;
    return made;
  }

  Json work(const std::string& kind, const Json& payload) {
    if (kind == kProbeKind) return {{"probe", media::to_json(probe)}};
    if (kind == kPosterKind) {
      return {{"poster", media::to_json(media::Poster{object("poster"), 640, 360})},
              {"blurhash", "L00000fQ"}};
    }
    if (kind == kThumbnailsKind) {
      Json made =
          media::to_json(media::Thumbnails{object("map"), {object("sheet")}, 2'000, 160, 90});
      return {{"thumbnails", made}};
    }
    if (kind == kArtworkKind) {
      Json images = Json::array();
      for (const auto& image : payload["images"]) {
        if (image["path"] == "/films/broken.jpg") {
          images.push_back({{"id", image["id"]}, {"error", "it is no picture"}});
          continue;
        }
        images.push_back(
            {{"id", image["id"]},
             {"object", object(image["path"])},
             {"width", 600},
             {"height", 900},
             {"blurhash", "L00000fQ"},
             {"derivatives",
              {{{"width", 480}, {"format", "webp"}, {"object", object("480")}, {"bytes", 7}}}}});
      }
      return {{"images", images}};
    }
    if (kind == kAudioKind) {
      EXPECT_FALSE(payload["idr_ms"].empty());
      const auto made = track(payload["track_id"], "audio", 0, payload["duration_ms"]);
      return {{"track", media::to_json(made)}};
    }
    if (kind == kEncodeKind) {
      Json rungs = Json::array();
      for (const auto& rung : payload["rungs"]) {
        rungs.push_back(media::to_json(track(
            rung["track_id"], "video", payload["chunk"]["start_ms"], payload["chunk"]["end_ms"])));
      }
      return {{"rungs", rungs}};
    }
    if (kind == kCaptionsKind) {
      media::CaptionTrack made{
          payload["language"], payload["name"], payload["kind"], object("vtt"), "",
          {object("vtt1")}};
      return {{"captions", Json::array({media::to_json(made)})}};
    }
    published.push_back(payload);
    return {{"package", object(to_text(payload))}, {"bytes", 100}, {"stored_bytes", 1'000'000}};
  }
};

class TitleToPackage : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "matinee-title-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    open();
    media::ProbeVideo video;
    video.codec = "mpeg4";
    video.width = video.display_width = 1280;
    video.height = video.display_height = 720;
    video.frame_rate_num = 25;
    video.frame_rate_den = 1;
    worker_.probe.duration_ms = 70'000;
    worker_.probe.video = {video};
    media::ProbeAudio audio;
    audio.index = 1;
    audio.codec = "mp3";
    audio.channels = 2;
    audio.sample_rate = 44'100;
    worker_.probe.audio = {audio};
  }
  void TearDown() override {
    jobs_.reset();
    queue_.reset();
    database_.reset();
    fs::remove_all(root_);
  }
  void open() {
    jobs_.reset();
    queue_.reset();
    database_.reset();
    auto opened =
        store::open_database(store::store_url("sqlite", root_ / "t.db"), {files_, clock_, random_});
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    queue_ = std::make_unique<JobQueue>(*database_, clock_, random_, JobQueue::Options{});
    ASSERT_TRUE(catalog::Titles::migrate(*database_));
    ASSERT_TRUE(queue_->migrate());
    ASSERT_TRUE(catalog::Artworks::migrate(*database_));
    jobs_ = std::make_unique<TitleJobs>(TitleJobs::World{
        *database_, titles_, artworks_, *queue_, clock_, [this](Instant) { return minute_; }});
    ASSERT_TRUE(jobs_->migrate());
    ASSERT_TRUE(jobs_->resume());
  }
  catalog::FoundTitle film(const std::string& name = "The Big Sleep (1946).mkv") {
    const auto path = (root_ / name).string();
    std::ofstream(path) << name;
    return {path, *catalog::fingerprint_file(path), {}};
  }
  std::optional<LeasedJob> lease() {
    static const std::vector<std::string> kAll{"probe",   "repackage", "encode",
                                               "audio",   "captions",  "poster",
                                               "publish", "artwork",   "thumbnails"};
    auto leased = queue_->lease("w", kAll, 0ms);
    EXPECT_TRUE(leased);
    return leased.value_or(std::nullopt);
  }
  void work_one(const LeasedJob& job) {
    const auto payload = parse_json(job.payload);
    ASSERT_TRUE(payload);
    if (const auto found = worker_.failures.find(job.kind); found != worker_.failures.end()) {
      ASSERT_TRUE(queue_->fail(job.id, job.epoch, {"invalid", found->second}, false));
      return;
    }
    const auto done =
        queue_->complete(job.id, job.epoch, to_text(worker_.work(job.kind, *payload)));
    ASSERT_TRUE(done) << done.error().message;
  }
  void work_all() {
    while (auto job = lease()) work_one(*job);
  }
  catalog::Title title(const TitleId& id) { return *titles_.find(*database_, id); }

  fs::path root_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'772'366'400'000)};
  SeededRandom random_{3};
  catalog::Titles titles_{clock_, random_};
  std::unique_ptr<store::Database> database_;
  std::unique_ptr<JobQueue> queue_;
  std::unique_ptr<TitleJobs> jobs_;
  catalog::Artworks artworks_{clock_, random_};
  int minute_ = 0;  // of the local day
  FakeWorker worker_;
};

TEST_F(TitleToPackage, AFilmBecomesPlayableAndThenComplete) {
  const auto added = jobs_->add(film());
  ASSERT_TRUE(added);
  const auto id = added->title.id;
  EXPECT_EQ(title(id).state, catalog::TitleState::queued);
  double before = 0;
  int versions = 0;
  while (auto job = lease()) {
    ASSERT_TRUE(queue_->renew(job->id, job->epoch, 0.5));
    EXPECT_GE(title(id).progress, before) << job->key;
    work_one(*job);
    const auto now = title(id);
    if (job->kind == kPublishKind) {
      ++versions;
      EXPECT_TRUE(now.playable());
      EXPECT_EQ(now.package_version, versions);
    }
    EXPECT_EQ(now.playable(), versions > 0);
    before = now.progress - 1e-9;
  }
  const auto ready = title(id);
  EXPECT_EQ(ready.state, catalog::TitleState::ready);
  EXPECT_EQ(ready.progress, 1.0);
  EXPECT_EQ(ready.duration_ms, 70'000);
  EXPECT_EQ(ready.poster_object, object("poster"));
  EXPECT_GT(ready.estimate_cpu_seconds, 0);
  EXPECT_GT(ready.estimate_bytes, 0);
  ASSERT_EQ(worker_.published.size(), 2U);
  EXPECT_EQ(worker_.published[0]["tracks"].size(), 2U);  // 360p and audio
  const Json& last = worker_.published[1];
  EXPECT_EQ(last["tracks"].size(), 4U);  // 360p, 480p, 720p and audio
  EXPECT_FALSE(last["poster"].is_null());
  const auto track = media::parse_track(last["tracks"][0]);
  ASSERT_TRUE(track);
  EXPECT_GE(track->segments.size(), 2U);  // all chunks
}

TEST_F(TitleToPackage, AddingTwiceChangesNothing) {
  const auto first = jobs_->add(film());
  work_all();
  const auto second = jobs_->add(film());
  ASSERT_TRUE(first && second);
  EXPECT_EQ(second->title.id, first->title.id);
  EXPECT_EQ(second->title.state, catalog::TitleState::ready);
  EXPECT_FALSE(lease());
}

TEST_F(TitleToPackage, AFailedTitleSaysWhyAndIsTriedAgain) {
  worker_.failures["probe"] = "it has no video";
  const auto id = jobs_->add(film())->title.id;
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::failed);
  EXPECT_EQ(title(id).error, "it has no video");
  worker_.failures.clear();
  EXPECT_EQ(jobs_->add(film())->title.state, catalog::TitleState::queued);
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
  EXPECT_EQ(title(id).error, "");
}

TEST_F(TitleToPackage, WhatCannotBeRepackagedIsEncodedInstead) {
  worker_.probe.browser_safe = true;
  worker_.probe.key_frames_ms = {0, 8'000, 16'000, 24'000, 32'000, 40'000, 48'000, 56'000, 64'000};
  worker_.probe.video[0].codec = "h264";
  worker_.probe.audio[0].codec = "aac";
  worker_.failures[std::string(kRepackageKind)] = "an open group of pictures at 8.000 s";
  const auto added = jobs_->add(film());
  ASSERT_TRUE(added);
  work_all();
  EXPECT_EQ(title(added->title.id).state, catalog::TitleState::ready);
  EXPECT_EQ(title(added->title.id).error, "");
  ASSERT_EQ(worker_.published.size(), 2U);
  EXPECT_EQ(worker_.published[1]["tracks"].size(), 4U);  // 360p, 480p, 720p and audio
  // Adding it again tries the repackaging again, but what is playable stays.
  ASSERT_TRUE(jobs_->add(film()));
  work_all();
  EXPECT_EQ(title(added->title.id).state, catalog::TitleState::ready);
  EXPECT_EQ(worker_.published.size(), 2U);
}

TEST_F(TitleToPackage, AFailedChunkPublishesNothing) {
  worker_.failures["encode"] = "decoding stopped at 12 s";
  const auto id = jobs_->add(film())->title.id;
  work_all();
  const auto failed = title(id);
  EXPECT_EQ(failed.state, catalog::TitleState::failed);
  EXPECT_FALSE(failed.playable());
  EXPECT_TRUE(worker_.published.empty());
  EXPECT_EQ(queue_->counts()->queued, 0);
}

TEST_F(TitleToPackage, ANewSidecarBecomesANewVersion) {
  auto found = film();
  const auto id = jobs_->add(found)->title.id;
  work_all();
  found.sidecars = {{"/films/x.en.hi.srt", {"en", false, true}}};
  ASSERT_TRUE(jobs_->add(found));
  work_all();
  EXPECT_EQ(title(id).package_version, 3);
  ASSERT_EQ(worker_.published.back()["captions"].size(), 1U);
  EXPECT_EQ(worker_.published.back()["captions"][0]["kind"], "captions");
}

TEST_F(TitleToPackage, SurvivesDeathsAnywhere) {
  SeededRandom chance(99);
  const auto quiet = jobs_->add(film("quiet.mkv"))->title.id;
  work_all();
  const auto expected = title(quiet).published_parts;
  const auto undisturbed = worker_.published.back()["tracks"];
  const auto id = jobs_->add(film("disturbed.mkv"))->title.id;
  std::vector<LeasedJob> late;
  for (int i = 0; i < 2'000 && title(id).published_parts != expected; ++i) {
    const auto job = lease();
    if (!job || chance.below(4) == 0) {
      clock_.advance(20s);  // the worker died, or there was nothing yet
      if (job) late.push_back(*job);
      if (chance.below(4) == 0) open();
      continue;
    }
    if (!late.empty() && chance.below(2) == 0) {
      (void)queue_->complete(late.back().id, late.back().epoch, "{}");  // refused: a stale epoch
    }
    work_one(*job);
  }
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
  EXPECT_EQ(title(id).published_parts, expected);
  EXPECT_EQ(worker_.published.back()["tracks"], undisturbed);
}

TEST_F(TitleToPackage, AnOperatorStopsATitleAndLetsItGoOn) {
  const auto id = jobs_->add(film())->title.id;
  EXPECT_EQ(jobs_->retry(id).error().code, ErrorCode::conflict);
  work_one(*lease());  // probe
  const auto held = lease();
  ASSERT_TRUE(held);
  ASSERT_GT(jobs_->cancel(id).value_or(0), 1);
  EXPECT_EQ(title(id).state, catalog::TitleState::failed);
  EXPECT_EQ(title(id).error, "stopped by an operator");
  EXPECT_FALSE(lease());
  EXPECT_EQ(queue_->renew(held->id, held->epoch, 0.5).error().code, ErrorCode::conflict);
  EXPECT_EQ(jobs_->cancel(id).error().code, ErrorCode::conflict);
  ASSERT_GT(jobs_->retry(id).value_or(0), 1);
  EXPECT_EQ(title(id).state, catalog::TitleState::encoding);
  EXPECT_EQ(title(id).error, "");
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
  EXPECT_EQ(jobs_->cancel(id).error().code, ErrorCode::conflict);
  for (const auto& unknown : {jobs_->retry(TitleId{}), jobs_->cancel(TitleId{})}) {
    EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
  }
}

TEST_F(TitleToPackage, OneJobIsStoppedOrTriedAgainAndTheTitleFollows) {
  const auto id = jobs_->add(film())->title.id;
  const auto probe = lease();
  ASSERT_TRUE(jobs_->cancel_job(probe->id));
  EXPECT_EQ(title(id).state, catalog::TitleState::failed);
  EXPECT_EQ(jobs_->cancel_job(probe->id).error().code, ErrorCode::conflict);
  ASSERT_TRUE(jobs_->retry_job(probe->id));
  EXPECT_EQ(title(id).state, catalog::TitleState::queued);
  EXPECT_EQ(jobs_->retry_job(probe->id).error().code, ErrorCode::conflict);
  EXPECT_EQ(jobs_->retry_job(JobId{}).error().code, ErrorCode::not_found);
}

TEST_F(TitleToPackage, PicturesAreMadeAndKept) {
  const std::vector<catalog::FoundArtwork> files{
      {catalog::ArtworkKind::poster, "/films/poster.jpg", 1, 1},
      {catalog::ArtworkKind::backdrop, "/films/broken.jpg", 1, 1}};
  const auto id = jobs_->add(film())->title.id;
  ASSERT_TRUE(artworks_.replace(*database_, id, files));
  ASSERT_TRUE(jobs_->advance(*database_, id));
  work_all();
  const auto by_title = artworks_.of(*database_, std::span(&id, 1));
  ASSERT_TRUE(by_title);
  const auto shown = catalog::shown_artwork(by_title->at(id));
  ASSERT_NE(shown.poster, nullptr);
  EXPECT_EQ(shown.poster->width, 600);
  EXPECT_EQ(shown.poster->blurhash, "L00000fQ");
  EXPECT_EQ(shown.poster->object_id, object("/films/poster.jpg"));
  EXPECT_TRUE(artworks_.derivative(*database_, shown.poster->id, 480, "webp"));
  // The broken file is passed over for the film's own picture.
  ASSERT_NE(shown.backdrop, nullptr);
  EXPECT_EQ(shown.backdrop->kind, catalog::ArtworkKind::still);
  EXPECT_EQ(shown.backdrop->object_id, object("poster"));
  EXPECT_FALSE(worker_.published.back()["thumbnails"].is_null());
  // Nothing is left to make.
  ASSERT_TRUE(jobs_->advance(*database_, id));
  EXPECT_FALSE(lease());
}

TEST_F(TitleToPackage, AShowOnlyGetsItsArtwork) {
  const auto id = jobs_->add(film())->title.id;
  work_all();
  ASSERT_TRUE(database_->execute("UPDATE titles SET source_bytes = 0, kind = 'show'"));
  ASSERT_TRUE(database_->execute("DELETE FROM jobs"));
  const catalog::FoundArtwork file{catalog::ArtworkKind::poster, "/shows/poster.jpg", 1, 1};
  ASSERT_TRUE(artworks_.replace(*database_, id, std::span(&file, 1)));
  ASSERT_TRUE(jobs_->advance(*database_, id));
  const auto job = lease();
  ASSERT_TRUE(job);
  EXPECT_EQ(job->kind, kArtworkKind);
  work_one(*job);
  EXPECT_FALSE(lease());
}

TEST_F(TitleToPackage, EncodesWaitForTheNight) {
  EncodePolicy policy;
  policy.night_window = NightWindow{22 * 60, 6 * 60};
  ASSERT_TRUE(jobs_->set_encode_policy(policy));
  minute_ = 12 * 60;
  const auto id = jobs_->add(film())->title.id;
  work_all();  // everything but the encodes
  EXPECT_FALSE(title(id).playable());
  EXPECT_EQ(title(id).poster_object, object("poster"));
  EXPECT_EQ(jobs_->making(*database_, title(id))->waiting,
            "films are encoded from 22:00 to 06:00 only");
  open();  // the policy is durable
  work_all();
  EXPECT_FALSE(title(id).playable());
  minute_ = 23 * 60;
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
  EXPECT_EQ(jobs_->making(*database_, title(id))->waiting, "");
}

TEST_F(TitleToPackage, OnFirstWatchWaitsForAViewer) {
  ASSERT_TRUE(jobs_->set_encode_policy({.when = EncodeWhen::on_first_watch}));
  const auto id = jobs_->add(film())->title.id;
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::queued);
  EXPECT_TRUE(jobs_->making(*database_, title(id))
                  ->waiting.starts_with("it is encoded when somebody first wants to watch it"));
  ASSERT_TRUE(jobs_->ask_for(id));
  ASSERT_TRUE(jobs_->ask_for(id));
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
}

TEST_F(TitleToPackage, TheTurnOfATitleGoesToAllItsJobs) {
  const auto early = jobs_->add(film("early.mkv"))->title.id;
  clock_.advance(1s);
  const auto late = jobs_->add(film("late.mkv"))->title.id;
  ASSERT_TRUE(jobs_->set_boost(early, 500));
  EXPECT_EQ(jobs_->set_boost(TitleId{}, 1).error().code, ErrorCode::not_found);
  for (int i = 0; i < 4; ++i) {
    const auto job = lease();
    ASSERT_TRUE(job);
    EXPECT_TRUE(job->key.starts_with(early.to_string())) << job->key;
    work_one(*job);
  }
  ASSERT_TRUE(jobs_->set_boost(early, -500));
  EXPECT_TRUE(lease()->key.starts_with(late.to_string()));
}

TEST_F(TitleToPackage, StagesTellHowFarItIsAndWhatItTakes) {
  const auto id = jobs_->add(film())->title.id;
  const auto report = [&] {
    const auto known = jobs_->look(*database_, title(id));
    EXPECT_TRUE(known);
    std::optional<media::EncodePlan> plan;
    if (known->plan && *known->plan) plan = **known->plan;
    std::map<std::string, StageReport> stages;
    for (auto& stage : stages_of(*queue_->of_subject(*database_, id.to_string()), plan)) {
      stages[stage.id] = stage;
    }
    return stages;
  };
  EXPECT_EQ(report()["probe"].state, StageState::waiting);
  work_one(*lease());  // probe
  auto stages = report();
  EXPECT_EQ(stages["probe"].state, StageState::done);
  EXPECT_EQ(stages["first"].jobs, 2);  // 70 s in two chunks
  EXPECT_EQ(stages["rest"].jobs, 2);   // planned, not yet queued
  EXPECT_EQ(stages["rest"].state, StageState::waiting);
  ASSERT_EQ(stages["first"].rungs.size(), 1U);
  EXPECT_EQ(stages["first"].rungs[0].height, 360U);
  EXPECT_EQ(stages["rest"].rungs.size(), 2U);
  auto chunk = lease();
  if (chunk->kind == kAudioKind) {
    work_one(*chunk);
    chunk = lease();
  }
  ASSERT_TRUE(queue_->renew(chunk->id, chunk->epoch, 0.5));
  stages = report();
  EXPECT_EQ(stages["first"].state, StageState::running);
  EXPECT_NEAR(stages["first"].progress, 0.25, 1e-9);
  work_one(*chunk);
  worker_.failures["poster"] = "no picture there";
  work_all();
  stages = report();
  EXPECT_EQ(stages["first"].state, StageState::done);
  EXPECT_EQ(stages["extras"].state, StageState::partly);  // its thumbnails are there
  EXPECT_EQ(stages["publish"].state, StageState::done);
  EXPECT_EQ(stages["publish"].progress, 1);

  const auto parts = stored_parts(*database_, id);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->at("v360"), 700 + 2 * 5'000);  // init and two segments
  EXPECT_EQ(parts->size(), 4U);
  const auto kinds = stored_by_kind(*database_);
  ASSERT_TRUE(kinds);
  EXPECT_EQ(kinds->at("audio"), 5'700);
  const auto largest = largest_titles(*database_, 5);
  ASSERT_TRUE(largest);
  ASSERT_EQ(largest->size(), 1U);
  EXPECT_EQ(largest->front().bytes, kinds->at("audio") + kinds->at("video"));
}

TEST_F(TitleToPackage, NeverMeansRepackagingOnly) {
  ASSERT_TRUE(jobs_->set_encode_policy({.when = EncodeWhen::never}));
  const auto id = jobs_->add(film())->title.id;
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::queued);
  EXPECT_TRUE(jobs_->making(*database_, title(id))
                  ->waiting.starts_with("the encode policy is to repackage only"));
  worker_.probe.browser_safe = true;
  worker_.probe.key_frames_ms = {0, 8'000, 16'000, 24'000, 32'000, 40'000, 48'000, 56'000, 64'000};
  worker_.probe.video[0].codec = "h264";
  worker_.probe.audio[0].codec = "aac";
  // Its repackaging brings the video of the source and nothing of the ladder.
  const auto safe = jobs_->add(film("safe.mp4"))->title.id;
  while (auto job = lease()) {
    EXPECT_NE(job->kind, kEncodeKind);
    if (job->kind == kRepackageKind) {
      const auto made = FakeWorker::track("v720", "video", 0, 70'000);
      const Json tracks = Json::array({media::to_json(made)});
      ASSERT_TRUE(queue_->complete(job->id, job->epoch, to_text(Json{{"tracks", tracks}})));
    } else {
      work_one(*job);
    }
  }
  EXPECT_EQ(title(safe).state, catalog::TitleState::ready);
  // Another policy takes up what waited.
  ASSERT_TRUE(jobs_->set_encode_policy({}));
  work_all();
  EXPECT_EQ(title(id).state, catalog::TitleState::ready);
}

TEST_F(TitleToPackage, AFullQuotaHoldsNewEncodes) {
  const auto first = jobs_->add(film("first.mkv"))->title.id;
  work_all();
  EXPECT_EQ(jobs_->stored_bytes(*database_).value(), 1'000'000);
  ASSERT_TRUE(
      jobs_->set_encode_policy({.disk_quota_bytes = title(first).estimate_bytes + 1'000'000}));
  const auto second = jobs_->add(film("second.mkv"))->title.id;
  const auto third = jobs_->add(film("third.mkv"))->title.id;
  work_all();
  EXPECT_EQ(title(second).state, catalog::TitleState::queued);
  EXPECT_EQ(title(third).state, catalog::TitleState::queued);
  EXPECT_TRUE(jobs_->making(*database_, title(third))->waiting.starts_with("the disk quota of"));
  ASSERT_TRUE(jobs_->set_encode_policy({}));
  work_all();
  EXPECT_EQ(title(second).state, catalog::TitleState::ready);
  EXPECT_EQ(title(third).state, catalog::TitleState::ready);
}

TEST_F(TitleToPackage, AWorkerThatTalksNonsenseFailsTheTitleNotTheQueue) {
  const auto id = jobs_->add(film())->title.id;
  const auto job = lease();
  ASSERT_TRUE(queue_->complete(job->id, job->epoch, R"({"nothing":1})"));
  EXPECT_EQ(title(id).state, catalog::TitleState::failed);
  EXPECT_NE(title(id).error.find("probe"), std::string::npos);
}

}  // namespace
}  // namespace matinee::functions
