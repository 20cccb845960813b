#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "http/connection.h"

namespace matinee::http {
namespace {

// Half a year. Source: RFC 6797.
constexpr std::string_view kAskForEver = "Strict-Transport-Security: max-age=15552000\r\n";

}  // namespace

Http1Exchange::Http1Exchange(Connection& connection, Loop& loop)
    : connection_(&connection), loop_(loop), began_(loop.now()) {}

Http1Exchange::~Http1Exchange() {
  if (connection_ == nullptr) return;
  if (!std::exchange(ended_, true)) aborted_ = true;
  connection_->exchange_dropped();
}

void Http1Exchange::read_body(BodyEvents events) {
  if (!is_open() || wants_body_) return;
  wants_body_ = true;
  body_events_ = std::move(events);
  if (expects_continue_ && !begun_) {
    connection_->out().append_text("HTTP/1.1 100 Continue\r\n\r\n");
    expects_continue_ = false;
  }
  connection_->touch();
  connection_->schedule();
}

void Http1Exchange::resume_body() {
  body_paused_ = false;
  if (connection_ == nullptr) return;
  connection_->touch();
  connection_->schedule();
}

void Http1Exchange::respond(Response response) {
  if (!is_open() || begun_) return;
  MATINEE_CHECK(!std::holds_alternative<std::unique_ptr<BodySource>>(response.body));
  SharedBytes shared;
  std::string_view body;
  if (const auto* text = std::get_if<std::string>(&response.body)) {
    body = *text;
  } else if (const auto* bytes = std::get_if<SharedBytes>(&response.body)) {
    shared = *bytes;
    body = shared.view();
  }
  begin_with(response, Framing::length, body.size());
  if (!body.empty() && framing_ == Framing::length) {
    bytes_ += body.size();
    left_ = 0;
    if (!shared.empty()) {
      connection_->out().append(std::move(shared));
    } else if (body.size() <= 16 * 1024) {
      connection_->out().append_text(body);
    } else {
      connection_->out().append(SharedBytes::of(std::move(std::get<std::string>(response.body))));
    }
  }
  finish();
}

void Http1Exchange::begin(Response head, std::optional<std::uint64_t> body_bytes) {
  if (!is_open() || begun_) return;
  const Framing unknown = request_.version_minor == 0 ? Framing::until_close : Framing::chunked;
  begin_with(head, body_bytes ? Framing::length : unknown, body_bytes.value_or(0));
}

void Http1Exchange::begin_with(const Response& head, Framing framing, std::uint64_t body_bytes) {
  ServerLoop& server = connection_->server();
  begun_ = true;
  status_ = head.status;
  const bool no_length = head.status == 204 || head.status < 200;
  const bool no_body = method_ == Method::head || head.status == 304 || no_length;
  close_sent_ = connection_->closes_after(!wants_body_ || expects_continue_) ||
                (framing == Framing::until_close && !no_body);
  std::string& text = server.head_text();
  text.append("HTTP/1.1 ");
  text.append(std::to_string(head.status)).append(" ").append(reason_of(head.status));
  text.append("\r\nDate: ").append(server.date()).append("\r\n");
  append_fields(text, head.headers, "x-request-id");
  if (!no_length && !(head.status == 304 && body_bytes == 0)) {
    append_framing(text, framing, body_bytes);
  }
  if (connection_->asks_for_ever()) text.append(kAskForEver);
  text.append("X-Request-Id: ").append(request_id_).append("\r\n");
  if (close_sent_) {
    text.append("Connection: close\r\n");
  } else if (request_.version_minor == 0) {
    text.append("Connection: keep-alive\r\n");
  }
  text.append("\r\n");
  framing_ = no_body ? Framing::none : framing;
  left_ = no_body ? 0 : body_bytes;
  connection_->out().append_text(text);
  connection_->schedule();
}

void Http1Exchange::write(SharedBytes bytes) {
  if (!is_open() || !begun_ || bytes.empty() || framing_ == Framing::none) return;
  if (framing_ == Framing::length) {
    if (bytes.size() > left_) {
      log::error("a response body is longer than promised", {{"request_id", request_id_}});
      return abort();
    }
    left_ -= bytes.size();
  }
  bytes_ += bytes.size();
  OutQueue& out = connection_->out();
  if (framing_ == Framing::chunked) {
    std::string size;
    append_chunk_size(size, bytes.size());
    out.append_text(size);
    out.append(std::move(bytes));
    out.append_text("\r\n");
  } else {
    out.append(std::move(bytes));
  }
  connection_->schedule();
}

void Http1Exchange::finish() {
  if (!is_open()) return;
  MATINEE_CHECK(begun_);
  if (framing_ == Framing::length && left_ > 0) {
    log::error("a response body is shorter than promised", {{"request_id", request_id_}});
    return abort();
  }
  if (framing_ == Framing::chunked) connection_->out().append_text("0\r\n\r\n");
  ended_ = true;
  connection_->schedule();
}

void Http1Exchange::abort() {
  if (!is_open()) return;
  ended_ = aborted_ = true;
  connection_->schedule();
}

std::size_t Http1Exchange::buffered_bytes() const {
  return connection_ == nullptr ? 0 : connection_->out().bytes();
}

// The connection is done with it, or gone. What callbacks hold may be this very object, so they
// are dropped last.
void Http1Exchange::end(bool aborted) {
  record(connection_->server());
  connection_ = nullptr;
  ended_ = true;
  auto events = std::exchange(body_events_, {});
  auto close = std::exchange(close_, nullptr);
  auto drain = std::exchange(drain_, nullptr);
  if (!aborted) return;
  if (wants_body_ && !body_over_ && events.on_error) events.on_error(0);
  if (close) close();
}

void Http1Exchange::record(ServerLoop& server) {
  const auto& shared = server.shared();
  const auto took = loop_.clock().monotonic() - began_;
  const double seconds = std::chrono::duration<double>(took).count();
  const auto took_us = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  RouteMetrics& metrics = server.metrics_of(route_);
  const int status = begun_ ? status_ : 0;
  metrics.by_class.at(aborted_ ? 0 : static_cast<std::size_t>(status / 100))->add();
  metrics.duration->observe(seconds);
  shared.in_flight_gauge.add(-1);
  shared.response_bytes.add(bytes_);
  if (!shared.options.access_log) return;
  const std::string_view path = logged_path_.empty() ? request_.path() : logged_path_;
  server.access_log().add(log::Level::info, "request",
                          {{"request_id", request_id_},
                           {"method", name_of(method_)},
                           {"path", path},
                           {"route", route_},
                           {"status", status},
                           {"bytes", bytes_},
                           {"duration_ms", static_cast<double>(took_us) / 1000},
                           {"aborted", aborted_}});
}

}  // namespace matinee::http
