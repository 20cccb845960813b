#pragma once
// catalog/list_cursor: where a list of titles goes on.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/id.h"
#include "base/result.h"

namespace matinee::catalog {

/// A place in the order of lists: newest first, ids break ties.
struct ListPosition {
  std::int64_t added_ms = 0;
  TitleId id;
  /// True for what comes before: is newer.
  friend bool operator<(const ListPosition& a, const ListPosition& b) {
    return a.added_ms != b.added_ms ? a.added_ms > b.added_ms : a.id > b.id;
  }
  friend bool operator==(const ListPosition&, const ListPosition&) = default;
};

/// What a caller gives back to get what comes after `position`.
std::string cursor_after(const ListPosition& position);

/// Errors: invalid for what cursor_after did not make.
Result<ListPosition> position_of(std::string_view cursor);

}  // namespace matinee::catalog
