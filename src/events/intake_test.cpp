// Goal: an answer counts every event once, and what it calls accepted or duplicate is in the log.
#include "events/intake.h"

#include <gtest/gtest.h>

#include <optional>

#include "base/faulty_files.h"
#include "events/events_test_support.h"
#include "guard/envelope.h"

namespace matinee::events {
namespace {

class IntakeToLog : public testing::Test {
 protected:
  void SetUp() override { open("mem://"); }
  void open(std::string_view url) {
    intake_.reset();
    log_.reset();
    auto log = store::open_event_log(url, {files_, clock_, random_});
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
    intake_.emplace(*log_, keys_, clock_, random_, metrics_);
  }
  Json beat(std::uint64_t n) {
    return beat_json(numbered_id<EventKind>(n), n, numbered_id<TitleKind>(1), 10'000, clock_.now());
  }
  std::vector<Event> logged(Pseudonym pseudonym) {
    std::vector<Event> events;
    const auto page = log_->read(partition_of(*log_, pseudonym), 0).value();
    for (const auto& record : page.records) events.push_back(decode(record.bytes).value());
    return events;
  }

  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
  FaultyFiles files_{random_};
  Metrics metrics_;
  bool control_is_away_ = false;
  bool erased_ = false;
  guard::SecretKey key_ = guard::SecretKey::generate(random_);
  ProfileKeys keys_{[this](ProfileId) -> Result<guard::SecretKey> {
                      if (erased_) return fail(ErrorCode::not_found, "no such profile");
                      if (control_is_away_) return fail(ErrorCode::unavailable, "away");
                      return key_;
                    },
                    clock_};
  Sender sender_ = numbered_sender(5);
  std::unique_ptr<store::EventLog> log_;
  std::optional<Intake> intake_;
};

TEST_F(IntakeToLog, StampsWhatOnlyTheServerKnows) {
  const auto answer = intake_->accept(sender_, body_of({beat(1)}));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->accepted, 1U);
  const auto events = logged(sender_.pseudonym);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].tenant_id, sender_.tenant_id);
  EXPECT_EQ(events[0].pseudonym, sender_.pseudonym);
  EXPECT_EQ(events[0].session_id, sender_.session_id);
  EXPECT_EQ(events[0].t_server_ms, to_ms(clock_.now()));
  EXPECT_EQ(events[0].schema_version, kSchemaVersion);
}

TEST_F(IntakeToLog, AnswersEachEventOnce) {
  ASSERT_TRUE(intake_->accept(sender_, body_of({beat(1)})));
  Json wrong = beat(9);
  wrong.erase("t_mono_ms");
  const auto answer =
      intake_->accept(sender_, body_of({beat(1), beat(2), beat(2), wrong, beat(3)}));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->accepted, 2U);
  EXPECT_EQ(answer->duplicates, 2U);
  EXPECT_EQ(answer->rejected, (std::vector<Rejection>{{3, "t_mono_ms is missing"}}));
  EXPECT_EQ(logged(sender_.pseudonym).size(), 3U);
}

TEST_F(IntakeToLog, TwoTabsMayUseTheSameNumbers) {
  Json other_tab = beat(2);
  other_tab["session_seq"] = 1;
  const auto answer = intake_->accept(sender_, body_of({beat(1), other_tab}));
  EXPECT_EQ(answer->accepted, 2U);
}

TEST_F(IntakeToLog, PersonalPartsAreSealedForTheProfile) {
  Json event = beat(1);
  event["payload"] = {{"query", "nosferatu"}};
  ASSERT_TRUE(intake_->accept(sender_, body_of({event})));
  const auto page = log_->read(partition_of(*log_, sender_.pseudonym), 0).value();
  EXPECT_EQ(page.records[0].bytes.find("nosferatu"), std::string::npos);
  const Event stored = decode(page.records[0].bytes).value();
  EXPECT_EQ(guard::unseal_personal(key_, stored.pseudonym, stored.id, stored.personal).value(),
            R"({"query":"nosferatu"})");
}

TEST_F(IntakeToLog, WithoutTheKeyNothingPersonalIsTaken) {
  Json event = beat(1);
  event["payload"] = {{"query", "nosferatu"}};
  control_is_away_ = true;
  EXPECT_EQ(intake_->accept(sender_, body_of({beat(2), event})).error().code,
            ErrorCode::unavailable);
  EXPECT_TRUE(logged(sender_.pseudonym).empty());
  EXPECT_TRUE(intake_->accept(sender_, body_of({beat(2)})));  // needs no key
  control_is_away_ = false;
  const auto again = intake_->accept(sender_, body_of({beat(2), event}));
  EXPECT_EQ(again->accepted, 1U);
  EXPECT_EQ(again->duplicates, 1U);
  erased_ = true;
  clock_.advance(std::chrono::minutes(11));  // the cached key is let go
  event["id"] = numbered_id<EventKind>(7).to_string();
  EXPECT_EQ(intake_->accept(sender_, body_of({event})).error().code, ErrorCode::forbidden);
}

TEST_F(IntakeToLog, AnEventWhoseAppendFailedIsNotADuplicateLater) {
  open("log:///log");
  files_.fail_operation(1);
  const auto failed = intake_->accept(sender_, body_of({beat(1)}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
  files_.cut_power();
  files_.fail_nothing();
  open("log:///log");
  EXPECT_EQ(intake_->accept(sender_, body_of({beat(1)}))->accepted, 1U);
}

TEST_F(IntakeToLog, TheMemoryOfIdsIsBounded) {
  Intake small(*log_, keys_, clock_, random_, metrics_, {.recent_max = 2});
  EXPECT_EQ(small.accept(sender_, body_of({beat(1), beat(2), beat(3)}))->accepted, 3U);
  EXPECT_EQ(small.accept(sender_, body_of({beat(2), beat(3)}))->duplicates, 2U);
  EXPECT_EQ(small.accept(sender_, body_of({beat(1)}))->accepted, 1U);  // the processors know it
}

TEST_F(IntakeToLog, AnErasureIsAnEventThatClientsCannotSend) {
  ASSERT_TRUE(intake_->erase(sender_.tenant_id, sender_.pseudonym));
  EXPECT_EQ(logged(sender_.pseudonym).at(0).type, kProfileErased);
  Json forged = beat(1);
  forged["type"] = "profile.erased";
  EXPECT_EQ(intake_->accept(sender_, body_of({forged}))->rejected.size(), 1U);
}

TEST(ProfileKeyCache, FetchesOnceForgetsAndIsBounded) {
  FakeClock clock(from_ms(0));
  SeededRandom random(1);
  int fetches = 0;
  ProfileKeys keys(
      [&](ProfileId) -> Result<guard::SecretKey> {
        ++fetches;
        return guard::SecretKey::generate(random);
      },
      clock, {.keys_max = 2, .lifetime = std::chrono::minutes(1)});
  const auto first = numbered_id<ProfileKind>(1);
  const auto key = keys.get(first);
  EXPECT_EQ(keys.get(first)->bytes(), key->bytes());
  EXPECT_EQ(fetches, 1);
  keys.forget(first);
  EXPECT_NE(keys.get(first)->bytes(), key->bytes());
  EXPECT_EQ(fetches, 2);
  clock.advance(std::chrono::minutes(1));
  EXPECT_TRUE(keys.get(first));
  EXPECT_EQ(fetches, 3);
  for (std::uint64_t n = 2; n < 10; ++n) EXPECT_TRUE(keys.get(numbered_id<ProfileKind>(n)));
  EXPECT_EQ(fetches, 11);
}

}  // namespace
}  // namespace matinee::events
