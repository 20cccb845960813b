#pragma once
// events/history: which titles a profile has watched, newest first, and where to resume; the state
// of the `history` processor and the questions it answers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "events/event.h"
#include "events/state_view.h"
#include "store/state_store.h"

namespace matinee::events {

inline constexpr std::size_t kHistoryTitlesMax = 5'000;  // a profile; then the oldest goes
inline constexpr std::size_t kHistoryPageMax = 100;

/// What the processor does with an event: folds what tells a position, drops all rows of an erased
/// pseudonym and ignores its later events. Errors: those of the store.
Result<void> apply_to_history(const Event& event, StateView& state);

struct HistoryItem {
  TitleId title_id;
  std::int64_t position_ms;
  std::int64_t duration_ms;
  std::int64_t watched_at_ms;
  bool completed;
  friend bool operator==(const HistoryItem&, const HistoryItem&) = default;
};

struct HistoryPage {
  std::vector<HistoryItem> items;
  std::string next_cursor;  // empty at the end
};

/// At most `limit` (1 to kHistoryPageMax) titles after `cursor` (empty: the newest). A title that
/// is watched between two pages moves to the first and may be missing from later ones.
/// Errors: invalid for a cursor that is none of ours; those of the store.
Result<HistoryPage> read_history(store::StateStore& state, Pseudonym pseudonym,
                                 std::string_view cursor, std::size_t limit);

/// Where to go on with a title; 0 when it is new, completed or hardly begun.
Result<std::int64_t> read_resume_ms(store::StateStore& state, Pseudonym pseudonym, TitleId title);

}  // namespace matinee::events
