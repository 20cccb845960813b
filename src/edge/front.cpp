#include "edge/front.h"

#include <algorithm>
#include <condition_variable>
#include <utility>

#include "base/check.h"
#include "http/problem.h"

namespace matinee::edge {
namespace {

// Shared: a loop may get to its call after the one who waits for it has given up.
struct LoopsToTell {
  std::mutex mutex;
  std::condition_variable all;
  std::size_t left = 0;
};

}  // namespace

Front::Front(Options options, FrontWorld world)
    : ready_(std::move(world.ready)),
      clock_(world.clock),
      client_limits_(options.clients),
      too_often_(world.metrics.counter("matinee_edge_client_limited_total",
                                       "Requests of clients that ask too often.")),
      media_(options.media, std::move(world.origin), std::move(world.tokens), world.clock,
             world.metrics),
      proxy_(std::move(options.proxy), std::move(world.availability),
             std::move(world.authorization), world.clock, world.metrics) {}

Front::~Front() { stop(); }

void Front::stop() {
  media_.stop();
  const std::lock_guard lock(mutex_);
  for (std::atomic<LoopState*>& slot : states_) slot.store(nullptr, std::memory_order_release);
  owned_.clear();
}

Result<void> Front::forget_sessions(const std::vector<SessionId>& sessions, Deadline deadline) {
  const auto told = std::make_shared<LoopsToTell>();
  {
    const std::lock_guard lock(mutex_);
    told->left = owned_.size();
    for (const auto& state : owned_) {
      state->loop.post([&proxy = state->proxy, sessions, told] {
        for (const SessionId& session : sessions) proxy.sessions().forget(session);
        const std::lock_guard told_lock(told->mutex);
        if (--told->left == 0) told->all.notify_all();
      });
    }
  }
  std::unique_lock lock(told->mutex);
  if (told->all.wait_for(lock, deadline.left(clock_), [&] { return told->left == 0; })) return {};
  return fail(ErrorCode::unavailable, "a loop did not forget the sessions in time");
}

http::InlineHandler Front::handler(http::InlineHandler internal) {
  return [this, internal = std::move(internal)](std::shared_ptr<http::Exchange> exchange) {
    if (exchange->request().context.listener == http::ListenerKind::public_) {
      handle(std::move(exchange));
    } else {
      internal(std::move(exchange));
    }
  };
}

Front::LoopState& Front::state_of(http::Loop& loop) {
  for (const std::atomic<LoopState*>& slot : states_) {
    LoopState* state = slot.load(std::memory_order_acquire);
    if (state == nullptr) break;
    if (&state->loop == &loop) return *state;
  }
  const std::lock_guard lock(mutex_);
  MATINEE_CHECK(owned_.size() < kLoopsMax);
  owned_.push_back(std::make_unique<LoopState>(*this, loop));
  states_.at(owned_.size() - 1).store(owned_.back().get(), std::memory_order_release);
  return *owned_.back();
}

void Front::handle(std::shared_ptr<http::Exchange> exchange) {
  const http::Request& request = exchange->request();
  exchange->set_logged_path(loggable_path(request.path()));
  const auto plan = plan_route(request.method, request.path(), request.headers);
  if (!plan) {
    exchange->respond(http::problem(plan.error(), request.context.request_id));
    return;
  }
  LoopState& state = state_of(exchange->loop());
  if (plan->answerer != Answerer::health &&
      !may_ask(state, *exchange, plan->priority, too_often_)) {
    return;
  }
  switch (plan->answerer) {
    case Answerer::media:
      state.media.handle(exchange, *media_path_of(request.path()));
      return;
    case Answerer::control:
    case Answerer::insight:
      state.proxy.handle(std::move(exchange), *plan);
      return;
    case Answerer::health:
      answer_health(*exchange);
      return;
    case Answerer::nobody:
      exchange->respond(
          http::problem(404, "there is nothing at this path", request.context.request_id));
      return;
  }
}

bool Front::may_ask(LoopState& state, http::Exchange& exchange, http::Priority priority,
                    Counter& too_often) {
  const http::Request& request = exchange.request();
  const auto wait = state.clients.enter(request.context.client_address, priority, state.loop.now());
  if (!wait) return true;
  too_often.add();
  exchange.set_route("limited");
  http::Response response =
      http::problem(429, "this address asks too often", request.context.request_id);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(*wait).count();
  response.headers.set("Retry-After", std::to_string(std::max<std::int64_t>(seconds, 1)));
  exchange.respond(std::move(response));
  return false;
}

void Front::answer_health(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  exchange.set_route("health");
  if (request.method != http::Method::get && request.method != http::Method::head) {
    http::Response refusal =
        http::problem(405, "health can only be read", request.context.request_id);
    refusal.headers.add("Allow", "GET, HEAD");
    exchange.respond(std::move(refusal));
    return;
  }
  if (request.path() != "/readyz" || ready_()) {
    http::Response response = http::Response::json(200, R"({"status":"ok"})");
    response.headers.add("Cache-Control", "no-store");
    exchange.respond(std::move(response));
    return;
  }
  exchange.respond(http::problem(503, "the edge is not ready yet", request.context.request_id));
}

}  // namespace matinee::edge
