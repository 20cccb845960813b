#include <sys/epoll.h>

#include <utility>

#include "base/log.h"
#include "http/connection.h"
#include "http/problem.h"

// How a connection of a TLS listener begins, and what becomes of one that begins wrongly.
namespace matinee::http {

void Connection::open_link() {
  Link::Opening step = link_.open();
  if (step == Link::Opening::began) {
    server_.handshake_began(*this);
    step = link_.open();
  }
  switch (step) {
    case Link::Opening::done:
      server_.handshake_over(*this);
      last_read_ = last_write_ = head_began_ = server_.loop().now();
      return;
    case Link::Opening::gone:
      return abort_now();
    case Link::Opening::failed:
      return handshake_failed();
    case Link::Opening::began:
    case Link::Opening::again:
      update_interest();
      update_timer();
      return;
  }
}

// The client may read why before it meets the end.
void Connection::handshake_failed() {
  server_.handshake_over(*this);
  log::debug("a TLS handshake failed", {{"client", peer_}, {"reason", link_.failure()}});
  start_linger();
  update_interest();
  update_timer();
}

void Connection::crowded_out() {
  link_.server()->crowded_out.add();
  abort_now();
}

// Input that OpenSSL has read already is reported by no poll.
void Connection::read_soon() {
  if (std::exchange(reading_soon_, true)) return;
  server_.loop().defer([self = shared_from_this()] {
    self->reading_soon_ = false;
    if (!self->closed_ && !self->lingering_ && (self->interest_ & EPOLLIN) != 0) self->read_input();
  });
}

// Plain HTTP where TLS is spoken. Reading is led to the right address; anything else has been sent
// in the clear already and is not repeated by itself.
void Connection::refuse_plain(Http1Exchange& exchange) {
  const Request& request = exchange.request();
  close_after_ = true;
  exchange.logged_path_ = "-";
  exchange.set_route("plain");
  const std::string_view host = request.headers.value_of("host");
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (!reads || host.empty() || !request.target.starts_with('/')) {
    exchange.respond(problem(400, "this port speaks https only: write https:// in the address",
                             request.context.request_id));
    return;
  }
  Response response = Response::text(307, "this port speaks https only\n");
  response.headers.add("Location", "https://" + std::string(host) + request.target);
  response.headers.add("Cache-Control", "no-store");
  exchange.respond(std::move(response));
}

}  // namespace matinee::http
