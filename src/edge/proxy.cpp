#include "edge/proxy.h"

#include <utility>

#include "edge/proxy_request.h"
#include "guard/session_cookie.h"

namespace matinee::edge {
namespace {

constexpr std::size_t kSessionAnswerMax = 4'096;

// A question to control about a cookie. Its events hold it weakly: the session cache keeps it.
struct SessionQuestion : std::enable_shared_from_this<SessionQuestion> {
  int status = 0;
  std::string body;
  std::function<void(SessionAnswer)> done;
  std::shared_ptr<RoleCall> call;

  ~SessionQuestion() {
    if (call) call->abort();
  }
  void answer(const SessionAnswer& answer) { done(answer); }

  RoleCall::Events events() {
    return {.on_head =
                [weak = weak_from_this()](const http::UpstreamHead& head) {
                  if (const auto self = weak.lock()) self->status = head.status;
                },
            .on_data =
                [weak = weak_from_this()](std::string_view data) {
                  const auto self = weak.lock();
                  if (self && self->body.size() < kSessionAnswerMax) self->body.append(data);
                },
            .on_end =
                [weak = weak_from_this()] {
                  const auto self = weak.lock();
                  if (self) self->answer(read_session_answer(self->status, self->body));
                },
            .on_error =
                [weak = weak_from_this()](const Error& error) {
                  if (const auto self = weak.lock()) self->answer(std::unexpected(error));
                },
            .on_drain = {}};
  }
};

}  // namespace

Proxy::Proxy(ProxyEdge& edge, http::Loop& loop)
    : edge_(edge),
      loop_(loop),
      control_(loop, edge.options.control),
      insight_(loop, edge.options.insight),
      sessions_(edge.options.sessions, edge.clock, edge.metrics,
                [this](const std::string& cookie, std::function<void(SessionAnswer)> done) {
                  return ask_session(cookie, std::move(done));
                }) {}

RoleLine Proxy::line(ProxiedRole role) {
  return {loop_, role == ProxiedRole::control ? control_ : insight_, role, edge_.availability,
          edge_.repeats};
}

std::shared_ptr<void> Proxy::ask_session(const std::string& cookie,
                                         std::function<void(SessionAnswer)> done) {
  http::UpstreamRequest request;
  request.target = "/internal/session";
  request.headers.add("Authorization", edge_.authorization());
  request.headers.add("Cookie", std::string(guard::kSessionCookie) + "=" + cookie);
  const auto question = std::make_shared<SessionQuestion>();
  question->done = std::move(done);
  question->call =
      std::make_shared<RoleCall>(line(ProxiedRole::control),
                                 RoleCall::Options{.repeatable = true,
                                                   .patience = edge_.options.patience,
                                                   .answer_longest = edge_.options.patience},
                                 std::move(request), question->events());
  question->call->start();
  return question;
}

void Proxy::handle(std::shared_ptr<http::Exchange> exchange, const RoutePlan& plan) {
  std::make_shared<ProxyRequest>(*this, std::move(exchange), plan)->start();
}

}  // namespace matinee::edge
