#pragma once
// store/sqlite_connection: one connection to a SQLite file and its prepared statements.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "store/database.h"

struct sqlite3;
struct sqlite3_stmt;

namespace matinee::store {

/// Used by one thread at a time; its owner locks.
class SqliteConnection final : public SqlRunner {
 public:
  enum class Use { writing, reading };

  /// Errors: corrupt when it is no database; unavailable.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::filesystem::path& path, Use use);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Result<std::int64_t> execute(std::string_view sql, const Parameters& parameters = {}) override;
  Result<Rows> query(std::string_view sql, const Parameters& parameters = {}) override;
  /// Several statements without parameters.
  Result<void> run_script(std::string_view sql);
  /// True after a sync failed: nobody knows what is on the disk (see File::sync).
  [[nodiscard]] bool sync_failed() const { return sync_failed_; }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  explicit SqliteConnection(sqlite3* handle) : handle_(handle) {}

  Result<void> configure(Use use);
  Result<sqlite3_stmt*> prepare(std::string_view sql, const Parameters& parameters);
  Result<void> bind(sqlite3_stmt* statement, const Parameters& parameters);
  std::unexpected<Error> error(std::string_view sql);

  sqlite3* handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_;
  bool sync_failed_ = false;
};

}  // namespace matinee::store
