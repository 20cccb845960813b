// Goal: every RecordStore answers alike: conditional writes in one step, queries in order page by
// page, expired records gone; compared with the model in random runs.
#include "store/record_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "store/record_format.h"
#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

using namespace std::chrono_literals;

class RecordStoreConformance : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { open(); }
  void open() {
    records_.reset();
    const std::string scheme = GetParam();
    auto opened = open_record_store(
        scheme == "mem" ? "mem://" : store_url(scheme, folder_.path() / "records"),
        test_.environment);
    ASSERT_TRUE(ok(opened));
    records_ = std::move(*opened);
  }
  std::string sort_keys(const RecordQuery& query) {
    auto page = records_->query(query);
    if (!page) return page.error().message;
    std::string joined;
    for (const auto& record : page->records) joined += record.key.sort + " ";
    return joined + (page->cursor.empty() ? "." : "...");
  }

  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<RecordStore> records_;
};

TEST_P(RecordStoreConformance, KeepsAttributesOfEveryType) {
  const Record record{{"p", "s"},
                      {{"null", Value()},
                       {"integer", INT64_MIN},
                       {"number", -0.5},
                       {"text", std::string("a\0ü", 4)},
                       {"blob", Blob{std::string("\0\xff", 2)}},
                       {"", "no name"}},
                      test_.clock.now() + 1h};
  ASSERT_TRUE(ok(records_->put(record)));
  EXPECT_EQ(*records_->get({"p", "s"}), record);
  EXPECT_TRUE(fails_with(records_->get({"p", ""}), ErrorCode::not_found));
  EXPECT_TRUE(fails_with(records_->get({"ps", ""}), ErrorCode::not_found));
  const Record empty{{"p", ""}, {}, {}};
  ASSERT_TRUE(ok(records_->put(empty)));
  EXPECT_EQ(*records_->get({"p", ""}), empty);
}

