// Goal: a loop passes requests on to a role and streams both ways, without holding much of either.
#include "http/upstream.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "http/problem.h"
#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kLarge = 6'000'000;

std::string counted(std::uint64_t bytes) {
  std::string text;
  for (std::uint64_t i = 0; i < bytes; ++i) text.push_back(CountingSource::byte_at(i));
  return text;
}

// What the edge does: request and response pass through with back-pressure on both sides.
void pass_on(UpstreamPool& pool, const std::shared_ptr<Exchange>& exchange) {
  Request& request = exchange->request();
  UpstreamRequest out{.method = request.method, .target = request.target};
  out.headers = request.headers;
  out.has_body = request.headers.has("content-length") || request.headers.has("transfer-encoding");
  exchange->set_body_limit(1ULL << 40U);
  auto call = std::make_shared<std::shared_ptr<UpstreamCall>>();
  *call = pool.start(
      std::move(out),
      {.on_head =
           [exchange](const UpstreamHead& head) {
             Response response;
             response.status = head.status;
             response.headers = head.headers;
             exchange->begin(std::move(response), head.body_bytes);
           },
       .on_data =
           [exchange, call](std::string_view data) {
             exchange->write(SharedBytes::copy(data));
             if (exchange->buffered_bytes() > Exchange::kBufferHigh) (*call)->pause();
           },
       .on_end = [exchange] { exchange->finish(); },
       .on_error =
           [exchange](const UpstreamFailure& failure) {
             if (exchange->begun()) return exchange->abort();
             exchange->respond(problem(failure.error, exchange->request().context.request_id));
           },
       .on_drain = [exchange] { exchange->resume_body(); }});
  exchange->on_drain([call] { (*call)->resume(); });
  exchange->on_close([call] { (*call)->abort(); });
  exchange->read_body({.on_data =
                           [exchange, call](std::string_view data) {
                             (*call)->write(SharedBytes::copy(data));
                             if ((*call)->buffered_bytes() > UpstreamCall::kBufferHigh) {
                               exchange->pause_body();
                             }
                           },
                       .on_end = [call] { (*call)->finish(); },
                       .on_error =
                           [exchange, call](int) {
                             (*call)->abort();
                             exchange->abort();
                           }});
}

// A front server on one loop that passes everything on to `role`.
class Front {
 public:
  explicit Front(Address role, UpstreamPool::Options options = {}) : options_(std::move(options)) {
    options_.address = std::move(role);
    world.start([this](const std::shared_ptr<Exchange>& exchange) {
      if (!pool_) pool_ = std::make_unique<UpstreamPool>(exchange->loop(), options_);
      pass_on(*pool_, exchange);
    });
  }
  ~Front() {
    world.server().drain(Deadline::in(world.clock, 0ms));
    pool_.reset();
  }
  TestServer world;

 private:
  UpstreamPool::Options options_;
  std::unique_ptr<UpstreamPool> pool_;
};

void add_routes(Router& router) {
  router.add({.path = "/hello", .operation_id = "hello"},
             [](Request&) -> Result<Response> { return Response::text(200, "hi"); });
  router.add({.path = "/stream/{bytes}", .operation_id = "stream"},
             [](Request& request) -> Result<Response> {
               return Response::stream(
                   200, "text/plain",
                   std::make_unique<CountingSource>(
                       std::stoull(std::string(request.parameter("bytes"))),
                       request.query("known").has_value(), request.query("fails").has_value()));
             });
  router.add({.method = Method::post,
              .path = "/echo",
              .operation_id = "echo",
              .body_bytes_max = 2 * kLarge},
             [](Request& request) -> Result<Response> {
               auto body = read_body(request, 2 * kLarge);
               if (!body) return std::unexpected(body.error());
               return Response::text(200, std::move(*body));
             });
}

