#include "api/sign_in_routes.h"

#include <optional>
#include <utility>

#include "api/route_parts.h"
#include "api/sign_in_parts.h"
#include "api/sign_in_requests.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

// Nothing when the cookie is nobody's any more.
Result<std::optional<Viewer>> viewer_if_any(const ControlWorld& world,
                                            const http::Request& request) {
  auto viewer = viewer_of(world, request);
  if (viewer) return std::optional(std::move(*viewer));
  if (viewer.error().code == ErrorCode::unauthorized) return std::optional<Viewer>{};
  return std::unexpected(viewer.error());
}

Result<http::Response> get_me(const ControlWorld& world, const http::Request& request) {
  const SignInWorld& sign_in = *world.sign_in;
  const auto viewer = viewer_if_any(world, request);
  if (!viewer) return std::unexpected(viewer.error());
  if (!*viewer) {
    const auto is_claimed = sign_in.accounts.is_claimed();
    if (!is_claimed) return std::unexpected(is_claimed.error());
    return private_json(me_json(sign_in, *is_claimed ? "signed_out" : "unclaimed"));
  }
  const auto account = sign_in.accounts.find((*viewer)->facts.account_id);
  if (!account) return std::unexpected(account.error());
  const bool is_chosen = !(*viewer)->facts.profile_id.is_nil();
  Json json = me_json(sign_in, is_chosen ? "ready" : "gate");
  json["account"] = account_json(*account);
  if (is_chosen) {
    const auto profile = sign_in.members.profile((*viewer)->facts.profile_id);
    if (!profile) return std::unexpected(profile.error());
    json["profile"] = profile_json(*profile);
  }
  return private_json(json);
}

// The session that a browser had before it signed in anew: it would only lie about.
void end_earlier(const ControlWorld& world, const http::Request& request) {
  const auto earlier = viewer_if_any(world, request);
  if (earlier && *earlier) (void)world.sign_in->sessions.revoke((*earlier)->facts.session_id);
}

Result<http::Response> claim(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto join = parse_join(*body);
  if (!join) return std::unexpected(join.error());
  const auto outcome =
      world.sign_in->sign_in.claim(join->token, join->name, join->password, browser_of(request, ""),
                                   password_deadline(world, request));
  if (outcome && outcome->done) end_earlier(world, request);
  return welcome(world, request, outcome);
}

Result<http::Response> sign_in(const ControlWorld& world, http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto asked = parse_sign_in(*body);
  if (!asked) return std::unexpected(asked.error());
  const auto outcome = world.sign_in->sign_in.sign_in(asked->name, asked->password,
                                                      browser_of(request, asked->device),
                                                      password_deadline(world, request));
  if (outcome && outcome->done) end_earlier(world, request);
  return welcome(world, request, outcome);
}

Result<http::Response> sign_out(const ControlWorld& world, const http::Request& request) {
  const auto viewer = viewer_if_any(world, request);
  if (!viewer) return std::unexpected(viewer.error());
  if (*viewer) {
    const auto ended = world.sign_in->sessions.revoke((*viewer)->facts.session_id);
    if (!ended) return std::unexpected(ended.error());
  }
  auto response = http::Response::empty(204);
  response.headers.add("Set-Cookie", guard::session_clear_cookie(is_secure(request)));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

Result<http::Response> change_password(const ControlWorld& world, http::Request& request,
                                       const Viewer& viewer) {
  if (!viewer.may_manage) {
    return fail(ErrorCode::forbidden, "a limited profile may not change the password");
  }
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto asked = parse_password(*body);
  if (!asked) return std::unexpected(asked.error());
  const auto session = world.sign_in->sessions.find(viewer.facts.session_id);
  if (!session) return std::unexpected(session.error());
  return welcome(world, request,
                 world.sign_in->sign_in.change_password(*session, asked->current, asked->wanted,
                                                        password_deadline(world, request)));
}

Result<http::Response> get_sessions(const ControlWorld& world, const Viewer& viewer) {
  const auto sessions = world.sign_in->sessions.list(viewer.facts.account_id);
  if (!sessions) return std::unexpected(sessions.error());
  Json list = Json::array();
  for (const auto& session : *sessions) {
    list.push_back({{"id", session.id.to_string()},
                    {"device", session.device},
                    {"created_ms", to_ms(session.created)},
                    {"last_seen_ms", to_ms(session.last_seen)},
                    {"current", session.id == viewer.facts.session_id}});
  }
  return private_json({{"sessions", std::move(list)}});
}

Result<http::Response> end_session(const ControlWorld& world, const http::Request& request,
                                   const Viewer& viewer) {
  const auto id = SessionId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "there is no such session");
  if (!viewer.may_manage && *id != viewer.facts.session_id) {
    return fail(ErrorCode::forbidden, "a limited profile may not end other sessions");
  }
  const auto session = world.sign_in->sessions.find(*id);
  if (!session && session.error().code != ErrorCode::unauthorized) {
    return std::unexpected(session.error());
  }
  if (!session || session->owner.account_id != viewer.facts.account_id) {
    return fail(ErrorCode::not_found, "there is no such session");
  }
  if (auto ended = world.sign_in->sessions.revoke(*id); !ended) {
    return std::unexpected(ended.error());
  }
  return http::Response::empty(204);
}

