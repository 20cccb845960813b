#include "http/metrics_route.h"

#include <utility>

namespace matinee::http {

void add_process_routes(Router& router, const Metrics& metrics, std::function<bool()> ready) {
  router.add({.path = "/metrics",
              .operation_id = "metrics",
              .summary = "Counters of this process as Prometheus text",
              .visibility = Visibility::internal,
              .access = "internal",
              .response_type = "text/plain",
              .on_loop = true},
             [&metrics](Request&) -> Result<Response> {
               Response response;
               response.headers.add("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
               response.body = metrics.to_prometheus();
               return response;
             });
  router.add(
      {.path = "/healthz",
       .operation_id = "health",
       .summary = "Answers while the process runs",
       .visibility = Visibility::internal,
       .access = "internal",
       .on_loop = true},
      [](Request&) -> Result<Response> { return Response::json(200, R"({"status":"ok"})"); });
  router.add({.path = "/readyz",
              .operation_id = "ready",
              .summary = "Answers 200 once the process can do its work",
              .visibility = Visibility::internal,
              .access = "internal",
              .on_loop = true},
             [ready = std::move(ready)](Request&) -> Result<Response> {
               if (!ready()) return fail(ErrorCode::unavailable, "not ready yet");
               return Response::json(200, R"({"status":"ok"})");
             });
}

}  // namespace matinee::http
