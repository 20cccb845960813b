#pragma once
// functions/stored_bytes: how much of the object store each title takes, by kind. Noted when a
// package is published, so that nobody has to look through the store.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/json.h"
#include "base/result.h"
#include "store/database.h"

namespace matinee::functions {

struct StoredTitle {
  TitleId id;
  std::int64_t bytes = 0;
};

/// Replaces what is noted of a title by what the payload of its publish job lists: each track
/// (kinds video, audio), poster and thumbnails (kind images). The table is the queue's.
Result<void> note_stored(store::SqlRunner& sql, const TitleId& title, const Json& publish_payload);

/// Bytes of all titles by kind. Objects that titles share count for each of them.
Result<std::map<std::string, std::int64_t>> stored_by_kind(store::SqlRunner& sql);
/// The largest titles first; `limit` up to 1000.
Result<std::vector<StoredTitle>> largest_titles(store::SqlRunner& sql, std::size_t limit);
/// Bytes by part ("v360", "a1", "poster") of one title.
Result<std::map<std::string, std::int64_t>> stored_parts(store::SqlRunner& sql,
                                                         const TitleId& title);

}  // namespace matinee::functions
