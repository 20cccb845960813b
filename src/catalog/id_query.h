#pragma once
// catalog/id_query: one question about many titles, asked in few statements.

#include <span>
#include <string_view>

#include "base/id.h"
#include "base/result.h"
#include "store/database.h"

namespace matinee::catalog {

/// The rows of `select` + " IN (?, ...)" for all of `ids`, in no order that means anything. `ids`
/// may hold any number, each once. Statements are of few shapes, so that they stay prepared.
Result<store::Rows> query_ids(store::SqlRunner& sql, std::string_view select,
                              std::span<const TitleId> ids);

}  // namespace matinee::catalog
