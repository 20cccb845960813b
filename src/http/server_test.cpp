// Goal: a role's handlers answer whatever well-behaved clients send, whole or not at all.
#include "http/server.h"

#include <gtest/gtest.h>

#include <string>

#include "http/client.h"
#include "http/metrics_route.h"
#include "http/problem.h"
#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

void add_routes(Router& router) {
  router.add({.path = "/hello", .operation_id = "hello"},
             [](Request&) -> Result<Response> { return Response::text(200, "hi"); });
  router.add({.method = Method::post,
              .path = "/echo",
              .operation_id = "echo",
              .body_bytes_max = 8'000'000},
             [](Request& request) -> Result<Response> {
               auto body = read_body(request, 8'000'000);
               if (!body) return std::unexpected(body.error());
               return Response::text(200, std::move(*body));
             });
  router.add({.path = "/stream/{bytes}", .operation_id = "stream"},
             [](Request& request) -> Result<Response> {
               return Response::stream(
                   200, "text/plain",
                   std::make_unique<CountingSource>(
                       std::stoull(std::string(request.parameter("bytes"))),
                       request.query("known").has_value(), request.query("fails").has_value()));
             });
  router.add({.path = "/fail/{code}", .operation_id = "fail"},
             [](Request& request) -> Result<Response> {
               return fail(error_code_of(request.parameter("code")), "no luck");
             });
}

std::string counted(std::uint64_t bytes) {
  std::string text;
  for (std::uint64_t i = 0; i < bytes; ++i) text.push_back(CountingSource::byte_at(i));
  return text;
}

