// Goal: viewers are served over TLS as over plain connections, and clients that misuse TLS cost
// little and learn why.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <random>
#include <string>

#include "http/loop_bench.h"
#include "http/test_world.h"
#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

using namespace std::chrono_literals;

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kOnlyHttp2("\x02h2", 3);

void hello(const std::shared_ptr<Exchange>& exchange) {
  exchange->respond(Response::text(200, "hi"));
}

std::string chosen_protocol(RawPeer& peer) {
  const unsigned char* name = nullptr;
  unsigned bytes = 0;
  SSL_get0_alpn_selected(peer.tls().get(), &name, &bytes);
  return {reinterpret_cast<const char*>(name), bytes};
}

std::string fingerprint_seen_by(RawPeer& peer) {
  const OwnedX509 certificate(SSL_get1_peer_certificate(peer.tls().get()));
  std::array<unsigned char, 32> digest{};
  unsigned bytes = 0;
  X509_digest(certificate.get(), EVP_sha256(), digest.data(), &bytes);
  std::string text;
  for (const unsigned char byte : digest) {
    std::array<char, 4> digits{};
    std::snprintf(digits.data(), digits.size(), "%02X", byte);
    text.append(text.empty() ? "" : ":").append(digits.data());
  }
  return text;
}

// The first bytes that a client sends: a whole ClientHello.
std::string client_hello() {
  TlsClientSide side;
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  SSL_set_bio(side.get(), in, out);
  SSL_do_handshake(side.get());
  const char* text = nullptr;
  const auto bytes = BIO_get_mem_data(out, &text);
  return {text, static_cast<std::size_t>(bytes)};
}

TEST(Tls, SpeaksBothVersionsAndHttp11) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    LoopBench bench(true, hello);
    RawPeer peer = bench.connect({.version_min = version, .version_max = version});
    EXPECT_EQ(SSL_version(peer.tls().get()), version);
    EXPECT_EQ(chosen_protocol(peer), "http/1.1");
    for (int i = 0; i < 3; ++i) {
      peer.send(kGet);
      EXPECT_TRUE(bench.received(peer).ends_with("hi"));
      peer.forget();
    }
    EXPECT_EQ(bench.tls().full.value(), 1U);
  }
}

TEST(Tls, RefusesOldVersionsAndProtocolsThatItDoesNotSpeak) {
  const TlsOffer offers[] = {
      {.version_min = TLS1_VERSION, .version_max = TLS1_1_VERSION},
      {.protocols = kOnlyHttp2},
  };
  for (const TlsOffer& offer : offers) {
    LoopBench bench(true, hello);
    RawPeer peer = bench.connect_raw();
    peer.start_tls(offer);
    SSL_set_security_level(peer.tls().get(), 0);  // or the client would not even ask
    EXPECT_FALSE(bench.finish_handshake(peer));
    EXPECT_EQ(bench.tls().failed.value(), 1U);
    bench.advance(3s);
    EXPECT_EQ(bench.server().connections(), 0U);
  }
  LoopBench bench(true, hello);
  RawPeer silent = bench.connect({.protocols = ""});
  EXPECT_EQ(chosen_protocol(silent), "") << "a client may leave the protocol open";
  silent.send(kGet);
  EXPECT_TRUE(bench.received(silent).ends_with("hi"));
}

TEST(Tls, ResumesSessionsUntilTheirKeysAreGone) {
  LoopBench bench(true, hello);
  const auto resumes = [&](SSL_SESSION* session) {
    // A copy: OpenSSL's client uses a ticket once.
    const std::unique_ptr<SSL_SESSION, Freed<SSL_SESSION_free>> copy(SSL_SESSION_dup(session));
    RawPeer peer = bench.connect({.resume = copy.get()});
    return SSL_session_reused(peer.tls().get()) == 1;
  };
  RawPeer first = bench.connect();
  first.send(kGet);
  EXPECT_TRUE(bench.received(first).ends_with("hi"));
  SSL_SESSION* session = first.tls().session();
  ASSERT_NE(session, nullptr);
  EXPECT_TRUE(resumes(session));
  bench.clock.advance(5h);
  EXPECT_TRUE(resumes(session)) << "one key older";
  bench.clock.advance(8h);
  EXPECT_FALSE(resumes(session)) << "the key that sealed it is gone";
  EXPECT_EQ(bench.tls().resumed.value(), 2U);
  EXPECT_EQ(bench.tls().full.value(), 2U);
}

