#include "catalog/title_filter.h"

#include <charconv>

#include "base/check.h"
#include "catalog/plain_text.h"

namespace matinee::catalog {
namespace {

constexpr std::string_view kHasFile = "kind NOT IN ('show', 'season')";
constexpr std::string_view kNeedsAHand =
    "(state = 'failed' OR notes NOT IN ('', '[]') OR missing_since_ms <> 0)";

struct Position {
  std::int64_t added_ms = 0;
  std::string id;
};

// "<added_ms>.<id>"
Result<Position> position_of(std::string_view cursor) {
  Position position;
  const auto [end, error] =
      std::from_chars(cursor.data(), cursor.data() + cursor.size(), position.added_ms);
  const auto digits = static_cast<std::size_t>(end - cursor.data());
  if (error == std::errc{} && digits < cursor.size() && cursor[digits] == '.') {
    if (const auto id = TitleId::parse(cursor.substr(digits + 1))) {
      position.id = id->to_string();
      return position;
    }
  }
  return fail(ErrorCode::invalid, "the cursor is none of this list");
}

// A pattern of LIKE that finds `text` anywhere, with '!' as its escape.
std::string pattern_of(std::string_view text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '!') pattern.push_back('!');
    pattern.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return pattern + "%";
}

}  // namespace

Result<FoundTitles> filter_titles(store::SqlRunner& sql, const TitleFilter& filter,
                                  std::int64_t limit, std::string_view cursor) {
  MATINEE_CHECK(limit >= 1 && limit <= kTitlesPageMax);
  if (filter.text.size() > kFilterTextMax) {
    return fail(ErrorCode::invalid, "a search for titles has at most 200 bytes");
  }
  if (!is_utf8(filter.text)) {
    return fail(ErrorCode::invalid, "a search for titles must be text");
  }
  std::string where = "SELECT id, added_ms FROM titles WHERE " + std::string(kHasFile);
  store::Parameters parameters;
  if (filter.state) {
    where += " AND state = ?";
    parameters.emplace_back(name_of(*filter.state));
  }
  if (filter.attention) where.append(" AND ").append(kNeedsAHand);
  if (!filter.text.empty()) {
    where += " AND (LOWER(name) LIKE ? ESCAPE '!' OR LOWER(source_path) LIKE ? ESCAPE '!')";
    parameters.emplace_back(pattern_of(filter.text));
    parameters.emplace_back(pattern_of(filter.text));
  }
  if (!cursor.empty()) {
    const auto position = position_of(cursor);
    if (!position) return std::unexpected(position.error());
    where += " AND (added_ms < ? OR (added_ms = ? AND id < ?))";
    parameters.emplace_back(position->added_ms);
    parameters.emplace_back(position->added_ms);
    parameters.emplace_back(position->id);
  }
  where += " ORDER BY added_ms DESC, id DESC LIMIT ?";
  parameters.emplace_back(limit + 1);
  const auto rows = sql.query(where, parameters);
  if (!rows) return std::unexpected(rows.error());
  FoundTitles found;
  for (const auto& row : *rows) {
    if (found.ids.size() == static_cast<std::size_t>(limit)) {
      const auto& last = (*rows)[found.ids.size() - 1];
      found.next_cursor = std::to_string(last.integer(1)) + "." + last.text(0);
      break;
    }
    const auto id = TitleId::parse(row.text(0));
    if (!id) return fail(ErrorCode::corrupt, "reading titles: an id is damaged");
    found.ids.push_back(*id);
  }
  return found;
}

Result<std::map<std::string, std::int64_t>> count_titles(store::SqlRunner& sql) {
  std::map<std::string, std::int64_t> counts{
      {"queued", 0}, {"encoding", 0}, {"ready", 0}, {"failed", 0}, {"attention", 0}};
  const auto rows = sql.query("SELECT state, COUNT(*), SUM(CASE WHEN " + std::string(kNeedsAHand) +
                              " THEN 1 ELSE 0 END) FROM titles WHERE " + std::string(kHasFile) +
                              " GROUP BY state");
  if (!rows) return std::unexpected(rows.error());
  for (const auto& row : *rows) {
    counts[row.text(0)] += row.integer(1);
    counts["attention"] += row.integer(2);
  }
  return counts;
}

Result<std::map<std::string, std::int64_t>> count_kinds(store::SqlRunner& sql) {
  const auto rows =
      sql.query("SELECT kind, COUNT(*) FROM titles WHERE missing_since_ms = 0 GROUP BY kind");
  if (!rows) return std::unexpected(rows.error());
  std::map<std::string, std::int64_t> counts;
  for (const auto& row : *rows) counts[row.text(0)] = row.integer(1);
  return counts;
}

Result<TitleWork> remaining_work(store::SqlRunner& sql) {
  const auto row = sql.query_one(
      "SELECT COALESCE(SUM(CASE WHEN state IN ('queued', 'encoding') THEN estimate_cpu_seconds * "
      "(1 - progress) ELSE 0.0 END), 0.0), COALESCE(SUM(CASE WHEN state IN ('queued', 'encoding') "
      "THEN estimate_bytes ELSE 0 END), 0), COALESCE(SUM(source_bytes), 0) FROM titles");
  if (!row) return std::unexpected(row.error());
  return TitleWork{row->number(0), row->integer(1), row->integer(2)};
}

}  // namespace matinee::catalog