TEST_P(RecordStoreConformance, WritesOnlyWhenEveryConditionHolds) {
  const RecordKey key{"p", "s"};
  const auto put = [&](std::int64_t n, const Conditions& conditions) {
    return records_->put({key, {{"n", n}}, {}}, conditions);
  };
  using C = Condition;
  EXPECT_TRUE(fails_with(put(1, {C::record_present()}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(1, {C::equals("n", 1)}), ErrorCode::conflict));
  EXPECT_TRUE(ok(put(1, {C::record_absent(), C::equals("n", Value())})));
  EXPECT_TRUE(fails_with(put(2, {C::record_absent()}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(2, {C::record_present(), C::equals("n", 2)}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(2, {C::not_equals("n", 1)}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(2, {{C::Kind::absent, "n", {}}}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(2, {{C::Kind::present, "m", {}}}), ErrorCode::conflict));
  EXPECT_TRUE(fails_with(put(2, {C::equals("n", "1")}), ErrorCode::conflict)) << "text, not 1";
  EXPECT_EQ(records_->get(key)->attributes.at("n"), Value(1));
  EXPECT_TRUE(ok(put(2, {C::equals("n", 1), {C::Kind::absent, "m", {}}})));
  EXPECT_TRUE(fails_with(records_->remove(key, {C::equals("n", 1)}), ErrorCode::conflict));
  EXPECT_TRUE(ok(records_->remove(key, {C::equals("n", 2)})));
  EXPECT_TRUE(ok(records_->remove(key)));
  EXPECT_TRUE(fails_with(records_->remove(key, {C::record_present()}), ErrorCode::conflict));
}

TEST_P(RecordStoreConformance, UpdatesSomeAttributes) {
  const RecordKey key{"p", "s"};
  auto record =
      records_->update(key, {.set = {{"a", "x"}, {"b", 1}}, .remove = {}, .add = {{"n", 5}}});
  ASSERT_TRUE(ok(record));
  record = records_->update(
      key,
      {.set = {{"a", "y"}}, .remove = {"b", "c"}, .add = {{"n", -7}}, .expires_at = from_ms(1)},
      {Condition::equals("a", "x")});
  ASSERT_TRUE(ok(record));
  EXPECT_EQ(record->attributes, (Attributes{{"a", "y"}, {"n", -2}}));
  EXPECT_EQ(record->expires_at, from_ms(1));
  ASSERT_TRUE(ok(records_->put({key, {{"a", "x"}, {"n", INT64_MAX}}, {}})));
  EXPECT_TRUE(fails_with(records_->update(key, {.add = {{"a", 1}}}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->update(key, {.add = {{"n", 1}}}), ErrorCode::invalid));
  EXPECT_TRUE(
      fails_with(records_->update(key, {}, {Condition::record_absent()}), ErrorCode::conflict));
  EXPECT_EQ(records_->get(key)->attributes.at("n"), Value(INT64_MAX));
}

TEST_P(RecordStoreConformance, ForgetsExpiredRecords) {
  const RecordKey key{"p", "s"};
  ASSERT_TRUE(ok(records_->put({key, {{"n", 7}}, test_.clock.now() + 1min})));
  test_.clock.advance(59s);
  EXPECT_TRUE(ok(records_->get(key)));
  test_.clock.advance(1s);
  EXPECT_TRUE(fails_with(records_->get(key), ErrorCode::not_found));
  EXPECT_EQ(sort_keys({.partition = "p"}), ".");
  EXPECT_EQ(records_->update(key, {.add = {{"n", 1}}})->attributes.at("n"), Value(1));
  EXPECT_TRUE(ok(records_->get(key))) << "the new record does not inherit the old one's end";
}

TEST_P(RecordStoreConformance, QueriesRangesInOrderPageByPage) {
  for (const char* sort : {"c", "a", "b2", "b10", "b1", "", "d"}) {
    ASSERT_TRUE(ok(records_->put({{"p", sort}, {}, {}})));
  }
  ASSERT_TRUE(ok(records_->put({{"o", "z"}, {}, {}})));
  ASSERT_TRUE(ok(records_->put({{"p\1", "a"}, {}, {}})));
  ASSERT_TRUE(ok(records_->put({{std::string("p\0", 2), "a"}, {}, {}})));
  EXPECT_EQ(sort_keys({.partition = "p"}), " a b1 b10 b2 c d .");
  EXPECT_EQ(sort_keys({.partition = "p", .reverse = true}), "d c b2 b10 b1 a  .");
  EXPECT_EQ(sort_keys({.partition = "p", .sort_from = "b", .sort_to = "c"}), "b1 b10 b2 .");
  EXPECT_EQ(sort_keys({.partition = "p", .sort_from = "c", .sort_to = "b"}), ".");
  EXPECT_EQ(sort_keys(prefix_query("p", "b1")), "b1 b10 .");
  EXPECT_EQ(sort_keys({.partition = "p", .sort_from = "a", .limit = 2}), "a b1 ...");
  EXPECT_EQ(sort_keys({.partition = "nothing"}), ".");
  EXPECT_EQ(sort_keys({.partition = "p", .limit = 7}), " a b1 b10 b2 c d .");
  for (const bool reverse : {false, true}) {
    RecordQuery query{
        .partition = "p", .sort_from = "a", .sort_to = "d", .limit = 2, .reverse = reverse};
    std::string all;
    for (int page_number = 0; page_number < 3; ++page_number) {
      auto page = records_->query(query);
      ASSERT_TRUE(ok(page));
      for (const auto& record : page->records) all += record.key.sort + " ";
      EXPECT_EQ(page->cursor.empty(), page_number == 2);
      query.cursor = page->cursor;
    }
    EXPECT_EQ(all, reverse ? "c b2 b10 b1 a " : "a b1 b10 b2 c ");
  }
}

TEST_P(RecordStoreConformance, EndsAPageByItsBytes) {
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(
        ok(records_->put({{"p", std::to_string(i)}, {{"x", std::string(250'000, 'x')}}, {}})));
  }
  EXPECT_EQ(sort_keys({.partition = "p"}), "0 1 2 3 ...");
}

TEST_P(RecordStoreConformance, WritesBatches) {
  ASSERT_TRUE(ok(records_->put({{"p", "gone"}, {}, {}})));
  std::vector<BatchWrite> writes{{{"p", "gone"}, {}, {}},
                                 {{"p", "new"}, Attributes{{"n", 1}}, {}},
                                 {{"q", "new"}, Attributes{}, test_.clock.now()}};
  auto left = records_->batch_write(writes);
  ASSERT_TRUE(ok(left));
  EXPECT_TRUE(left->empty());
  EXPECT_EQ(sort_keys({.partition = "p"}), "new .");
  EXPECT_EQ(sort_keys({.partition = "q"}), ".");
  writes.push_back(writes.back());
  EXPECT_TRUE(fails_with(records_->batch_write(writes), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->batch_write(std::vector<BatchWrite>(26)), ErrorCode::invalid));
  EXPECT_TRUE(ok(records_->batch_write({})));
}

TEST_P(RecordStoreConformance, RefusesWhatIsBeyondItsLimits) {
  const std::string long_key(kRecordKeyBytesMax + 1, 'k');
  EXPECT_TRUE(fails_with(records_->put({{"", "s"}, {}, {}}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->put({{long_key, "s"}, {}, {}}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->get({"p", long_key}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->query({.partition = "p", .limit = 0}), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(records_->query({.partition = "p", .limit = 1001}), ErrorCode::invalid));
  const Attributes large{{"x", std::string(kRecordBytesMax, 'x')}};
  EXPECT_TRUE(fails_with(records_->put({{"p", "s"}, large, {}}), ErrorCode::limited));
  EXPECT_TRUE(fails_with(records_->update({"p", "s"}, {.set = large}), ErrorCode::limited));
  EXPECT_TRUE(ok(records_->put({{"p", "s"}, {{"x", std::string(kRecordBytesMax - 1, 'x')}}, {}})));
}

TEST_P(RecordStoreConformance, LosesNoAddOfManyThreads) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_TRUE(ok(records_->update({"p", "n"}, {.add = {{"n", 1}}})));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(records_->get({"p", "n"})->attributes.at("n"), Value(100));
}

TEST_P(RecordStoreConformance, OnlyOneOfManyThreadsCreates) {
  std::atomic<int> created = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      if (records_->put({{"p", "lock"}, {{"owner", t}}, {}}, {Condition::record_absent()}))
        ++created;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(created, 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, RecordStoreConformance, testing::Values("mem", "rocksdb"),
                         [](const auto& param_info) { return std::string(param_info.param); });

TEST(RocksdbRecordStore, KeepsItsRecordsWhenOpenedAgainAndLocksItsFolder) {
  TemporaryFolder folder;
  TestEnvironment test;
  const std::string url = store_url("rocksdb", folder.path());
  auto records = open_record_store(url, test.environment);
  ASSERT_TRUE(ok(records));
  ASSERT_TRUE(ok((*records)->put({{"p", "s"}, {{"n", 1}}, {}})));
  EXPECT_TRUE(fails_with(open_record_store(url, test.environment), ErrorCode::unavailable));
  records->reset();
  records = open_record_store(url, test.environment);
  EXPECT_EQ((*records)->get({"p", "s"})->attributes.at("n"), Value(1));
}

TEST(RecordFormat, KnowsAnExpiredValueWithoutDecodingIt) {
  const std::string value = encode_record_value({{"n", 1}}, from_ms(100));
  EXPECT_FALSE(is_expired_value(value, from_ms(99)));
  EXPECT_TRUE(is_expired_value(value, from_ms(100)));
  EXPECT_FALSE(is_expired_value(encode_record_value({}, {}), from_ms(INT64_MAX - 1)));
  EXPECT_FALSE(is_expired_value("", from_ms(100)));
}

TEST(RecordFormat, RefusesDamagedValues) {
  const std::string value = encode_record_value(
      {{"n", 1}, {"t", "text"}, {"b", Blob{"blob"}}, {"d", 0.5}, {"z", Value()}}, from_ms(100));
  ASSERT_TRUE(ok(decode_record({"p", "s"}, value)));
  for (std::size_t bytes = 0; bytes < value.size(); ++bytes) {
    auto cut = decode_record({"p", "s"}, value.substr(0, bytes));
    EXPECT_TRUE(!cut || cut->attributes.size() < 5) << bytes;
  }
  EXPECT_TRUE(fails_with(decode_record({"p", "s"}, "\2" + value.substr(1)), ErrorCode::corrupt));
}

TEST(RocksdbRecordStore, RefusesANewerFormatAndWrongUrls) {
  TemporaryFolder folder;
  TestEnvironment test;
  ASSERT_TRUE(
      write_file(test.files, folder.path() / "FORMAT", R"({"kind":"record_store","format":4})"));
  auto newer = open_record_store(store_url("rocksdb", folder.path()), test.environment);
  ASSERT_TRUE(fails_with(newer, ErrorCode::conflict));
  EXPECT_NE(newer.error().message.find("format 4"), std::string::npos);
  for (const char* url : {"rocksdb://", "rocksdb://host/x", "dynamodb://table"}) {
    EXPECT_TRUE(fails_with(open_record_store(url, test.environment), ErrorCode::invalid)) << url;
  }
}

// The same random operations on the engine and on the model give the same answers, also after the
// engine was closed and opened.
class RecordStoreModel {
 public:
  explicit RecordStoreModel(std::uint64_t seed) : seed_(seed), random_(seed) {
    model_ = std::move(*open_record_store("mem://", test_.environment));
    reopen();
  }

  void run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFatalFailure(); ++step) one_step();
  }

 private:
  void reopen() {
    engine_.reset();
    engine_ =
        std::move(*open_record_store(store_url("rocksdb", folder_.path()), test_.environment));
  }

  RecordKey key() {
    static const std::vector<std::string> kPartitions{"p", std::string("p\0", 2), "q", "p\xff"};
    std::string sort(random_.below(3), '\0');
    for (char& c : sort) c = "\0\1a\xff"[random_.below(4)];
    return {kPartitions[random_.below(kPartitions.size())], sort};
  }

  Conditions conditions() {
    switch (random_.below(6)) {
      case 0:
        return {Condition::record_absent()};
      case 1:
        return {Condition::record_present()};
      case 2:
        return {Condition::equals("n", random_.below(3))};
      default:
        return {};
    }
  }

  std::optional<Instant> expiry() {
    if (random_.below(4) > 0) return std::nullopt;
    return test_.clock.now() + std::chrono::milliseconds{random_.below(20)};
  }

  template <typename T>
  void same(const Result<T>& mine, const Result<T>& models, const char* what) {
    ASSERT_EQ(mine.has_value(), models.has_value()) << what << ", seed " << seed_;
    if (!mine) {
      ASSERT_EQ(mine.error().code, models.error().code) << what << ", seed " << seed_;
      return;
    }
    if constexpr (std::is_same_v<T, Record>) {
      ASSERT_EQ(*mine, *models) << what << ", seed " << seed_;
    }
    if constexpr (std::is_same_v<T, RecordPage>) {
      ASSERT_EQ(mine->records, models->records) << what << ", seed " << seed_;
      ASSERT_EQ(mine->cursor, models->cursor) << what << ", seed " << seed_;
    }
  }

  void one_step() {
    test_.clock.advance(std::chrono::milliseconds{random_.below(3)});
    const RecordKey k = key();
    const Conditions c = conditions();
    switch (random_.below(100) == 0 ? 9 : random_.below(5)) {
      case 0: {
        const Record record{k, {{"n", random_.below(3)}}, expiry()};
        return same(engine_->put(record, c), model_->put(record, c), "put");
      }
      case 1: {
        Update change{.set = {{"m", random_.below(9)}}, .expires_at = expiry()};
        change.add["n"] = 1;
        return same(engine_->update(k, change, c), model_->update(k, change, c), "update");
      }
      case 2:
        return same(engine_->remove(k, c), model_->remove(k, c), "remove");
      case 3:
        return same(engine_->get(k), model_->get(k), "get");
      case 9:
        return reopen();
      default: {
        RecordQuery query{.partition = k.partition,
                          .limit = 1 + random_.below(4),
                          .reverse = random_.below(2) == 0};
        if (random_.below(2) == 0) query.sort_from = k.sort;
        if (random_.below(2) == 0) query.sort_to = key().sort;
        for (int pages = 0; pages < 3; ++pages) {
          auto page = engine_->query(query);
          same(page, model_->query(query), "query");
          if (!page || page->cursor.empty()) return;
          query.cursor = page->cursor;
        }
      }
    }
  }

  std::uint64_t seed_;
  SeededRandom random_;
  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<RecordStore> model_;
  std::unique_ptr<RecordStore> engine_;
};

TEST(RocksdbRecordStoreModel, AnswersAsTheModelDoes) { RecordStoreModel(1).run(1000); }

TEST(SlowRocksdbRecordStoreModel, AnswersAsTheModelDoes) {
  for (std::uint64_t seed = 2; seed < 12; ++seed) RecordStoreModel(seed).run(5000);
}

}  // namespace
}  // namespace matinee::store