TEST(Tls, EndsHandshakesThatTakeTooLong) {
  const std::string whole = client_hello();
  const std::string beginnings[] = {"", whole.substr(0, 1), whole.substr(0, whole.size() / 2),
                                    whole};
  for (const std::string& beginning : beginnings) {
    LoopBench bench(true, hello);
    RawPeer peer = bench.connect_raw();
    peer.send(beginning);
    bench.advance(9s);
    EXPECT_EQ(bench.server().connections(), 1U) << beginning.size();
    bench.advance(2s);
    EXPECT_EQ(bench.server().connections(), 0U) << beginning.size();
    EXPECT_EQ(bench.tls().slow.value(), 1U);
  }
}

TEST(Tls, AByteAtATimeDoesNotHelpASlowHandshake) {
  LoopBench bench(true, hello);
  RawPeer peer = bench.connect_raw();
  const std::string whole = client_hello();
  for (std::size_t i = 0; i < 11; ++i) {
    peer.send(whole.substr(i, 1));
    bench.advance(1s);
  }
  EXPECT_EQ(bench.server().connections(), 0U);
}

TEST(Tls, TheOldestOfTooManyHandshakesGoes) {
  ServerOptions options;
  options.limits.handshakes_max = 2;
  LoopBench bench(true, hello, options);
  const std::string half = client_hello().substr(0, 100);
  RawPeer first = bench.connect_raw();
  RawPeer second = bench.connect_raw();
  first.send(half);
  bench.turn();
  second.send(half);
  bench.turn();
  EXPECT_EQ(bench.tls().crowded_out.value(), 0U);
  RawPeer viewer = bench.connect();
  EXPECT_EQ(bench.tls().crowded_out.value(), 1U);
  bench.received(first);
  EXPECT_TRUE(first.was_reset());
  viewer.send(kGet);
  EXPECT_TRUE(bench.received(viewer).ends_with("hi"));
  EXPECT_EQ(bench.server().connections(), 2U);
}

TEST(Tls, GarbageGetsAnAlertAndTheEnd) {
  std::string too_long = client_hello();
  too_long[6] = '\x7f';  // a hello of 8 MB
  const std::string garbage[] = {
      std::string("\x16\x03\x01\x00\x04"
                  "abcd",
                  9),
      std::string("\x16\x03\x01\xff\xff", 5) + std::string(70'000, 'x'),
      std::string("\x16") + std::string(300, '\xff'),
      too_long,
  };
  for (const std::string& bytes : garbage) {
    LoopBench bench(true, hello);
    RawPeer peer = bench.connect_raw();
    peer.send(bytes);
    const std::string answer = bench.received(peer);
    EXPECT_TRUE(answer.empty() || answer.front() == '\x15') << "an alert and no word of HTTP";
    EXPECT_EQ(bench.tls().failed.value(), 1U);
    bench.advance(3s);
    EXPECT_EQ(bench.server().connections(), 0U);
  }
}

TEST(Tls, PlainHttpIsToldWhereToGo) {
  struct Case {
    std::string request;
    std::string status;
    std::string location;
  };
  const Case cases[] = {
      {"GET /a?b=c HTTP/1.1\r\nHost: here:8443\r\n\r\n", "307", "https://here:8443/a?b=c"},
      {"HEAD / HTTP/1.1\r\nHost: here\r\n\r\n", "307", "https://here/"},
      {"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 2\r\n\r\nhi", "400", ""},
      {"GET / HTTP/1.1\r\nHost: evil\r\n\r\n", "421", ""},
      {"\x01\x02\x03\r\n\r\n", "400", ""},
  };
  for (const Case& test : cases) {
    int handled = 0;
    ServerOptions options;
    options.hosts_allowed = {"here"};
    LoopBench bench(true, [&](const std::shared_ptr<Exchange>&) { ++handled; }, options);
    RawPeer peer = bench.connect_raw();
    peer.send(test.request);
    const std::string answer = bench.received(peer);
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + test.status)) << answer;
    EXPECT_EQ(header_of(answer, "Location"), test.location);
    EXPECT_EQ(header_of(answer, "Strict-Transport-Security"), "");
    EXPECT_EQ(handled, 0) << "nothing is answered in the clear";
  }
}

