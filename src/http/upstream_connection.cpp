#include "http/upstream_connection.h"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace matinee::http {
namespace {

Error unavailable(std::string message) { return {ErrorCode::unavailable, std::move(message)}; }

}  // namespace

UpstreamConnection::UpstreamConnection(UpstreamHost& host, Socket socket)
    : host_(host),
      socket_(std::move(socket)),
      parser_(MessageParser::Kind::response, {}),
      since_(host.loop().now()),
      last_read_(since_) {}

UpstreamConnection::~UpstreamConnection() = default;

void UpstreamConnection::start(std::shared_ptr<Http1Call> call) {
  call_ = std::move(call);
  call_->connection_ = this;
  interest_ = EPOLLOUT;
  watched_ = true;
  host_.loop().watch(socket_.fd(), interest_, *this);
  update_timer();
}

void UpstreamConnection::take(std::shared_ptr<Http1Call> call) {
  call_ = std::move(call);
  call_->connection_ = this;
  reused_ = true;
  received_ = false;
  parser_.reset();
  parser_.expect_response_to(call_->request_.method);
  turn();
}

void UpstreamConnection::schedule() {
  if (closed_ || turning_ || std::exchange(scheduled_, true)) return;
  host_.loop().defer([self = shared_from_this()] {
    self->scheduled_ = false;
    self->turn();
  });
}

void UpstreamConnection::on_ready(std::uint32_t events) {
  const auto self = shared_from_this();
  if (connecting_) return connected();
  if (is_paused() && (events & EPOLLIN) == 0 && (events & (EPOLLHUP | EPOLLERR)) != 0) {
    // The peer is gone and what it sent waits for resume(): until then there is nothing to watch.
    host_.loop().unwatch(socket_.fd());
    watched_ = false;
    return;
  }
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) read_input();
  turn();
}

void UpstreamConnection::connected() {
  if (const auto done = connect_result(socket_); !done) return broken(done.error());
  connecting_ = false;
  last_read_ = host_.loop().now();
  parser_.expect_response_to(call_->request_.method);
  turn();
}

void UpstreamConnection::read_input() {
  if (closed_ || input_closed_ || is_paused()) return;
  Input::read(
      host_.scratch(), [this](std::span<char> out) { return receive_plain(socket_.fd(), out); },
      [this](const Received& received) { return take_input(received); });
}

// False when there is to be no more.
bool UpstreamConnection::take_input(const Received& received) {
  if (received.broken) {
    broken(unavailable(std::string("the connection broke off: ") + std::strerror(errno)));
    return false;
  }
  if (!call_) {  // closed by the peer while idle, or talking unasked
    close();
    return false;
  }
  input_closed_ = received.ended;
  received_ = received_ || received.bytes > 0;
  last_read_ = host_.loop().now();
  turning_ = true;
  pending_.add({host_.scratch().data(), received.bytes},
               [this](std::string_view in) { return process(in); });
  turning_ = false;
  return !closed_ && !input_closed_ && !is_paused();
}

// How much of what was received is done with. What follows an answer is never expected.
std::size_t UpstreamConnection::process(std::string_view in) {
  std::size_t used = 0;
  while (call_ && !closed_ && !is_paused()) {
    const MessageParser::Step step = parser_.next(in.substr(used));
    used += step.consumed;
    if (step.event == MessageParser::Event::end) {
      complete(used < in.size());
      return in.size();
    }
    if (!take_event(step)) break;
  }
  if (call_ && !closed_ && !is_paused() && input_closed_) {
    peer_closed(used < in.size());
    return in.size();
  }
  return used;
}

bool UpstreamConnection::take_event(const MessageParser::Step& step) {
  const auto call = call_;
  switch (step.event) {
    case MessageParser::Event::head:
      deliver_head();
      return true;
    case MessageParser::Event::data:
      if (call->events_.on_data) call->events_.on_data(step.data);
      return true;
    case MessageParser::Event::error:
      broken(
          {ErrorCode::corrupt, "the answer is malformed: " + std::string(parser_.error_reason())});
      return false;
    default:
      return false;
  }
}

void UpstreamConnection::deliver_head() {
  const auto call = call_;
  call->head_seen_ = true;
  UpstreamHead head;
  head.status = parser_.head().status;
  head.headers = parser_.head().headers;
  for (const std::string_view name : {"connection", "transfer-encoding", "keep-alive"}) {
    head.headers.remove(name);
  }
  head.body_bytes = parser_.head().body_bytes;
  if (call->events_.on_head) call->events_.on_head(head);
}

