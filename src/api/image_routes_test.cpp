// Goal: a picture is made once, kept for ever, and given in the best form that the asker knows;
// what cannot be made says so without hurting anything else.
#include "api/image_routes.h"

#include <gtest/gtest.h>

#include <barrier>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "api/control_test_world.h"
#include "api/image_json.h"

namespace matinee::api {
namespace {

using namespace std::chrono_literals;
using Formats = std::vector<std::string>;

constexpr std::string_view kBrowser =
    "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8";

TEST(ImageFormats, AreChosenByAccept) {
  EXPECT_EQ(acceptable_image_formats(kBrowser), (Formats{"avif", "webp", "jpeg"}));
  EXPECT_EQ(acceptable_image_formats("image/webp,*/*"), (Formats{"webp", "jpeg"}));
  EXPECT_EQ(acceptable_image_formats(""), (Formats{"jpeg"}));
  EXPECT_EQ(acceptable_image_formats("*/*"), (Formats{"jpeg"}));
  EXPECT_EQ(acceptable_image_formats("image/webp;q=0.5,image/jpeg"), (Formats{"jpeg", "webp"}));
  EXPECT_EQ(acceptable_image_formats("image/avif;q=0,image/webp"), (Formats{"webp"}));
  EXPECT_EQ(acceptable_image_formats("text/html"), (Formats{"jpeg"}));
}

class Images : public ControlTest {
 protected:
  void SetUp() override {
    ControlTest::SetUp();
    title_ = add_title("Film.mkv", true);
    const auto path = write("poster.jpg", "a poster");
    const catalog::FoundArtwork found{catalog::ArtworkKind::poster, path, 8, 1};
    ASSERT_TRUE(artworks_.replace(*database_, title_.id, std::span(&found, 1)));
    artwork_ = poster();
  }
  catalog::Artwork poster() {
    const auto all = artworks_.of(*database_, std::span(&title_.id, 1));
    return all->at(title_.id).front();
  }
  Answer image(const std::string& query, std::string_view accept = "image/webp",
               std::string_view if_none_match = {}) {
    http::Headers headers{{"Cookie", kCookie}, {"Accept", accept}};
    if (!if_none_match.empty()) headers.set("If-None-Match", if_none_match);
    return get(image_url(artwork_) + query, headers);
  }
  // What the background was given to do, is done. Each has a key of its own: the last one's may
  // still be known.
  void settle() {
    const auto done = std::make_shared<std::promise<void>>();
    const std::string key = "settle " + std::to_string(++settled_);
    ASSERT_TRUE(images_->later(key, [done] { done->set_value(); }));
    done->get_future().wait();
  }

  catalog::Title title_;
  catalog::Artwork artwork_;
  int settled_ = 0;
};

TEST_F(Images, AreMadeOnceAndKept) {
  const auto first = image("?w=400");
  ASSERT_EQ(first.status, 200) << first.body;
  EXPECT_EQ(first.body, "webp:480 of " + artwork_.source_path);
  EXPECT_EQ(first.headers.value_of("Content-Type"), "image/webp");
  EXPECT_EQ(first.headers.value_of("Vary"), "Accept");
  EXPECT_EQ(first.headers.value_of("X-Content-Type-Options"), "nosniff");
  EXPECT_NE(first.headers.value_of("Cache-Control").find("immutable"), std::string_view::npos);
  settle();
  EXPECT_EQ(images_made_, 1);
  EXPECT_EQ(artworks_.derivative(*database_, artwork_.id, 480, "webp")->object_id,
            id_of(first.body));
  // Looking at it for one made it known: its size and what stands in for it.
  EXPECT_EQ(poster().size(), (catalog::PictureSize{600, 900}));
  EXPECT_EQ(poster().blurhash, "L00000fQ");
  EXPECT_EQ(image("?w=480").body, first.body);
  const auto etag = std::string(first.headers.value_of("ETag"));
  EXPECT_EQ(image("?w=480", "image/webp", etag).status, 304);
  EXPECT_EQ(image("?w=160", "image/webp", etag).status, 200);
  EXPECT_EQ(images_made_, 2);
}

TEST_F(Images, WidthsAreSixAndNeverMoreThanThePicture) {
  EXPECT_TRUE(image("").body.starts_with("webp:720 "));
  settle();  // now it is known to be 600 wide
  for (const auto& [query, width] : std::map<std::string, std::string>{
           {"?w=1", "160"}, {"?w=161", "320"}, {"?w=480", "480"}, {"?w=1920", "720"}}) {
    EXPECT_TRUE(image(query).body.starts_with("webp:" + width + " ")) << query;
  }
  for (const char* const wrong : {"?w=0", "?w=-1", "?w=x", "?w=", "?w=20001", "?w=1e3"}) {
    EXPECT_EQ(image(wrong).status, 400) << wrong;
  }
}

TEST_F(Images, AvifIsMadeWhenNobodyWaits) {
  EXPECT_TRUE(image("?w=480", kBrowser).body.starts_with("webp:480 "));
  settle();
  settle();
  const auto later = image("?w=480", kBrowser);
  EXPECT_TRUE(later.body.starts_with("avif:480 "));
  EXPECT_EQ(later.headers.value_of("Content-Type"), "image/avif");
  EXPECT_TRUE(image("?w=480", "*/*").body.starts_with("jpeg:480 "));
}

TEST_F(Images, AreMadeWhileTheOriginIsAwayAndOfItsCopyWhenTheFileHasGone) {
  origin_away_ = true;
  EXPECT_EQ(image("?w=320").status, 200);
  settle();
  EXPECT_FALSE(artworks_.derivative(*database_, artwork_.id, 320, "webp"));
  origin_away_ = false;
  std::filesystem::remove(artwork_.source_path);
  EXPECT_EQ(image("?w=160").status, 404);
  ASSERT_TRUE(artworks_.measured(*database_, artwork_.id, {600, 900, "", put_object("a copy")}));
  EXPECT_EQ(image("?w=160").body, "webp:160 of a copy");
}

TEST_F(Images, WhatCannotBeShownIsShownNoMore) {
  image_error_ = {ErrorCode::unavailable, "no child can be started"};
  EXPECT_EQ(image("").status, 503);
  EXPECT_TRUE(poster().usable());
  image_error_ = {ErrorCode::invalid, "this is no picture"};
  EXPECT_EQ(image("").status, 404);
  EXPECT_EQ(poster().error, "this is no picture");
  const int made = images_made_;
  EXPECT_EQ(image("").status, 404);
  EXPECT_EQ(images_made_, made);
}

TEST_F(Images, StrangersAndStrangeIdsGetNothing) {
  EXPECT_EQ(get("/v1/images/xyz").status, 404);
  EXPECT_EQ(get("/v1/images/" + std::string(32, '0')).status, 404);
}

class ImageMakers : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "matinee-maker-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }
  ImageOrder order(const std::string& key) const {
    return {
        .key = key, .source_path = "/p.jpg", .source_bytes = "", .format = "webp", .width = 160};
  }

