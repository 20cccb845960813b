// Goal: viewers with a token get exact bytes, the right status, or a broken connection: never a
// short or wrong body, whatever the origin does.
#include "edge/media_handler.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/scripted_origin.h"
#include "http/test_world.h"

namespace matinee::edge {
namespace {

using namespace std::chrono_literals;
using Fault = ScriptedOrigin::Fault;

constexpr std::size_t kExtent = store::kExtentBytes;

// A server with one loop in front of a scripted origin.
class MediaServer : public testing::Test {
 protected:
  MediaServer() {
    small_ = origin_.add(ScriptedOrigin::content(1'000, 1));
    large_ = origin_.add(ScriptedOrigin::content(30 * kExtent + 5, 2));
    other_ = origin_.add(ScriptedOrigin::content(30 * kExtent, 3));
    foreign_ = origin_.add(ScriptedOrigin::content(10, 4));
    empty_ = origin_.add("");
    package_ = origin_.add(document());
  }
  ~MediaServer() override {
    if (edge_) {
      world_.server().drain(Deadline::in(world_.clock, 0ms));
      edge_->stop();
      handler_.reset();
      edge_.reset();
    }
  }

  std::string document() const {
    std::string text = R"({"format":1,"objects":{)";
    for (const auto& id : {small_, large_, other_, empty_}) {
      if (!text.ends_with('{')) text += ',';
      text += '"' + id.to_string() + R"(":{"bytes":)" +
              std::to_string(origin_.bytes_of(id).size()) + R"(,"type":"video/mp4"})";
    }
    return text + "}}";
  }

  void start(std::size_t extents_max = 64) {
    MediaEdge::Options options;
    options.extents.bytes_max = extents_max * kExtent;
    options.extents.fetch.threads = 2;
    options.first_byte_longest = patience_;
    edge_ =
        std::make_unique<MediaEdge>(options, origin_.origin(), ring_, world_.clock, world_.metrics);
    world_.start([this](std::shared_ptr<http::Exchange> exchange) {
      if (!handler_) handler_ = std::make_unique<MediaHandler>(*edge_, exchange->loop());
      const auto path = media_path_of(exchange->request().path());
      ASSERT_TRUE(path);
      handler_->handle(std::move(exchange), *path);
    });
    client_ = std::make_unique<http::Client>(world_.clock, world_.client_options());
  }

  std::string token(std::chrono::milliseconds life = 1h) const {
    return ring_.mint({package_.bytes, world_.clock.now() + life});
  }
  std::string path_of(const store::ObjectId& id) const {
    return "/m/" + token() + "/" + id.to_string() + ".mp4";
  }

  Result<http::WholeResponse> send(http::Method method, std::string target,
                                   const http::Headers& headers = {}) {
    http::ClientRequest request;
    request.method = method;
    request.target = std::move(target);
    request.headers = headers;
    return client_->fetch(request, world_.soon(), std::size_t{64} << 20U);
  }
  Result<http::WholeResponse> get(const store::ObjectId& id, std::string_view range = {}) {
    http::Headers headers;
    if (!range.empty()) headers.add("Range", range);
    return send(http::Method::get, path_of(id), headers);
  }
  int status_of(http::Method method, std::string target) {
    const auto response = send(method, std::move(target));
    return response ? response->status : -1;
  }

  http::TestServer world_;
  ScriptedOrigin origin_;
  guard::PathTokenRing ring_{{guard::PathTokenKey{1, {7}}}};
  std::chrono::milliseconds patience_{20'000};
  store::ObjectId small_, large_, other_, foreign_, empty_, package_;
  std::unique_ptr<MediaEdge> edge_;
  std::unique_ptr<MediaHandler> handler_;
  std::unique_ptr<http::Client> client_;
};

TEST_F(MediaServer, GivesWholeObjectsAndRanges) {
  start();
  const auto whole = get(large_);
  ASSERT_TRUE(whole) << whole.error().message;
  EXPECT_EQ(whole->status, 200);
  EXPECT_TRUE(whole->body == origin_.bytes_of(large_));
  EXPECT_EQ(whole->headers.value_of("ETag"), '"' + large_.to_string() + '"');
  EXPECT_EQ(whole->headers.value_of("Content-Type"), "video/mp4");
  EXPECT_EQ(whole->headers.value_of("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(whole->headers.value_of("Accept-Ranges"), "bytes");
  EXPECT_EQ(whole->headers.value_of("Access-Control-Allow-Origin"), "*");

  const auto part = get(large_, "bytes=262000-800000");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->status, 206);
  EXPECT_EQ(part->headers.value_of("Content-Range"),
            "bytes 262000-800000/" + std::to_string(30 * kExtent + 5));
  EXPECT_TRUE(part->body == origin_.bytes_of(large_).substr(262'000, 538'001));
  EXPECT_EQ(get(small_, "bytes=-10")->body, origin_.bytes_of(small_).substr(990));
  EXPECT_EQ(get(small_, "bytes=0-1,5-6")->body, origin_.bytes_of(small_));
  EXPECT_EQ(get(empty_)->status, 200);
}

TEST_F(MediaServer, AnswersConditionsAndHeads) {
  start();
  const std::string etag = '"' + small_.to_string() + '"';
  const auto unchanged = send(http::Method::get, path_of(small_), {{"If-None-Match", etag}});
  ASSERT_TRUE(unchanged);
  EXPECT_EQ(unchanged->status, 304);
  EXPECT_EQ(unchanged->headers.value_of("ETag"), etag);
  const auto head = send(http::Method::head, path_of(small_), {{"Range", "bytes=0-1"}});
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->headers.value_of("Content-Length"), "1000");
  const auto stale =
      send(http::Method::get, path_of(small_), {{"Range", "bytes=0-1"}, {"If-Range", "\"x\""}});
  ASSERT_TRUE(stale);
  EXPECT_EQ(stale->status, 200);
  const auto beyond = get(small_, "bytes=1000-");
  ASSERT_TRUE(beyond);
  EXPECT_EQ(beyond->status, 416);
  EXPECT_EQ(beyond->headers.value_of("Content-Range"), "bytes */1000");
  EXPECT_EQ(beyond->headers.value_of("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(origin_.reads, 1 + 1);  // the package; the object for If-Range only
}

TEST_F(MediaServer, OpensOnlyWhatTheTokenOpens) {
  start();
  const std::string name = "/" + small_.to_string() + ".mp4";
  EXPECT_EQ(status_of(http::Method::get, "/m/nonsense" + name), 403);
  EXPECT_EQ(status_of(http::Method::get, "/m/" + token(-1ms) + name), 403);
  std::string forged = token();
  forged[70] = forged[70] == 'A' ? 'B' : 'A';
  EXPECT_EQ(status_of(http::Method::get, "/m/" + forged + name), 403);
  EXPECT_EQ(status_of(http::Method::get, path_of(foreign_)), 404);
  EXPECT_EQ(status_of(http::Method::get, path_of(package_)), 404);
  EXPECT_EQ(status_of(http::Method::get, "/m/" + token() + "/nonsense.mp4"), 404);
  EXPECT_EQ(status_of(http::Method::delete_, path_of(small_)), 405);
  const auto unknown = ring_.mint({store::object_id_of("?").bytes, world_.clock.now() + 1h});
  EXPECT_EQ(status_of(http::Method::get, "/m/" + unknown + name), 404);
}

TEST_F(MediaServer, AnswersPreflights) {
  start();
  const auto response = send(http::Method::options, path_of(small_),
                             {{"Origin", "http://localhost:1"},
                              {"Access-Control-Request-Method", "GET"},
                              {"Access-Control-Request-Headers", "range"}});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(response->headers.value_of("Access-Control-Allow-Origin"), "*");
  EXPECT_TRUE(response->headers.lists("Access-Control-Allow-Headers", "Range"));
}

TEST_F(MediaServer, SaysWhatIsWrongBeforeTheFirstByte) {
  start();
  ASSERT_EQ(get(small_, "bytes=0-0")->status, 206);  // the package is here
  origin_.next_fault = [] { return Fault::wrong_bytes; };
  EXPECT_EQ(get(large_)->status, 502);
  origin_.next_fault = [] { return Fault::missing; };
  EXPECT_EQ(get(other_)->status, 404);
}

TEST_F(MediaServer, SaysThatTheOriginIsAway) {
  patience_ = 100ms;
  start();
  origin_.next_hashes_fault = [] { return Fault::away; };
  const auto response = get(small_);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_TRUE(response->headers.has("Retry-After"));
}

TEST_F(MediaServer, WaitsForAnOriginThatComesBack) {
  start();
  std::atomic<int> calls{0};
  origin_.next_fault = [&] { return ++calls % 3 == 0 ? Fault::none : Fault::away; };
  const auto response = get(large_, "bytes=0-600000");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 206);
  EXPECT_TRUE(response->body == origin_.bytes_of(large_).substr(0, 600'001));
}

TEST_F(MediaServer, BreaksOffWhenTheRestCannotBeHad) {
  start();
  ASSERT_EQ(get(small_)->status, 200);
  std::atomic<int> calls{0};
  origin_.next_fault = [&] { return ++calls > 4 ? Fault::wrong_bytes : Fault::none; };
  http::RawPeer peer = world_.connect();
  peer.send("GET " + path_of(large_) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string all = peer.receive_all();  // until the server ends the connection
  ASSERT_TRUE(all.starts_with("HTTP/1.1 200"));
  const std::string body = all.substr(all.find("\r\n\r\n") + 4);
  EXPECT_LT(body.size(), origin_.bytes_of(large_).size());
  EXPECT_TRUE(origin_.bytes_of(large_).starts_with(body));
}

TEST_F(MediaServer, AHerdOfViewersCostsOneRead) {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  start();
  ASSERT_EQ(get(empty_)->status, 200);
  const int reads_before = origin_.reads;
  origin_.next_fault = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open; });
    return Fault::none;
  };
  std::vector<http::RawPeer> peers;
  for (int i = 0; i < 200; ++i) {
    peers.push_back(world_.connect());
    peers.back().send("GET " + path_of(small_) + " HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  peers[0].close();  // the first one leaves; the read goes on
  {
    const std::lock_guard lock(mutex);
    open = true;
  }
  changed.notify_all();
  for (std::size_t i = 1; i < peers.size(); ++i) {
    ASSERT_TRUE(peers[i].receive_until(origin_.bytes_of(small_).substr(900)));
  }
  EXPECT_EQ(origin_.reads, reads_before + 1);
}

TEST_F(MediaServer, SlowViewersHoldAFewExtentsOnly) {
  start(16);
  std::vector<http::RawPeer> slow;
  for (int i = 0; i < 2; ++i) {
    slow.push_back(world_.connect());
    slow.back().send("GET " + path_of(large_) + " HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(slow.back().receive_until("\r\n\r\n"));
  }
  for (int i = 0; i < 2; ++i) {
    const auto other = get(other_);
    ASSERT_TRUE(other) << other.error().message;
    EXPECT_TRUE(other->body == origin_.bytes_of(other_));
    EXPECT_LE(edge_->extents.bytes_used(), 16 * kExtent);
  }
  // They get all of it in the end.
  const std::string_view last =
      std::string_view(origin_.bytes_of(large_)).substr(30 * kExtent - 64);
  for (http::RawPeer& peer : slow) EXPECT_TRUE(peer.receive_until(last));
}

}  // namespace
}  // namespace matinee::edge
