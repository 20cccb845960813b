#include "events/history_fold.h"

#include <algorithm>

#include "base/check.h"

namespace matinee::events {
namespace {

bool is_completed(std::int64_t position_ms, std::int64_t duration_ms) {
  return duration_ms > 0 && position_ms * 100 >= duration_ms * kCompletedPercent;
}

bool is_newer(const HistoryRow& row, const Event& event, std::int64_t at_ms) {
  if (event.play_id == row.play_id) return event.t_mono_ms >= row.t_mono_ms;
  return at_ms >= row.watched_at_ms;
}

}  // namespace

bool tells_position(const Event& event) {
  return event.type.starts_with("play.") && event.type != "play.attempt" &&
         !event.title_id.is_nil() && event.position_ms.has_value();
}

std::int64_t happened_at_ms(const Event& event) {
  if (event.t_client_ms < event.t_server_ms - kLateMsMax) return event.t_server_ms;
  return std::min(event.t_client_ms, event.t_server_ms);
}

HistoryRow fold_history(const std::optional<HistoryRow>& row, const Event& event) {
  MATINEE_CHECK(tells_position(event));
  const std::int64_t at_ms = happened_at_ms(event);
  if (row && !is_newer(*row, event, at_ms)) return *row;
  HistoryRow next;
  next.duration_ms = event.duration_ms.value_or(0);
  if (next.duration_ms == 0 && row) next.duration_ms = row->duration_ms;
  next.position_ms = *event.position_ms;
  if (next.duration_ms > 0) next.position_ms = std::min(next.position_ms, next.duration_ms);
  next.watched_at_ms = row ? std::max(row->watched_at_ms, at_ms) : at_ms;
  if (row) {
    next.completed_before = row->play_id == event.play_id ? row->completed_before : row->completed;
  }
  // Opening a finished film again, to look at its first seconds, does not make it unfinished.
  next.completed = is_completed(next.position_ms, next.duration_ms) ||
                   (next.completed_before && next.position_ms < kResumeLeastMs);
  next.play_id = event.play_id;
  next.t_mono_ms = event.t_mono_ms;
  return next;
}

std::int64_t resume_ms(const HistoryRow& row) {
  return row.completed || row.position_ms < kResumeLeastMs ? 0 : row.position_ms;
}

}  // namespace matinee::events
