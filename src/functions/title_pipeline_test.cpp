// Goal: whatever order jobs end in, a title becomes playable as early as it can, complete in the
// end, and fails only for what it cannot do without.
#include "functions/title_pipeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/random.h"

namespace matinee::functions {
namespace {

media::Rung rung(const char* track_id, std::uint32_t width, std::uint32_t height) {
  media::Rung made;
  made.track_id = track_id;
  made.width = width;
  made.height = height;
  return made;
}

// 60 s in two chunks, two rungs, two audio tracks, one caption stream.
media::EncodePlan encode_plan() {
  media::EncodePlan plan;
  plan.duration_ms = 60'000;
  plan.rungs = {rung("v360", 640, 360), rung("v720", 1280, 720)};
  plan.chunks = {{0, 0, 30'000, {0}}, {1, 30'000, 60'000, {30'000}}};
  plan.audio = {{"a1", 1, false, "en", "English", true}, {"a2", 2, false, "de", "Deutsch", false}};
  plan.captions = {{3, "en"}};
  return plan;
}

media::EncodePlan repackage_plan() {
  media::EncodePlan plan = encode_plan();
  plan.repackage = true;
  plan.repackaged = rung("v1080", 1920, 1080);
  for (auto& audio : plan.audio) audio.repackage = true;
  plan.captions.clear();
  return plan;
}

// The world around the decision: jobs are enqueued and end as told.
class Pipeline : public testing::Test {
 protected:
  Pipeline() { state_.source_path = "/films/a.mkv"; }

  Decision decide() {
    Decision decision = decide_next(state_);
    for (const auto& step : decision.steps) {
      EXPECT_FALSE(state_.steps.contains(step.step)) << step.step << " was given twice";
      EXPECT_FALSE(step.reason.empty());
      state_.steps[step.step] = {std::string(step.kind), JobState::queued, ""};
      priority_[step.step] = step.priority;
      if (decision.publish && step.kind == kPublishKind) published_[step.step] = *decision.publish;
    }
    return decision;
  }
  Decision end(const std::string& step, const std::string& failure = "") {
    auto& facts = state_.steps.at(step);
    facts.state = failure.empty() ? JobState::done : JobState::failed;
    facts.message = failure;
    if (failure.empty() && step == "probe") state_.plan = plan_;
    if (failure.empty() && facts.kind == kPublishKind) {
      state_.published_version = published_.at(step).version;
      state_.published_parts = published_.at(step).parts;
    }
    return decide();
  }
  std::vector<std::string> waiting() const {
    std::vector<std::string> names;
    for (const auto& [name, facts] : state_.steps) {
      if (facts.state == JobState::queued) names.push_back(name);
    }
    return names;
  }
  // As workers do: the highest priority first.
  Decision run_to_the_end() {
    Decision last = decide();
    for (auto names = waiting(); !names.empty(); names = waiting()) {
      last = end(*std::ranges::max_element(
          names, {}, [&](const std::string& name) { return priority_.at(name); }));
    }
    return last;
  }