TEST(Tls, SaysHowTheRequestCame) {
  Scheme seen = Scheme::http;
  const auto note = [&](const std::shared_ptr<Exchange>& exchange) {
    seen = exchange->request().context.scheme;
    hello(exchange);
  };
  ServerOptions options;
  options.hosts_behind_tls = {"films.example"};
  LoopBench tls(true, note, options);
  LoopBench plain(false, note, options);
  const auto scheme_of = [&](LoopBench& bench, const std::string& host) {
    RawPeer peer = bench.connect();
    peer.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nMatinee-Scheme: https\r\n\r\n");
    EXPECT_TRUE(bench.received(peer).ends_with("hi"));
    return seen;
  };
  EXPECT_EQ(scheme_of(tls, "a"), Scheme::https);
  EXPECT_EQ(scheme_of(plain, "a"), Scheme::http) << "clients do not decide it";
  EXPECT_EQ(scheme_of(plain, "films.example"), Scheme::https) << "TLS ended in front of us";
}

TEST(Tls, RenegotiationIsRefused) {
  LoopBench bench(true, hello);
  RawPeer peer = bench.connect({.version_max = TLS1_2_VERSION});
  SSL_renegotiate(peer.tls().get());
  EXPECT_FALSE(bench.finish_handshake(peer));
  RawPeer other = bench.connect();
  other.send(kGet);
  EXPECT_TRUE(bench.received(other).ends_with("hi"));
  EXPECT_EQ(bench.tls().full.value(), 2U);
}

TEST(Tls, ChangesKeysWhenAskedTo) {
  LoopBench bench(true, hello);
  RawPeer peer = bench.connect({.version_min = TLS1_3_VERSION});
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(SSL_key_update(peer.tls().get(), SSL_KEY_UPDATE_REQUESTED), 1);
    peer.send(kGet);
    EXPECT_TRUE(bench.received(peer).ends_with("hi"));
    peer.forget();
  }
}

