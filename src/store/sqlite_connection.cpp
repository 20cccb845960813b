#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include <algorithm>

namespace matinee::store {
namespace {

constexpr std::size_t kStatementsMax = 256;
constexpr int kBusyMs = 5000;

ErrorCode code_of(int result) {
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
      return ErrorCode::conflict;
    case SQLITE_FULL:
    case SQLITE_TOOBIG:
      return ErrorCode::limited;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ErrorCode::corrupt;
    case SQLITE_ERROR:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_READONLY:
      return ErrorCode::invalid;
    default:
      return ErrorCode::unavailable;
  }
}

Value column_value(sqlite3_stmt* statement, int column) {
  const auto bytes = [&] {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, bytes());
    }
    case SQLITE_BLOB: {
      const auto* blob = static_cast<const char*>(sqlite3_column_blob(statement, column));
      return Blob{blob == nullptr ? std::string() : std::string(blob, bytes())};
    }
    default:
      return {};
  }
}

// The statement is ready for its next use however its caller leaves.
class StatementUse {
 public:
  explicit StatementUse(sqlite3_stmt* statement) : statement_(statement) {}
  ~StatementUse() {
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
  }
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(handle_);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::filesystem::path& path,
                                                                 Use use) {
  sqlite3* handle = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (use == Use::writing ? SQLITE_OPEN_CREATE : 0);
  const int result = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(handle));
  if (result != SQLITE_OK) {
    return fail(ErrorCode::unavailable,
                "opening database " + path.string() + ": " + sqlite3_errstr(result));
  }
  if (auto done = connection->configure(use); !done) {
    return fail(done.error(), "opening database " + path.string());
  }
  return connection;
}

Result<void> SqliteConnection::configure(Use use) {
  sqlite3_busy_timeout(handle_, kBusyMs);
  sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, static_cast<int>(kSqlValueBytesMax));
  sqlite3_limit(handle_, SQLITE_LIMIT_VARIABLE_NUMBER, static_cast<int>(kSqlParametersMax));
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  constexpr std::string_view kBoth =
      "PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;";
  if (auto done = run_script(kBoth); !done) return done;
  if (use == Use::writing) {
    return run_script(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 1000;"
        "PRAGMA journal_size_limit = 16777216; PRAGMA cache_size = -4096;"
        "PRAGMA secure_delete = ON;");  // what was erased leaves no bytes in free pages
  }
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return run_script(
      "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -2048; PRAGMA query_only = ON;");
}

std::unexpected<Error> SqliteConnection::error(std::string_view sql) {
  const int result = sqlite3_extended_errcode(handle_);
  if (result == SQLITE_IOERR_FSYNC || result == SQLITE_IOERR_DIR_FSYNC) sync_failed_ = true;
  return fail(code_of(result), std::string(sqlite3_errmsg(handle_)) +
                                   ", running: " + std::string(sql.substr(0, 200)));
}

Result<void> SqliteConnection::run_script(std::string_view sql) {
  const std::string terminated(sql);
  if (sqlite3_exec(handle_, terminated.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return error(sql);
  }
  return {};
}

Result<void> SqliteConnection::bind(sqlite3_stmt* statement, const Parameters& parameters) {
  const auto length = [](const std::string& bytes) {
    return static_cast<sqlite3_uint64>(bytes.size());
  };
  for (int i = 1; i <= static_cast<int>(parameters.size()); ++i) {
    const Value& value = parameters[static_cast<std::size_t>(i - 1)];
    int result = SQLITE_OK;
    if (value.is_null()) {
      result = sqlite3_bind_null(statement, i);
    } else if (value.is_integer()) {
      result = sqlite3_bind_int64(statement, i, value.integer());
    } else if (value.is_number()) {
      result = sqlite3_bind_double(statement, i, value.number());
    } else if (value.is_text()) {
      result = sqlite3_bind_text64(statement, i, value.text().data(), length(value.text()),
                                   SQLITE_STATIC, SQLITE_UTF8);
    } else {
      result = sqlite3_bind_blob64(statement, i, value.blob().data(), length(value.blob()),
                                   SQLITE_STATIC);
    }
    if (result != SQLITE_OK) return error(sqlite3_sql(statement));
  }
  return {};
}

Result<sqlite3_stmt*> SqliteConnection::prepare(std::string_view sql,
                                                const Parameters& parameters) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, &tail);
    std::unique_ptr<sqlite3_stmt, Finalize> owner(statement);
    if (result != SQLITE_OK) return error(sql);
    const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
    if (statement == nullptr || rest.find_first_not_of(" \t\n;") != std::string_view::npos) {
      return fail(ErrorCode::invalid, "not exactly one statement: " + std::string(sql));
    }
    if (statements_.size() >= kStatementsMax) statements_.clear();
    found = statements_.emplace(std::string(sql), std::move(owner)).first;
  }
  sqlite3_stmt* statement = found->second.get();
  if (sqlite3_bind_parameter_count(statement) != static_cast<int>(parameters.size())) {
    return fail(ErrorCode::invalid,
                std::to_string(parameters.size()) + " parameters for: " + std::string(sql));
  }
  if (auto bound = bind(statement, parameters); !bound) {
    const StatementUse cleared(statement);
    return std::unexpected(bound.error());
  }
  return statement;
}

Result<std::int64_t> SqliteConnection::execute(std::string_view sql, const Parameters& parameters) {
  auto statement = prepare(sql, parameters);
  if (!statement) return std::unexpected(statement.error());
  const StatementUse use(*statement);
  const auto before = sqlite3_total_changes64(handle_);
  int result = SQLITE_ROW;
  while (result == SQLITE_ROW) result = sqlite3_step(*statement);
  if (result != SQLITE_DONE) return error(sql);
  // total_changes also counts rows that foreign keys changed; a statement that is no write leaves
  // sqlite3_changes from the one before.
  return sqlite3_total_changes64(handle_) == before ? 0 : sqlite3_changes64(handle_);
}

Result<Rows> SqliteConnection::query(std::string_view sql, const Parameters& parameters) {
  auto statement = prepare(sql, parameters);
  if (!statement) return std::unexpected(statement.error());
  const StatementUse use(*statement);
  const int columns = sqlite3_column_count(*statement);
  Rows rows;
  int result = SQLITE_DONE;
  while ((result = sqlite3_step(*statement)) == SQLITE_ROW) {
    if (rows.size() == kRowsMax) {
      return fail(ErrorCode::limited,
                  "more than " + std::to_string(kRowsMax) + " rows for: " + std::string(sql));
    }
    Row& row = rows.emplace_back();
    row.values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      row.values.push_back(column_value(*statement, column));
    }
  }
  if (result != SQLITE_DONE) return error(sql);
  return rows;
}

}  // namespace matinee::store
