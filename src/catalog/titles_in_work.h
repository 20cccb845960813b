#pragma once
// catalog/titles_in_work: what is being made just now; read for who runs the service.

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "catalog/titles.h"
#include "store/database.h"

namespace matinee::catalog {

inline constexpr std::int64_t kInWorkMax = 10'000;

/// Announced titles whose making has begun, after those that are encoded; oldest first. `limit`: 1
/// to kInWorkMax.
Result<std::vector<Title>> titles_in_work(store::SqlRunner& sql, std::int64_t limit);

}  // namespace matinee::catalog
