// Goal: limits hold and time-outs fire for clients that misbehave, seen on a loop with a fake
// clock, and the same over TLS.
#include "http/exchange.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "http/loop_bench.h"
#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

void hello(const std::shared_ptr<Exchange>& exchange) {
  exchange->respond(Response::text(200, "hi"));
}

// Collects the body, then answers with its size.
void measure(const std::shared_ptr<Exchange>& exchange) {
  auto size = std::make_shared<std::size_t>(0);
  exchange->read_body(
      {.on_data = [size](std::string_view data) { *size += data.size(); },
       .on_end = [exchange,
                  size] { exchange->respond(Response::text(200, std::to_string(*size))); },
       .on_error =
           [exchange](int status) {
             if (status != 0) exchange->respond(Response::text(status, "body"));
           }});
}

class ExchangeTest : public testing::TestWithParam<bool> {
 protected:
  static bool over_tls() { return GetParam(); }
};
INSTANTIATE_TEST_SUITE_P(, ExchangeTest, testing::Bool(),
                         [](const auto& over_tls) { return over_tls.param ? "Tls" : "Plain"; });

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_P(ExchangeTest, ClosesIdleConnections) {
  LoopBench bench(over_tls(), hello);
  RawPeer peer = bench.connect();
  peer.send(kGet);
  EXPECT_NE(bench.received(peer).find("hi"), std::string::npos);
  bench.advance(59s);
  EXPECT_EQ(bench.server().connections(), 1U);
  bench.advance(2s);
  EXPECT_EQ(bench.server().connections(), 0U);
}

TEST_P(ExchangeTest, EndsSlowHeadsWith408) {
  LoopBench bench(over_tls(), hello);
  RawPeer peer = bench.connect();
  for (int i = 0; i < 9; ++i) {  // a byte a second does not help
    peer.send(std::string_view(kGet).substr(static_cast<std::size_t>(i), 1));
    bench.advance(1s);
  }
  EXPECT_EQ(bench.received(peer), "");
  bench.advance(2s);
  EXPECT_TRUE(bench.received(peer).starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(bench.saw_close());
}

TEST_P(ExchangeTest, EndsStalledBodiesWith408) {
  LoopBench bench(over_tls(), measure);
  RawPeer peer = bench.connect();
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  bench.turn();
  bench.advance(29s);
  peer.send("d");
  bench.turn();
  bench.advance(29s);
  EXPECT_EQ(bench.received(peer), "");
  bench.advance(2s);
  EXPECT_TRUE(bench.received(peer).starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(bench.saw_close());
}

TEST_P(ExchangeTest, AbortsClientsThatTakeNothing) {
  LoopBench bench(over_tls(), [](const std::shared_ptr<Exchange>& exchange) {
    exchange->begin({}, 1ULL << 30U);
    std::string flood;
    flood.resize(32'000'000, 'x');
    exchange->write(SharedBytes::of(std::move(flood)));
    exchange->on_drain([exchange] {});  // holds it
  });
  RawPeer peer = bench.connect();
  peer.send(kGet);
  bench.turn();
  EXPECT_EQ(bench.server().connections(), 1U);
  bench.advance(31s);
  EXPECT_EQ(bench.server().connections(), 0U);
}

TEST_P(ExchangeTest, RefusesWhatIsTooLarge) {
  ServerOptions options;
  options.limits.body_bytes_max = 10;
  struct Case {
    std::string request;
    int status;
  };
  const Case cases[] = {
      {"GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(40'000, 'x') + "\r\n\r\n", 431},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nB\r\n01234567890\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n0123456789", 200},
      {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
      {"GET / HTTP/1.1\r\nHost: a\r\n\x01: x\r\n\r\n", 400},
  };
  for (const Case& test : cases) {
    LoopBench bench(over_tls(), measure, options);
    RawPeer peer = bench.connect();
    peer.send(test.request);
    const std::string answer = bench.received(peer);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + std::to_string(test.status))) << answer;
    const bool stays = test.status == 200 || test.status == 501;
    EXPECT_EQ(bench.saw_close(), !stays) << test.status;
    EXPECT_EQ(header_of(answer, "Connection") == "close", !stays) << test.status;
  }
}

TEST_P(ExchangeTest, LeavesRoomForWhatTheEdgeAdds) {
  std::string full = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 1; i < 100; ++i)
    full += "X-" + std::to_string(i) + ": " + std::string(300, 'x') + "\r\n";
  const std::string added = full + "Matinee-Priority: browse\r\nMatinee-Scheme: https\r\n\r\n";
  for (const auto kind : {ListenerKind::public_, ListenerKind::internal}) {
    LoopBench bench(over_tls(), hello, {}, kind);
    RawPeer whole = bench.connect();
    whole.send(full + "\r\n");
    EXPECT_TRUE(bench.received(whole).starts_with("HTTP/1.1 200"));
    RawPeer more = bench.connect();
    more.send(added);
    const bool fits = kind == ListenerKind::internal;
    EXPECT_TRUE(bench.received(more).starts_with(fits ? "HTTP/1.1 200" : "HTTP/1.1 431"));
  }
}

