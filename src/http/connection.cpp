#include "http/connection.h"

#include <sys/epoll.h>

#include <algorithm>
#include <utility>

#include "http/origin_check.h"
#include "http/problem.h"

namespace matinee::http {
namespace {

constexpr std::uint64_t kDiscardedBytesMax = 64 * 1024;
constexpr std::chrono::milliseconds kLinger{2'000};
constexpr std::chrono::milliseconds kQuiet{1'000};  // then a connection starts slowly again

// What the edge adds to a client's headers must not be what makes them too many.
constexpr std::size_t kInternalHeadersMax = 32;
constexpr std::size_t kInternalHeaderBytesMax = 4 * 1024;

MessageParser::Limits parser_limits(const ServerLimits& limits, ListenerKind kind) {
  const bool is_public = kind == ListenerKind::public_;
  return {limits.request_line_bytes_max,
          limits.header_count_max + (is_public ? 0 : kInternalHeadersMax),
          limits.header_bytes_max + (is_public ? 0 : kInternalHeaderBytesMax)};
}

}  // namespace

Connection::Connection(ServerLoop& server, Socket socket, const Listener& listener,
                       std::string peer)
    : server_(server),
      link_(std::move(socket), listener.tls, server.wire()),
      kind_(listener.kind),
      peer_(std::move(peer)),
      parser_(MessageParser::Kind::request, parser_limits(server.limits(), listener.kind)),
      accepted_(server.loop().now()),
      last_read_(accepted_),
      last_write_(last_read_),
      head_began_(last_read_) {}

Connection::~Connection() = default;

void Connection::start() {
  interest_ = EPOLLIN;
  server_.loop().watch(link_.fd(), interest_, *this);
  update_timer();
}

void Connection::on_ready(std::uint32_t events) {
  const auto self = shared_from_this();
  if (!link_.is_open() && !lingering_) {
    if ((events & EPOLLERR) != 0) return abort_now();
    open_link();
    if (!link_.is_open() || closed_) return;
    events |= EPOLLIN;  // what follows the handshake may have been read with it
  }
  if ((events & EPOLLIN) != 0) read_input();
  if (closed_) return;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) return abort_now();
  if ((events & EPOLLOUT) != 0) turn();
}

void Connection::read_input() {
  const auto scratch = server_.scratch();
  if (lingering_) {
    if (link_.discard(scratch)) close_now();
    return;
  }
  if (!input_closed_) {
    Input::read(
        scratch, [this](std::span<char> out) { return link_.receive(out); },
        [this](const Received& received) { return take_input(received); });
  }
  turn();
}

// False when there is to be no more.
bool Connection::take_input(const Received& received) {
  if (received.broken) {
    abort_now();
    return false;
  }
  input_closed_ = received.ended;
  last_read_ = server_.loop().now();
  if (parser_.is_idle() && pending_.empty()) head_began_ = last_read_;
  turning_ = true;
  pending_.add({server_.scratch().data(), received.bytes},
               [this](std::string_view in) { return process(in); });
  turning_ = false;
  return !stalled_ && !input_closed_ && !closed_;
}

void Connection::schedule() {
  if (closed_) return;
  if (turning_) {
    again_ = true;
  } else if (!std::exchange(scheduled_, true)) {
    server_.loop().defer([self = shared_from_this()] {
      self->scheduled_ = false;
      self->turn();
    });
  }
}

void Connection::turn() {
  if (closed_ || turning_) return;
  const auto self = shared_from_this();
  turning_ = true;
  do {
    again_ = false;
    pending_.go_on([this](std::string_view in) { return process(in); });
  } while (again_);
  finish_turn();
  turning_ = false;
}

// How much of what was received is done with.
std::size_t Connection::process(std::string_view in) {
  std::size_t used = 0;
  stalled_ = false;
  while (process_step(in, used)) {
  }
  return used;
}

// One event; false when nothing more can be done with what is there.
bool Connection::process_step(std::string_view in, std::size_t& used) {
  if (lingering_ || aborting_) return false;
  if (exchange_ != nullptr && advance_exchange()) return true;
  if (aborting_) return false;
  if (must_wait()) {
    stalled_ = true;
    return false;
  }
  const MessageParser::Step step = parser_.next(in.substr(used));
  used += step.consumed;
  return take_event(step);
}

bool Connection::take_event(const MessageParser::Step& step) {
  switch (step.event) {
    case MessageParser::Event::head:
      begin_request();
      return true;
    case MessageParser::Event::data:
      deliver(step.data);
      return true;
    case MessageParser::Event::end:
      body_ended();
      return true;
    case MessageParser::Event::error:
      if (exchange_ != nullptr) {
        fail_body(parser_.error_status());
        return true;
      }
      if (std::exchange(discarding_, false)) {
        close_after_ = true;
      } else {
        refuse_message(parser_.error_status(), parser_.error_reason());
      }
      return false;
    case MessageParser::Event::need_more:
      if (!input_closed_) return false;
      if (exchange_ != nullptr) aborting_ = true;  // cut short by the client
      discarding_ = false;
      close_after_ = true;
      return false;
  }
  return false;
}

// What the exchange waits for and is known already; true when that changed something.
bool Connection::advance_exchange() {
  Http1Exchange& exchange = *exchange_;
  if (exchange.ended_) {
    const auto guard = exchange.shared_from_this();
    complete_exchange();
    return true;
  }
  if (!exchange.wants_body_ || exchange.body_over_ || body_failed_) return false;
  if (body_done_) {
    const auto guard = exchange.shared_from_this();
    exchange.body_over_ = true;
    if (exchange.body_events_.on_end) exchange.body_events_.on_end();
    return true;
  }
  if (exchange.request_bytes_ && *exchange.request_bytes_ > exchange.body_limit_) {
    fail_body(413);
    return true;
  }
  return false;
}

bool Connection::must_wait() const {
  if (exchange_ == nullptr) {
    return (close_after_ && !discarding_) || out_.bytes() > Exchange::kBufferHigh;
  }
  return body_done_ || body_failed_ || !exchange_->wants_body_ || exchange_->body_paused_;
}

void Connection::begin_request() {
  auto exchange = std::make_shared<Http1Exchange>(*this, server_.loop());
  MessageHead& head = parser_.head();
  Request& request = exchange->request_;
  std::swap(request.headers, head.headers);
  std::swap(request.target, head.target);
  request.method = exchange->method_ = head.method;
  request.version_minor = head.version_minor;
  exchange->body_limit_ = server_.limits().body_bytes_max;
  exchange->request_bytes_ = head.body_bytes;
  exchange->expects_continue_ = head.expects_continue && head.has_body;
  body_done_ = !head.has_body;
  body_failed_ = false;
  body_received_ = 0;
  exchange_ = exchange.get();
  server_.shared().in_flight_gauge.add(1);
  if (!refuse_request(*exchange)) server_.shared().handler(exchange);
  if (exchange_ == exchange.get() && exchange->ended_) complete_exchange();
}

// Fills the context; answers what no handler should see.
bool Connection::refuse_request(Http1Exchange& exchange) {
  Request& request = exchange.request_;
  const ServerOptions& options = server_.shared().options;
  const Clock& clock = server_.loop().clock();
  int status = 0;
  std::string why;
  if (kind_ == ListenerKind::public_) {
    strip_internal_headers(request.headers);
    request.context.client_address = peer_;
  } else {
    auto context = context_of(request.headers, kind_, clock);
    if (context) {
      request.context = std::move(*context);
    } else {
      status = 400;
      why = context.error().message;
    }
  }
  RequestContext& context = request.context;
  context.listener = kind_;
  if (link_.is_secure() ||
      (kind_ == ListenerKind::public_ && !options.hosts_behind_tls.empty() &&
       host_is_allowed(request.headers.value_of("host"), options.hosts_behind_tls))) {
    context.scheme = Scheme::https;
  }
  if (context.request_id.empty()) context.request_id = server_.new_request_id();
  exchange.request_id_ = context.request_id;
  if (context.deadline.at == MonotonicInstant::max()) {
    context.deadline.at = server_.loop().now() + server_.limits().request_timeout;
  }
  if (status == 0 && request.method == Method::other) {
    status = 501;
    why = "this method is not served";
  }
  if (status == 0 && kind_ == ListenerKind::public_) {
    if (!host_is_allowed(request.headers.value_of("host"), options.hosts_allowed)) {
      status = 421;
      why = "this host is not served here";
    } else if (options.check_origin && !origin_is_allowed(request, options.origins_allowed)) {
      status = 403;
      why = "requests from a foreign origin change nothing here";
    }
  }
  if (status == 0 && link_.is_misplaced()) {
    refuse_plain(exchange);
    return true;
  }
  if (status == 0) return false;
  exchange.logged_path_ = "-";  // only a handler knows where a path holds a token
  exchange.respond(problem(status, why, context.request_id));
  return true;
}

void Connection::deliver(std::string_view data) {
  if (exchange_ == nullptr) {
    if (data.size() > discard_left_) {
      discarding_ = false;
      close_after_ = true;
    } else {
      discard_left_ -= data.size();
    }
    return;
  }
  const auto guard = exchange_->shared_from_this();
  body_received_ += data.size();
  if (body_received_ > guard->body_limit_) return fail_body(413);
  if (guard->body_events_.on_data) guard->body_events_.on_data(data);
}

void Connection::body_ended() {
  body_done_ = true;
  if (exchange_ == nullptr) next_message();
}

void Connection::fail_body(int status) {
  const auto guard = exchange_->shared_from_this();
  body_failed_ = true;
  guard->body_over_ = true;
  if (guard->body_events_.on_error) guard->body_events_.on_error(status);
}

void Connection::next_message() {
  discarding_ = false;
  body_done_ = false;
  served_ = true;
  parser_.reset();
  head_began_ = last_read_ = server_.loop().now();
}

// A message that is no request: answered without the handler.
void Connection::refuse_message(int status, std::string_view reason) {
  close_after_ = true;
  auto exchange = std::make_shared<Http1Exchange>(*this, server_.loop());
  exchange->request_id_ = server_.new_request_id();
  exchange->logged_path_ = "-";
  exchange->method_ = Method::get;
  exchange_ = exchange.get();
  body_done_ = true;
  server_.shared().in_flight_gauge.add(1);
  exchange->respond(problem(status, reason, exchange->request_id_));
  complete_exchange();
}

bool Connection::body_is_discardable() const {
  const auto& bytes = exchange_->request_bytes_;
  return !exchange_->expects_continue_ &&
         (!bytes || *bytes - std::min(*bytes, body_received_) <= kDiscardedBytesMax);
}

bool Connection::closes_after(bool body_untouched) const {
  if (close_after_ || server_.draining() || body_failed_ || input_closed_) return true;
  if (!parser_.head().keep_alive) return true;
  return body_untouched && !body_done_ && !body_is_discardable();
}

void Connection::exchange_dropped() {
  complete_exchange();
  schedule();
}

void Connection::complete_exchange() {
  Http1Exchange& exchange = *exchange_;
  const bool discard = !body_done_ && !body_failed_ && body_is_discardable();
  const bool closes =
      exchange.close_sent_ || server_.draining() || body_failed_ || (!body_done_ && !discard);
  const bool aborted = exchange.aborted_;
  exchange_ = nullptr;
  exchange.end(aborted);
  if (aborted) {
    aborting_ = true;
  } else if (closes) {
    close_after_ = true;
  } else if (body_done_) {
    next_message();
  } else {
    discarding_ = true;
    discard_left_ = kDiscardedBytesMax;
  }
}

void Connection::finish_turn() {
  if (aborting_) return abort_now();
  flush();
  if (closed_) return;
  const bool is_over = close_after_ && exchange_ == nullptr && !discarding_ && !lingering_;
  if (all_sent() && is_over) {
    const bool is_clean = body_done_ && pending_.empty() && parser_.error_status() == 0;
    if (input_closed_ || is_clean || parser_.is_idle()) return close_now();
    start_linger();
  }
  update_interest();
  update_timer();
}

void Connection::flush() {
  was_high_ = was_high_ || out_.bytes() > Exchange::kBufferHigh;
  std::size_t written = 0;
  const bool was_empty = all_sent();
  const MonotonicInstant now = server_.loop().now();
  const bool begins = now - last_write_ > kQuiet;
  if (!was_empty && link_.flush(out_, written, begins) == OutQueue::Flushed::broken) {
    return abort_now();
  }
  if (written > 0 || was_empty) last_write_ = now;
  if (!was_high_ || out_.bytes() > Exchange::kBufferLow) return;
  was_high_ = false;
  if (exchange_ != nullptr && exchange_->is_open() && exchange_->drain_) {
    const auto guard = exchange_->shared_from_this();
    const auto drain = guard->drain_;
    turning_ = false;  // what it writes goes out in a turn of its own
    drain();
    turning_ = true;
  }
}

// Lets the client read the response although it still sends: a close now would reset it.
void Connection::start_linger() {
  lingering_ = true;
  linger_until_ = server_.loop().now() + kLinger;
  pending_.clear();
  link_.finish_sending();
}

void Connection::update_interest() {
  std::uint32_t wanted = 0;
  if (!input_closed_ && (lingering_ || !stalled_ || pending_.empty())) wanted |= EPOLLIN;
  if (!all_sent()) wanted |= EPOLLOUT;
  if (wanted != interest_) server_.loop().change(link_.fd(), wanted);
  interest_ = wanted;
  if ((wanted & EPOLLIN) != 0 && link_.has_more()) read_soon();
}

MonotonicInstant Connection::next_deadline() const {
  const ServerLimits& limits = server_.limits();
  if (lingering_) return linger_until_;
  if (!link_.is_open()) return accepted_ + limits.handshake_timeout;
  MonotonicInstant at = MonotonicInstant::max();
  if (!all_sent()) at = last_write_ + limits.write_timeout;
  if (exchange_ != nullptr) {
    const bool waits = exchange_->wants_body_ && !body_done_ && !body_failed_;
    if (waits && !exchange_->body_paused_) at = std::min(at, last_read_ + limits.body_timeout);
  } else if (discarding_) {
    at = std::min(at, last_read_ + limits.body_timeout);
  } else if (!all_sent()) {
    return at;
  } else if (parser_.is_idle() && pending_.empty()) {
    // A new connection is about to send; only one that has served may be closed as idle.
    at = last_read_ + (served_ ? limits.idle_timeout : limits.header_timeout);
  } else {
    at = head_began_ + limits.header_timeout;
  }
  return at;
}

void Connection::update_timer() {
  const MonotonicInstant at = next_deadline();
  if (at == MonotonicInstant::max() || (timer_.armed() && timer_.at <= at)) return;
  server_.loop().cancel(timer_);
  timer_ = server_.loop().add_timer_at(at, [this] { on_timer(); });
}

void Connection::on_timer() {
  const auto self = shared_from_this();
  timer_ = {};
  const MonotonicInstant now = server_.loop().now();
  if (next_deadline() > now) return update_timer();
  if (lingering_) return close_now();
  if (!link_.is_open()) {
    link_.server()->slow.add();
    return abort_now();
  }
  if (!all_sent() && last_write_ + server_.limits().write_timeout <= now) return abort_now();
  if (exchange_ != nullptr) {
    fail_body(408);
    return turn();
  }
  if (discarding_ || (parser_.is_idle() && pending_.empty())) return close_now();
  refuse_message(408, "the request's head did not come in time");
  turn();
}

void Connection::begin_drain() {
  if (!link_.is_open()) return abort_now();
  if (exchange_ != nullptr || !parser_.is_idle() || !pending_.empty()) return;
  close_after_ = true;
  turn();
}

void Connection::abort_now() {
  if (closed_) return;
  aborting_ = true;
  link_.reset_at_close();
  close_now();
}

void Connection::close_now() {
  if (closed_) return;
  const auto self = shared_from_this();
  closed_ = true;
  server_.handshake_over(*this);
  server_.loop().cancel(timer_);
  server_.loop().unwatch(link_.fd());
  if (exchange_ != nullptr) {
    Http1Exchange& exchange = *std::exchange(exchange_, nullptr);
    const auto guard = exchange.shared_from_this();
    exchange.aborted_ = true;
    exchange.end(true);
  }
  if (!aborting_) link_.say_end();
  link_.close();
  server_.remove(*this);
}

}  // namespace matinee::http
