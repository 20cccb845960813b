#include "edge/proxy_request.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/log.h"
#include "edge/header_policy.h"
#include "guard/session_cookie.h"
#include "http/origin_check.h"
#include "http/problem.h"

namespace matinee::edge {
namespace {

constexpr std::string_view kManifest = "manifest";

std::optional<std::uint64_t> length_of(const http::Headers& headers) {
  const std::string_view text = headers.value_of("Content-Length");
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return bytes;
}

}  // namespace

void ProxyRequest::start() {
  exchange_->set_route(plan_.name);
  ticket_ = proxy_.edge_.admission.enter(plan_.priority);
  if (!ticket_) {
    refuse(503, "too many requests are under way");
    return;
  }
  exchange_->set_body_limit(plan_.body_bytes_max);
  exchange_->on_close([self = shared_from_this()] {
    if (self->call_) self->call_->abort();
    self->call_.reset();
    self->ticket_ = {};
    self->exchange_->loop().cancel(self->body_late_);
  });
  body_kind_ = body_kind();
  if (body_kind_ == Body::kept) {
    keep_body();
  } else {
    resolve_session();
  }
}

// A body is kept when it may be needed again, also for a request that no role has seen yet.
ProxyRequest::Body ProxyRequest::body_kind() const {
  const http::Headers& headers = exchange_->request().headers;
  const auto length = length_of(headers);
  if (!headers.has("Transfer-Encoding") && length.value_or(0) == 0) return Body::none;
  if (plan_.retry_safe || length.value_or(kRepeatableBodyMax + 1) <= kRepeatableBodyMax) {
    return Body::kept;
  }
  return Body::streamed;
}

void ProxyRequest::keep_body() {
  body_late_ =
      exchange_->loop().add_timer(proxy_.edge_.options.body_longest, [weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        self->body_late_ = {};
        self->refuse(408, "the request's body did not come in time");
      });
  exchange_->read_body({.on_data =
                            [weak = weak_from_this()](std::string_view data) {
                              if (const auto self = weak.lock()) self->body_.append(data);
                            },
                        .on_end =
                            [weak = weak_from_this()] {
                              const auto self = weak.lock();
                              if (!self) return;
                              self->exchange_->loop().cancel(self->body_late_);
                              self->resolve_session();
                            },
                        .on_error =
                            [weak = weak_from_this()](int status) {
                              const auto self = weak.lock();
                              if (self && status != 0) {
                                self->refuse(status, "the request's body cannot be taken");
                              }
                            }});
}

void ProxyRequest::stream_body() {
  exchange_->read_body({.on_data =
                            [weak = weak_from_this()](std::string_view data) {
                              const auto self = weak.lock();
                              if (!self || !self->call_) return;
                              self->call_->write(http::SharedBytes::copy(data));
                              if (self->call_->buffered_bytes() > http::UpstreamCall::kBufferHigh) {
                                self->exchange_->pause_body();
                              }
                            },
                        .on_end =
                            [weak = weak_from_this()] {
                              const auto self = weak.lock();
                              if (self && self->call_) self->call_->finish();
                            },
                        .on_error =
                            [weak = weak_from_this()](int status) {
                              const auto self = weak.lock();
                              if (!self) return;
                              if (self->call_) self->call_->abort();
                              if (status != 0 && !self->exchange_->begun()) {
                                self->refuse(status, "the request's body cannot be taken");
                              } else {
                                self->exchange_->abort();
                              }
                            }});
}

void ProxyRequest::resolve_session() {
  std::optional<std::string> cookie;
  if (plan_.name != kManifest) {
    const http::Request& request = exchange_->request();
    cookie = guard::session_cookie_of(request.headers.value_of("Cookie"),
                                      request.context.scheme == http::Scheme::https);
  }
  if (!cookie) {
    send(std::nullopt);
    return;
  }
  proxy_.sessions_.resolve(
      *cookie, [weak = weak_from_this()](const Result<std::optional<http::SessionFacts>>& session) {
        const auto self = weak.lock();
        if (!self || !self->exchange_->is_open()) return;
        if (session) {
          self->send(*session);
        } else {
          self->stop_with(session.error());
        }
      });
}

http::UpstreamRequest ProxyRequest::outgoing(const std::optional<http::SessionFacts>& session) {
  const http::Request& request = exchange_->request();
  http::UpstreamRequest out;
  out.method = request.method;
  out.target = request.target;
  out.headers = forwarded_request(request.headers, role());
  http::RequestContext context = request.context;
  context.priority = plan_.priority;
  context.session = session;
  const MonotonicInstant latest =
      proxy_.edge_.clock.monotonic() + proxy_.edge_.options.answer_longest;
  context.deadline.at = std::min(context.deadline.at, latest);
  http::set_context_headers(out.headers, context, proxy_.edge_.clock);
  out.headers.set("Authorization", proxy_.edge_.authorization());
  if (body_kind_ == Body::kept) out.body = http::SharedBytes::of(std::move(body_));
  if (body_kind_ == Body::streamed) {
    out.has_body = true;
    out.body_bytes = length_of(request.headers);
  }
  return out;
}

RoleCall::Events ProxyRequest::events() {
  return {.on_head =
              [weak = weak_from_this()](const http::UpstreamHead& head) {
                if (const auto self = weak.lock()) self->on_head(head);
              },
          .on_data =
              [weak = weak_from_this()](std::string_view data) {
                if (const auto self = weak.lock()) self->on_data(data);
              },
          .on_end =
              [weak = weak_from_this()] {
                const auto self = weak.lock();
                if (!self) return;
                self->ticket_ = {};
                self->exchange_->finish();
              },
          .on_error =
              [weak = weak_from_this()](const Error& error) {
                if (const auto self = weak.lock()) self->stop_with(error);
              },
          .on_drain =
              [weak = weak_from_this()] {
                if (const auto self = weak.lock()) self->exchange_->resume_body();
              }};
}

void ProxyRequest::send(const std::optional<http::SessionFacts>& session) {
  if (!exchange_->is_open()) return;
  call_ = std::make_shared<RoleCall>(
      proxy_.line(role()),
      RoleCall::Options{.repeatable = plan_.retry_safe && body_kind_ != Body::streamed,
                        .patience = proxy_.edge_.options.patience,
                        .answer_longest = proxy_.edge_.options.answer_longest},
      outgoing(session), events());
  exchange_->on_drain([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (self && self->call_) self->call_->resume();
  });
  call_->start();
  if (body_kind_ == Body::streamed) stream_body();
}

void ProxyRequest::on_head(const http::UpstreamHead& head) {
  http::Response response;
  response.status = head.status;
  response.headers = forwarded_response(head.headers);
  if (plan_.name == kManifest) response.headers.set("Access-Control-Allow-Origin", "*");
  exchange_->begin(std::move(response), head.body_bytes);
}

void ProxyRequest::on_data(std::string_view data) {
  exchange_->write(http::SharedBytes::copy(data));
  if (call_ && exchange_->buffered_bytes() > http::Exchange::kBufferHigh) call_->pause();
}

void ProxyRequest::refuse(int status, std::string_view detail) {
  const auto self = shared_from_this();  // the answer drops the callback that holds us
  ticket_ = {};
  exchange_->respond(http::problem(status, detail, exchange_->request().context.request_id));
}

void ProxyRequest::stop_with(const Error& error) {
  const auto self = shared_from_this();
  const std::string_view name = role() == ProxiedRole::insight ? "insight" : "control";
  log::warning("a role did not answer", {{"to", name},
                                         {"route", plan_.name},
                                         {"error", error.message},
                                         {"begun", exchange_->begun()},
                                         {"request_id", exchange_->request().context.request_id}});
  proxy_.edge_.away.add();
  if (exchange_->begun()) {
    ticket_ = {};
    exchange_->abort();
    return;
  }
  const bool is_nonsense = error.code == ErrorCode::corrupt;
  refuse(is_nonsense ? 502 : 503, is_nonsense ? "the service answered nonsense"
                                              : "this part of the service is away for a moment");
}

}  // namespace matinee::edge
