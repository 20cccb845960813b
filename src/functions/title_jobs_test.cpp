// Goal: a file becomes a package through jobs that die and come back, and every state on the way is
// durable and explained.
#include "functions/title_jobs.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "functions/stored_bytes.h"
#include "functions/title_jobs_test_support.h"
#include "functions/title_report.h"

namespace matinee::functions {
namespace {

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

TEST_F(TitleToPackage, AWorkerThatTalksNonsenseFailsTheTitleNotTheQueue) {
  const auto id = jobs_->add(film())->title.id;
  const auto job = lease();
  ASSERT_TRUE(queue_->complete(job->id, job->epoch, R"({"nothing":1})"));
  EXPECT_EQ(title(id).state, catalog::TitleState::failed);
  EXPECT_NE(title(id).error.find("probe"), std::string::npos);
}

TEST_F(TitleToPackage, WhatTheFileItselfTellsOutlivesScans) {
  worker_.probe.chapters = {{0, "Begin"}, {60'000, "End"}};
  worker_.probe.tags = {{"genre", "Drama"}};
  auto found = film();
  found.facts.plot = "As its .nfo says.";
  const auto id = jobs_->add(found)->title.id;
  work_all();
  const auto facts = [&] { return titles_.facts_of(*database_, std::array{id})->at(id); };
  EXPECT_EQ(facts().plot, "As its .nfo says.");
  EXPECT_EQ(facts().chapters.size(), 2U);
  found.facts.genres = {"Noir"};
  ASSERT_TRUE(jobs_->add(found));
  EXPECT_EQ(facts().genres, (std::vector<std::string>{"Noir"}));
  ASSERT_TRUE(jobs_->add(film()));  // the .nfo is gone
  EXPECT_EQ(facts().plot, "");
  EXPECT_EQ(facts().genres, (std::vector<std::string>{"Drama"}));
  EXPECT_EQ(facts().chapters.size(), 2U);

  // A home in which these were not kept by themselves.
  ASSERT_TRUE(database_->execute("DELETE FROM file_facts"));
  open();
  ASSERT_TRUE(jobs_->add(film()));
  EXPECT_EQ(facts().chapters.size(), 2U);
}

}  // namespace
}  // namespace matinee::functions
