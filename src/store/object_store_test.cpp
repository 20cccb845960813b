// Goal: every ObjectStore keeps its promises alike: whole objects or none, readable once committed,
// durable once acknowledged.
#include "store/object_store.h"

#include <gtest/gtest.h>

#include <map>

#include "base/faulty_files.h"
#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

class ObjectStoreConformance : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { open(); }
  void open() {
    objects_.reset();
    const std::string scheme = GetParam();
    auto opened = open_object_store(scheme == "mem" ? "mem://" : store_url(scheme, folder_.path()),
                                    test_.environment);
    ASSERT_TRUE(ok(opened));
    objects_ = std::move(*opened);
  }
  Result<ObjectInfo> put(std::string_view key, std::string_view bytes,
                         PutMode mode = PutMode::replace) {
    TextSource source(bytes);
    return objects_->put(key, source, mode);
  }
  Result<std::string> get(std::string_view key, ByteRange range) {
    auto reader = objects_->get(key, range);
    if (!reader) return std::unexpected(reader.error());
    std::string bytes;
    std::string buffer(3, '\0');
    for (;;) {
      auto got = (*reader)->read(buffer);
      if (!got) return std::unexpected(got.error());
      if (*got == 0) return bytes;
      bytes.append(buffer, 0, *got);
    }
  }

  TemporaryFolder folder_;
  TestEnvironment test_;
  std::unique_ptr<ObjectStore> objects_;
};

TEST_P(ObjectStoreConformance, GivesBackWhatWasPut) {
  const std::string large(3'000'000, 'm');
  for (const auto& [key, bytes] : std::map<std::string, std::string>{
           {"a", ""}, {"b", "metropolis"}, {"films/ü/../../etc", "path"}, {"large", large}}) {
    auto info = put(key, bytes);
    ASSERT_TRUE(ok(info));
    EXPECT_EQ(info->bytes, bytes.size());
    EXPECT_EQ(read_object(*objects_, key, bytes.size()), bytes) << key;
    EXPECT_EQ(objects_->head(key)->bytes, bytes.size());
    EXPECT_EQ(objects_->head(key)->key, key);
  }
  EXPECT_TRUE(fails_with(read_object(*objects_, "large", 100), ErrorCode::limited));
}

TEST_P(ObjectStoreConformance, GivesRanges) {
  ASSERT_TRUE(ok(put("a", "0123456789")));
  EXPECT_EQ(get("a", {}), "0123456789");
  EXPECT_EQ(get("a", {.offset = 3, .bytes = 4}), "3456");
  EXPECT_EQ(get("a", {.offset = 8, .bytes = 100}), "89");
  EXPECT_EQ(get("a", {.offset = 10, .bytes = 1}), "");
  EXPECT_EQ(get("a", {.offset = 5, .bytes = 0}), "");
  EXPECT_TRUE(fails_with(get("a", {.offset = 11}), ErrorCode::invalid));
  EXPECT_EQ((*objects_->get("a", {.offset = 3, .bytes = 4}))->object_bytes(), 10U);
}

TEST_P(ObjectStoreConformance, ReplacesOrRefusesAsAsked) {
  ASSERT_TRUE(ok(put("a", "one", PutMode::if_absent)));
  EXPECT_TRUE(fails_with(put("a", "two", PutMode::if_absent), ErrorCode::conflict));
  EXPECT_EQ(get("a", {}), "one");
  ASSERT_TRUE(ok(put("a", "three")));
  EXPECT_EQ(get("a", {}), "three");
}

TEST_P(ObjectStoreConformance, ShowsNothingBeforeTheCommit) {
  auto writer = objects_->begin_put();
  ASSERT_TRUE(ok(writer));
  ASSERT_TRUE(ok((*writer)->write("half")));
  EXPECT_TRUE(objects_->list("", "", 10)->empty());
  writer->reset();
  EXPECT_TRUE(objects_->list("", "", 10)->empty());
}

TEST_P(ObjectStoreConformance, AReaderKeepsItsObject) {
  ASSERT_TRUE(ok(put("a", "before")));
  auto reader = objects_->get("a");
  ASSERT_TRUE(ok(put("a", "after!")));
  std::string out(6, '\0');
  EXPECT_EQ((*reader)->read(out), 6U);
  EXPECT_EQ(out, "before");
}

TEST_P(ObjectStoreConformance, Removes) {
  ASSERT_TRUE(ok(put("a", "one")));
  EXPECT_TRUE(ok(objects_->remove("a")));
  EXPECT_TRUE(ok(objects_->remove("a")));
  EXPECT_TRUE(fails_with(objects_->head("a"), ErrorCode::not_found));
  EXPECT_TRUE(fails_with(objects_->get("a"), ErrorCode::not_found));
  EXPECT_TRUE(ok(put("a", "two", PutMode::if_absent)));
}

TEST_P(ObjectStoreConformance, ListsInOrderByPrefixAndPage) {
  for (const char* key : {"b/2", "a", "b/10", "b/1", "c", "b"}) ASSERT_TRUE(ok(put(key, key)));
  const auto keys = [&](std::string_view prefix, std::string_view after, std::size_t limit) {
    std::string joined;
    const auto page = objects_->list(prefix, after, limit);
    for (const auto& info : *page) joined += info.key + " ";
    return joined;
  };
  EXPECT_EQ(keys("", "", 100), "a b b/1 b/10 b/2 c ");
  EXPECT_EQ(keys("b/", "", 100), "b/1 b/10 b/2 ");
  EXPECT_EQ(keys("b/", "", 2), "b/1 b/10 ");
  EXPECT_EQ(keys("b/", "b/10", 2), "b/2 ");
  EXPECT_EQ(keys("b/", "c", 2), "");
  EXPECT_TRUE(fails_with(objects_->list("", "", 0), ErrorCode::invalid));
  EXPECT_TRUE(fails_with(objects_->list("", "", kObjectListMax + 1), ErrorCode::invalid));
}

