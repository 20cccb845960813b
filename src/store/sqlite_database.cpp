#include "store/sqlite_database.h"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"
#include "store/sqlite_connection.h"

namespace matinee::store {
namespace {

constexpr int kFormat = 1;
constexpr int kApplicationId = 0x4d544e45;  // "MTNE", shown by file(1)
constexpr std::size_t kReaders = 3;
constexpr std::chrono::seconds kBusyWait{5};

std::unexpected<Error> busy(std::string_view what) {
  return fail(ErrorCode::unavailable, "the database stayed busy: " + std::string(what));
}

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::unique_ptr<SqliteConnection> writer,
                 std::vector<std::unique_ptr<SqliteConnection>> readers, const Clock& clock)
      : writer_(std::move(writer)), readers_(std::move(readers)), clock_(clock) {
    for (const auto& reader : readers_) idle_readers_.push_back(reader.get());
  }
  ~SqliteDatabase() override {
    readers_.clear();  // first: the writer then closes last and checkpoints
  }

  Result<std::int64_t> execute(std::string_view sql, const Parameters& parameters) override {
    const Turn turn(*this);
    if (!turn) return busy(sql.substr(0, 200));
    if (auto usable = check_usable(); !usable) return std::unexpected(usable.error());
    return writer_->execute(sql, parameters);
  }

  Result<Rows> query(std::string_view sql, const Parameters& parameters) override {
    SqliteConnection* reader = nullptr;
    {
      std::unique_lock lock(readers_mutex_);
      if (!reader_idle_.wait_for(lock, kBusyWait, [&] { return !idle_readers_.empty(); })) {
        return busy(sql.substr(0, 200));
      }
      reader = idle_readers_.back();
      idle_readers_.pop_back();
    }
    auto rows = reader->query(sql, parameters);
    {
      std::scoped_lock lock(readers_mutex_);
      idle_readers_.push_back(reader);
    }
    reader_idle_.notify_one();
    return rows;
  }

  Result<void> transaction(const std::function<Result<void>(SqlRunner&)>& body) override {
    const Turn turn(*this);
    if (!turn) return busy("waiting for a transaction");
    if (auto usable = check_usable(); !usable) return usable;
    if (auto begun = writer_->execute("BEGIN IMMEDIATE"); !begun) {
      return std::unexpected(begun.error());
    }
    if (auto done = body(*writer_); !done) {
      roll_back();
      return done;
    }
    if (auto committed = writer_->execute("COMMIT"); !committed) {
      roll_back();
      return fail(committed.error(), "committing");
    }
    return {};
  }

 protected:
  Result<void> run_script(SqlRunner& transaction, std::string_view sql) override {
    MATINEE_CHECK(&transaction == writer_.get());
    return writer_->run_script(sql);
  }
  Instant now() const override { return clock_.now(); }

 private:
  // The right to write; false when it could not be had in time.
  class Turn {
   public:
    explicit Turn(SqliteDatabase& database)
        : database_(database), lock_(database.writer_mutex_, std::defer_lock) {
      // A body that uses the database instead of its argument would wait for itself.
      MATINEE_CHECK(database.writing_thread_ != std::this_thread::get_id());
      if (lock_.try_lock_for(kBusyWait)) database.writing_thread_ = std::this_thread::get_id();
    }
    ~Turn() {
      if (lock_) database_.writing_thread_ = std::thread::id();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    explicit operator bool() const { return lock_.owns_lock(); }

   private:
    SqliteDatabase& database_;
    std::unique_lock<std::timed_mutex> lock_;
  };

  Result<void> check_usable() const {
    if (!writer_->sync_failed()) return {};
    return fail(ErrorCode::unavailable,
                "the database is read-only: the disk failed to sync; start again to recover");
  }

  // Fails harmlessly when SQLite has rolled back by itself.
  void roll_back() { (void)writer_->execute("ROLLBACK"); }

  std::timed_mutex writer_mutex_;
  std::atomic<std::thread::id> writing_thread_;
  std::unique_ptr<SqliteConnection> writer_;
  std::mutex readers_mutex_;
  std::condition_variable reader_idle_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;
  std::vector<SqliteConnection*> idle_readers_;
  const Clock& clock_;
};

Result<void> check_format(SqliteConnection& writer, const std::filesystem::path& path) {
  auto version = writer.query_one("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (version->integer(0) > kFormat) {
    return fail(ErrorCode::conflict, path.string() + " has format " +
                                         std::to_string(version->integer(0)) +
                                         ", written by a newer Matinee; this one knows formats up "
                                         "to " +
                                         std::to_string(kFormat));
  }
  auto owner = writer.query_one("PRAGMA application_id");
  if (!owner) return std::unexpected(owner.error());
  auto tables = writer.query_one("SELECT COUNT(*) FROM sqlite_master");
  if (!tables) return std::unexpected(tables.error());
  if (owner->integer(0) != kApplicationId && tables->integer(0) > 0) {
    return fail(ErrorCode::conflict, path.string() + " is a database of another program");
  }
  if (version->integer(0) == kFormat) return {};
  return writer.run_script("PRAGMA application_id = " + std::to_string(kApplicationId) +
                           "; PRAGMA user_version = " + std::to_string(kFormat));
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite_database(const std::filesystem::path& path,
                                                       const Environment& environment) {
  auto writer = SqliteConnection::open(path, SqliteConnection::Use::writing);
  if (!writer) return std::unexpected(writer.error());
  if (auto checked = check_format(**writer, path); !checked) {
    return std::unexpected(checked.error());
  }
  std::vector<std::unique_ptr<SqliteConnection>> readers;
  for (std::size_t i = 0; i < kReaders; ++i) {
    auto reader = SqliteConnection::open(path, SqliteConnection::Use::reading);
    if (!reader) return std::unexpected(reader.error());
    readers.push_back(std::move(*reader));
  }
  return std::make_unique<SqliteDatabase>(std::move(*writer), std::move(readers),
                                          environment.clock);
}

}  // namespace matinee::store
