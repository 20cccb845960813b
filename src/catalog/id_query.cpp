#include "catalog/id_query.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

namespace matinee::catalog {
namespace {

// How many ids a statement may hold; below store::kSqlParametersMax.
constexpr std::array<std::size_t, 4> kShapes = {1, 16, 100, 500};

}  // namespace

Result<store::Rows> query_ids(store::SqlRunner& sql, std::string_view select,
                              std::span<const TitleId> ids) {
  store::Rows found;
  while (!ids.empty()) {
    const auto part = ids.first(std::min(ids.size(), kShapes.back()));
    ids = ids.subspan(part.size());
    const std::size_t shape =
        *std::ranges::find_if(kShapes, [&](std::size_t size) { return size >= part.size(); });
    std::string query(select);
    query += " IN (?";
    store::Parameters parameters;
    for (std::size_t i = 0; i < shape; ++i) {
      if (i > 0) query += ", ?";
      parameters.emplace_back(part[std::min(i, part.size() - 1)].to_string());
    }
    auto rows = sql.query(query + ")", parameters);
    if (!rows) return std::unexpected(rows.error());
    std::ranges::move(*rows, std::back_inserter(found));
  }
  return found;
}

}  // namespace matinee::catalog
