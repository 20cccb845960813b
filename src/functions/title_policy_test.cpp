// Goal: the encode policy holds what it says and nothing else, and lets it go again.
#include <gtest/gtest.h>

#include <string>

#include "functions/title_jobs.h"
#include "functions/title_jobs_test_support.h"

namespace matinee::functions {
namespace {

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

}  // namespace
}  // namespace matinee::functions
