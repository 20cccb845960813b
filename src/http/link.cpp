#include "http/link.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

namespace matinee::http {
namespace {

constexpr char kHandshakeRecord = 22;  // RFC 8446 section 5.1

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Link::Opening Link::open() {
  if (session_ == nullptr) {
    char first = 0;
    const ssize_t count = ::recv(socket_.fd(), &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && would_block()) return Opening::again;
    if (count <= 0) return Opening::gone;
    if (first != kHandshakeRecord) {
      is_misplaced_ = is_open_ = true;
      server_->misplaced.add();
      return Opening::done;
    }
    const auto [tls, asks_for_ever] = server_->open();
    asks_for_ever_ = asks_for_ever;
    session_ = std::make_unique<TlsSession>(tls, socket_.fd(), wire_);
    return Opening::began;
  }
  switch (session_->handshake()) {
    case TlsSession::Step::again:
      return Opening::again;
    case TlsSession::Step::failed:
      server_->failed.add();
      return Opening::failed;
    case TlsSession::Step::done:
      break;
  }
  is_open_ = true;
  (session_->is_resumed() ? server_->resumed : server_->full).add();
  return Opening::done;
}

Received Link::receive(std::span<char> out) {
  return session_ != nullptr ? session_->receive(out) : receive_plain(socket_.fd(), out);
}

bool Link::discard(std::span<char> scratch) {
  const Received received = receive_plain(socket_.fd(), scratch);
  return received.ended || received.broken;
}

OutQueue::Flushed Link::flush(OutQueue& out, std::size_t& written, bool begins) {
  if (session_ != nullptr) return session_->flush(out, written, begins);
  return out.flush(socket_.fd(), written);
}

void Link::say_end() {
  if (session_ != nullptr) session_->close_notify();
}

void Link::finish_sending() {
  say_end();
  (void)::shutdown(socket_.fd(), SHUT_WR);
}

void Link::reset_at_close() {
  const linger reset{1, 0};
  (void)::setsockopt(socket_.fd(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
}

void Link::close() {
  session_.reset();
  socket_.close();
}

}  // namespace matinee::http