TEST_P(ExchangeTest, ContinuesOnlyWhenTheBodyIsWanted) {
  LoopBench wanted(over_tls(), measure);
  RawPeer peer = wanted.connect();
  peer.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wanted.received(peer), "HTTP/1.1 100 Continue\r\n\r\n");
  peer.forget();
  peer.send("abc");
  EXPECT_TRUE(wanted.received(peer).ends_with("\r\n\r\n3"));
  EXPECT_FALSE(wanted.saw_close());

  LoopBench unwanted(over_tls(), hello);
  RawPeer other = unwanted.connect();
  other.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(unwanted.received(other).starts_with("HTTP/1.1 200"));
  EXPECT_EQ(header_of(other.received(), "Connection"), "close");
  EXPECT_TRUE(unwanted.saw_close());
}

TEST_P(ExchangeTest, DiscardsSmallBodiesThatNobodyReads) {
  LoopBench bench(over_tls(), hello);
  RawPeer peer = bench.connect();
  peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab");
  EXPECT_TRUE(bench.received(peer).ends_with("hi"));
  peer.forget();
  peer.send(std::string("cde") + kGet);
  EXPECT_TRUE(bench.received(peer).starts_with("HTTP/1.1 200"));
  EXPECT_FALSE(bench.saw_close());
}

TEST_P(ExchangeTest, BoundsWhatItReadsAhead) {
  int handled = 0;
  std::vector<std::shared_ptr<Exchange>> held;
  LoopBench bench(over_tls(), [&](const std::shared_ptr<Exchange>& exchange) {
    ++handled;
    held.push_back(exchange);
  });
  RawPeer peer = bench.connect();
  for (int i = 0; i < 5; ++i) peer.send(kGet);
  bench.turn();
  EXPECT_EQ(handled, 1) << "one at a time";
  for (std::size_t i = 0; i < 5; ++i) {
    held.at(i)->respond(Response::text(200, "<" + std::to_string(i) + ">"));
    bench.turn();
  }
  EXPECT_EQ(handled, 5);
  EXPECT_TRUE(bench.received(peer).ends_with("<4>"));
}

