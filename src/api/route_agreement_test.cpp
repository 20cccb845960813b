// Goal: what the edge plans for a public request is what the role that answers it says of the
// route: the role, the priority, whether it may be sent twice; and no other route can be reached.
#include <string>

#include "api/control_test_world.h"
#include "api/insight_routes.h"
#include "api/origin_routes.h"
#include "edge/route_plan.h"

namespace matinee::api {
namespace {

// "/v1/titles/{id}" with something in place of each parameter.
std::string example_of(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const std::size_t open = path.find('{');
    text.append(path.substr(0, open));
    if (open == std::string_view::npos) break;
    text.append("abc");
    path.remove_prefix(path.find('}') + 1);
  }
  return text;
}

edge::RoutePlan plan_of(const http::Route& route, const http::Headers& headers = {}) {
  const auto plan = edge::plan_route(route.method, example_of(route.path), headers);
  EXPECT_TRUE(plan) << route.path;
  return plan.value_or(edge::RoutePlan{});
}

void expect_agreement(const http::Route& route, edge::Answerer role) {
  const edge::RoutePlan plan = plan_of(route);
  EXPECT_EQ(plan.answerer, role) << route.operation_id;
  EXPECT_EQ(plan.priority, route.priority) << route.operation_id;
  if (!route.request_schema.empty()) {
    EXPECT_GE(plan.body_bytes_max, route.body_bytes_max) << route.operation_id;
  }
  if (route.operation_id == "startPlay") {
    // Only its Idempotency-Key makes one play of two requests.
    EXPECT_TRUE(route.retry_safe);
    EXPECT_FALSE(plan.retry_safe);
    EXPECT_TRUE(plan_of(route, {{"Idempotency-Key", "k"}}).retry_safe);
  } else {
    EXPECT_EQ(plan.retry_safe, route.retry_safe) << route.operation_id;
  }
}

void expect_out_of_reach(const http::Route& route) {
  EXPECT_EQ(plan_of(route).answerer, edge::Answerer::nobody) << route.operation_id;
}

class RouteAgreement : public ControlTest {};

TEST_F(RouteAgreement, TheEdgeKnowsControlsRoutes) {
  int offered = 0;
  for (const http::Route& route : router_.routes()) {
    const bool is_web = route.path == "/openapi.json" || route.path == "/{path...}";
    if (route.visibility == http::Visibility::public_ || is_web) {
      expect_agreement(route, edge::Answerer::control);
      ++offered;
    } else {
      expect_out_of_reach(route);
    }
  }
  EXPECT_GE(offered, 9);
}

TEST_F(RouteAgreement, TheEdgeKnowsInsightsRoutes) {
  // The handlers are never called: nothing of this is read.
  events::ProfileKeys keys{[](ProfileId) -> Result<guard::SecretKey> {
                             return fail(ErrorCode::unavailable, "no keys here");
                           },
                           clock_};
  auto log = store::open_event_log("mem://?partitions=1", {files_, clock_, random_});
  ASSERT_TRUE(log);
  Metrics metrics;
  events::Intake intake(**log, keys, clock_, random_, metrics);
  const InsightWorld world{intake, {}, authorize()};
  http::Router router;
  add_insight_routes(router, world);
  for (const http::Route& route : router.routes()) {
    if (route.visibility == http::Visibility::public_) {
      expect_agreement(route, edge::Answerer::insight);
    } else {
      expect_out_of_reach(route);
    }
  }
}

TEST_F(RouteAgreement, NothingOfTheOriginCanBeReached) {
  for (const char* path : {"/objects", "/objects/abc", "/objects/abc/extents", "/metrics"}) {
    for (const auto method : {http::Method::get, http::Method::post, http::Method::delete_}) {
      const auto plan = edge::plan_route(method, path, {});
      ASSERT_TRUE(plan);
      EXPECT_EQ(plan->answerer, edge::Answerer::nobody) << path;
    }
  }
}

}  // namespace
}  // namespace matinee::api