TEST(Server, AnswersOnOneConnectionAgainAndAgain) {
  TestServer world;
  add_routes(world.router);
  world.start();
  RawPeer peer = world.connect();
  for (int i = 0; i < 3; ++i) {
    peer.forget();
    peer.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(peer.receive_until("hi"));
    EXPECT_TRUE(peer.received().starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(header_of(peer.received(), "Content-Length"), "2");
    EXPECT_EQ(header_of(peer.received(), "X-Request-Id").size(), 32U);
  }
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  TestServer world;
  add_routes(world.router);
  world.start();
  RawPeer peer = world.connect();
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n[" + std::to_string(10 + i) +
           "]";
  }
  peer.send(all + "GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = peer.receive_all();
  std::size_t at = 0;
  for (int i = 0; i < 20; ++i) {
    at = answer.find("[" + std::to_string(10 + i) + "]", at);
    ASSERT_NE(at, std::string::npos) << i;
  }
  EXPECT_TRUE(answer.ends_with("\r\n\r\nhi"));
}

TEST(Server, TakesARequestByteByByte) {
  TestServer world;
  add_routes(world.router);
  world.start();
  RawPeer peer = world.connect();
  for (const char c : std::string("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                                  "\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
    peer.send(std::string_view(&c, 1));
  }
  ASSERT_TRUE(peer.receive_until("abcde"));
}

TEST(Server, StreamsBothWays) {
  for (const bool tcp : {false, true}) {
    TestServer world({.tcp = tcp});
    add_routes(world.router);
    world.start();
    Client client(world.clock, world.client_options());
    for (const char* query : {"", "?known"}) {
      const auto got =
          client.fetch({.target = std::string("/stream/3000001") + query}, world.soon(), 4'000'000);
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_EQ(got->body, counted(3'000'001));
    }
    for (const bool known : {false, true}) {
      CountingSource source(5'000'000, known);
      const auto got = client.fetch({.method = Method::post, .target = "/echo", .body = &source},
                                    world.soon(), 8'000'000);
      ASSERT_TRUE(got) << got.error().message;
      EXPECT_EQ(got->body, counted(5'000'000));
    }
  }
}

TEST(Server, AbortsABodyThatBreaksOff) {
  TestServer world;
  add_routes(world.router);
  world.start();
  Client client(world.clock, world.client_options());
  for (const char* query : {"?fails", "?fails&known"}) {
    const auto got =
        client.fetch({.target = std::string("/stream/200000") + query}, world.soon(), 400'000);
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, ErrorCode::unavailable);
  }
}

TEST(Server, AnswersHeadWithoutABody) {
  TestServer world;
  add_routes(world.router);
  world.start();
  RawPeer peer = world.connect();
  peer.send(
      "HEAD /hello HTTP/1.1\r\nHost: x\r\n\r\nHEAD /stream/9?known HTTP/1.1\r\nHost: x\r\n\r\n"
      "GET /fail/not_found HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string all = peer.receive_all();
  EXPECT_EQ(header_of(all, "Content-Length"), "2");
  EXPECT_NE(all.find("Content-Length: 9"), std::string::npos);
  EXPECT_NE(all.find("\r\n\r\nHTTP/1.1 200"), std::string::npos);
  EXPECT_NE(all.find("HTTP/1.1 404"), std::string::npos);
}

TEST(Server, TurnsErrorsIntoProblems) {
  TestServer world;
  add_routes(world.router);
  world.start();
  Client client(world.clock, world.client_options());
  const std::pair<const char*, int> cases[] = {
      {"invalid", 400},  {"unauthorized", 401}, {"forbidden", 403},   {"not_found", 404},
      {"conflict", 409}, {"limited", 429},      {"unavailable", 503}, {"corrupt", 500}};
  for (const auto& [name, status] : cases) {
    const auto got = client.fetch({.target = std::string("/fail/") + name}, world.soon(), 4'000);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, status);
    EXPECT_EQ(got->headers.value_of("content-type"), kProblemType);
    EXPECT_NE(got->body.find(std::string("\"code\":\"") + name + "\""), std::string::npos);
    EXPECT_EQ(got->headers.has("retry-after"), status == 503 || status == 429);
    EXPECT_NE(got->body.find(got->headers.value_of("x-request-id")), std::string::npos);
  }
}

TEST(Server, OneClientGetsOnlyItsShareOfConnections) {
  TestServer::Setup setup;
  setup.tcp = true;
  setup.options.limits.connections_per_client_max = 2;
  for (const bool limits_loopback : {false, true}) {
    setup.options.limits.limits_loopback = limits_loopback;
    TestServer world(setup);
    world.router.add({.path = "/", .operation_id = "hello"},
                     [](Request&) { return Result<Response>(Response::text(200, "hi")); });
    world.start();
    const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    RawPeer first = world.connect();
    RawPeer second = world.connect();
    for (RawPeer* peer : {&first, &second}) {
      peer->send(get);
      EXPECT_TRUE(peer->receive_until("hi"));
    }
    RawPeer third = world.connect();
    third.send(get);
    EXPECT_EQ(third.receive_until("hi"), !limits_loopback);
    first.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    first.receive_all();
    while (world.server().connections() > (limits_loopback ? 1U : 2U)) std::this_thread::yield();
    RawPeer fourth = world.connect();
    fourth.send(get);
    EXPECT_TRUE(fourth.receive_until("hi")) << "a place was given back";
  }
}

TEST(Server, ServesTheRoutesOfAProcess) {
  TestServer world;
  bool ready = false;
  add_process_routes(world.router, world.metrics, [&] { return ready; });
  world.start();
  Client client(world.clock, world.client_options());
  EXPECT_EQ(client.fetch({.target = "/healthz"}, world.soon(), 100)->status, 200);
  EXPECT_EQ(client.fetch({.target = "/readyz"}, world.soon(), 1000)->status, 503);
  ready = true;
  EXPECT_EQ(client.fetch({.target = "/readyz"}, world.soon(), 100)->status, 200);
  const auto text = client.fetch({.target = "/metrics"}, world.soon(), 100'000)->body;
  EXPECT_NE(text.find("matinee_http_requests_total{route=\"health\",class=\"2xx\"} 1"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace matinee::http
