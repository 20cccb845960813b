#pragma once
// edge/proxy: passes requests on to control and insight, with what the edge knows of the viewer.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/metrics.h"
#include "edge/admission.h"
#include "edge/role_call.h"
#include "edge/route_plan.h"
#include "edge/session_cache.h"
#include "http/exchange.h"
#include "http/upstream.h"

namespace matinee::edge {

/// What the loops' proxies share. All of it outlives them; the functions are called on any loop.
struct ProxyEdge {
  struct Options {
    http::UpstreamPool::Options control{};
    http::UpstreamPool::Options insight{};
    std::size_t in_flight_max = 2'048;  // requests at roles, of all loops
    SessionCache::Options sessions{};
    // A body that is kept has to be there by then: whoever sends it drop by drop holds a place.
    std::chrono::milliseconds body_longest{15'000};
    std::chrono::milliseconds patience{5'000};         // with a role that is away
    std::chrono::milliseconds answer_longest{10'000};  // of a role that is there
  };

  ProxyEdge(Options proxy_options, AvailabilityOf availability_of,
            std::function<std::string()> authorization_of, const Clock& proxy_clock,
            Metrics& proxy_metrics)
      : options(std::move(proxy_options)),
        availability(std::move(availability_of)),
        authorization(std::move(authorization_of)),
        clock(proxy_clock),
        metrics(proxy_metrics),
        admission(options.in_flight_max, metrics),
        repeats(metrics.counter("matinee_edge_repeats_total", "Requests sent to a role again.")),
        away(metrics.counter("matinee_edge_role_away_total",
                             "Requests given up because a role was away.")) {}

  const Options options;
  const AvailabilityOf availability;
  const std::function<std::string()> authorization;  // the Authorization of our own role
  const Clock& clock;
  Metrics& metrics;
  Admission admission;
  Counter& repeats;
  Counter& away;
};

/// One loop's way to the roles. Streams both ways; what is marked safe outlives a role's death;
/// 503 with Retry-After when a role stays away or there is no room for the request's priority.
class Proxy {
 public:
  /// Both must outlive it and every exchange it was given.
  Proxy(ProxyEdge& edge, http::Loop& loop);

  /// `plan.answerer` is control or insight.
  void handle(std::shared_ptr<http::Exchange> exchange, const RoutePlan& plan);
  [[nodiscard]] SessionCache& sessions() { return sessions_; }

 private:
  friend class ProxyRequest;
  [[nodiscard]] RoleLine line(ProxiedRole role);
  std::shared_ptr<void> ask_session(const std::string& cookie,
                                    std::function<void(SessionAnswer)> done);

  ProxyEdge& edge_;
  http::Loop& loop_;
  http::UpstreamPool control_;
  http::UpstreamPool insight_;
  SessionCache sessions_;
};

}  // namespace matinee::edge