  std::filesystem::path root_;
  SystemClock clock_;
  Metrics metrics_;
};

TEST_F(ImageMakers, EqualOrdersAreOneAndTooManyAreRefused) {
  std::mutex mutex;
  std::condition_variable changed;
  int running = 0;
  int most = 0;
  int made = 0;
  bool open = false;
  const auto codec = [&](const std::vector<std::string>& arguments, const std::string&,
                         const std::function<bool()>&) -> Result<Json> {
    std::unique_lock lock(mutex);
    most = std::max(most, ++running);
    ++made;
    changed.notify_all();
    changed.wait(lock, [&] { return open; });
    --running;
    std::ofstream(arguments.back().substr(arguments.back().rfind(':') + 1)) << "picture";
    return Json{{"width", 1}, {"height", 1}, {"blurhash", ""}};
  };
  ImageMaker maker({.scratch = root_ / "s", .children_max = 2, .waiters_max = 3}, codec, clock_,
                   metrics_);
  std::atomic<int> good = 0;
  std::atomic<int> refused = 0;
  std::vector<std::jthread> callers;
  const auto call = [&](const std::string& key) {
    callers.emplace_back([&, key] {
      const auto image = maker.make(order(key), Deadline::in(clock_, 60s));
      if (image && (*image)->bytes == "picture") ++good;
      if (!image && image.error().code == ErrorCode::unavailable) ++refused;
    });
  };
  call("a");
  call("b");
  {
    std::unique_lock lock(mutex);
    ASSERT_TRUE(changed.wait_for(lock, 30s, [&] { return running == 2; }));
  }
  // Two run; of eight more that come, three may wait and the rest is refused at once.
  for (int i = 0; i < 8; ++i) call(i % 2 == 0 ? "a" : "c" + std::to_string(i));
  while (refused < 5) std::this_thread::yield();
  {
    const std::scoped_lock lock(mutex);
    open = true;
    changed.notify_all();
  }
  callers.clear();
  EXPECT_EQ(refused, 5);
  EXPECT_EQ(good, 5);
  EXPECT_EQ(most, 2);
  EXPECT_LE(made, 5);
  EXPECT_TRUE(maker.recent("a"));
  EXPECT_TRUE(maker.make(order("a"), Deadline::in(clock_, 0s)));
}

TEST_F(ImageMakers, RemembersOnlySoMuchAndDropsWhatIsTooMuchToDo) {
  const auto codec = [&](const std::vector<std::string>& arguments, const std::string&,
                         const std::function<bool()>&) -> Result<Json> {
    std::ofstream(arguments.back().substr(arguments.back().rfind(':') + 1)) << std::string(40, 'x');
    return Json{{"width", 1}, {"height", 1}, {"blurhash", ""}};
  };
  std::barrier<> begun(2);  // outlive the maker, whose thread may still be leaving them
  std::barrier<> go(2);
  ImageMaker maker({.scratch = root_ / "s", .later_max = 2, .recent_bytes_max = 100}, codec, clock_,
                   metrics_);
  for (const char* const key : {"a", "b", "c"}) {
    ASSERT_TRUE(maker.make(order(key), Deadline::in(clock_, 60s)));
  }
  EXPECT_FALSE(maker.recent("a"));
  EXPECT_TRUE(maker.recent("b") && maker.recent("c"));
  ASSERT_TRUE(maker.later("first", [&] {
    begun.arrive_and_wait();
    go.arrive_and_wait();
  }));
  begun.arrive_and_wait();
  EXPECT_TRUE(maker.later("second", [] {}));
  EXPECT_FALSE(maker.later("second", [] {}));
  EXPECT_TRUE(maker.later("third", [] {}));
  EXPECT_FALSE(maker.later("fourth", [] {}));
  go.arrive_and_wait();
}

}  // namespace
}  // namespace matinee::api
