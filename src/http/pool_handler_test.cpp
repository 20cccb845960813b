// Goal: blocking handlers get their requests in full, are refused in time, and are held by no slow
// client.
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/client.h"
#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

// Holds handlers until it is opened.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait_for(lock, 20s, [&] { return open_; });
  }
  void await_waiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 20s, [&] { return waiting_ >= count; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

void add_gate(TestServer& world, Gate& gate) {
  world.router.add({.path = "/gate", .operation_id = "gate"},
                   [&gate](Request&) -> Result<Response> {
                     gate.wait();
                     return Response::text(200, "through");
                   });
}

constexpr const char* kGate = "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n";

TEST(PoolHandler, RefusesWhatTheQueueCannotHold) {
  TestServer world({.threads = 1, .queue_max = 1});
  Gate gate;
  add_gate(world, gate);
  world.start();
  RawPeer runs = world.connect();
  runs.send(kGate);
  gate.await_waiting(1);
  // One more waits in the queue, the rest are refused.
  std::vector<RawPeer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.push_back(world.connect());
    peers.back().send(kGate);
  }
  std::vector<pollfd> waiting;
  for (const auto& peer : peers) waiting.push_back({peer.fd(), POLLIN, 0});
  for (int refused = 0; refused < 2; ++refused) {
    ASSERT_GT(::poll(waiting.data(), waiting.size(), 20'000), 0);
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if ((waiting[i].revents & POLLIN) == 0) continue;
      ASSERT_TRUE(peers[i].receive_until("\r\n\r\n{"));
      EXPECT_TRUE(peers[i].received().starts_with("HTTP/1.1 503"));
      EXPECT_EQ(header_of(peers[i].received(), "Retry-After"), "1");
      waiting[i].fd = -1;
      break;
    }
  }
  gate.open();
  ASSERT_TRUE(runs.receive_until("through"));
}

TEST(PoolHandler, LetsNoSlowClientHoldAThread) {
  TestServer world({.threads = 1, .queue_max = 16});
  world.router.add({.method = Method::post, .path = "/echo", .operation_id = "echo"},
                   [](Request& request) -> Result<Response> {
                     auto body = read_body(request, 1000);
                     if (!body) return std::unexpected(body.error());
                     return Response::text(200, std::move(*body));
                   });
  world.router.add({.path = "/large", .operation_id = "large"}, [](Request&) -> Result<Response> {
    return Response::stream(200, "text/plain", std::make_unique<CountingSource>(50'000'000, true));
  });
  world.start();
  RawPeer slow_sender = world.connect();
  slow_sender.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  RawPeer slow_reader = world.connect();
  slow_reader.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(slow_reader.receive_until("\r\n\r\n"));
  Client client(world.clock, world.client_options());
  for (int i = 0; i < 5; ++i) {
    const auto got = client.fetch(
        {.method = Method::post, .target = "/echo", .body = std::string("fast")}, world.soon(), 10);
    ASSERT_TRUE(got) << got.error().message;
    EXPECT_EQ(got->body, "fast");
  }
  slow_sender.send("cde");
  EXPECT_TRUE(slow_sender.receive_until("abcde"));
}

TEST(PoolHandler, AnswersTooLargeBodiesWith413) {
  TestServer world;
  world.router.add({.method = Method::post,
                    .path = "/small",
                    .operation_id = "small",
                    .body_bytes_max = 100'000},
                   [](Request& request) -> Result<Response> {
                     auto body = read_body(request, 50'000);
                     if (!body) return std::unexpected(body.error());
                     return Response::empty(204);
                   });
  world.start();
  for (const std::size_t bytes : {50'000U, 50'001U, 100'001U, 3'000'000U}) {
    for (const bool known : {false, true}) {
      Client client(world.clock, world.client_options());
      CountingSource source(bytes, known);
      const auto got = client.fetch({.method = Method::post, .target = "/small", .body = &source},
                                    world.soon(), 1000);
      ASSERT_TRUE(got) << bytes << known << got.error().message;
      EXPECT_EQ(got->status, bytes <= 50'000 ? 204 : 413) << bytes << known;
    }
  }
}

TEST(PoolHandler, KeepsAThrowToItsRequest) {
  TestServer world;
  world.router.add({.path = "/throw", .operation_id = "throw"},
                   [](Request&) -> Result<Response> { throw std::runtime_error("odd"); });
  world.start();
  Client client(world.clock, world.client_options());
  EXPECT_EQ(client.fetch({.target = "/throw"}, world.soon(), 1000)->status, 500);
  EXPECT_EQ(client.fetch({.target = "/none"}, world.soon(), 1000)->status, 404);
}

TEST(PoolHandler, DrainsWhatRuns) {
  TestServer world({.options = {.loops = 2}});
  Gate gate;
  add_gate(world, gate);
  world.start();
  RawPeer busy = world.connect();
  RawPeer idle = world.connect();
  busy.send(kGate);
  gate.await_waiting(1);
  std::thread drainer([&] { EXPECT_TRUE(world.server().drain(world.soon())); });
  EXPECT_EQ(idle.receive_all(), "");
  gate.open();
  EXPECT_TRUE(busy.receive_all().ends_with("through"));
  drainer.join();
}

TEST(PoolHandler, AbortsWhatOutlastsTheDrain) {
  TestServer world;
  Gate gate;
  add_gate(world, gate);
  world.start();
  RawPeer busy = world.connect();
  busy.send(kGate);
  gate.await_waiting(1);
  EXPECT_FALSE(world.server().drain(Deadline::in(world.clock, 1ms)));
  EXPECT_EQ(busy.receive_all(), "");
  gate.open();
}

TEST(PoolHandler, ServesManyAtOnceOnManyLoops) {
  TestServer world({.options = {.loops = 3}, .tcp = true, .threads = 3, .queue_max = 1000});
  world.router.add({.path = "/n/{n}", .operation_id = "n"},
                   [](Request& request) -> Result<Response> {
                     return Response::text(200, std::string(request.parameter("n")));
                   });
  world.start();
  Client client(world.clock, world.client_options());
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string n = std::to_string(t * 1000 + i);
        const auto got = client.fetch({.target = "/n/" + n}, world.soon(), 100);
        if (got && got->body == n) ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(good.load(), 300);
}

}  // namespace
}  // namespace matinee::http
