#pragma once
// store/database: the relational store of accounts, titles, jobs and audit; small enough that
// SQLite and PostgreSQL can both be behind it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/environment.h"
#include "store/value.h"

namespace matinee::store {

inline constexpr std::size_t kRowsMax = 100'000;
inline constexpr std::size_t kSqlValueBytesMax = 16 * 1024 * 1024;
inline constexpr std::size_t kSqlParametersMax = 999;

/// The values of one row, in the order of the query's columns.
struct Row {
  std::vector<Value> values;

  [[nodiscard]] const Value& operator[](std::size_t column) const { return values.at(column); }
  /// As Value's: null gives 0 or empty.
  [[nodiscard]] bool is_null(std::size_t column) const { return values.at(column).is_null(); }
  [[nodiscard]] std::int64_t integer(std::size_t column) const {
    return values.at(column).integer();
  }
  [[nodiscard]] double number(std::size_t column) const { return values.at(column).number(); }
  [[nodiscard]] const std::string& text(std::size_t column) const {
    return values.at(column).text();
  }
  [[nodiscard]] const std::string& blob(std::size_t column) const {
    return values.at(column).blob();
  }
};
using Rows = std::vector<Row>;
using Parameters = std::vector<Value>;

/// What runs statements: one transaction, or the database with one transaction a statement.
/// One statement a call, with '?' for each parameter; write what SQLite and PostgreSQL share.
class SqlRunner {
 public:
  virtual ~SqlRunner() = default;

  /// The number of rows that were changed. Errors: conflict when a constraint (unique, foreign key,
  /// check) is violated, invalid for wrong SQL, limited when the disk is full, unavailable.
  [[nodiscard]] virtual Result<std::int64_t> execute(std::string_view sql,
                                                     const Parameters& parameters = {}) = 0;
  /// Errors: as execute; limited beyond kRowsMax rows: ask for fewer.
  [[nodiscard]] virtual Result<Rows> query(std::string_view sql,
                                           const Parameters& parameters = {}) = 0;

  /// The only row. Errors: not_found when there is none; invalid when there are more.
  [[nodiscard]] Result<Row> query_one(std::string_view sql, const Parameters& parameters = {});
};

/// One step of a component's schema: `sql` may hold several statements. Never edit one that was
/// released; add the next.
struct Migration {
  int version;  // 1, 2, 3, ...
  std::string_view sql;
};

/// A statement outside of a transaction is one by itself; `query` must not write and may see the
/// state of a moment ago while a transaction is under way. Committed means durable. Thread-safe;
/// every call blocks, at most for the busy deadline.
class Database : public SqlRunner {
 public:
  /// Runs `body` alone among writers and commits, or rolls back when it fails and returns its
  /// error. It may run again when the engine asks for it: no effects outside of the database. It
  /// must not use the Database itself (only its argument) and must not wait for others. Errors:
  /// body's; unavailable when the database stayed busy (retry safe: nothing was changed) or the
  /// commit failed (then it may have happened).
  [[nodiscard]] virtual Result<void> transaction(
      const std::function<Result<void>(SqlRunner&)>& body) = 0;

  /// Runs the component's migrations that this database has not seen, each in a transaction of its
  /// own with its row in schema_migrations(component, version, applied_ms).
  /// Errors: conflict when the database is newer than the list (names both); invalid SQL.
  [[nodiscard]] Result<void> migrate(std::string_view component,
                                     std::span<const Migration> migrations);

 protected:
  [[nodiscard]] virtual Result<void> run_script(SqlRunner& transaction, std::string_view sql) = 0;
  [[nodiscard]] virtual Instant now() const = 0;
};

/// A transaction that gives a value: transact<int>(db, [&](SqlRunner& sql) -> Result<int> {...}).
template <typename T>
[[nodiscard]] Result<T> transact(Database& database,
                                 const std::function<Result<T>(SqlRunner&)>& body) {
  std::optional<T> value;
  auto done = database.transaction([&](SqlRunner& sql) -> Result<void> {
    auto result = body(sql);
    if (!result) return std::unexpected(result.error());
    value = std::move(*result);
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return std::move(*value);
}

/// sqlite:///file.db, whose folder exists. One process at a time should own it.
/// Errors: invalid URL or scheme, conflict for a newer format, corrupt, unavailable.
Result<std::unique_ptr<Database>> open_database(std::string_view url,
                                                const Environment& environment);

}  // namespace matinee::store
