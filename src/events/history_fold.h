#pragma once
// events/history_fold: what a profile has watched of a title, as a pure function of its events.

#include <cstdint>
#include <optional>

#include "base/id.h"
#include "events/event.h"

namespace matinee::events {

/// How far a profile has watched a title: where the newest event of the newest play left it.
struct HistoryRow {
  std::int64_t position_ms = 0;
  std::int64_t duration_ms = 0;  // 0: not known
  std::int64_t watched_at_ms = 0;
  bool completed = false;         // the newest play, or the one before while that hardly began
  bool completed_before = false;  // an earlier play did
  PlayId play_id{};               // of the newest event
  std::int64_t t_mono_ms = 0;
  friend bool operator==(const HistoryRow&, const HistoryRow&) = default;
};

/// A title is completed from 90 % of its duration on; the credits need not be watched.
inline constexpr std::int64_t kCompletedPercent = 90;
/// Below this a play has not really begun: it neither offers to resume nor undoes a completion.
inline constexpr std::int64_t kResumeLeastMs = 5'000;
/// An event that says it is older than this when it arrives comes from a wrong clock.
inline constexpr std::int64_t kLateMsMax = 7LL * 24 * 3600 * 1000;

/// True for an event that tells a position of a play of a title.
bool tells_position(const Event& event);

/// When it happened: the client's time, but never after its receipt nor more than kLateMsMax
/// before it (then: its receipt).
std::int64_t happened_at_ms(const Event& event);

/// The row after `event`; `row` as it is when the event is older than what the row knows (of one
/// play the monotonic clock decides, of two plays the time). Position and completion are the same
/// for every order of the events of one play. Our own fault (checked): no position in the event.
HistoryRow fold_history(const std::optional<HistoryRow>& row, const Event& event);

/// Where to go on: 0 when completed or hardly begun.
std::int64_t resume_ms(const HistoryRow& row);

}  // namespace matinee::events
