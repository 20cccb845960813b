#include "api/demo_routes.h"

#include <algorithm>
#include <utility>

#include "api/route_parts.h"
#include "api/viewer.h"
#include "base/json.h"

namespace matinee::api {
namespace {

constexpr std::size_t kBodyBytesMax = 1024;

http::Response answer(int viewers) {
  return private_json({{"viewers", viewers}, {"viewers_max", kDemoViewersMax}});
}

Result<http::Response> set_viewers(http::Request& request, DemoAudience& audience) {
  const auto body = http::read_body(request, kBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto json = parse_json(*body, 2);
  if (!json) return std::unexpected(json.error());
  const auto viewers = integer_member(*json, "viewers");
  if (!viewers) return std::unexpected(viewers.error());
  if (*viewers < 0 || *viewers > kDemoViewersMax) {
    return fail(ErrorCode::invalid, "viewers is a number from 0 to 64");
  }
  audience.viewers.store(static_cast<int>(*viewers));
  return answer(static_cast<int>(*viewers));
}

http::Route route_of(http::Method method, std::string path, std::string operation_id,
                     std::string summary) {
  http::Route route;
  route.method = method;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.access = "owner";
  route.retry_safe = method == http::Method::get;
  route.body_bytes_max = kBodyBytesMax;
  return route;
}

}  // namespace

void add_demo_routes(http::Router& router, const ControlWorld& world, DemoAudience& audience) {
  router.add(route_of(http::Method::get, "/v1/demo/audience", "getDemoAudience",
                      "How many of the synthetic audience watch."),
             for_owner(world, [&audience](http::Request&, const Viewer&) -> Result<http::Response> {
               return answer(std::max(0, audience.viewers.load()));
             }));
  router.add(route_of(http::Method::put, "/v1/demo/audience", "setDemoAudience",
                      "Lets so many of the synthetic audience watch."),
             for_owner(world, [&audience](http::Request& request, const Viewer&) {
               return set_viewers(request, audience);
             }));
  for (const auto method : {http::Method::get, http::Method::put}) {
    const bool reads = method == http::Method::get;
    auto admin = route_of(method, "/admin/demo/audience",
                          reads ? "adminDemoAudience" : "adminSetDemoAudience",
                          "How many of the synthetic audience shall watch.");
    admin.visibility = http::Visibility::admin;
    admin.access = "admin";
    router.add(std::move(admin),
               [&audience, reads](http::Request& request) -> Result<http::Response> {
                 return reads ? answer(audience.viewers.load()) : set_viewers(request, audience);
               });
  }
}

}  // namespace matinee::api