TEST(Upstream, PassesRequestsAndBodiesOn) {
  TestServer role;
  add_routes(role.router);
  role.start();
  Front front(role.address());
  Client client(front.world.clock, front.world.client_options());
  for (int i = 0; i < 50; ++i) {
    const auto got = client.fetch({.target = "/hello"}, front.world.soon(), 100);
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_EQ(got->body, "hi");
  }
  EXPECT_LE(role.server().connections(), 1U) << "connections are kept";
  for (const char* query : {"", "?known"}) {
    const auto got = client.fetch({.target = "/stream/" + std::to_string(kLarge) + query},
                                  front.world.soon(), 2 * kLarge);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, counted(kLarge));
  }
  for (const bool known : {false, true}) {
    CountingSource source(kLarge, known);
    const auto got = client.fetch({.method = Method::post, .target = "/echo", .body = &source},
                                  front.world.soon(), 2 * kLarge);
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_EQ(got->status, 200) << got->body;
    EXPECT_TRUE(got->body == counted(kLarge));
  }
}

TEST(Upstream, PassesManyUploadsOn) {
  TestServer role;
  add_routes(role.router);
  role.start();
  Front front(role.address());
  Client client(front.world.clock, front.world.client_options());
  const std::string expected = counted(1'000'000);
  for (int i = 0; i < 40; ++i) {
    CountingSource source(expected.size(), i % 2 == 0);
    const auto got = client.fetch({.method = Method::post, .target = "/echo", .body = &source},
                                  front.world.soon(), kLarge);
    ASSERT_TRUE(got) << i << ": " << got.error().message;
    ASSERT_EQ(got->status, 200) << i << ": " << got->body;
    ASSERT_TRUE(got->body == expected) << i;
  }
}

TEST(Upstream, PassesABrokenBodyOnAsBroken) {
  TestServer role;
  add_routes(role.router);
  role.start();
  Front front(role.address());
  Client client(front.world.clock, front.world.client_options());
  for (const char* query : {"?fails", "?fails&known"}) {
    EXPECT_FALSE(client.fetch({.target = std::string("/stream/300000") + query}, front.world.soon(),
                              kLarge));
  }
  EXPECT_EQ(client.fetch({.target = "/hello"}, front.world.soon(), 100)->body, "hi");
}

TEST(Upstream, SaysWhenNobodyIsThere) {
  TemporaryFolder folder;
  Front front(Address::unix_path(folder.file("nobody")));
  Client client(front.world.clock, front.world.client_options());
  const auto got = client.fetch({.target = "/hello"}, front.world.soon(), 1000);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->status, 503);
  EXPECT_EQ(got->headers.value_of("retry-after"), "1");
}

TEST(Upstream, ReplacesADeadKeptConnection) {
  // The role forgets idle connections at once, behind the front's back.
  TestServer short_lived({.options = {.limits = {.idle_timeout = 1ms}}});
  add_routes(short_lived.router);
  short_lived.start();
  Front front(short_lived.address());
  Client client(front.world.clock, front.world.client_options());
  for (int i = 0; i < 100; ++i) {
    const auto got = client.fetch({.target = "/hello"}, front.world.soon(), 1000);
    ASSERT_TRUE(got) << got.error().message;
    ASSERT_EQ(got->status, 200) << i << got->body;
  }
}

TEST(Upstream, LimitsItsConnections) {
  TestServer role;
  add_routes(role.router);
  role.start();
  Front front(role.address(), {.connections_max = 2, .waiting_max = 100});
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      Client client(front.world.clock, front.world.client_options());
      for (int n = 0; n < 20; ++n) {
        const auto got = client.fetch({.target = "/hello"}, front.world.soon(), 1000);
        if (got && got->status == 200) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good.load(), 160);
  EXPECT_LE(role.server().connections(), 2U);
}

TEST(Upstream, AbortsWhenTheClientGoes) {
  TestServer role;
  std::atomic<bool> broke{false};
  class Endless final : public BodySource {
   public:
    explicit Endless(std::atomic<bool>& ended) : ended_(ended) {}
    ~Endless() override { ended_.store(true); }
    Result<std::size_t> read(std::span<char> out) override { return out.size(); }

   private:
    std::atomic<bool>& ended_;
  };
  role.router.add({.path = "/endless", .operation_id = "endless"},
                  [&](Request&) -> Result<Response> {
                    return Response::stream(200, "text/plain", std::make_unique<Endless>(broke));
                  });
  role.start();
  Front front(role.address());
  RawPeer peer = front.world.connect();
  peer.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(peer.receive_some());
  peer.close();
  const auto limit = role.soon();
  while (!broke.load() && limit.left(role.clock).count() > 0) std::this_thread::yield();
  EXPECT_TRUE(broke.load());
}

}  // namespace
}  // namespace matinee::http
