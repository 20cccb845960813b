#pragma once
// http/test_world: a server on a temporary Unix socket, and raw peers for it. For tests only.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "http/client.h"
#include "http/raw_peer.h"
#include "http/server.h"
#include "http/socket.h"

namespace matinee::http {

/// A folder that is gone after the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "matinee-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// A running server with a router and a pool, on a Unix socket or on loopback TCP.
class TestServer {
 public:
  struct Setup {
    ServerOptions options{};
    ListenerKind kind = ListenerKind::public_;
    bool tcp = false;
    std::size_t threads = 4;
    std::size_t queue_max = 64;
  };

  TestServer() : TestServer(Setup{}) {}
  explicit TestServer(Setup setup) : setup_(std::move(setup)) {
    log::configure("test", log::Level::error);
    auto socket = setup_.tcp ? listen_tcp("127.0.0.1", 0) : listen_unix(folder_.file("s"), 0600);
    EXPECT_TRUE(socket) << (socket ? "" : socket.error().message);
    listening_ = std::move(*socket);
    pool_ =
        std::make_unique<ThreadPool>(ThreadPool::Options{"test", setup_.threads, setup_.queue_max});
  }
  ~TestServer() {
    if (server_) server_->drain(Deadline::in(clock, std::chrono::milliseconds{0}));
    pool_.reset();
    server_.reset();
  }

  /// After the routes were added.
  void start() { start(pool_handler(router, *pool_, clock)); }
  void start(InlineHandler handler) {
    server_ = std::make_unique<Server>(ServerWorld{clock, random, metrics}, setup_.options,
                                       std::vector<Listener>{{listening_.fd(), setup_.kind}},
                                       std::move(handler));
    server_->start();
  }
  [[nodiscard]] Address address() const {
    return setup_.tcp ? Address::tcp("127.0.0.1", port_of(listening_))
                      : Address::unix_path(folder_.file("s"));
  }
  [[nodiscard]] RawPeer connect() {
    auto socket = connect_to(address(), clock, soon());
    EXPECT_TRUE(socket);
    return RawPeer(std::move(*socket));
  }
  /// A deadline that only a hang reaches.
  [[nodiscard]] Deadline soon() const { return Deadline::in(clock, std::chrono::seconds{20}); }
  [[nodiscard]] Client::Options client_options() const {
    Client::Options options;
    options.address = address();
    return options;
  }
  Server& server() { return *server_; }
  ThreadPool& pool() { return *pool_; }

  SystemClock clock;
  SeededRandom random{1};
  Metrics metrics;
  Router router;

 private:
  Setup setup_;
  TemporaryFolder folder_;
  Socket listening_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Server> server_;
};

/// "Content-Length: 5" as it came on the wire, from a raw response.
inline std::string header_of(const std::string& response, std::string_view name) {
  const std::size_t at = response.find("\r\n" + std::string(name) + ": ");
  if (at == std::string::npos) return {};
  const std::size_t from = at + 4 + name.size();
  return response.substr(from, response.find("\r\n", from) - from);
}

/// A source of `bytes` bytes in pieces, which fails at the end if told so.
class CountingSource final : public BodySource {
 public:
  CountingSource(std::uint64_t bytes, bool known, bool fails = false)
      : bytes_(bytes), known_(known), fails_(fails) {}
  Result<std::size_t> read(std::span<char> out) override {
    if (at_ == bytes_) {
      if (fails_) return fail(ErrorCode::unavailable, "the source broke");
      return 0;
    }
    const std::size_t count =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), bytes_ - at_));
    for (std::size_t i = 0; i < count; ++i) out[i] = byte_at(at_ + i);
    at_ += count;
    return count;
  }
  [[nodiscard]] std::optional<std::uint64_t> size() const override {
    return known_ ? std::optional(fails_ ? bytes_ + 1 : bytes_) : std::nullopt;
  }
  static char byte_at(std::uint64_t at) {
    return static_cast<char>('a' + at * 7 % 26 + at % 3 * 0);
  }

 private:
  std::uint64_t bytes_;
  bool known_;
  bool fails_;
  std::uint64_t at_ = 0;
};

}  // namespace matinee::http
