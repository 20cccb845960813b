// Goal: a Database keeps typed values and whole transactions, tells errors apart, migrates each
// component once, and refuses what a newer version wrote.
#include "store/database.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

class DatabaseConformance : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { open(); }
  void open() {
    database_.reset();
    auto opened = open_database(url(), test_.environment);
    ASSERT_TRUE(ok(opened));
    database_ = std::move(*opened);
  }
  std::string url() const { return store_url(GetParam(), folder_.path() / "matinee.db"); }

  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<Database> database_;
};

constexpr std::array kFilms{
    Migration{1,
              "CREATE TABLE films (film_id TEXT PRIMARY KEY, year BIGINT, CHECK (year > 1880));"},
    Migration{2,
              "ALTER TABLE films ADD COLUMN rating DOUBLE PRECISION;"
              "CREATE INDEX films_by_year ON films (year);"},
};

TEST_P(DatabaseConformance, KeepsValuesOfEveryType) {
  ASSERT_TRUE(ok(database_->execute("CREATE TABLE t (id BIGINT, v BLOB)")));
  const std::string odd("a\0b'\"?", 6);
  const std::vector<Value> values{
      Value(), 0,  -1,       INT64_MAX, INT64_MIN, 0.5,    1e300,
      true,    "", "Amélie", odd,       Blob{odd}, Blob{}, Blob{std::string(100'000, 'x')}};
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(database_->execute("INSERT INTO t VALUES (?, ?)", {i, values[i]}), 1);
  }
  auto rows = database_->query("SELECT id, v FROM t ORDER BY id");
  ASSERT_TRUE(ok(rows));
  ASSERT_EQ(rows->size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ((*rows)[i][1], values[i]) << i;
}

TEST_P(DatabaseConformance, TellsErrorsApart) {
  ASSERT_TRUE(ok(database_->migrate("catalog", kFilms)));
  ASSERT_TRUE(ok(database_->execute("INSERT INTO films VALUES ('m', 1931, 8.3)")));
  const auto execute = [&](const char* sql, Parameters parameters = {}) {
    return database_->execute(sql, parameters);
  };
  EXPECT_TRUE(
      fails_with(execute("INSERT INTO films VALUES ('m', 1931, 8.3)"), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(execute("INSERT INTO films VALUES ('n', 1000, 8)"), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(execute("SELEKT 1"), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(execute("SELECT * FROM nowhere"), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(execute("SELECT 1; SELECT 2"), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(execute(""), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(execute("SELECT ?"), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(execute("SELECT ?", {1, 2}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(database_->query("DELETE FROM films"), ErrorCode::invalid));
  EXPECT_TRUE(
      fails_with(database_->query_one("SELECT * FROM films WHERE year = 1"), ErrorCode::not_found));
  EXPECT_EQ(database_->query_one("SELECT COUNT(*) FROM films")->integer(0), 1);
}

TEST_P(DatabaseConformance, CountsTheRowsThatAStatementChanged) {
  ASSERT_TRUE(ok(database_->migrate("catalog", kFilms)));
  EXPECT_EQ(database_->execute("INSERT INTO films VALUES ('m', 1931, 8), ('n', 1922, 7)"), 2);
  EXPECT_EQ(database_->execute("UPDATE films SET rating = 9 WHERE year < ?", {1930}), 1);
  EXPECT_EQ(database_->execute("UPDATE films SET rating = 9 WHERE year < ?", {1}), 0);
  EXPECT_EQ(database_->execute("DELETE FROM films"), 2);
  EXPECT_EQ(database_->execute("CREATE TABLE other (x BIGINT)"), 0);
}

TEST_P(DatabaseConformance, ATransactionHappensWholeOrNotAtAll) {
  ASSERT_TRUE(ok(database_->migrate("catalog", kFilms)));
  const auto insert = [](SqlRunner& sql, const char* id) {
    return sql.execute("INSERT INTO films VALUES (?, 1931, 8)", {id});
  };
  auto failed = database_->transaction([&](SqlRunner& sql) -> Result<void> {
    EXPECT_TRUE(ok(insert(sql, "m")));
    EXPECT_EQ(sql.query_one("SELECT COUNT(*) FROM films")->integer(0), 1);
    return fail(ErrorCode::forbidden, "changed my mind");
  });
  EXPECT_TRUE(fails_with(failed, ErrorCode::forbidden));
  EXPECT_EQ(database_->query_one("SELECT COUNT(*) FROM films")->integer(0), 0);
  auto count = transact<std::int64_t>(*database_, [&](SqlRunner& sql) -> Result<std::int64_t> {
    EXPECT_TRUE(ok(insert(sql, "m")));
    EXPECT_TRUE(ok(insert(sql, "n")));
    return sql.query_one("SELECT COUNT(*) FROM films")->integer(0);
  });
  EXPECT_EQ(count, 2);
  EXPECT_EQ(database_->query_one("SELECT COUNT(*) FROM films")->integer(0), 2);
}

TEST_P(DatabaseConformance, TransactionsOfManyThreadsDoNotMix) {
  ASSERT_TRUE(ok(database_->execute("CREATE TABLE counter (n BIGINT NOT NULL)")));
  ASSERT_TRUE(ok(database_->execute("INSERT INTO counter VALUES (0)")));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10; ++i) {
        auto done = database_->transaction([](SqlRunner& sql) -> Result<void> {
          const auto n = sql.query_one("SELECT n FROM counter")->integer(0);
          auto set = sql.execute("UPDATE counter SET n = ?", {n + 1});
          if (!set) return std::unexpected(set.error());
          return {};
        });
        EXPECT_TRUE(ok(done));
        EXPECT_TRUE(ok(database_->query("SELECT n FROM counter")));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(database_->query_one("SELECT n FROM counter")->integer(0), 40);
}

TEST_P(DatabaseConformance, MigratesEachComponentOnceAndRefusesANewerSchema) {
  ASSERT_TRUE(ok(database_->migrate("catalog", std::span(kFilms).first(1))));
  ASSERT_TRUE(ok(database_->execute("INSERT INTO films VALUES ('m', 1931)")));
  open();
  ASSERT_TRUE(ok(database_->migrate("catalog", kFilms)));
  ASSERT_TRUE(ok(database_->migrate("catalog", kFilms)));
  ASSERT_TRUE(
      ok(database_->migrate("members", std::array{Migration{1, "CREATE TABLE m (x INT)"}})));
  EXPECT_TRUE(database_->query_one("SELECT rating FROM films")->is_null(0));
  auto steps = database_->query(
      "SELECT component, version, applied_ms FROM schema_migrations ORDER BY component, version");
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_EQ((*steps)[1].text(0), "catalog");
  EXPECT_EQ((*steps)[1].integer(1), 2);
  EXPECT_EQ((*steps)[1].integer(2), to_ms(test_.clock.now()));
  auto older = database_->migrate("catalog", std::span(kFilms).first(1));
  ASSERT_TRUE(fails_with(older, ErrorCode::conflict));
  EXPECT_NE(older.error().message.find("version 2"), std::string::npos) << older.error().message;
  EXPECT_NE(older.error().message.find("up to 1"), std::string::npos);
}

TEST_P(DatabaseConformance, AFailedMigrationLeavesNothingBehind) {
  const std::array wrong{Migration{1, "CREATE TABLE a (x INT); CREATE TABLE a (x INT);"}};
  EXPECT_TRUE(fails_with(database_->migrate("catalog", wrong), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(database_->query("SELECT * FROM a"), ErrorCode::invalid));
  EXPECT_TRUE(ok(database_->migrate("catalog", kFilms)));
}

TEST_P(DatabaseConformance, LimitsTheRowsOfAQuery) {
  auto rows = database_->query(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT i FROM n",
      {kRowsMax + 1});
  EXPECT_TRUE(fails_with(rows, ErrorCode::limited));
}

INSTANTIATE_TEST_SUITE_P(Engines, DatabaseConformance, testing::Values("sqlite"),
                         [](const auto& param_info) { return std::string(param_info.param); });

TEST(SqliteDatabase, WhatWasDeletedLeavesNoBytes) {
  TemporaryFolder folder;
  TestEnvironment test;
  const auto path = folder.path() / "matinee.db";
  const auto holds = [&](std::string_view bytes) {
    const auto content = read_file(test.files, path, 16 << 20);
    return content && content->find(bytes) != std::string::npos;
  };
  // The last connection that closes moves everything from the log into the file.
  auto opened = open_database(store_url("sqlite", path), test.environment);
  ASSERT_TRUE(ok(opened));
  ASSERT_TRUE(ok((*opened)->execute("CREATE TABLE keys (id BIGINT, secret TEXT)")));
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(ok((*opened)->execute("INSERT INTO keys VALUES (?, ?)",
                                      {i, "the secret of profile " + std::to_string(i)})));
  }
  opened->reset();
  ASSERT_TRUE(holds("the secret of profile 50"));
  opened = open_database(store_url("sqlite", path), test.environment);
  ASSERT_TRUE(ok(opened));
  ASSERT_EQ((*opened)->execute("DELETE FROM keys WHERE id >= 10"), 90);
  opened->reset();
  EXPECT_TRUE(holds("the secret of profile 5"));
  EXPECT_FALSE(holds("the secret of profile 50"));
}

TEST(SqliteDatabase, RefusesANewerFormatAnotherProgramsFileAndNoise) {
  TemporaryFolder folder;
  TestEnvironment test;
  const auto path = folder.path() / "m.db";
  const std::string url = store_url("sqlite", path);
  {
    auto database = open_database(url, test.environment);
    ASSERT_TRUE(ok(database));
    ASSERT_TRUE(ok((*database)->execute("PRAGMA user_version = 9")));
  }
  auto newer = open_database(url, test.environment);
  ASSERT_TRUE(fails_with(newer, ErrorCode::conflict));
  EXPECT_NE(newer.error().message.find("format 9"), std::string::npos);
  {
    std::filesystem::remove(path);
    auto database = open_database(url, test.environment);
    ASSERT_TRUE(ok((*database)->execute("CREATE TABLE t (x INT)")));
    ASSERT_TRUE(ok((*database)->execute("PRAGMA application_id = 5")));
  }
  EXPECT_TRUE(fails_with(open_database(url, test.environment), ErrorCode::conflict));
  std::filesystem::remove(path);
  ASSERT_TRUE(write_file(test.files, path, std::string(8192, 'n')));
  EXPECT_TRUE(fails_with(open_database(url, test.environment), ErrorCode::corrupt));
  EXPECT_TRUE(fails_with(open_database("sqlite://", test.environment), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(
      open_database(store_url("sqlite", folder.path() / "no" / "m.db"), test.environment),
      ErrorCode::unavailable));
}

TEST(SqliteDatabaseDeathTest, ABodyThatUsesTheDatabaseItselfIsStopped) {
  TemporaryFolder folder;
  TestEnvironment test;
  auto database = open_database(store_url("sqlite", folder.path() / "m.db"), test.environment);
  EXPECT_DEATH((void)(*database)->transaction([&](SqlRunner&) -> Result<void> {
    (void)(*database)->execute("SELECT 1");
    return {};
  }),
               "writing_thread_");
}

// A child writes and says so after each commit until it is killed; everything it said is there.
void run_kill_test(int kills) {
  TemporaryFolder folder;
  TestEnvironment test;
  const std::string url = store_url("sqlite", folder.path() / "m.db");
  std::int64_t acknowledged = 0;
  for (int kill = 0; kill < kills; ++kill) {
    std::array<int, 2> pipe_ends{};
    ASSERT_EQ(::pipe(pipe_ends.data()), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto database = open_database(url, test.environment);
      (void)(*database)->execute("CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, pad TEXT)");
      for (;;) {
        auto row = (*database)->query_one("SELECT COALESCE(MAX(n), 0) FROM t");
        const std::int64_t next = row->integer(0) + 1;
        if (!(*database)->execute("INSERT INTO t VALUES (?, ?)", {next, std::string(300, 'p')})) {
          ::_exit(1);
        }
        if (::write(pipe_ends[1], &next, sizeof next) != sizeof next) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    for (int i = 0; i < 20; ++i) {
      ASSERT_EQ(::read(pipe_ends[0], &acknowledged, sizeof acknowledged),
                static_cast<ssize_t>(sizeof acknowledged));
    }
    ::kill(child, SIGKILL);
    while (::read(pipe_ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    ::close(pipe_ends[0]);
    ::waitpid(child, nullptr, 0);
    auto database = open_database(url, test.environment);
    ASSERT_TRUE(ok(database));
    auto row = (*database)->query_one("SELECT COUNT(*), MAX(n) FROM t");
    ASSERT_TRUE(ok(row));
    EXPECT_EQ(row->integer(0), row->integer(1)) << "a gap";
    EXPECT_GE(row->integer(1), acknowledged);
  }
}

TEST(SqliteDatabaseKill, KeepsWhatWasCommittedWhenItsProcessIsKilled) { run_kill_test(2); }

TEST(SlowSqliteDatabaseKill, KeepsWhatWasCommittedWhenItsProcessIsKilled) { run_kill_test(50); }

}  // namespace
}  // namespace matinee::store
