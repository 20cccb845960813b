#include "api/member_routes.h"

#include <utility>

#include "api/route_parts.h"
#include "api/sign_in_parts.h"
#include "api/sign_in_requests.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

Result<http::Response> list_invitations(const ControlWorld& world) {
  const auto links = world.sign_in->links.invitations();
  if (!links) return std::unexpected(links.error());
  Json list = Json::array();
  for (const auto& link : *links) {
    list.push_back({{"id", link.id.to_string()},
                    {"role", guard::name_of(link.role)},
                    {"note", link.note},
                    {"created_ms", to_ms(link.created)},
                    {"expires_at_ms", to_ms(link.expires)}});
  }
  return private_json({{"invitations", std::move(list)}});
}

Result<http::Response> invite(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto asked = parse_invitation(*body);
  if (!asked) return std::unexpected(asked.error());
  const auto made = world.sign_in->links.create_invitation(asked->role, asked->note);
  if (!made) return std::unexpected(made.error());
  auto response = private_json(new_link_json(*world.sign_in, *made, "invite"));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> withdraw(const ControlWorld& world, const http::Request& request) {
  const auto id = guard::LinkId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "there is no such invitation");
  if (auto removed = world.sign_in->links.remove_invitation(*id); !removed) {
    return std::unexpected(removed.error());
  }
  return http::Response::empty(204);
}

Result<http::Response> accept(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto join = parse_join(*body);
  if (!join) return std::unexpected(join.error());
  const auto outcome =
      world.sign_in->sign_in.accept(join->token, join->name, join->password,
                                    browser_of(request, ""), password_deadline(world, request));
  return welcome(world, request, outcome);
}

Result<AccountId> account_id_of(const http::Request& request) {
  const auto id = AccountId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "there is no such account");
  return *id;
}

Result<http::Response> change_member(const ControlWorld& world, http::Request& request) {
  const auto id = account_id_of(request);
  if (!id) return std::unexpected(id.error());
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto role = parse_role(*body);
  if (!role) return std::unexpected(role.error());
  const auto before = world.sign_in->accounts.find(*id);
  if (!before) return std::unexpected(before.error());
  if (before->role != *role) {
    if (auto set = world.sign_in->sign_in.set_role(*id, *role); !set) {
      return std::unexpected(set.error());
    }
  }
  return http::Response::empty(204);
}

Result<http::Response> remove_member(const ControlWorld& world, const http::Request& request) {
  const auto id = account_id_of(request);
  if (!id) return std::unexpected(id.error());
  if (auto removed = world.sign_in->sign_in.remove_account(*id); !removed) {
    return std::unexpected(removed.error());
  }
  return http::Response::empty(204);
}

http::Route invitations_route() {
  auto made = sign_in_route(http::Method::get, "/v1/invitations", "listInvitations",
                            "Open invitations, the newest first.", "owner");
  made.response_schema = reference("Invitations");
  return made;
}

http::Route invite_route() {
  auto made = sign_in_route(http::Method::post, "/v1/invitations", "createInvitation",
                            "A link that lets one person in, good for seven days.", "owner");
  made.request_schema = reference("InvitationRequest");
  made.response_schema = reference("NewInvitation");
  made.problem_statuses = {401, 403, 429};
  return made;
}

http::Route withdraw_route() {
  auto made = sign_in_route(http::Method::delete_, "/v1/invitations/{id}", "withdrawInvitation",
                            "Makes an invitation worthless.", "owner");
  made.success_status = 204;
  made.problem_statuses = {401, 403, 404};
  return made;
}

http::Route accept_route() {
  auto made = sign_in_route(http::Method::post, "/v1/invitations/accept", "acceptInvitation",
                            "Makes an account by an invitation; signs in.", "public");
  made.request_schema = reference("JoinRequest");
  made.response_schema = reference("Me");
  made.problem_statuses = {403, 409, 429};
  return made;
}

http::Route members_route() {
  auto made = sign_in_route(http::Method::get, "/v1/members", "listMembers",
                            "Everybody with an account.", "owner");
  made.response_schema = reference("Members");
  return made;
}

http::Route member_route() {
  auto made = sign_in_route(http::Method::patch, "/v1/members/{id}", "changeMember",
                            "Gives a member another role, and signs them out.", "owner");
  made.request_schema = reference("RoleRequest");
  made.success_status = 204;
  made.problem_statuses = {401, 403, 404, 409};
  return made;
}

http::Route remove_route() {
  auto made = sign_in_route(http::Method::delete_, "/v1/members/{id}", "removeMember",
                            "Erases an account with all of its profiles.", "owner");
  made.success_status = 204;
  made.problem_statuses = {401, 403, 404, 409};
  return made;
}

}  // namespace

Result<Json> members_json(const SignInWorld& world) {
  const auto accounts = world.accounts.list();
  if (!accounts) return std::unexpected(accounts.error());
  const auto seen = world.sessions.last_seen();
  if (!seen) return std::unexpected(seen.error());
  Json list = Json::array();
  for (const auto& account : *accounts) {
    Json json = account_json(account);
    json["created_ms"] = to_ms(account.created);
    const auto last = seen->find(account.id);
    json["last_seen_ms"] = last == seen->end() ? Json(nullptr) : Json(to_ms(last->second));
    list.push_back(std::move(json));
  }
  return Json{{"members", std::move(list)}};
}

Json new_link_json(const SignInWorld& world, const guard::NewLink& made, std::string_view page) {
  std::string url = world.public_url;
  while (url.ends_with('/')) url.pop_back();
  url.append("/").append(page).append("#").append(made.token);
  return {
      {"id", made.link.id.to_string()}, {"url", url}, {"expires_at_ms", to_ms(made.link.expires)}};
}

void add_member_routes(http::Router& router, const ControlWorld& world) {
  const auto add = [&](http::Route route, auto handler) {
    router.add(std::move(route),
               for_owner(world, [&world, handler](http::Request& request, const Viewer&) {
                 return handler(world, request);
               }));
  };
  add(invitations_route(),
      [](const ControlWorld& its_world, http::Request&) { return list_invitations(its_world); });
  add(invite_route(), invite);
  add(withdraw_route(), withdraw);
  add(members_route(), [](const ControlWorld& its_world, http::Request&) -> Result<http::Response> {
    const auto json = members_json(*its_world.sign_in);
    if (!json) return std::unexpected(json.error());
    return private_json(*json);
  });
  add(member_route(), change_member);
  add(remove_route(), remove_member);
  router.add(accept_route(), [&world](http::Request& request) { return accept(world, request); });
}

std::vector<http::Route> member_routes() {
  return {invitations_route(), invite_route(), withdraw_route(), accept_route(),
          members_route(),     member_route(), remove_route()};
}

}  // namespace matinee::api