http::Route me_route() {
  auto made = sign_in_route(http::Method::get, "/v1/me", "getMe",
                            "Who is asking, and what comes next; never 401.", "public");
  made.response_schema = reference("Me");
  return made;
}

http::Route claim_route() {
  auto made = sign_in_route(
      http::Method::post, "/v1/claim", "claim",
      "Makes the owner's account, by the link that the service printed; signs in.", "public");
  made.request_schema = reference("JoinRequest");
  made.response_schema = reference("Me");
  made.problem_statuses = {403, 409, 429};
  return made;
}

http::Route in_route() {
  auto made = sign_in_route(http::Method::post, "/v1/sign-in", "signIn",
                            "Signs this browser in by name and password.", "public");
  made.request_schema = reference("SignInRequest");
  made.response_schema = reference("Me");
  made.problem_statuses = {403, 429};
  return made;
}

http::Route out_route() {
  auto made = sign_in_route(http::Method::post, "/v1/sign-out", "signOut",
                            "Ends this browser's session; fine without one.", "public");
  made.success_status = 204;
  return made;
}

http::Route password_route() {
  auto made = sign_in_route(http::Method::post, "/v1/password", "changePassword",
                            "A new password; ends the account's other sessions.", "account");
  made.request_schema = reference("PasswordRequest");
  made.response_schema = reference("Me");
  made.problem_statuses = {401, 403, 429};
  return made;
}

http::Route sessions_route() {
  auto made = sign_in_route(http::Method::get, "/v1/sessions", "listSessions",
                            "Where this account is signed in, the last seen first.", "account");
  made.response_schema = reference("Sessions");
  return made;
}

http::Route session_route() {
  auto made = sign_in_route(http::Method::delete_, "/v1/sessions/{id}", "endSession",
                            "Signs one of this account's browsers out.", "account");
  made.success_status = 204;
  made.problem_statuses = {401, 403, 404};
  return made;
}

}  // namespace

void add_sign_in_routes(http::Router& router, const ControlWorld& world) {
  router.add(me_route(), [&world](http::Request& request) { return get_me(world, request); });
  router.add(claim_route(), [&world](http::Request& request) { return claim(world, request); });
  router.add(in_route(), [&world](http::Request& request) { return sign_in(world, request); });
  router.add(out_route(), [&world](http::Request& request) { return sign_out(world, request); });
  const auto anybody = guard::AccountRole::viewer;
  router.add(password_route(),
             for_account(world, anybody, [&world](http::Request& request, const Viewer& viewer) {
               return change_password(world, request, viewer);
             }));
  router.add(sessions_route(),
             for_account(world, anybody, [&world](http::Request&, const Viewer& viewer) {
               return get_sessions(world, viewer);
             }));
  router.add(session_route(),
             for_account(world, anybody, [&world](http::Request& request, const Viewer& viewer) {
               return end_session(world, request, viewer);
             }));
}

std::vector<http::Route> sign_in_routes() {
  return {me_route(),       claim_route(),    in_route(),     out_route(),
          password_route(), sessions_route(), session_route()};
}

}  // namespace matinee::api