void UpstreamConnection::peer_closed(bool is_more) {
  if (parser_.finish_input(is_more) == MessageParser::Event::end) return complete(false);
  broken(unavailable(received_ ? "the answer was cut short"
                               : "the connection closed before the answer"));
}

void UpstreamConnection::complete(bool is_more) {
  const auto call = std::exchange(call_, nullptr);
  call->connection_ = nullptr;
  call->over_ = true;
  const bool kept = parser_.head().keep_alive && !input_closed_ && !send_broken_ && !is_more &&
                    call->out_.empty() && !call->sending_;
  if (kept) {
    since_ = host_.loop().now();
    host_.connection_idle(*this);
  } else {
    close();
  }
  const auto events = std::exchange(call->events_, {});
  if (events.on_end) events.on_end();
}

void UpstreamConnection::broken(Error error) {
  auto call = std::exchange(call_, nullptr);
  const bool was_connecting = connecting_;
  close();
  if (!call || call->over_) return;
  call->connection_ = nullptr;
  const bool again = reused_ && !received_ && call->request_.retry_safe && !call->retried_ &&
                     !call->request_.has_body && error.code == ErrorCode::unavailable;
  if (again) {
    call->retried_ = true;
    return host_.again(std::move(call));
  }
  error.message = std::string(name_of(call->request_.method)) + " at " +
                  host_.options().address.to_string() + ": " + error.message;
  call->fail_with({std::move(error), !call->head_seen_, call->sent_any_ && !was_connecting});
}

void UpstreamConnection::turn() {
  if (closed_ || turning_ || connecting_) return;
  const auto self = shared_from_this();
  turning_ = true;
  if (call_) {
    // Even with nothing pending: the end may wait for resume().
    pending_.go_on([this](std::string_view in) { return process(in); });
  }
  if (!closed_) flush();
  turning_ = false;
  if (closed_) return;
  update_interest();
  update_timer();
}

void UpstreamConnection::flush() {
  if (!call_) return;
  const auto call = call_;
  call->was_high_ = call->was_high_ || call->out_.bytes() > UpstreamCall::kBufferHigh;
  std::size_t written = 0;
  const auto flushed = call->out_.flush(socket_.fd(), written);
  if (written > 0) {
    call->sent_any_ = true;
    call->progress_ = host_.loop().now();
  }
  if (flushed == OutQueue::Flushed::broken) {
    send_broken_ = true;  // perhaps the peer answered before it closed: read on
    call->out_.clear();
  }
  if (!call->was_high_ || call->out_.bytes() > UpstreamCall::kBufferLow) return;
  call->was_high_ = false;
  if (call->sending_ && call->events_.on_drain) {
    turning_ = false;
    call->events_.on_drain();
    turning_ = true;
  }
}

void UpstreamConnection::update_interest() {
  std::uint32_t wanted = 0;
  if (!input_closed_ && (!call_ || !call_->paused_)) wanted |= EPOLLIN;
  if (call_ && !call_->out_.empty()) wanted |= EPOLLOUT;
  if (!watched_) {
    if (wanted == 0) return;
    host_.loop().watch(socket_.fd(), wanted, *this);
    watched_ = true;
  } else if (wanted != interest_) {
    host_.loop().change(socket_.fd(), wanted);
  }
  interest_ = wanted;
}

MonotonicInstant UpstreamConnection::next_deadline() const {
  if (connecting_) return since_ + host_.options().connect_timeout;
  if (!call_) return since_ + host_.options().idle_timeout;
  const UpstreamRequest& request = call_->request_;
  if (!call_->head_seen_) return call_->progress_ + request.head_timeout;
  if (call_->paused_) return MonotonicInstant::max();
  return last_read_ + request.body_timeout;
}

void UpstreamConnection::update_timer() {
  const MonotonicInstant at = next_deadline();
  if (at == MonotonicInstant::max() || (timer_.armed() && timer_.at <= at)) return;
  host_.loop().cancel(timer_);
  timer_ = host_.loop().add_timer_at(at, [this] { on_timer(); });
}

void UpstreamConnection::on_timer() {
  const auto self = shared_from_this();
  timer_ = {};
  if (next_deadline() > host_.loop().now()) return update_timer();
  if (!call_) return close();
  reused_ = false;  // slow is not stale: not repeated
  broken(unavailable(connecting_          ? "connecting took too long"
                     : !call_->head_seen_ ? "the answer did not come in time"
                                          : "the answer's body stalled"));
}

void UpstreamConnection::close() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();
  host_.loop().cancel(timer_);
  if (watched_) host_.loop().unwatch(socket_.fd());
  watched_ = false;
  socket_.close();
  host_.connection_closed(*this);
}

}  // namespace matinee::http
