// Goal: an audience member asks of the service what a page would, at the pace of playing, and tells
// it what a page would tell; a service that fails is waited out.
#include "demo/audience/viewer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>

#include "http/test_world.h"

namespace matinee::demo {
namespace {

constexpr std::string_view kMaster =
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360\nvideo.m3u8\n";

// 20 segments of 4 s in one object.
std::string media_playlist() {
  std::string out = "#EXTM3U\n#EXT-X-MAP:URI=\"object\",BYTERANGE=\"100@0\"\n";
  for (int i = 0; i < 20; ++i) {
    out += "#EXTINF:4.000,\n#EXT-X-BYTERANGE:1000@" + std::to_string(100 + i * 1000) + "\nobject\n";
  }
  return out;
}

class AudienceViewerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    add(http::Method::post, "/v1/plays", [](http::Request&) {
      return http::Response::json(
          200, R"({"play_id":"p","hls_url":"/m/token/main.m3u8","duration_ms":80000})");
    });
    add(http::Method::get, "/m/token/{name}", [this](http::Request& request) {
      const auto name = request.parameter("name");
      if (name == "object") ranges_.emplace_back(request.headers.value_of("Range"));
      const std::string text = name == "main.m3u8"    ? std::string(kMaster)
                               : name == "video.m3u8" ? media_playlist()
                                                      : "bytes";
      return http::Response::bytes(200, "text/plain", http::SharedBytes::of(text));
    });
    add(http::Method::post, "/v1/events", [this](http::Request& request) {
      const auto body = http::read_body(request, 1 << 20);
      const auto json = parse_json(body.value_or("{}"));
      for (const auto& event : json->value("events", Json::array())) events_.push_back(event);
      return http::Response::json(202, "{}");
    });
    server_.start();
    edge_.emplace(clock_, server_.client_options());
  }

  template <typename Answer>
  void add(http::Method method, const std::string& path, Answer answer) {
    http::Route route;
    route.method = method;
    route.path = path;
    route.body_bytes_max = 1 << 20;
    server_.router.add(route, [this, answer](http::Request& request) -> Result<http::Response> {
      const std::lock_guard lock(mutex_);
      ++requests_;
      if (refuses_) return fail(ErrorCode::unauthorized, "who are you");
      EXPECT_EQ(request.headers.value_of("Cookie"), "s=" + std::to_string(signed_in_));
      return answer(request);
    });
  }

  AudienceViewer viewer() {
    AudienceMember member = make_audience(1, 1).front();
    member.completion = 1;
    member.restless = 0;
    return {AudienceWorld{clock_, random_, *edge_,
                          [this](const AudienceMember&) -> Result<std::string> {
                            return "s=" + std::to_string(++signed_in_);
                          }},
            member, 5};
  }

  // Lets time pass as the viewer wants it; how often they had something to do.
  int live(AudienceViewer& viewer, std::chrono::seconds how_long) {
    const auto end = clock_.monotonic() + how_long;
    int acts = 0;
    while (clock_.monotonic() < end) {
      const auto next = viewer.act(titles_);
      ++acts;
      const auto wait = std::chrono::ceil<std::chrono::milliseconds>(next - clock_.monotonic());
      clock_.advance(std::max(wait, std::chrono::milliseconds{1}));
    }
    return acts;
  }

  FakeClock clock_{from_ms(1'780'000'000'000)};
  SeededRandom random_{3};
  http::TestServer server_;
  std::optional<http::Client> edge_;
  std::vector<Watchable> titles_{{"title", {"Nature"}, 80'000}};
  std::mutex mutex_;
  int requests_ = 0;
  int signed_in_ = 0;
  bool refuses_ = false;
  std::vector<std::string> ranges_;
  std::vector<Json> events_;
};

TEST_F(AudienceViewerTest, PlaysToTheEndAtThePaceOfPlaying) {
  auto member = viewer();
  const int acts = live(member, std::chrono::seconds{600});
  EXPECT_LT(acts, 600 * 3) << "a handful of requests, not a flood";
  ASSERT_GT(events_.size(), 10U);
  EXPECT_EQ(events_[0]["type"], "play.attempt");
  EXPECT_EQ(events_[1]["type"], "play.start");
  const auto end = std::ranges::find(
      events_, "play.end", [](const Json& event) { return event["type"].get<std::string>(); });
  ASSERT_NE(end, events_.end());
  EXPECT_EQ((*end)["payload"]["reason"], "completed");
  EXPECT_EQ((*end)["position_ms"], 80'000);
  EXPECT_EQ((*end)["t_mono_ms"].get<int>() - events_[1]["t_mono_ms"].get<int>(), 79'500)
      << "nobody watches faster than it plays";
  const auto beats = std::count_if(events_.begin(), end,
                                   [](const Json& event) { return event["type"] == "play.beat"; });
  EXPECT_EQ(beats, 7);
  for (std::size_t i = 1; i < events_.size(); ++i) {
    EXPECT_GT(events_[i]["session_seq"], events_[i - 1]["session_seq"]);
  }
  ASSERT_GT(ranges_.size(), 21U);
  EXPECT_EQ(ranges_[0], "bytes=0-99");
  EXPECT_EQ(ranges_[1], "bytes=100-1099");
  EXPECT_EQ(ranges_[20], "bytes=19100-20099");
}

TEST_F(AudienceViewerTest, WaitsOutAServiceThatRefusesAndSignsInAgain) {
  auto member = viewer();
  refuses_ = true;
  live(member, std::chrono::seconds{300});
  EXPECT_LT(requests_, 60) << "a refused viewer sulks";
  EXPECT_TRUE(events_.empty());
  {
    const std::lock_guard lock(mutex_);
    refuses_ = false;
  }
  live(member, std::chrono::seconds{300});
  EXPECT_GT(signed_in_, 1);
  EXPECT_GT(events_.size(), 4U);
}

TEST_F(AudienceViewerTest, LeavesInTheMiddleWhenAskedTo) {
  auto member = viewer();
  for (int i = 0; i < 200 && !member.is_watching(); ++i) live(member, std::chrono::seconds{1});
  live(member, std::chrono::seconds{12});
  ASSERT_TRUE(member.is_watching());
  member.leave();
  EXPECT_FALSE(member.is_watching());
  EXPECT_EQ(events_.back()["type"], "play.end");
  EXPECT_EQ(events_.back()["payload"]["reason"], "left");
}

}  // namespace
}  // namespace matinee::demo