  PipelineState state_;
  Result<media::EncodePlan> plan_ = encode_plan();
  std::map<std::string, PublishPlan> published_;
  std::map<std::string, int> priority_;
};

TEST_F(Pipeline, BeginsWithAProbeAndNothingElse) {
  const auto decision = decide();
  EXPECT_EQ(waiting(), (std::vector<std::string>{"probe"}));
  EXPECT_EQ(decision.state, catalog::TitleState::queued);
  EXPECT_TRUE(decide().steps.empty());
}

TEST_F(Pipeline, TheLowestRungAndTheSoundMakeItPlayable) {
  decide();
  auto decision = end("probe");
  EXPECT_EQ(decision.state, catalog::TitleState::encoding);
  EXPECT_EQ(waiting(), (std::vector<std::string>{"audio/a1", "audio/a2", "captions/s3",
                                                 "encode/v360/0", "encode/v360/1", "poster"}));
  EXPECT_GT(priority_["encode/v360/0"], priority_["poster"]);
  end("encode/v360/0");
  end("audio/a1");
  EXPECT_TRUE(published_.empty());
  end("encode/v360/1");
  EXPECT_TRUE(state_.steps.contains("encode/rest/0"));
  EXPECT_GT(priority_["audio/a2"], priority_["encode/rest/0"]);
  EXPECT_TRUE(published_.empty());
  end("audio/a2");
  ASSERT_TRUE(published_.contains("publish/1"));
  EXPECT_EQ(published_["publish/1"].parts, "v360 audio/a1 audio/a2");
  EXPECT_EQ(published_["publish/1"].video_passes.size(), 1U);
  EXPECT_GT(priority_["publish/1"], priority_["encode/v360/0"]);
  // Nothing more is published until everything is there.
  end("publish/1");
  end("poster");
  end("captions/s3");
  end("encode/rest/1");
  EXPECT_FALSE(published_.contains("publish/2"));
  end("encode/rest/0");
  ASSERT_TRUE(published_.contains("publish/2"));
  EXPECT_EQ(published_["publish/2"].parts, "v360 rest audio/a1 audio/a2 captions/s3 poster");
  EXPECT_EQ(published_["publish/2"].video_passes.size(), 2U);
  EXPECT_EQ(end("publish/2").state, catalog::TitleState::ready);
}

TEST_F(Pipeline, ABrowserSafeSourceIsPublishedOnceItIsRepackaged) {
  plan_ = repackage_plan();
  decide();
  end("probe");
  EXPECT_EQ(waiting(), (std::vector<std::string>{"poster", "repackage"}));
  end("repackage");
  ASSERT_TRUE(published_.contains("publish/1"));
  EXPECT_TRUE(published_["publish/1"].repackaged);
  EXPECT_TRUE(published_["publish/1"].video_passes.empty());
  EXPECT_TRUE(state_.steps.contains("encode/rest/0"));
  end("publish/1");
  const auto last = run_to_the_end();
  EXPECT_EQ(last.state, catalog::TitleState::ready);
  EXPECT_EQ(state_.published_parts, "repackage rest poster thumbnails");
  EXPECT_EQ(published_["publish/2"].video_passes.size(), 1U);
}

TEST_F(Pipeline, OptionalPartsMayFail) {
  state_.sidecars = {{"/films/a.en.srt", {"en"}}};
  decide();
  end("probe");
  end("captions/s3", "captions are damaged");
  end("poster", "no picture");
  end("audio/a2", "unknown codec");
  const auto last = run_to_the_end();
  EXPECT_EQ(last.state, catalog::TitleState::ready);
  EXPECT_EQ(last.error, "");
  ASSERT_EQ(last.notes.size(), 3U);
  EXPECT_EQ(last.notes[0], "audio track a2: unknown codec");
  EXPECT_NE(state_.published_parts.find("captions/f"), std::string::npos);
  EXPECT_EQ(state_.published_parts.find("poster"), std::string::npos);
}

TEST_F(Pipeline, FailsForWhatItCannotDoWithout) {
  decide();
  EXPECT_EQ(end("probe", "it has no video").error, "it has no video");
  for (const char* step : {"encode/v360/1", "encode/rest/0", "publish/1", "publish/2"}) {
    state_ = {};
    published_.clear();
    decide();
    Decision last = end("probe");
    while (last.state != catalog::TitleState::failed && !waiting().empty()) {
      const auto names = waiting();
      const bool now = std::ranges::find(names, step) != names.end();
      last = now ? end(step, "the disk is gone") : end(names.front());
    }
    EXPECT_EQ(last.state, catalog::TitleState::failed) << step;
    EXPECT_EQ(last.error, "the disk is gone") << step;
    EXPECT_TRUE(last.cancel_rest && last.steps.empty() && !last.publish) << step;
  }
}

TEST_F(Pipeline, FailsWithoutAnySoundOfASourceThatHasIt) {
  decide();
  end("probe");
  end("audio/a1", "bad");
  EXPECT_EQ(end("audio/a2", "worse").state, catalog::TitleState::failed);
  // One without audio is fine.
  state_ = {};
  auto silent = encode_plan();
  silent.audio.clear();
  plan_ = silent;
  EXPECT_EQ(run_to_the_end().state, catalog::TitleState::ready);
}

TEST_F(Pipeline, SoundThatNobodyCanDecodeIsLeftOut) {
  decide();
  end("probe");
  for (const char* const step : {"audio/a1", "audio/a2"}) {
    state_.steps.at(step).code = "invalid";
    end(step, "there is no decoder for cook");
  }
  const auto decision = run_to_the_end();
  EXPECT_EQ(decision.state, catalog::TitleState::ready);
  EXPECT_EQ(decision.notes.back(), "it is published without sound: none of it can be decoded");
  EXPECT_EQ(published_.at("publish/1").audio.size(), 0U);
}

TEST_F(Pipeline, ThumbnailsAreWaitedForByNothing) {
  decide();
  end("probe");
  EXPECT_FALSE(state_.steps.contains("thumbnails"));
  for (const char* const step : {"encode/v360/0", "encode/v360/1", "audio/a1", "audio/a2"})
    end(step);
  end("publish/1");
  EXPECT_TRUE(state_.steps.contains("thumbnails"));
  for (const char* const step : {"captions/s3", "poster", "encode/rest/0", "encode/rest/1"})
    end(step);
  EXPECT_EQ(end("publish/2").state, catalog::TitleState::ready);
  const auto decision = end("thumbnails");
  EXPECT_EQ(decision.state, catalog::TitleState::ready);
  ASSERT_TRUE(published_.contains("publish/3"));
  EXPECT_TRUE(published_["publish/3"].thumbnails);
  // Even a publication of them that fails leaves what there is as it is.
  const auto failed = end("publish/3", "the disk is full");
  EXPECT_EQ(failed.state, catalog::TitleState::ready);
  EXPECT_FALSE(failed.notes.empty());
}

TEST_F(Pipeline, AnEncodeThatThePolicyHoldsWaitsAndSaysWhy) {
  state_.policy.when = EncodeWhen::on_first_watch;
  plan_->bytes = 600;
  plan_->reasons = {"mpeg4 is not what browsers play"};
  decide();
  auto decision = end("probe");
  EXPECT_EQ(waiting(), (std::vector<std::string>{"captions/s3", "poster"}));
  EXPECT_EQ(decision.state, catalog::TitleState::queued);
  EXPECT_EQ(decision.waiting,
            "it is encoded when somebody first wants to watch it (mpeg4 is not what browsers "
            "play)");
  state_.asked_for = true;
  state_.policy.disk_quota_bytes = 1'000;
  state_.stored_bytes = 500;
  decision = decide();
  EXPECT_TRUE(decision.waiting.starts_with("the disk quota of"));
  state_.stored_bytes = 400;
  decision = decide();
  EXPECT_EQ(decision.waiting, "");
  EXPECT_EQ(decision.state, catalog::TitleState::encoding);
  // What has begun keeps its room and is finished.
  state_.stored_bytes = 1'000;
  EXPECT_EQ(run_to_the_end().state, catalog::TitleState::ready);
  EXPECT_TRUE(state_.published_parts.starts_with("v360 rest"));
}

TEST_F(Pipeline, ARepackagedTitleIsReadyWithoutWhatThePolicyHolds) {
  plan_ = repackage_plan();
  state_.policy.when = EncodeWhen::never;
  const auto decision = run_to_the_end();
  EXPECT_EQ(decision.state, catalog::TitleState::ready);
  EXPECT_EQ(state_.published_parts, "repackage poster thumbnails");
  EXPECT_EQ(decision.waiting, "the encode policy is to repackage only");
  state_.policy.when = EncodeWhen::now;
  EXPECT_EQ(run_to_the_end().state, catalog::TitleState::ready);
  EXPECT_EQ(state_.published_parts, "repackage rest poster thumbnails");
}

TEST_F(Pipeline, ASourceThatCannotBePlannedFails) {
  plan_ = fail(ErrorCode::invalid, "the picture is too large");
  decide();
  const auto decision = end("probe");
  EXPECT_EQ(decision.state, catalog::TitleState::failed);
  EXPECT_EQ(decision.error, "the picture is too large");
}

TEST_F(Pipeline, ANewSidecarMakesANewVersion) {
  run_to_the_end();
  const int version = state_.published_version;
  state_.sidecars = {{"/films/a.fr.srt", {"fr"}}};
  EXPECT_EQ(decide().state, catalog::TitleState::encoding);
  EXPECT_EQ(run_to_the_end().state, catalog::TitleState::ready);
  EXPECT_EQ(state_.published_version, version + 1);
}

media::Probe browser_safe_probe() {
  media::Probe probe;
  probe.duration_ms = 12'000;
  probe.browser_safe = true;
  probe.key_frames_ms = {0, 4'000, 8'000};
  media::ProbeVideo video;
  video.codec = "h264";
  video.width = 1280;
  video.height = 720;
  video.frame_rate_num = 25;
  video.frame_rate_den = 1;
  probe.video.push_back(video);
  media::ProbeAudio audio;
  audio.index = 1;
  audio.codec = "aac";
  audio.profile = "LC";
  audio.channels = 2;
  probe.audio.push_back(audio);
  return probe;
}

TEST(TitlePlan, WhatCannotBeRepackagedIsEncoded) {
  using Steps = std::map<std::string, StepFacts>;
  const auto repackage = [](JobState state, const char* code) {
    return Steps{{"repackage", {"repackage", state, "an open group of pictures", code}}};
  };
  struct Case {
    const char* name;
    Steps steps;
    bool repackages;
  };
  auto tried_again = repackage(JobState::queued, "");
  tried_again["encode/v360/0"] = {"encode", JobState::done, "", ""};
  auto going_on = repackage(JobState::done, "");
  going_on["encode/rest/0"] = {"encode", JobState::queued, "", ""};
  const Case cases[] = {{"nothing tried", {}, true},
                        {"under way", repackage(JobState::leased, ""), true},
                        {"done", going_on, true},
                        {"not of this form", repackage(JobState::failed, "invalid"), false},
                        {"damaged", repackage(JobState::failed, "corrupt"), false},
                        {"a full disk", repackage(JobState::failed, "limited"), true},
                        {"its worker died", repackage(JobState::failed, "lost"), true},
                        {"cancelled", repackage(JobState::failed, "cancelled"), true},
                        {"tried again after encoding", tried_again, false}};
  for (const auto& each : cases) {
    const auto plan = plan_title(browser_safe_probe(), each.steps);
    ASSERT_TRUE(plan) << each.name;
    EXPECT_EQ(plan->repackage, each.repackages) << each.name;
    EXPECT_EQ(plan->rungs.back().height == 720, !each.repackages) << each.name;
    EXPECT_EQ(plan->audio.front().repackage, each.repackages) << each.name;
  }
}

// Property: in any order, with any optional failures, the title ends ready within three versions,
// each holding at least what the one before held, and its work adds up.
TEST_F(Pipeline, AnyOrderEndsComplete) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom chance(seed);
    state_ = {};
    published_.clear();
    plan_ = chance.below(2) == 0 ? encode_plan() : repackage_plan();
    if (chance.below(2) == 0) state_.sidecars = {{"/films/a.en.srt", {"en"}}};
    Decision last = decide();
    std::size_t parts_before = 0;
    for (auto names = waiting(); !names.empty(); names = waiting()) {
      const auto& step = names[chance.below(names.size())];
      const bool optional = step.starts_with("captions") || step == "poster" ||
                            step == "audio/a2" || step == "thumbnails";
      last = end(step, optional && chance.below(3) == 0 ? "chance" : "");
      EXPECT_GE(state_.published_parts.size(), parts_before);
      parts_before = state_.published_parts.size();
    }
    EXPECT_EQ(last.state, catalog::TitleState::ready);
    EXPECT_LE(state_.published_version, 3);
    EXPECT_GT(last.work_total, 0);
  }
}

}  // namespace
}  // namespace matinee::functions
