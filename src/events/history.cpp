#include "events/history.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/encoding.h"
#include "events/event.pb.h"
#include "events/history_fold.h"

namespace matinee::events {
namespace {

// Rows: 'h' pseudonym title -> row; 't' pseudonym (newest first) title -> nothing;
// 'n' pseudonym -> how many titles; 'e' pseudonym -> erased.
constexpr std::size_t kIdBytes = 16;
constexpr std::size_t kPlaceBytes = 8 + kIdBytes;  // of a 't' key, after its prefix

std::string key_of(char kind, Pseudonym pseudonym) {
  return std::string(1, kind).append(text_of(pseudonym.uuid.bytes));
}

std::string row_key(Pseudonym pseudonym, TitleId title) {
  return key_of('h', pseudonym).append(text_of(title.uuid.bytes));
}

std::string time_key(Pseudonym pseudonym, TitleId title, std::int64_t watched_at_ms) {
  std::string key = key_of('t', pseudonym);
  const auto newest_first = ~static_cast<std::uint64_t>(watched_at_ms);
  for (int shift = 56; shift >= 0; shift -= 8) {
    key.push_back(static_cast<char>(newest_first >> shift));
  }
  return key.append(text_of(title.uuid.bytes));
}

template <typename Kind>
Id<Kind> id_at(std::string_view bytes, std::size_t at) {
  Id<Kind> id;
  std::ranges::copy(bytes_of(bytes.substr(at, kIdBytes)), id.uuid.bytes.begin());
  return id;
}

std::string encode_row(const HistoryRow& row) {
  proto::HistoryRow out;
  out.set_position_ms(row.position_ms);
  out.set_duration_ms(row.duration_ms);
  out.set_watched_at_ms(row.watched_at_ms);
  out.set_completed(row.completed);
  out.set_completed_before(row.completed_before);
  if (!row.play_id.is_nil()) out.set_play_id(std::string(text_of(row.play_id.uuid.bytes)));
  out.set_t_mono_ms(row.t_mono_ms);
  return out.SerializeAsString();
}

Result<HistoryRow> decode_row(const std::string& bytes) {
  proto::HistoryRow in;
  if (!in.ParseFromString(bytes) || (in.play_id().size() != kIdBytes && !in.play_id().empty())) {
    return fail(ErrorCode::corrupt, "a history row is damaged");
  }
  HistoryRow row{.position_ms = in.position_ms(),
                 .duration_ms = in.duration_ms(),
                 .watched_at_ms = in.watched_at_ms(),
                 .completed = in.completed(),
                 .completed_before = in.completed_before(),
                 .play_id = {},
                 .t_mono_ms = in.t_mono_ms()};
  if (!in.play_id().empty()) row.play_id = id_at<PlayKind>(in.play_id(), 0);
  return row;
}

Result<void> erase_history(Pseudonym pseudonym, StateView& state) {
  for (const char kind : {'h', 't', 'n'}) {
    if (auto done = state.remove_starting_with(key_of(kind, pseudonym)); !done) return done;
  }
  state.put(key_of('e', pseudonym), "1");
  return {};
}

// Counts a new title; beyond the limit the one watched longest ago makes room.
Result<void> make_room(Pseudonym pseudonym, StateView& state) {
  const std::string count_key = key_of('n', pseudonym);
  const auto stored = state.get(count_key);
  if (!stored) return std::unexpected(stored.error());
  std::size_t count = 0;
  if (*stored) std::from_chars((*stored)->data(), (*stored)->data() + (*stored)->size(), count);
  if (count >= kHistoryTitlesMax) {
    const auto oldest = state.last_key(key_of('t', pseudonym));
    if (!oldest) return std::unexpected(oldest.error());
    if (*oldest) {
      const auto title = id_at<TitleKind>(**oldest, (*oldest)->size() - kIdBytes);
      state.remove(row_key(pseudonym, title));
      state.remove(**oldest);
      --count;
    }
  }
  state.put(count_key, std::to_string(count + 1));
  return {};
}

}  // namespace

Result<void> apply_to_history(const Event& event, StateView& state) {
  if (event.type == kProfileErased) return erase_history(event.pseudonym, state);
  if (!tells_position(event)) return {};
  const auto erased = state.get(key_of('e', event.pseudonym));
  if (!erased) return std::unexpected(erased.error());
  if (*erased) return {};
  const std::string key = row_key(event.pseudonym, event.title_id);
  const auto stored = state.get(key);
  if (!stored) return std::unexpected(stored.error());
  std::optional<HistoryRow> row;
  if (*stored) {
    const auto decoded = decode_row(**stored);
    // Of this title nothing can be kept any more; the partition's other events must go on.
    if (!decoded) return fail(ErrorCode::invalid, decoded.error().message);
    row = *decoded;
    state.remove(time_key(event.pseudonym, event.title_id, row->watched_at_ms));
  } else if (auto done = make_room(event.pseudonym, state); !done) {
    return done;
  }
  const HistoryRow next = fold_history(row, event);
  state.put(key, encode_row(next));
  state.put(time_key(event.pseudonym, event.title_id, next.watched_at_ms), "");
  return {};
}

Result<HistoryPage> read_history(store::StateStore& state, Pseudonym pseudonym,
                                 std::string_view cursor, std::size_t limit) {
  MATINEE_CHECK(limit > 0 && limit <= kHistoryPageMax);
  const std::string prefix = key_of('t', pseudonym);
  std::string after;
  if (!cursor.empty()) {
    const auto place = from_base64url(cursor);
    if (!place || place->size() != kPlaceBytes) {
      return fail(ErrorCode::invalid, "cursor is not from this service");
    }
    after = prefix + std::string(text_of(*place));
  }
  const auto entries = state.scan(prefix, after, limit + 1);
  if (!entries) return fail(entries.error(), "reading the history");
  HistoryPage page;
  for (std::size_t i = 0; i < entries->size() && i < limit; ++i) {
    const std::string& key = (*entries)[i].key;
    if (key.size() != prefix.size() + kPlaceBytes) {
      return fail(ErrorCode::corrupt, "a history key is damaged");
    }
    const auto title = id_at<TitleKind>(key, key.size() - kIdBytes);
    const auto stored = state.get(row_key(pseudonym, title));
    if (!stored) return fail(stored.error(), "reading the history");
    if (i + 1 == limit && entries->size() > limit) {
      page.next_cursor = to_base64url(bytes_of(std::string_view(key).substr(prefix.size())));
    }
    if (!*stored) continue;  // gone since the scan
    const auto row = decode_row(**stored);
    if (!row) return std::unexpected(row.error());
    page.items.push_back(
        {title, row->position_ms, row->duration_ms, row->watched_at_ms, row->completed});
  }
  return page;
}

Result<std::int64_t> read_resume_ms(store::StateStore& state, Pseudonym pseudonym, TitleId title) {
  const auto stored = state.get(row_key(pseudonym, title));
  if (!stored) return fail(stored.error(), "reading the history");
  if (!*stored) return 0;
  const auto row = decode_row(**stored);
  if (!row) return std::unexpected(row.error());
  return resume_ms(*row);
}

}  // namespace matinee::events
