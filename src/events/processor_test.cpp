// Goal: each event counts once whatever stops in between, and a poison event stops nothing.
#include "events/processor.h"

#include <gtest/gtest.h>

#include <optional>

#include "events/events_test_support.h"
#include "events/history.h"

namespace matinee::events {
namespace {

class OneProcessor : public testing::Test {
 protected:
  void SetUp() override {
    auto log = store::open_event_log("mem://?partitions=1", environment_);
    ASSERT_TRUE(log) << log.error().message;
    log_ = std::move(*log);
    reopen(apply_to_history);
  }
  void reopen(ApplyEvent apply, std::size_t batch_records = 1000) {
    processor_.reset();
    processor_.emplace(
        *log_,
        ProcessorOptions{
            .name = "history", .folder = folder_.path(), .batch_records = batch_records},
        std::move(apply), environment_, metrics_);
  }
  Event beat(std::uint64_t n, std::uint64_t title, std::int64_t position_ms) {
    Event event;
    event.id = numbered_id<EventKind>(n);
    event.pseudonym = pseudonym_;
    event.type = "play.beat";
    event.play_id = numbered_id<PlayKind>(title);
    event.title_id = numbered_id<TitleKind>(title);
    event.t_mono_ms = static_cast<std::int64_t>(n);
    event.t_client_ms = event.t_server_ms = 1'767'225'600'000 + static_cast<std::int64_t>(n);
    event.position_ms = position_ms;
    event.duration_ms = 600'000;
    return event;
  }
  void append(std::string_view bytes) {
    ASSERT_TRUE(log_->append(partition_of(*log_, pseudonym_), std::vector{bytes}));
  }
  void append(const Event& event) { append(encode(event)); }
  HistoryPage history(std::string_view cursor = "", std::size_t limit = 50) {
    auto page = read_history(*processor_->state_of(pseudonym_).value(), pseudonym_, cursor, limit);
    EXPECT_TRUE(page) << page.error().message;
    return page.value_or(HistoryPage{});
  }
  std::uint64_t count(const char* outcome) {
    const auto partition = std::to_string(partition_of(*log_, pseudonym_));
    return metrics_
        .counter("matinee_events_processed_total", "",
                 {{"processor", "history"}, {"partition", partition}, {"outcome", outcome}})
        .value();
  }

