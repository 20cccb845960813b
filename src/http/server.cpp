#include "http/server.h"

#include <utility>

#include "base/check.h"
#include "http/server_loop.h"

namespace matinee::http {

Server::Server(ServerWorld world, ServerOptions options, std::vector<Listener> listeners,
               InlineHandler handler) {
  MATINEE_CHECK(options.loops > 0);
  MATINEE_CHECK(handler != nullptr);
  for (const Listener& listener : listeners) set_non_blocking(listener.fd);
  Metrics& metrics = world.metrics;
  const std::size_t loops = options.loops;
  shared_ = std::unique_ptr<ServerShared>(new ServerShared{
      .world = world,
      .options = std::move(options),
      .listeners = std::move(listeners),
      .handler = std::move(handler),
      .connections_gauge = metrics.gauge("matinee_http_connections", "Open connections"),
      .in_flight_gauge = metrics.gauge("matinee_http_in_flight", "Requests being handled"),
      .response_bytes = metrics.counter("matinee_http_response_bytes_total",
                                        "Bytes of response bodies handed to connections"),
      .too_many = metrics.counter("matinee_http_client_connections_refused_total",
                                  "Connections closed because their client had too many"),
      .connections = 0,
      .clients_mutex = {},
      .clients = {},
      .mutex = {},
      .idle = {}});
  for (std::size_t i = 0; i < loops; ++i) loops_.push_back(std::make_unique<ServerLoop>(*shared_));
}

Server::~Server() { join(); }

void Server::start() {
  MATINEE_CHECK(threads_.empty());
  for (const auto& server_loop : loops_) {
    threads_.emplace_back([&loop = server_loop->loop()] { loop.run(); });
  }
}

void Server::join() {
  for (const auto& server_loop : loops_) {
    server_loop->loop().post([&server_loop] { server_loop->abort_all(); });
    server_loop->loop().stop();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Server::begin_drain() {
  for (const auto& server_loop : loops_) {
    server_loop->loop().post([&server_loop] { server_loop->begin_drain(); });
  }
}

bool Server::drain(Deadline deadline) {
  begin_drain();
  const Clock& clock = shared_->world.clock;
  if (threads_.empty()) {
    // Whoever runs the loops himself is here and not there.
    do {
      for (const auto& server_loop : loops_) {
        server_loop->loop().run_once(std::chrono::milliseconds{1});
      }
    } while (connections() > 0 && deadline.left(clock).count() > 0);
  } else {
    // A loop that has not yet seen begin_drain() may still accept: every loop must have passed it.
    std::atomic<std::size_t> passed{0};
    for (const auto& server_loop : loops_) {
      server_loop->loop().post([this, &passed] {
        const std::lock_guard lock(shared_->mutex);
        passed.fetch_add(1);
        shared_->idle.notify_all();
      });
    }
    std::unique_lock lock(shared_->mutex);
    shared_->idle.wait(lock, [&] { return passed.load() == loops_.size(); });
    shared_->idle.wait_for(lock, deadline.left(clock), [&] { return connections() == 0; });
  }
  const bool clean = connections() == 0;
  join();
  return clean;
}

std::size_t Server::loop_count() const { return loops_.size(); }
Loop& Server::loop(std::size_t index) { return loops_.at(index)->loop(); }
std::size_t Server::connections() const { return shared_->connections.load(); }

}  // namespace matinee::http
