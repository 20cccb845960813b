#pragma once
// catalog/title_filter: titles as an operator looks for them: by state, by name, by what needs a
// hand. Read by the studio and its command line.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "catalog/titles.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::size_t kFilterTextMax = 200;

struct TitleFilter {
  std::optional<TitleState> state{};
  bool attention = false;  // failed, not made in full, or its file is gone
  std::string text{};      // in the name or the path, without regard to case (of ASCII)
};

struct FoundTitles {
  std::vector<TitleId> ids;  // newest first
  std::string next_cursor;   // empty at the end
};

/// Titles that have a file of their own (no shows and seasons). `limit`: 1 to kTitlesPageMax.
/// Errors: invalid for a cursor that none of these calls gave, or a text that is too long.
Result<FoundTitles> filter_titles(store::SqlRunner& sql, const TitleFilter& filter,
                                  std::int64_t limit, std::string_view cursor);

/// How many of them there are: by name of state, and "attention".
Result<std::map<std::string, std::int64_t>> count_titles(store::SqlRunner& sql);

/// How many titles there are of each kind, by its name; those whose file is gone do not count.
Result<std::map<std::string, std::int64_t>> count_kinds(store::SqlRunner& sql);

/// What is still to be made of all unfinished titles: seconds of one core, bytes to store; and the
/// size of all sources.
struct TitleWork {
  double cpu_seconds = 0;
  std::int64_t bytes = 0;
  std::int64_t source_bytes = 0;
};
Result<TitleWork> remaining_work(store::SqlRunner& sql);

}  // namespace matinee::catalog
