#pragma once
// A title queue with a worker that makes what the real one would, out of nothing; for the tests of
// TitleJobs.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "functions/title_jobs.h"
#include "media/package.h"
#include "media/probe.h"
#include "store/object_id.h"
#include "store/store_url.h"

namespace matinee::functions {
namespace fs = std::filesystem;
using namespace std::chrono_literals;

inline std::string object(const std::string& content) {
  return store::object_id_of(content).to_string();
}

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

}  // namespace matinee::functions
