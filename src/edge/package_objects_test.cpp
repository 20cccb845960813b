// Goal: the edge opens exactly the objects that a package lists, reading each package once.
#include "edge/package_objects.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "edge/package_cache.h"
#include "edge/scripted_origin.h"

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;

std::string id_text(char digit) { return std::string(64, digit); }
std::string document(const std::string& objects) {
  return R"({"format":1,"title_id":"x","tracks":[{"objects":["a"],"init":{"bytes":1}}],"objects":{)" +
         objects + "}}";
}
std::string entry(char digit, std::uint64_t bytes, const std::string& type) {
  return '"' + id_text(digit) + R"(":{"bytes":)" + std::to_string(bytes) + R"(,"type":")" + type +
         "\"}";
}

TEST(PackageObjectsTest, ListsObjectsWithSizeAndType) {
  const auto package = parse_package_objects(
      document(entry('a', 12, "video/mp4") + "," + entry('b', 0, "text/html")));
  ASSERT_TRUE(package) << package.error().message;
  ASSERT_EQ(package->objects.size(), 2U);
  const auto& a = package->objects.at(*store::ObjectId::parse(id_text('a')));
  EXPECT_EQ(a.bytes, 12U);
  EXPECT_EQ(a.type, "video/mp4");
  const auto& b = package->objects.at(*store::ObjectId::parse(id_text('b')));
  EXPECT_EQ(b.type, "application/octet-stream");  // never a type that a browser would run
}

TEST(PackageObjectsTest, RefusesWhatIsNoPackage) {
  const std::string deep =
      "{\"format\":1,\"x\":" + std::string(100, '[') + std::string(100, ']') + ",\"objects\":{}}";
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"format":1})"),
        std::string(R"({"format":2,"objects":{}})"), document(R"("zz":{"bytes":1})"),
        document('"' + id_text('a') + R"(":{"type":"video/mp4"})"),
        document('"' + id_text('a') + R"(":{"bytes":-1})"), document('"' + id_text('a') + R"(":7)"),
        document('"' + id_text('a') + R"(":[])"), deep,
        std::string(R"({"format":1,"objects":{)")}) {
    EXPECT_FALSE(parse_package_objects(text)) << text;
  }
}

class PackageCacheTest : public testing::Test {
 protected:
  PackageCacheTest() {
    ExtentCache::Options options;
    options.fetch.threads = 0;
    extents_.emplace(options, origin_.origin(), clock_, metrics_);
    PackageCache::Options package_options;
    package_options.packages_max = 2;
    packages_.emplace(package_options, *extents_, metrics_);
  }

  Result<PackagePtr> get(const store::ObjectId& id) {
    Result<PackagePtr> result = fail(ErrorCode::conflict, "not answered");
    packages_->request(id, Deadline::in(clock_, 5s),
                       [&](Result<PackagePtr> answer) { result = std::move(answer); });
    while (extents_->run_one()) {
    }
    return result;
  }

  FakeClock clock_{from_ms(1'000'000)};
  Metrics metrics_;
  ScriptedOrigin origin_;
  std::optional<ExtentCache> extents_;
  std::optional<PackageCache> packages_;
};

TEST_F(PackageCacheTest, ReadsAPackageOnceForAll) {
  const auto id = origin_.add(document(entry('a', 12, "video/mp4")));
  int answered = 0;
  for (int i = 0; i < 50; ++i) {
    packages_->request(id, Deadline::in(clock_, 5s),
                       [&](const Result<PackagePtr>& package) { answered += package ? 1 : 0; });
  }
  while (extents_->run_one()) {
  }
  EXPECT_EQ(answered, 50);
  EXPECT_EQ(origin_.reads, 1);
  EXPECT_TRUE(packages_->find(id));
}

TEST_F(PackageCacheTest, ForgetsTheLeastRecentlyAskedFor) {
  const auto a = origin_.add(document(entry('a', 1, "video/mp4")));
  const auto b = origin_.add(document(entry('b', 1, "video/mp4")));
  const auto c = origin_.add(document(entry('c', 1, "video/mp4")));
  ASSERT_TRUE(get(a));
  ASSERT_TRUE(get(b));
  ASSERT_TRUE(packages_->find(a));
  ASSERT_TRUE(get(c));
  EXPECT_TRUE(packages_->find(a));
  EXPECT_FALSE(packages_->find(b));
}

TEST_F(PackageCacheTest, SaysWhyThereIsNone) {
  const auto no_package = origin_.add("no package");
  EXPECT_EQ(get(no_package).error().code, ErrorCode::corrupt);
  EXPECT_EQ(get(store::object_id_of("unknown")).error().code, ErrorCode::not_found);
  const int reads = origin_.hash_reads;
  EXPECT_EQ(get(store::object_id_of("unknown")).error().code, ErrorCode::not_found);
  EXPECT_EQ(origin_.hash_reads, reads);
}

TEST_F(PackageCacheTest, AnswersThoseWhoWaitWhenItEnds) {
  const auto id = origin_.add(document(""));
  bool answered = false;
  packages_->request(id, Deadline::in(clock_, 5s),
                     [&](const Result<PackagePtr>&) { answered = true; });
  packages_.reset();
  EXPECT_TRUE(answered);
}

}  // namespace
}  // namespace matinee::edge
