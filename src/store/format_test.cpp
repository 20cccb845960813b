// Goal: a store's folder is opened by the version that knows it: fresh, migrated step by step even
// through crashes, or refused with both versions named. And a URL says where it is.
#include "store/format.h"

#include <gtest/gtest.h>

#include "base/faulty_files.h"
#include "store/store_test_support.h"
#include "store/store_url.h"

namespace matinee::store {
namespace {

class FormatTest : public testing::Test {
 protected:
  Result<void> write_format(std::string_view text) { return write_file(files_, "/s/FORMAT", text); }
  SeededRandom random_{1};
  FaultyFiles files_{random_};
};

TEST_F(FormatTest, MarksANewFolderAndKnowsItAgain) {
  auto fresh = open_format(files_, "/s", {"log", 2, {}}, {{"partitions", 4}});
  ASSERT_TRUE(ok(fresh));
  auto again = open_format(files_, "/s", {"log", 2, {}}, {{"partitions", 9}});
  ASSERT_TRUE(ok(again));
  EXPECT_EQ(*again, (Json{{"kind", "log"}, {"format", 2}, {"partitions", 4}}));
}

TEST_F(FormatTest, MigratesStepByStepAndGoesOnAfterACrash) {
  ASSERT_TRUE(ok(open_format(files_, "/s", {"log", 1, {}})));
  std::string steps;
  bool works = false;
  const auto step = [&](int from) {
    return FormatMigration{from, [&steps, &works, from](const auto&) -> Result<void> {
                             steps += std::to_string(from);
                             if (from == 2 && !works) return fail(ErrorCode::limited, "disk full");
                             return {};
                           }};
  };
  const StoreFormat format{"log", 4, {step(1), step(2), step(3)}};
  EXPECT_TRUE(fails_with(open_format(files_, "/s", format), ErrorCode::limited));
  works = true;
  files_.cut_power();
  auto done = open_format(files_, "/s", format);
  ASSERT_TRUE(ok(done));
  EXPECT_EQ((*done)["format"], 4);
  EXPECT_EQ(steps,
            "12"
            "23");
}

TEST_F(FormatTest, RefusesWhatItDoesNotKnow) {
  const StoreFormat format{"log", 2, {}};
  ASSERT_TRUE(ok(open_format(files_, "/s", format)));
  struct Case {
    const char* text;
    ErrorCode code;
    const char* says;
  };
  for (const auto& each : {
           Case{R"({"kind":"log","format":3})", ErrorCode::conflict, "format 3"},
           Case{R"({"kind":"log","format":3})", ErrorCode::conflict, "up to 2"},
           Case{R"({"kind":"log","format":1})", ErrorCode::conflict, "cannot migrate"},
           Case{R"({"kind":"objects","format":2})", ErrorCode::conflict, "objects"},
           Case{R"({"kind":"log"})", ErrorCode::corrupt, "damaged"},
           Case{R"([])", ErrorCode::corrupt, "damaged"},
           Case{"", ErrorCode::corrupt, "damaged"},
       }) {
    ASSERT_TRUE(ok(write_format(each.text)));
    auto opened = open_format(files_, "/s", format);
    ASSERT_TRUE(fails_with(opened, each.code)) << each.text;
    EXPECT_NE(opened.error().message.find(each.says), std::string::npos) << opened.error().message;
  }
}

TEST(StoreUrl, SaysEngineAndPlace) {
  auto url = StoreUrl::parse("log:///srv/my%20log?partitions=8&a=b%26c");
  ASSERT_TRUE(ok(url));
  EXPECT_EQ(url->scheme, "log");
  EXPECT_EQ(url->authority, "");
  EXPECT_EQ(url->path, "/srv/my log");
  EXPECT_EQ(url->parameters.at("partitions"), "8");
  EXPECT_EQ(url->parameters.at("a"), "b&c");
  EXPECT_EQ(StoreUrl::parse("kafka://b1,b2/topic")->authority, "b1,b2");
  for (const char* wrong : {"", "log", "://x", "log:///%zz", "log:///a?b", "log:///a?=b",
                            "log:///a?b=1&b=2", "log:///a?b=%"}) {
    EXPECT_TRUE(fails_with(StoreUrl::parse(wrong), ErrorCode::invalid)) << wrong;
  }
}

TEST(StoreUrl, IsWrittenAsItIsRead) {
  const std::filesystem::path path = "/srv/Amélie? 100%/#1";
  EXPECT_EQ(StoreUrl::parse(store_url("file", path))->path, path);
}

}  // namespace
}  // namespace matinee::store
