// Goal: role-to-role calls end by their deadline, repeat only what is safe and never take a short
// body for a whole one.
#include "http/client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "http/test_world.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

// A server that plays a script: each connection in turn receives a request and sends one text.
class Script {
 public:
  explicit Script(std::vector<std::string> answers) : answers_(std::move(answers)) {
    listening_ = std::move(*listen_unix(folder_.file("s"), 0600));
    thread_ = std::thread([this] { run(); });
  }
  ~Script() { thread_.join(); }
  [[nodiscard]] Client::Options options() const {
    Client::Options options;
    options.address = Address::unix_path(folder_.file("s"));
    return options;
  }

 private:
  // An answer with two texts apart by '|' is for two requests on one connection.
  void run() {
    for (const std::string& answer : answers_) {
      pollfd waiting{listening_.fd(), POLLIN, 0};
      if (::poll(&waiting, 1, 20'000) <= 0) return;
      RawPeer peer(Socket(::accept(listening_.fd(), nullptr, nullptr)));
      std::string_view rest = answer;
      while (true) {
        peer.forget();
        if (!peer.receive_until("\r\n\r\n")) break;
        const std::size_t bar = rest.find('|');
        peer.send(rest.substr(0, bar));
        if (bar == std::string_view::npos) break;
        rest.remove_prefix(bar + 1);
      }
    }
  }

  TemporaryFolder folder_;
  Socket listening_;
  std::vector<std::string> answers_;
  std::thread thread_;
};

class ClientTest : public testing::Test {
 protected:
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock_, 20s); }
  SystemClock clock_;
};

TEST_F(ClientTest, ReplacesAConnectionThatDiedWhileItWasKept) {
  Script script({"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na|",  // reads again, says nothing
                 "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb"});
  Client client(clock_, script.options());
  EXPECT_EQ(client.fetch({}, soon(), 10)->body, "a");
  EXPECT_EQ(client.fetch({}, soon(), 10)->body, "b");
}

TEST_F(ClientTest, RepeatsNothingThatIsNotRetrySafe) {
  Script script({"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na|"});
  Client client(clock_, script.options());
  EXPECT_EQ(client.fetch({}, soon(), 10)->body, "a");
  const auto got = client.fetch({.method = Method::post, .body = std::string("x")}, soon(), 10);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
}

TEST_F(ClientTest, TellsBrokenAnswersFromWholeOnes) {
  const std::pair<const char*, ErrorCode> cases[] = {
      {"", ErrorCode::unavailable},
      {"HTTP/1.1 200 OK\r\nContent-Le", ErrorCode::unavailable},
      {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", ErrorCode::unavailable},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", ErrorCode::unavailable},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ErrorCode::corrupt},
      {"SSH-2.0-server\r\n", ErrorCode::corrupt},
      {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world", ErrorCode::invalid},
  };
  for (const auto& [answer, code] : cases) {
    Script script({answer});
    Client client(clock_, script.options());
    const auto got = client.fetch({}, soon(), 10);
    ASSERT_FALSE(got) << answer;
    EXPECT_EQ(got.error().code, code) << answer << got.error().message;
  }
}

TEST_F(ClientTest, TakesAnAnswerThatComesBeforeAllIsSent) {
  Script script({"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig"});
  Client client(clock_, script.options());
  CountingSource source(100'000'000, false);
  const auto got = client.fetch({.method = Method::put, .body = &source}, soon(), 10);
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->status, 413);
}

TEST_F(ClientTest, StopsAtItsDeadline) {
  TestServer world;
  std::atomic<bool> over{false};
  world.router.add({.path = "/endless", .operation_id = "endless"},
                   [&](Request&) -> Result<Response> {
                     while (!over.load()) std::this_thread::yield();
                     return fail(ErrorCode::unavailable, "late");
                   });
  world.start();
  Client client(world.clock, world.client_options());
  ClientRequest request{.target = "/endless"};
  const auto got = client.fetch(request, Deadline::in(world.clock, 20ms), 10);
  over.store(true);
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
  EXPECT_NE(got.error().message.find("/endless"), std::string::npos);
}

TEST_F(ClientTest, SaysWhenNobodyListens) {
  TemporaryFolder folder;
  Client::Options options;
  options.address = Address::unix_path(folder.file("nobody"));
  Client client(clock_, options);
  const auto got = client.send({}, soon());
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, ErrorCode::unavailable);
}

TEST_F(ClientTest, PassesTheSourcesOwnErrorOn) {
  TestServer world;
  world.router.add({.method = Method::post, .path = "/", .operation_id = "take"},
                   [](Request& request) -> Result<Response> {
                     auto body = read_body(request, 1'000'000);
                     if (!body) return std::unexpected(body.error());
                     return Response::text(200, "whole");
                   });
  world.start();
  Client client(world.clock, world.client_options());
  for (const bool known : {false, true}) {
    CountingSource source(200'000, known, true);
    const auto got = client.fetch({.method = Method::post, .body = &source}, world.soon(), 100);
    ASSERT_FALSE(got);
    EXPECT_NE(got.error().message.find("the source broke"), std::string::npos);
  }
}

TEST(Socket, ListensAndConnectsByLongPaths) {
  TemporaryFolder folder;
  const std::string deep = folder.file(std::string(120, 'd'));
  std::filesystem::create_directory(deep);
  const SystemClock clock;
  const std::string path = deep + "/s.sock";
  auto first = listen_unix(path, 0600);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_TRUE(connect_to(Address::unix_path(path), clock, Deadline::in(clock, 5s)));
  const auto second = listen_unix(path, 0600);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  first->close();
  EXPECT_TRUE(listen_unix(path, 0600)) << "what a dead process left is replaced";
}

TEST(Socket, ReadsAddresses) {
  EXPECT_EQ(Address::parse("unix:/a/b")->host, "/a/b");
  EXPECT_EQ(Address::parse("127.0.0.1:80")->port, 80);
  EXPECT_EQ(Address::parse("[::1]:80")->to_string(), "[::1]:80");
  EXPECT_EQ(Address::parse("localhost:8080")->host, "localhost");
  for (const char* text : {"", "unix:", "80", ":80", "a.example:80",
                           "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:8x"}) {
    EXPECT_FALSE(Address::parse(text)) << text;
  }
}

}  // namespace
}  // namespace matinee::http
