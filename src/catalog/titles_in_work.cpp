#include "catalog/titles_in_work.h"

#include "base/check.h"
#include "catalog/title_rows.h"

namespace matinee::catalog {

Result<std::vector<Title>> titles_in_work(store::SqlRunner& sql, std::int64_t limit) {
  MATINEE_CHECK(limit >= 1 && limit <= kInWorkMax);
  return titles_of(
      sql.query(select_titles("WHERE missing_since_ms = 0 AND ((announced = 1 AND progress > 0) OR "
                              "state = 'encoding') ORDER BY announced, added_ms, id LIMIT ?"),
                {limit}));
}

}  // namespace matinee::catalog