TEST(Tls, AFloodOfKeyChangesThatNobodyReadsIsBounded) {
  LoopBench bench(true, hello);
  RawPeer peer = bench.connect({.version_min = TLS1_3_VERSION});
  const int small = 2048;
  ::setsockopt(peer.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  // Each makes the server answer with a record; the peer reads none of them.
  for (int i = 0; i < 8'000 && bench.server().connections() > 0; ++i) {
    if (SSL_key_update(peer.tls().get(), SSL_KEY_UPDATE_REQUESTED) != 1) break;
    SSL_write(peer.tls().get(), "\r\n", 2);
    if (i % 256 == 0) bench.turn();
  }
  bench.advance(31s);
  EXPECT_EQ(bench.server().connections(), 0U);
}

TEST(Tls, AHalfClosedClientGetsTheWholeAnswer) {
  std::shared_ptr<Exchange> held;
  LoopBench bench(true, [&](const std::shared_ptr<Exchange>& exchange) { held = exchange; });
  RawPeer peer = bench.connect();
  peer.send(kGet);
  peer.finish_sending();
  bench.turn();
  ASSERT_TRUE(held);
  held->respond(Response::text(200, std::string(100'000, 'x')));
  held.reset();
  EXPECT_TRUE(bench.received(peer).ends_with("xxxx"));
  EXPECT_TRUE(bench.saw_close());
  EXPECT_TRUE(peer.was_told_the_end());
}

TEST(Tls, ABodyCutOffIsNoBody) {
  for (const bool politely : {false, true}) {
    int error = -1;
    bool ended = false;
    LoopBench bench(true, [&](const std::shared_ptr<Exchange>& exchange) {
      exchange->read_body({.on_data = {},
                           .on_end = [&] { ended = true; },
                           .on_error = [&, exchange](int status) { error = status; }});
    });
    RawPeer peer = bench.connect();
    peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    bench.turn();
    if (politely) peer.finish_sending();
    peer.close();
    bench.turn();
    EXPECT_FALSE(ended);
    EXPECT_EQ(error, 0);
    EXPECT_EQ(bench.server().connections(), 0U);
  }
}

TEST(Tls, AnAnswerWithoutLengthEndsWithAWord) {
  for (const bool whole : {true, false}) {
    LoopBench bench(true, [&](const std::shared_ptr<Exchange>& exchange) {
      exchange->begin({}, std::nullopt);
      exchange->write(SharedBytes::unowned("all of it"));
      whole ? exchange->finish() : exchange->abort();
    });
    RawPeer peer = bench.connect();
    peer.send("GET / HTTP/1.0\r\n\r\n");
    bench.received(peer);
    EXPECT_TRUE(bench.saw_close());
    EXPECT_EQ(peer.was_told_the_end(), whole) << "a cut must not look like the end";
  }
}

TEST(Tls, SendsEveryByteOfMixedPieces) {
  std::string expected;
  std::vector<SharedBytes> pieces;
  std::mt19937 random(11);
  for (int i = 0; i < 200; ++i) {
    const std::size_t bytes = random() % (i % 10 == 0 ? 300'000 : 5'000) + 1;
    std::string piece;
    for (std::size_t at = 0; at < bytes; ++at)
      piece.push_back(static_cast<char>('a' + random() % 26));
    expected += piece;
    pieces.push_back(SharedBytes::of(std::move(piece)));
  }
  LoopBench bench(true, [&](const std::shared_ptr<Exchange>& exchange) {
    exchange->begin({}, expected.size());
    for (const SharedBytes& piece : pieces) exchange->write(piece);
    exchange->finish();
  });
  RawPeer peer = bench.connect();
  peer.send(kGet);
  bench.turn();
  while (peer.received().find("\r\n\r\n") == std::string::npos ||
         peer.received().size() < peer.received().find("\r\n\r\n") + 4 + expected.size()) {
    bench.turn();
    ASSERT_TRUE(peer.receive_some());
  }
  EXPECT_TRUE(peer.received().substr(peer.received().find("\r\n\r\n") + 4) == expected);
}

TEST(Tls, TakesItsBytesInAnyPieces) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 8; ++round) {
    std::size_t body = 0;
    LoopBench bench(true, [&](const std::shared_ptr<Exchange>& exchange) {
      exchange->read_body({.on_data = [&](std::string_view data) { body += data.size(); },
                           .on_end =
                               [&, exchange] {
                                 exchange->respond(
                                     Response::text(200, "got " + std::to_string(body)));
                               },
                           .on_error = {}});
    });
    RawPeer peer = bench.connect_raw();
    TlsClientSide side({.version_max = round % 2 == 0 ? TLS1_3_VERSION : TLS1_2_VERSION});
    BIO* in = BIO_new(BIO_s_mem());
    BIO* out = BIO_new(BIO_s_mem());
    SSL_set_bio(side.get(), in, out);
    std::string text =
        "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\n" + std::string(50'000, 'x');
    std::string answer;
    for (int step = 0; step < 500 && !answer.ends_with("got 50000"); ++step) {
      if (SSL_do_handshake(side.get()) == 1 && !text.empty()) {
        const auto part = std::min<std::size_t>(text.size(), random() % 20'000 + 1);
        SSL_write(side.get(), text.data(), static_cast<int>(part));
        text.erase(0, part);
      }
      const char* sealed = nullptr;
      const auto bytes = BIO_get_mem_data(out, &sealed);
      std::string_view left(sealed, static_cast<std::size_t>(bytes));
      while (!left.empty()) {
        const auto piece =
            std::min<std::size_t>(left.size(), random() % (left.size() < 600 ? 40 : 9'000) + 1);
        peer.send(left.substr(0, piece));
        bench.turn();
        left.remove_prefix(piece);
      }
      (void)BIO_reset(out);
      peer.forget();
      const std::string came = bench.received(peer);
      BIO_write(in, came.data(), static_cast<int>(came.size()));
      std::array<char, 4096> plain{};
      const int count = SSL_read(side.get(), plain.data(), plain.size());
      if (count > 0) answer.append(plain.data(), static_cast<std::size_t>(count));
    }
    EXPECT_TRUE(answer.ends_with("got 50000")) << answer;
  }
}

TEST(Tls, ANewCertificateReachesNewConnectionsOnly) {
  LoopBench bench(true, hello);
  const std::string before = bench.tls().facts().fingerprint;
  RawPeer old = bench.connect();
  EXPECT_EQ(fingerprint_seen_by(old), before);
  SystemRandom random;
  const TlsPem pem = make_self_signed({"other.test"}, bench.clock.now(), random).value();
  bench.tls().replace(TlsIdentity::parse(pem.certificate, pem.key).value());
  const std::string after = bench.tls().facts().fingerprint;
  EXPECT_NE(after, before);
  RawPeer fresh = bench.connect();
  EXPECT_EQ(fingerprint_seen_by(fresh), after);
  for (RawPeer* peer : {&old, &fresh}) {
    peer->send(kGet);
    EXPECT_TRUE(bench.received(*peer).ends_with("hi"));
  }
}

// A certificate for `name`, signed by another one of `authority`.
struct Signed {
  std::string authority;
  TlsPem pem;
};
Signed signed_by_authority(Instant now) {
  SystemRandom random;
  const TlsPem authority = make_self_signed({"authority.test"}, now, random).value();
  const TlsPem own = make_self_signed({"films.test"}, now, random).value();
  const auto memory = [](const std::string& text) {
    return OwnedBio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  };
  const OwnedX509 above(
      PEM_read_bio_X509(memory(authority.certificate).get(), nullptr, nullptr, nullptr));
  const OwnedKey key(
      PEM_read_bio_PrivateKey(memory(authority.key).get(), nullptr, nullptr, nullptr));
  // The maker makes no authorities: this one becomes one.
  const OwnedExtension may_sign(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints, "critical,CA:TRUE"));
  for (const int nid : {NID_basic_constraints, NID_key_usage}) {
    X509_EXTENSION_free(X509_delete_ext(above.get(), X509_get_ext_by_NID(above.get(), nid, -1)));
  }
  X509_add_ext(above.get(), may_sign.get(), -1);
  X509_sign(above.get(), key.get(), EVP_sha256());
  const OwnedX509 leaf(PEM_read_bio_X509(memory(own.certificate).get(), nullptr, nullptr, nullptr));
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(above.get()));
  X509_sign(leaf.get(), key.get(), EVP_sha256());
  const auto text = [](X509* certificate) {
    const OwnedBio out(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(out.get(), certificate);
    const char* data = nullptr;
    const auto bytes = BIO_get_mem_data(out.get(), &data);
    return std::string(data, static_cast<std::size_t>(bytes));
  };
  return {text(above.get()), {text(leaf.get()), own.key}};
}

TEST(Tls, AsksForTlsForEverOnlyWithACertificateThatBrowsersBelieve) {
  LoopBench bench(true, hello);
  const auto asks = [&] {
    RawPeer peer = bench.connect();
    peer.send(kGet);
    return header_of(bench.received(peer), "Strict-Transport-Security");
  };
  EXPECT_EQ(asks(), "");
  const Signed real = signed_by_authority(bench.clock.now());
  auto unknown = TlsIdentity::parse(real.pem.certificate, real.pem.key);
  ASSERT_TRUE(unknown) << unknown.error().message;
  bench.tls().replace(std::move(*unknown));
  EXPECT_EQ(asks(), "") << "of an authority that nobody knows";
  bench.tls().replace(
      TlsIdentity::parse(real.pem.certificate, real.pem.key, real.authority).value());
  EXPECT_EQ(asks(), "max-age=15552000");
  SystemRandom random;
  const TlsPem own = make_self_signed({"a"}, bench.clock.now(), random).value();
  bench.tls().replace(TlsIdentity::parse(own.certificate, own.key, own.certificate).value());
  EXPECT_EQ(asks(), "") << "its own, even where it was put into the store";
}

TEST(Tls, DrainsHandshakesAndIdleConnections) {
  LoopBench bench(true, hello);
  RawPeer silent = bench.connect_raw();
  RawPeer idle = bench.connect();
  bench.server().begin_drain();
  bench.turn();
  EXPECT_EQ(bench.server().connections(), 0U);
  bench.received(idle);
  EXPECT_TRUE(idle.was_told_the_end());
}

}  // namespace
}  // namespace matinee::http