TEST_P(ObjectStoreConformance, RefusesKeysThatOtherEnginesCannotHold) {
  for (const std::string& key : {std::string(), std::string(kObjectKeyBytesMax + 1, 'k'),
                                 std::string("a\nb"), std::string("a\0b", 3)}) {
    EXPECT_TRUE(fails_with(put(key, "x"), ErrorCode::invalid));
  }
  EXPECT_TRUE(ok(put(std::string(kObjectKeyBytesMax, 'k'), "x")));
  EXPECT_EQ(get(std::string(kObjectKeyBytesMax, 'k'), {}), "x");
}

INSTANTIATE_TEST_SUITE_P(Engines, ObjectStoreConformance, testing::Values("mem", "file"),
                         [](const auto& param_info) { return std::string(param_info.param); });

TEST(FileObjectStore, KeepsItsObjectsAndSweepsHalfWrittenOnesWhenOpenedAgain) {
  TemporaryFolder folder;
  TestEnvironment test;
  const std::string url = store_url("file", folder.path());
  {
    auto objects = open_object_store(url, test.environment);
    TextSource source("kept");
    ASSERT_TRUE(ok((*objects)->put("a", source)));
  }
  {
    ASSERT_TRUE(test.files.open(folder.path() / "incoming" / "left", OpenMode::create_new));
  }
  auto objects = open_object_store(url, test.environment);
  ASSERT_TRUE(ok(objects));
  EXPECT_EQ(read_object(**objects, "a", 10), "kept");
  EXPECT_TRUE(test.files.list(folder.path() / "incoming")->empty());
}

TEST(FileObjectStore, RefusesAFolderOfANewerMatinee) {
  TemporaryFolder folder;
  TestEnvironment test;
  ASSERT_TRUE(
      write_file(test.files, folder.path() / "FORMAT", R"({"kind":"object_store","format":2})"));
  auto objects = open_object_store(store_url("file", folder.path()), test.environment);
  ASSERT_TRUE(fails_with(objects, ErrorCode::conflict));
  EXPECT_NE(objects.error().message.find("format 2"), std::string::npos);
  EXPECT_NE(objects.error().message.find("up to 1"), std::string::npos);
}

TEST(FileObjectStore, RefusesUrlsItCannotServe) {
  TestEnvironment test;
  for (const char* url : {"", "file:", "file://host/folder", "file://", "s3://bucket", "/folder"}) {
    EXPECT_TRUE(fails_with(open_object_store(url, test.environment), ErrorCode::invalid)) << url;
  }
}

// A random run against a map, with power cuts in the middle of operations. After each cut an object
// is what the last acknowledged operation made it, or what the one that was under way would have.
void run_crash_model(std::uint64_t seed, int rounds) {
  SeededRandom random(seed);
  FaultyFiles files(random);
  const FakeClock clock{from_ms(0)};
  const Environment environment{files, clock, random};
  std::map<std::string, std::string> model;
  for (int round = 0; round < rounds; ++round) {
    auto objects = open_object_store("file:///disk/objects", environment);
    ASSERT_TRUE(ok(objects)) << "seed " << seed;
    auto listed = (*objects)->list("", "", kObjectListMax);
    ASSERT_TRUE(ok(listed)) << "seed " << seed;
    ASSERT_EQ(listed->size(), model.size()) << "seed " << seed << " round " << round;
    for (const auto& [key, bytes] : model) {
      ASSERT_EQ(read_object(**objects, key, 1000), bytes) << "seed " << seed;
    }
    files.stop_at_operation(1 + random.below(60));
    for (;;) {
      const std::string key = "k" + std::to_string(random.below(8));
      const auto before = model;
      Result<void> done;
      if (random.below(4) == 0) {
        model.erase(key);
        done = (*objects)->remove(key);
      } else {
        model[key] = std::string(random.below(300), static_cast<char>('a' + random.below(26)));
        TextSource source(model[key]);
        auto put = (*objects)->put(key, source);
        if (!put) done = std::unexpected(put.error());
      }
      if (done) continue;
      objects->reset();
      files.cut_power();
      auto reopened = open_object_store("file:///disk/objects", environment);
      ASSERT_TRUE(ok(reopened)) << "seed " << seed;
      auto now = read_object(**reopened, key, 1000);
      const auto found = model.find(key);
      const bool happened =
          now ? found != model.end() && found->second == *now : found == model.end();
      if (!happened) model = before;
      break;
    }
  }
}

TEST(FileObjectStoreModel, LosesNothingAcknowledgedInAPowerCut) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) run_crash_model(seed, 10);
}

TEST(SlowFileObjectStoreModel, LosesNothingAcknowledgedInAPowerCut) {
  for (std::uint64_t seed = 1000; seed < 1300; ++seed) run_crash_model(seed, 20);
}

}  // namespace
}  // namespace matinee::store
