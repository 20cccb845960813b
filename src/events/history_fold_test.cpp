// Goal: a history row says where the newest play of a title stands, in whatever order events come.
#include "events/history_fold.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace matinee::events {
namespace {

constexpr std::int64_t kNoon = 1'767'225'600'000;
constexpr std::int64_t kFilmMs = 600'000;

PlayId play(unsigned char n) {
  PlayId id;
  id.uuid.bytes[15] = n;
  return id;
}

Event beat(unsigned char play_number, std::int64_t mono_ms, std::int64_t position_ms) {
  Event event;
  event.type = "play.beat";
  event.play_id = play(play_number);
  event.title_id.uuid.bytes[0] = 1;
  event.t_mono_ms = mono_ms;
  event.t_client_ms = kNoon + play_number * 3'600'000 + mono_ms;
  event.t_server_ms = event.t_client_ms + 50;
  event.position_ms = position_ms;
  event.duration_ms = kFilmMs;
  return event;
}

HistoryRow fold(const std::vector<Event>& events) {
  std::optional<HistoryRow> row;
  for (const Event& event : events) row = fold_history(row, event);
  return row.value();
}

struct Case {
  const char* name;
  std::vector<Event> events;
  std::int64_t position_ms;
  bool completed;
  std::int64_t resume_ms;
};

class HistoryFold : public testing::TestWithParam<Case> {};

TEST_P(HistoryFold, TellsPositionCompletionAndResume) {
  const HistoryRow row = fold(GetParam().events);
  EXPECT_EQ(row.position_ms, GetParam().position_ms);
  EXPECT_EQ(row.completed, GetParam().completed);
  EXPECT_EQ(resume_ms(row), GetParam().resume_ms);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, HistoryFold,
    testing::Values(
        Case{"one_beat", {beat(1, 0, 10'000)}, 10'000, false, 10'000},
        Case{"hardly_begun", {beat(1, 0, 4'999)}, 4'999, false, 0},
        Case{"five_seconds", {beat(1, 0, 5'000)}, 5'000, false, 5'000},
        Case{"just_below_ninety_percent", {beat(1, 0, 539'999)}, 539'999, false, 539'999},
        Case{"ninety_percent", {beat(1, 0, 540'000)}, 540'000, true, 0},
        Case{"beyond_the_end", {beat(1, 0, 700'000)}, kFilmMs, true, 0},
        Case{"late_beat_of_one_play",
             {beat(1, 9, 90'000), beat(1, 8, 80'000)},
             90'000,
             false,
             90'000},
        Case{"seek_back", {beat(1, 8, 80'000), beat(1, 9, 20'000)}, 20'000, false, 20'000},
        Case{"second_play", {beat(1, 9, 90'000), beat(2, 0, 30'000)}, 30'000, false, 30'000},
        Case{"late_beat_of_an_older_play",
             {beat(2, 0, 30'000), beat(1, 9, 90'000)},
             30'000,
             false,
             30'000},
        Case{"opened_again",
             {beat(1, 0, 590'000), beat(2, 0, 0), beat(2, 2, 2'000)},
             2'000,
             true,
             0},
        Case{"watched_again",
             {beat(1, 0, 590'000), beat(2, 0, 0), beat(2, 9, 60'000)},
             60'000,
             false,
             60'000}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(HistoryFoldOrder, OfOnePlayDoesNotMatter) {
  std::vector<Event> events{beat(1, 1, 10'000), beat(1, 2, 20'000), beat(1, 3, 15'000),
                            beat(1, 4, 590'000), beat(1, 5, 1'000)};
  const HistoryRow expected = fold(events);
  EXPECT_EQ(expected.position_ms, 1'000);
  EXPECT_FALSE(expected.completed);
  do {
    EXPECT_EQ(fold(events), expected);
  } while (std::ranges::next_permutation(events, {}, &Event::t_mono_ms).found);
}

TEST(HistoryFoldTime, AWrongClockDoesNotReorderYears) {
  Event slow = beat(1, 0, 10'000);
  slow.t_client_ms = 1'000;
  EXPECT_EQ(happened_at_ms(slow), slow.t_server_ms);
  Event fast = beat(1, 0, 10'000);
  fast.t_client_ms = fast.t_server_ms + 3'600'000;
  EXPECT_EQ(happened_at_ms(fast), fast.t_server_ms);
  Event spooled = beat(1, 0, 10'000);  // sent two days later
  spooled.t_server_ms += 2LL * 24 * 3'600'000;
  EXPECT_EQ(happened_at_ms(spooled), spooled.t_client_ms);
}

TEST(HistoryFoldFacts, AnUnknownDurationKeepsTheOneThatWasKnown) {
  Event second = beat(1, 5, 545'000);
  second.duration_ms.reset();
  const HistoryRow row = fold({beat(1, 0, 10'000), second});
  EXPECT_EQ(row.duration_ms, kFilmMs);
  EXPECT_TRUE(row.completed);
  EXPECT_FALSE(fold({second}).completed);
}

TEST(HistoryFoldFacts, OnlyPlaysOfTitlesTellAPosition) {
  EXPECT_TRUE(tells_position(beat(1, 0, 0)));
  Event attempt = beat(1, 0, 0);
  attempt.type = "play.attempt";
  EXPECT_FALSE(tells_position(attempt));
  Event search = beat(1, 0, 0);
  search.type = "search.query";
  EXPECT_FALSE(tells_position(search));
  Event nowhere = beat(1, 0, 0);
  nowhere.position_ms.reset();
  EXPECT_FALSE(tells_position(nowhere));
}

}  // namespace
}  // namespace matinee::events
