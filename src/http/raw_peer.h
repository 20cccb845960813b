#pragma once
// http/raw_peer: a client that sends exactly the bytes it is told to, plain or in TLS. For tests
// only.

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "http/socket.h"

namespace matinee::http {

/// What a test's client offers.
struct TlsOffer {
  int version_min = TLS1_2_VERSION;
  int version_max = TLS1_3_VERSION;
  std::string protocols = std::string("\x08http/1.1", 9);  // ALPN, in its wire form; "" for none
  SSL_SESSION* resume = nullptr;
};

/// OpenSSL's client side, not connected to anything yet. Believes every certificate.
class TlsClientSide {
 public:
  explicit TlsClientSide(const TlsOffer& offer = {}) : rules_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_min_proto_version(rules_, offer.version_min);
    SSL_CTX_set_max_proto_version(rules_, offer.version_max);
    SSL_CTX_set_app_data(rules_, this);
    SSL_CTX_set_session_cache_mode(rules_, SSL_SESS_CACHE_CLIENT);
    SSL_CTX_sess_set_new_cb(rules_, [](SSL* tls, SSL_SESSION* session) {
      auto& side = *static_cast<TlsClientSide*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(tls)));
      SSL_SESSION_free(std::exchange(side.session_, session));
      return 1;
    });
    tls_ = SSL_new(rules_);
    if (!offer.protocols.empty()) {
      SSL_set_alpn_protos(tls_, reinterpret_cast<const unsigned char*>(offer.protocols.data()),
                          static_cast<unsigned>(offer.protocols.size()));
    }
    if (offer.resume != nullptr) SSL_set_session(tls_, offer.resume);
    SSL_set_connect_state(tls_);
  }
  ~TlsClientSide() {
    SSL_set_shutdown(tls_, SSL_SENT_SHUTDOWN);  // or its sessions would not be resumed any more
    SSL_SESSION_free(session_);
    SSL_free(tls_);
    SSL_CTX_free(rules_);
  }
  TlsClientSide(const TlsClientSide&) = delete;
  TlsClientSide& operator=(const TlsClientSide&) = delete;

  SSL* get() { return tls_; }
  /// The newest ticket; null until one came.
  [[nodiscard]] SSL_SESSION* session() const { return session_; }

 private:
  SSL_CTX* rules_;
  SSL* tls_ = nullptr;
  SSL_SESSION* session_ = nullptr;
};

/// A client that sends exactly the bytes it is told to.
class RawPeer {
 public:
  explicit RawPeer(Socket socket) : socket_(std::move(socket)) {}

  /// From here on in TLS; go on with continue_tls() until it says true.
  void start_tls(const TlsOffer& offer = {}) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
    tls_ = std::make_unique<TlsClientSide>(offer);
    SSL_set_fd(tls_->get(), socket_.fd());
  }
  bool continue_tls() { return SSL_do_handshake(tls_->get()) == 1; }
  [[nodiscard]] TlsClientSide& tls() { return *tls_; }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = send_some(bytes);
      if (count > 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      } else if (errno == EAGAIN) {
        pollfd waiting{socket_.fd(), POLLOUT, 0};
        ASSERT_GT(::poll(&waiting, 1, 20'000), 0) << "the server takes nothing";
      } else {
        return;  // closed by the server
      }
    }
  }
  /// Reads until `text` has come; what came so far stands in received().
  bool receive_until(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!receive_some()) return false;
    }
    return true;
  }
  /// Everything until the server closes.
  std::string receive_all() {
    while (receive_some()) {
    }
    return received_;
  }
  /// True when receive_some() would not wait.
  bool has_input(int wait_ms) {
    if (tls_ && SSL_pending(tls_->get()) > 0) return true;
    pollfd waiting{socket_.fd(), POLLIN, 0};
    return ::poll(&waiting, 1, wait_ms) > 0;
  }
  bool receive_some(std::size_t bytes_max = 65'536) {
    if (!has_input(20'000)) {
      ADD_FAILURE() << "nothing came for 20 s after: " << received_;
      return false;
    }
    std::string piece(bytes_max, '\0');
    const ssize_t count =
        tls_ ? receive_sealed(piece) : ::recv(socket_.fd(), piece.data(), piece.size(), 0);
    if (count == kPartOfARecord) return true;
    if (count < 0 && errno == ECONNRESET) was_reset_ = true;
    if (count <= 0) return false;
    received_.append(piece, 0, static_cast<std::size_t>(count));
    return true;
  }
  void finish_sending() {
    if (tls_) SSL_shutdown(tls_->get());
    ::shutdown(socket_.fd(), SHUT_WR);
  }
  void close() { socket_.close(); }
  /// The server broke off.
  [[nodiscard]] bool was_reset() const { return was_reset_; }
  /// The server said that nothing more comes.
  [[nodiscard]] bool was_told_the_end() {
    return (SSL_get_shutdown(tls_->get()) & SSL_RECEIVED_SHUTDOWN) != 0;
  }
  [[nodiscard]] const std::string& received() const { return received_; }
  void forget() { received_.clear(); }
  [[nodiscard]] int fd() const { return socket_.fd(); }

 private:
  static constexpr ssize_t kPartOfARecord = -2;

  ssize_t send_some(std::string_view bytes) {
    if (!tls_) return ::send(socket_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    errno = 0;
    const int count = SSL_write(tls_->get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0 && SSL_get_error(tls_->get(), count) == SSL_ERROR_WANT_WRITE) errno = EAGAIN;
    return count;
  }
  ssize_t receive_sealed(std::string& piece) {
    errno = 0;
    const int count = SSL_read(tls_->get(), piece.data(), static_cast<int>(piece.size()));
    if (count > 0) return count;
    return SSL_get_error(tls_->get(), count) == SSL_ERROR_WANT_READ ? kPartOfARecord : -1;
  }

  Socket socket_;
  std::unique_ptr<TlsClientSide> tls_;
  std::string received_;
  bool was_reset_ = false;
};

}  // namespace matinee::http
