#pragma once
// http/loop_bench: a server whose only loop the test itself turns, with a fake clock. For tests
// only.

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

#include "base/log.h"
#include "http/raw_peer.h"
#include "http/server.h"
#include "http/tls_server.h"

namespace matinee::http {

/// A self-signed certificate, made once for all tests that do not look at it.
inline TlsIdentity test_identity(Instant now = from_ms(1'700'000'000'000)) {
  static const TlsPem pem = [now] {
    SystemRandom random;
    return make_self_signed({"films.test", "127.0.0.1"}, now, random).value();
  }();
  return TlsIdentity::parse(pem.certificate, pem.key).value();
}

/// A server whose only loop the test itself turns, and raw peers in the same thread.
class LoopBench {
 public:
  explicit LoopBench(bool over_tls, InlineHandler handler, ServerOptions options = {},
                     ListenerKind kind = ListenerKind::public_)
      : over_tls_(over_tls) {
    log::configure("test", log::Level::error);
    listening_ = std::move(*listen_tcp("127.0.0.1", 0));
    if (over_tls) {
      tls_ = std::make_unique<TlsServer>(test_identity(), TlsServer::Options{}, clock, random_,
                                         metrics);
    }
    server_ = std::make_unique<Server>(ServerWorld{clock, random_, metrics}, std::move(options),
                                       std::vector<Listener>{{listening_.fd(), kind, tls_.get()}},
                                       std::move(handler));
  }

  RawPeer connect(const TlsOffer& offer = {}) {
    RawPeer peer = connect_raw();
    if (over_tls_) {
      peer.start_tls(offer);
      EXPECT_TRUE(finish_handshake(peer));
    }
    return peer;
  }
  /// A connection without TLS, wherever.
  RawPeer connect_raw() {
    const SystemClock real;
    auto socket = connect_to(Address::tcp("127.0.0.1", port_of(listening_)), real,
                             Deadline::in(real, std::chrono::seconds{10}));
    EXPECT_TRUE(socket);
    turn();
    return RawPeer(std::move(*socket));
  }
  /// False when it does not come to its end.
  bool finish_handshake(RawPeer& peer) {
    for (int round = 0; round < 10; ++round) {
      const bool done = peer.continue_tls();
      turn();
      if (done) return true;
    }
    return false;
  }
  /// Rounds until nothing happens any more. Loopback delivers at once.
  void turn() {
    int quiet = 0;
    while (quiet < 3) {
      quiet = server_->loop(0).run_once(std::chrono::milliseconds{1}) ? 0 : quiet + 1;
    }
  }
  void advance(std::chrono::milliseconds by) {
    clock.advance(by);
    turn();
  }
  /// What the peer has received by now.
  std::string received(RawPeer& peer) {
    turn();
    while (true) {
      if (!peer.has_input(5)) return peer.received();
      if (!peer.receive_some()) {
        closed_ = true;
        return peer.received();
      }
      turn();
    }
  }
  [[nodiscard]] bool saw_close() const { return closed_; }
  Server& server() { return *server_; }
  TlsServer& tls() { return *tls_; }

  FakeClock clock{from_ms(1'700'000'000'000)};
  Metrics metrics;

 private:
  const bool over_tls_;
  SeededRandom random_{3};
  Socket listening_;
  std::unique_ptr<TlsServer> tls_;
  std::unique_ptr<Server> server_;
  bool closed_ = false;
};

}  // namespace matinee::http
