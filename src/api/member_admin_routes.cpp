#include "api/member_admin_routes.h"

#include <utility>

#include "api/member_routes.h"
#include "api/route_parts.h"
#include "api/sign_in_parts.h"
#include "api/sign_in_requests.h"

namespace matinee::api {
namespace {

Result<http::Response> make_claim(const ControlWorld& world) {
  const SignInWorld& sign_in = *world.sign_in;
  const auto is_claimed = sign_in.accounts.is_claimed();
  if (!is_claimed) return std::unexpected(is_claimed.error());
  if (*is_claimed) return fail(ErrorCode::conflict, "this service has an owner already");
  const auto made = sign_in.links.create_claim();
  if (!made) return std::unexpected(made.error());
  return private_json(new_link_json(sign_in, *made, "claim"));
}

Result<http::Response> log_in(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  std::string profile;
  if (!body->empty()) {
    const auto json = parse_json(*body, 2);
    if (!json) return std::unexpected(json.error());
    if (json->contains("profile")) {
      auto text = text_member(*json, "profile");
      if (!text) return std::unexpected(text.error());
      profile = std::move(*text);
    }
  }
  const auto made = world.sign_in->sign_in.sign_in_owner("matinee login", profile);
  if (!made) return std::unexpected(made.error());
  const std::string pair = guard::session_set_cookie(made->cookie, world.sign_in->secure);
  return private_json({{"cookie", pair.substr(0, pair.find(';'))}});
}

Result<http::Response> make_invitation(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto asked = parse_invitation(*body);
  if (!asked) return std::unexpected(asked.error());
  const auto is_claimed = world.sign_in->accounts.is_claimed();
  if (!is_claimed) return std::unexpected(is_claimed.error());
  if (!*is_claimed)
    return fail(ErrorCode::conflict, "nobody owns this service yet: claim it first");
  const auto made = world.sign_in->links.create_invitation(asked->role, asked->note);
  if (!made) return std::unexpected(made.error());
  return private_json(new_link_json(*world.sign_in, *made, "invite"));
}

http::Route admin_route(http::Method method, std::string path, std::string operation_id,
                        std::string summary) {
  auto made =
      sign_in_route(method, std::move(path), std::move(operation_id), std::move(summary), "admin");
  made.visibility = http::Visibility::admin;
  return made;
}

}  // namespace

void add_member_admin_routes(http::Router& router, const ControlWorld& world) {
  router.add(admin_route(http::Method::post, "/admin/claim", "makeClaim", "A new claim link."),
             [&world](http::Request&) { return make_claim(world); });
  router.add(admin_route(http::Method::post, "/admin/login", "adminLogin",
                         "A session of the owner, for scripts."),
             [&world](http::Request& request) { return log_in(world, request); });
  router.add(admin_route(http::Method::get, "/admin/members", "adminMembers", "All members."),
             [&world](http::Request&) -> Result<http::Response> {
               const auto json = members_json(*world.sign_in);
               if (!json) return std::unexpected(json.error());
               return private_json(*json);
             });
  router.add(admin_route(http::Method::post, "/admin/invitations", "adminInvite",
                         "A link that lets one person in."),
             [&world](http::Request& request) { return make_invitation(world, request); });
}

}  // namespace matinee::api