  TemporaryFolder folder_;
  SystemFiles files_;
  FakeClock clock_{from_ms(1'767'225'600'000)};
  SeededRandom random_{1};
  store::Environment environment_{files_, clock_, random_};
  Metrics metrics_;
  Pseudonym pseudonym_ = numbered_id<PseudonymKind>(5);
  std::unique_ptr<store::EventLog> log_;
  std::optional<Processor> processor_;
};

TEST_F(OneProcessor, KeepsTheHistoryNewestFirst) {
  append(beat(1, 1, 10'000));
  append(beat(2, 2, 20'000));
  append(beat(3, 3, 590'000));
  append(beat(4, 1, 30'000));
  ASSERT_TRUE(processor_->run_to_end());
  const auto page = history();
  ASSERT_EQ(page.items.size(), 3U);
  EXPECT_EQ(page.items[0],
            (HistoryItem{numbered_id<TitleKind>(1), 30'000, 600'000, 1'767'225'600'004, false}));
  EXPECT_EQ(page.items[1].title_id, numbered_id<TitleKind>(3));
  EXPECT_TRUE(page.items[1].completed);
  EXPECT_EQ(page.items[2].title_id, numbered_id<TitleKind>(2));
  EXPECT_EQ(page.next_cursor, "");
  auto& state = *processor_->state_of(pseudonym_).value();
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(1)).value(), 30'000);
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(3)).value(), 0);
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(9)).value(), 0);
  EXPECT_EQ(read_resume_ms(state, numbered_id<PseudonymKind>(6), numbered_id<TitleKind>(1)).value(),
            0);
}

TEST_F(OneProcessor, PagesThroughTheHistory) {
  for (std::uint64_t n = 1; n <= 25; ++n) append(beat(n, n, 10'000));
  ASSERT_TRUE(processor_->run_to_end());
  std::vector<TitleId> seen;
  std::string cursor;
  do {
    const auto page = history(cursor, 10);
    EXPECT_LE(page.items.size(), 10U);
    for (const auto& item : page.items) seen.push_back(item.title_id);
    cursor = page.next_cursor;
  } while (!cursor.empty());
  ASSERT_EQ(seen.size(), 25U);
  for (std::uint64_t n = 0; n < 25; ++n) EXPECT_EQ(seen[n], numbered_id<TitleKind>(25 - n));
  auto& state = *processor_->state_of(pseudonym_).value();
  EXPECT_EQ(read_history(state, pseudonym_, "abc", 10).error().code, ErrorCode::invalid);
}

TEST_F(OneProcessor, CountsEachEventOnceAcrossRestartsAndBatches) {
  std::map<EventId, int> applied;
  const ApplyEvent counting = [&](const Event& event, StateView&) -> Result<void> {
    ++applied[event.id];
    return {};
  };
  for (std::uint64_t n = 1; n <= 40; ++n) {
    append(beat(n, 1, 10'000));
    append(beat(1 + (n * 7) % 40, 1, 10'000));  // sent again, near and far
    if (n % 10 == 0) reopen(counting, n % 20 == 0 ? 1 : 7);
    if (n % 5 == 0) {
      ASSERT_TRUE(processor_->run_to_end());
    }
  }
  reopen(counting);
  ASSERT_TRUE(processor_->run_to_end());
  for (const auto& [id, times] : applied) EXPECT_EQ(times, 1) << id.to_string();
  EXPECT_EQ(count("applied"), 40U);
  EXPECT_EQ(count("duplicate"), 40U);
}

TEST_F(OneProcessor, ManyIdsOfOneMinuteFillPages) {
  constexpr std::uint64_t kMany = SeenEvents::kIdsPerPage * 2 + 500;
  for (std::uint64_t round = 0; round < 2; ++round) {
    for (std::uint64_t n = 1; n <= kMany; ++n) append(beat(n, 1, 10'000));
    ASSERT_TRUE(processor_->run_to_end());
    EXPECT_EQ(count("applied"), kMany);
    reopen(apply_to_history);
  }
  EXPECT_EQ(count("duplicate"), kMany);
}

TEST_F(OneProcessor, SetsPoisonAsideAndGoesOn) {
  reopen([](const Event& event, StateView& state) -> Result<void> {
    if (event.session_seq == 13) {
      state.put("half", "done");
      return fail(ErrorCode::invalid, "unlucky");
    }
    return apply_to_history(event, state);
  });
  append(beat(1, 1, 10'000));
  append("no event");
  Event unlucky = beat(2, 1, 20'000);
  unlucky.session_seq = 13;
  append(unlucky);
  append(beat(3, 1, 30'000));
  ASSERT_TRUE(processor_->run_to_end());
  EXPECT_EQ(history().items.at(0).position_ms, 30'000);
  auto& state = *processor_->state_of(pseudonym_).value();
  const auto aside = read_set_aside(state, std::nullopt, 10).value();
  ASSERT_EQ(aside.size(), 2U);
  EXPECT_EQ(aside[0].bytes, "no event");
  EXPECT_NE(aside[0].reason.find("no event"), std::string::npos);
  EXPECT_EQ(aside[1].reason, "unlucky");
  EXPECT_EQ(decode(aside[1].bytes).value(), unlucky);
  EXPECT_EQ(read_set_aside(state, aside[0].offset, 10)->size(), 1U);
  EXPECT_EQ(state.get("half").value(), std::nullopt);  // nothing of it counted
  EXPECT_EQ(count("set_aside"), 2U);
}

TEST_F(OneProcessor, TriesAgainWhatIsNotTheEventsFault) {
  bool broken = true;
  reopen([&](const Event& event, StateView& state) -> Result<void> {
    if (broken && event.session_seq == 2) return fail(ErrorCode::unavailable, "not now");
    return apply_to_history(event, state);
  });
  append(beat(1, 1, 10'000));
  Event second = beat(2, 1, 20'000);
  second.session_seq = 2;
  append(second);
  EXPECT_EQ(processor_->run_to_end().error().code, ErrorCode::unavailable);
  EXPECT_EQ(history().items.size(), 0U);  // nothing of the batch counted
  broken = false;
  ASSERT_TRUE(processor_->run_to_end());
  EXPECT_EQ(history().items.at(0).position_ms, 20'000);
  EXPECT_EQ(count("applied"), 2U);
  EXPECT_EQ(count("set_aside"), 0U);
}

TEST_F(OneProcessor, AnErasedPseudonymIsForgottenForGood) {
  Event other = beat(2, 1, 20'000);
  other.pseudonym = numbered_id<PseudonymKind>(6);
  append(beat(1, 1, 10'000));
  ASSERT_TRUE(log_->append(partition_of(*log_, other.pseudonym),
                           std::vector<std::string_view>{encode(other)}));
  Event erased = beat(3, 1, 0);
  erased.type = kProfileErased;
  append(beat(4, 2, 10'000));  // in the batch of the erasure
  append(erased);
  append(beat(5, 3, 10'000));  // was under way
  ASSERT_TRUE(processor_->run_to_end());
  append(beat(6, 4, 10'000));
  ASSERT_TRUE(processor_->run_to_end());
  EXPECT_TRUE(history().items.empty());
  EXPECT_EQ(read_history(*processor_->state_of(other.pseudonym).value(), other.pseudonym, "", 10)
                ->items.size(),
            1U);
}

TEST_F(OneProcessor, TheOldestTitleMakesRoom) {
  for (std::uint64_t n = 1; n <= kHistoryTitlesMax + 2; ++n) append(beat(n, n, 10'000));
  ASSERT_TRUE(processor_->run_to_end());
  auto& state = *processor_->state_of(pseudonym_).value();
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(1)).value(), 0);
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(2)).value(), 0);
  EXPECT_EQ(read_resume_ms(state, pseudonym_, numbered_id<TitleKind>(3)).value(), 10'000);
  std::size_t titles = 0;
  std::string cursor;
  do {
    const auto page = history(cursor, kHistoryPageMax);
    titles += page.items.size();
    cursor = page.next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(titles, kHistoryTitlesMax);
}

TEST_F(OneProcessor, ItsThreadsFollowTheLogAndStop) {
  processor_->start();
  append(beat(1, 1, 10'000));
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (count("applied") == 0 && std::chrono::steady_clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(count("applied"), 1U);
  processor_->stop();
  EXPECT_EQ(history().items.size(), 1U);
}

}  // namespace
}  // namespace matinee::events
