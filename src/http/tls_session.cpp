#include "http/tls_session.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/check.h"
#include "http/tls_openssl.h"

namespace matinee::http {
namespace {

constexpr std::size_t kRecordBytesMax = 16 * 1024;  // TLS's own limit
constexpr std::size_t kRecordBytesFirst = 4 * 1024;
constexpr std::size_t kFirstRecordsBytes = 32 * 1024;
constexpr std::size_t kUnsentKeptMax = 16 * 1024;  // capacity that an idle connection keeps

}  // namespace

// What OpenSSL takes for its socket.
struct TlsSession::Transport {
  static int read(BIO* bio, char* out, int bytes) {
    auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (!session.is_open_ && session.received_ > kHandshakeBytesMax) return -1;
    ssize_t count = 0;
    do {
      count = ::recv(session.fd_, out, static_cast<std::size_t>(bytes), MSG_DONTWAIT);
    } while (count < 0 && errno == EINTR);
    session.drained_ = count < bytes;
    if (count > 0) {
      session.received_ += static_cast<std::size_t>(count);
    } else if (count == 0) {
      session.ended_ = true;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      BIO_set_retry_read(bio);
    }
    return static_cast<int>(count);
  }

  static int write(BIO* bio, const char* bytes, int count) {
    auto& session = *static_cast<TlsSession*>(BIO_get_data(bio));
    session.wire_.append(bytes, static_cast<std::size_t>(count));
    return count;
  }

  static long control(BIO* bio, int command, long, void*) {
    if (command == BIO_CTRL_EOF) return static_cast<TlsSession*>(BIO_get_data(bio))->ended_ ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }

  static const BIO_METHOD* method() {
    static const BIO_METHOD* const made = [] {
      BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "matinee");
      MATINEE_CHECK(method != nullptr);
      BIO_meth_set_read(method, read);
      BIO_meth_set_write(method, write);
      BIO_meth_set_ctrl(method, control);
      return method;
    }();
    return made;
  }
};

TlsSession::TlsSession(ssl_st* tls, int fd, std::string& wire) : tls_(tls), fd_(fd), wire_(wire) {
  BIO* bio = BIO_new(Transport::method());
  MATINEE_CHECK(bio != nullptr);
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(tls_, bio, bio);
  SSL_set_accept_state(tls_);
}

TlsSession::~TlsSession() { SSL_free(tls_); }

TlsSession::Step TlsSession::handshake() {
  if (dead_) return Step::failed;
  ERR_clear_error();
  const int done = SSL_do_handshake(tls_);
  const int error = SSL_get_error(tls_, done);
  std::size_t written = 0;
  const bool is_gone = send_wire(written) == OutQueue::Flushed::broken;
  if (done == 1 && !is_gone) {
    is_open_ = true;
    return Step::done;
  }
  if (error == SSL_ERROR_WANT_READ && !is_gone && !ended_) return Step::again;
  dead_ = true;
  failure_ = ended_ || is_gone                ? "the client went away"
             : received_ > kHandshakeBytesMax ? "the client sent too much"
                                              : openssl_reason();
  ERR_clear_error();
  return Step::failed;
}

Received TlsSession::receive(std::span<char> out) {
  Received received;
  has_more_ = false;
  if (dead_) return {.ended = true};
  drained_ = false;
  while (received.bytes < out.size()) {
    ERR_clear_error();
    const auto room = std::min<std::size_t>(out.size() - received.bytes, 1U << 30U);
    const int count = SSL_read(tls_, out.data() + received.bytes, static_cast<int>(room));
    if (count > 0) {
      received.bytes += static_cast<std::size_t>(count);
      if (drained_ && SSL_has_pending(tls_) == 0) break;  // spares a call that finds nothing
      continue;
    }
    const int error = SSL_get_error(tls_, count);
    if (error == SSL_ERROR_WANT_READ) break;
    // Cut off or closed: HTTP's own framing tells whether something is missing.
    received.ended = error == SSL_ERROR_ZERO_RETURN || ended_;
    received.broken = !received.ended;
    dead_ = error != SSL_ERROR_ZERO_RETURN;
    break;
  }
  ERR_clear_error();
  has_more_ = received.bytes == out.size() && SSL_has_pending(tls_) == 1;
  std::size_t written = 0;  // an answer to a change of keys
  if (send_wire(written) == OutQueue::Flushed::broken) received.broken = true;
  if (unsent_.size() > 2 * kBatchBytes) received.broken = true;  // asks for more than it takes
  return received;
}

std::size_t TlsSession::record_bytes() const {
  return since_quiet_ < kFirstRecordsBytes ? kRecordBytesFirst : kRecordBytesMax;
}

OutQueue::Flushed TlsSession::flush(OutQueue& out, std::size_t& written, bool begins) {
  std::array<char, kRecordBytesMax> gathered;
  if (begins) since_quiet_ = 0;
  while (true) {
    if (const auto sent = send_wire(written); sent != OutQueue::Flushed::all) return sent;
    if (out.empty()) return OutQueue::Flushed::all;
    if (dead_) return OutQueue::Flushed::broken;
    std::size_t batch = 0;
    while (!out.empty() && batch < kBatchBytes) {
      const std::string_view record = out.next(std::span(gathered).first(record_bytes()));
      ERR_clear_error();
      const int count = SSL_write(tls_, record.data(), static_cast<int>(record.size()));
      if (count <= 0) {
        dead_ = true;
        ERR_clear_error();
        return OutQueue::Flushed::broken;
      }
      out.consume(static_cast<std::size_t>(count));
      batch += static_cast<std::size_t>(count);
      since_quiet_ += static_cast<std::size_t>(count);
    }
  }
}

OutQueue::Flushed TlsSession::send_wire(std::size_t& written) {
  const bool is_behind = !unsent_.empty();
  if (is_behind) unsent_.append(wire_);
  std::string_view left = is_behind ? std::string_view(unsent_) : std::string_view(wire_);
  auto outcome = OutQueue::Flushed::all;
  while (!left.empty()) {
    const ssize_t sent = ::send(fd_, left.data(), left.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      if (errno == EINTR) continue;
      const bool is_full = errno == EAGAIN || errno == EWOULDBLOCK;
      outcome = is_full ? OutQueue::Flushed::blocked : OutQueue::Flushed::broken;
      break;
    }
    written += static_cast<std::size_t>(sent);
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (is_behind) {
    unsent_.erase(0, unsent_.size() - left.size());
    if (unsent_.empty() && unsent_.capacity() > kUnsentKeptMax) std::string().swap(unsent_);
  } else if (outcome == OutQueue::Flushed::blocked) {
    unsent_ = left;
  }
  wire_.clear();
  return outcome;
}

void TlsSession::close_notify() {
  if (dead_ || !is_open_) return;
  ERR_clear_error();
  (void)SSL_shutdown(tls_);
  ERR_clear_error();
  std::size_t written = 0;
  (void)send_wire(written);
}

bool TlsSession::is_resumed() const { return SSL_session_reused(tls_) == 1; }

}  // namespace matinee::http