TEST_P(ExchangeTest, PausesAndResumesABody) {
  std::shared_ptr<Exchange> held;
  std::size_t got = 0;
  bool ended = false;
  LoopBench bench(over_tls(), [&](const std::shared_ptr<Exchange>& exchange) {
    held = exchange;
    exchange->set_body_limit(1U << 30U);
    exchange->read_body({.on_data =
                             [&](std::string_view data) {
                               got += data.size();
                               held->pause_body();
                             },
                         .on_end = [&] { ended = true; },
                         .on_error = [](int) {}});
  });
  RawPeer peer = bench.connect();
  peer.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n");
  peer.send(std::string(300'000, 'x'));
  bench.turn();
  EXPECT_GT(got, 0U);
  EXPECT_LT(got, 300'000U);
  bench.advance(10min);  // a pause is no stall of the client
  EXPECT_EQ(bench.server().connections(), 1U);
  while (!ended) {
    held->resume_body();
    bench.turn();
  }
  EXPECT_EQ(got, 300'000U);
  held->respond(Response::empty(204));
  EXPECT_TRUE(bench.received(peer).starts_with("HTTP/1.1 204"));
}

TEST_P(ExchangeTest, TellsWhenTheClientGoes) {
  int closed = 0;
  std::shared_ptr<Exchange> held;
  LoopBench bench(over_tls(), [&](const std::shared_ptr<Exchange>& exchange) {
    held = exchange;
    exchange->on_close([&] { ++closed; });
    exchange->begin({}, std::nullopt);
    exchange->write(SharedBytes::unowned("first"));
  });
  RawPeer peer = bench.connect();
  peer.send(kGet);
  bench.received(peer);
  EXPECT_EQ(header_of(peer.received(), "Transfer-Encoding"), "chunked");
  peer.close();
  bench.turn();
  for (int i = 0; i < 3 && closed == 0; ++i) {
    held->write(SharedBytes::unowned("more"));
    bench.turn();
  }
  EXPECT_EQ(closed, 1);
  EXPECT_FALSE(held->is_open());
  held->write(SharedBytes::unowned("harmless"));
  held->finish();
  held->abort();
  bench.turn();
}

TEST_P(ExchangeTest, AbortsWhenTheHandlerForgetsIt) {
  LoopBench bench(over_tls(), [](const std::shared_ptr<Exchange>&) {});
  RawPeer peer = bench.connect();
  peer.send(kGet);
  EXPECT_EQ(bench.received(peer), "");
  EXPECT_TRUE(bench.saw_close());
}

TEST_P(ExchangeTest, NeverMakesAShortBodyLookWhole) {
  for (const char* version : {"1.0", "1.1"}) {
    for (const bool known : {false, true}) {
      LoopBench bench(over_tls(), [known](const std::shared_ptr<Exchange>& exchange) {
        exchange->begin({}, known ? std::optional<std::uint64_t>(10) : std::nullopt);
        exchange->write(SharedBytes::unowned("short"));
        exchange->loop().add_timer(1s, [exchange] {
          if (exchange->request().version_minor == 1) {
            exchange->finish();
          } else {
            exchange->abort();
          }
        });
      });
      RawPeer peer = bench.connect();
      peer.send("GET / HTTP/" + std::string(version) + "\r\nHost: a\r\n\r\n");
      EXPECT_TRUE(bench.received(peer).find("short") != std::string::npos);
      bench.advance(2s);
      const std::string all = bench.received(peer);
      const bool whole = std::string(version) == "1.1" && !known;
      EXPECT_EQ(all.ends_with("0\r\n\r\n"), whole);
      EXPECT_EQ(peer.was_reset(), !whole) << version << known;
    }
  }
}

TEST_P(ExchangeTest, HoldsALargeResponseBackForASlowReader) {
  constexpr std::size_t kPieces = 40;
  std::size_t written = 0;
  std::size_t most = 0;
  std::function<void(const std::shared_ptr<Exchange>&)> pump;
  const SharedBytes piece = SharedBytes::of(std::string(256 * 1024, 'x'));
  pump = [&](const std::shared_ptr<Exchange>& exchange) {
    while (written < kPieces && exchange->buffered_bytes() <= Exchange::kBufferHigh) {
      exchange->write(piece);
      ++written;
      most = std::max(most, exchange->buffered_bytes());
    }
    if (written == kPieces) exchange->finish();
  };
  LoopBench bench(over_tls(), [&](const std::shared_ptr<Exchange>& exchange) {
    exchange->begin({}, kPieces * piece.size());
    exchange->on_drain([&pump, exchange] { pump(exchange); });
    pump(exchange);
  });
  RawPeer peer = bench.connect();
  peer.send(kGet);
  bench.turn();
  EXPECT_LT(written, kPieces);
  while (peer.received().size() < kPieces * piece.size()) {
    bench.turn();
    ASSERT_TRUE(peer.receive_some());
  }
  EXPECT_LE(most, Exchange::kBufferHigh + piece.size() + 1024);
}

TEST_P(ExchangeTest, ChecksHostAndOriginOnPublicListenersOnly) {
  ServerOptions options;
  options.hosts_allowed = {"here"};
  const std::string evil_host = "GET / HTTP/1.1\r\nHost: evil\r\n\r\n";
  const std::string evil_origin =
      "POST / HTTP/1.1\r\nHost: here\r\nOrigin: http://evil\r\nContent-Length: 0\r\n\r\n";
  {
    LoopBench bench(over_tls(), hello, options);
    RawPeer peer = bench.connect();
    peer.send(evil_host + evil_origin + "GET / HTTP/1.1\r\nHost: here\r\n\r\n");
    const std::string all = bench.received(peer);
    EXPECT_TRUE(all.starts_with("HTTP/1.1 421"));
    EXPECT_NE(all.find("HTTP/1.1 403"), std::string::npos);
    EXPECT_NE(all.find("HTTP/1.1 200"), std::string::npos);
  }
  LoopBench bench(over_tls(), hello, options, ListenerKind::internal);
  RawPeer peer = bench.connect();
  peer.send(evil_host);
  EXPECT_TRUE(bench.received(peer).starts_with("HTTP/1.1 200"));
}

TEST_P(ExchangeTest, BelievesInternalHeadersOnInternalListenersOnly) {
  const std::string id = "0190aaaaaaaa7bbb8cccddddeeeeffff";
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\nMatinee-Request-Id: " + id +
                              "\r\nmatinee-priority: fill\r\nMatinee-Deadline-Ms: 250\r\n\r\n";
  for (const auto kind : {ListenerKind::public_, ListenerKind::internal}) {
    RequestContext seen;
    bool had_header = false;
    LoopBench bench(
        over_tls(),
        [&](const std::shared_ptr<Exchange>& exchange) {
          seen = exchange->request().context;
          had_header = exchange->request().headers.has("matinee-priority");
          exchange->respond(Response::empty(204));
        },
        {}, kind);
    RawPeer peer = bench.connect();
    peer.send(request);
    const std::string answer = bench.received(peer);
    const bool believed = kind == ListenerKind::internal;
    EXPECT_EQ(header_of(answer, "X-Request-Id") == id, believed);
    EXPECT_EQ(seen.priority == Priority::fill, believed);
    EXPECT_EQ(had_header, believed);
    EXPECT_EQ(seen.deadline.left(bench.clock) == 250ms, believed);
    EXPECT_EQ(seen.client_address, believed ? "unix" : "127.0.0.1");
  }
}

TEST_P(ExchangeTest, DrainsWithoutCuttingAnything) {
  std::shared_ptr<Exchange> held;
  LoopBench bench(over_tls(), [&](const std::shared_ptr<Exchange>& exchange) { held = exchange; });
  RawPeer idle = bench.connect();
  RawPeer busy = bench.connect();
  busy.send(kGet);
  bench.turn();
  bench.server().begin_drain();
  bench.turn();
  EXPECT_EQ(bench.server().connections(), 1U) << "the idle one is closed";
  held->respond(Response::text(200, "late"));
  held.reset();
  EXPECT_TRUE(bench.received(busy).ends_with("late"));
  EXPECT_EQ(header_of(busy.received(), "Connection"), "close");
  EXPECT_EQ(bench.server().connections(), 0U);
}

TEST_P(ExchangeTest, StopsAcceptingAtItsLimit) {
  if (over_tls()) GTEST_SKIP() << "a handshake in the backlog is not answered";
  ServerOptions options;
  options.limits.connections_max = 2;
  LoopBench bench(over_tls(), hello, options);
  RawPeer first = bench.connect();
  RawPeer second = bench.connect();
  RawPeer third = bench.connect();
  third.send(kGet);
  bench.turn();
  EXPECT_EQ(bench.server().connections(), 2U);
  first.close();
  EXPECT_TRUE(bench.received(third).ends_with("hi")) << "it waited in the backlog";
}

TEST(Loop, RunsTimersInOrderAndPostsFromAnywhere) {
  FakeClock clock(from_ms(0));
  Loop loop(clock);
  std::string order;
  loop.add_timer(20ms, [&] { order += "b"; });
  loop.add_timer(10ms, [&] { order += "a"; });
  auto never = loop.add_timer(15ms, [&] { order += "x"; });
  loop.cancel(never);
  EXPECT_FALSE(never.armed());
  loop.run_once(0ms);
  EXPECT_EQ(order, "");
  clock.advance(30ms);
  loop.post([&] {
    order += "c";
    loop.defer([&] { order += "d"; });
  });
  loop.run_once(0ms);
  EXPECT_EQ(order, "abcd");
}

}  // namespace
}  // namespace matinee::http
