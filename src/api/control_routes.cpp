#include "api/control_routes.h"

#include <utility>

#include "api/admin_routes.h"
#include "api/job_routes.h"
#include "api/member_admin_routes.h"
#include "api/sign_in_world.h"
#include "api/studio_routes.h"
#include "api/viewer_routes.h"
#include "base/json.h"

namespace matinee::api {
namespace {

Result<http::Response> get_session(const ControlWorld& world, const http::Request& request) {
  const auto admitted = world.authorize(request.headers.value_of("Authorization"),
                                        guard::Operation::resolve_sessions);
  if (!admitted) return std::unexpected(admitted.error());
  const auto session = world.members.resolve(request.headers.value_of("Cookie"));
  if (!session) return std::unexpected(session.error());
  const auto& facts = session->facts;
  auto response = http::Response::json(200, to_text({{"session_id", facts.session_id.to_string()},
                                                     {"tenant_id", facts.tenant_id.to_string()},
                                                     {"account_id", facts.account_id.to_string()},
                                                     {"profile_id", facts.profile_id.to_string()},
                                                     {"pseudonym", facts.pseudonym.to_string()},
                                                     {"expires_at_ms", to_ms(session->expires)}}));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> get_profile_key(const ControlWorld& world, const http::Request& request) {
  const auto admitted = world.authorize(request.headers.value_of("Authorization"),
                                        guard::Operation::read_profile_keys);
  if (!admitted) return std::unexpected(admitted.error());
  const auto id = ProfileId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "no profile has such an id");
  const auto key = world.members.profile_key(*id);
  if (!key) return std::unexpected(key.error());
  auto response = http::Response::json(
      200, to_text({{"profile_id", id->to_string()}, {"key", key->hex_digits()}}));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

// Pages are for everybody; a demo's page also signs in who asks for it from this machine.
Result<http::Response> get_page(const ControlWorld& world, const http::Request& request) {
  auto response = world.web_app.respond(request);
  const bool may_open = world.members.open && world.web_app.is_page(request.path()) &&
                        !request.context.session &&
                        guard::is_loopback(request.context.client_address);
  if (!response || !may_open) return response;
  const auto viewer = viewer_of(world, request);
  if (viewer) return response;
  if (viewer.error().code != ErrorCode::unauthorized) return std::unexpected(viewer.error());
  const auto opened = world.members.open(request.context.scheme == http::Scheme::https);
  if (!opened) return fail(opened.error(), "opening a session");
  response->headers.add("Set-Cookie", opened->set_cookie);
  return response;
}

http::Route internal_route(std::string path, std::string operation_id, std::string summary) {
  http::Route route;
  route.path = std::move(path);
  route.operation_id = std::move(operation_id);
  route.summary = std::move(summary);
  route.visibility = http::Visibility::internal;
  route.retry_safe = true;
  route.problem_statuses = {401, 403, 404};
  route.access = "internal";
  return route;
}

}  // namespace

void add_control_routes(http::Router& router, const ControlWorld& world, std::string openapi) {
  add_viewer_routes(router, world);
  add_job_routes(router, world);
  add_admin_routes(router, world);
  add_studio_routes(router, world);
  add_member_admin_routes(router, world);
  router.add(internal_route("/internal/session", "resolveSession", "Whose cookie this is."),
             [&world](http::Request& request) { return get_session(world, request); });
  router.add(internal_route("/internal/profiles/{id}/key", "getProfileKey",
                            "The key of a profile's personal data."),
             [&world](http::Request& request) { return get_profile_key(world, request); });

  auto document = internal_route("/openapi.json", "getOpenApi", "This API, described.");
  document.access = "public";
  const auto text = http::SharedBytes::of(std::move(openapi));
  router.add(std::move(document), [text](http::Request&) -> Result<http::Response> {
    return http::Response::bytes(200, "application/json", text);
  });

  auto app = internal_route("/{path...}", "getWebApp", "The web app.");
  app.access = "public";
  router.add(std::move(app), [&world](http::Request& request) { return get_page(world, request); });
}

}  // namespace matinee::api
