#include "api/profile_routes.h"

#include <utility>

#include "api/route_parts.h"
#include "api/sign_in_parts.h"
#include "api/sign_in_requests.h"
#include "api/viewer.h"

namespace matinee::api {
namespace {

std::unexpected<Error> is_limited() {
  return fail(ErrorCode::forbidden, "a limited profile may not change profiles");
}

// A profile of the viewer's account. Errors: not_found for any other.
Result<members::Profile> own_profile(const ControlWorld& world, const http::Request& request,
                                     const Viewer& viewer) {
  const auto id = ProfileId::parse(request.parameter("id"));
  if (!id) return fail(ErrorCode::not_found, "there is no such profile");
  auto profile = world.sign_in->members.profile(*id);
  if (!profile) return profile;
  if (profile->account_id != viewer.facts.account_id) {
    return fail(ErrorCode::not_found, "there is no such profile");
  }
  return profile;
}

Result<ProfileChange> change_of(http::Request& request) {
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  auto change = parse_profile_change(*body);
  if (change && change->pin && !change->pin->empty()) {
    if (auto fine = guard::check_new_pin(*change->pin); !fine) return std::unexpected(fine.error());
  }
  return change;
}

// Sets or takes away the PIN that a change names; the profile as it is then.
Result<members::Profile> with_pin(const ControlWorld& world, const http::Request& request,
                                  const members::Profile& profile, const ProfileChange& change) {
  if (!change.pin) return profile;
  std::string pin_hash;
  if (!change.pin->empty()) {
    auto hashed = world.sign_in->hasher.hash(*change.pin, password_deadline(world, request));
    if (!hashed) return std::unexpected(hashed.error());
    pin_hash = std::move(*hashed);
  }
  if (auto set = world.sign_in->members.set_pin(profile.id, pin_hash); !set) {
    return std::unexpected(set.error());
  }
  return world.sign_in->members.profile(profile.id);
}

Result<http::Response> list_profiles(const ControlWorld& world, const Viewer& viewer) {
  const auto profiles = world.sign_in->members.profiles(viewer.facts.account_id);
  if (!profiles) return std::unexpected(profiles.error());
  Json list = Json::array();
  for (const auto& profile : *profiles) list.push_back(profile_json(profile));
  return private_json({{"profiles", std::move(list)}});
}

Result<http::Response> create_profile(const ControlWorld& world, http::Request& request,
                                      const Viewer& viewer) {
  if (!viewer.may_manage) return is_limited();
  const auto change = change_of(request);
  if (!change) return std::unexpected(change.error());
  if (!change->name) return fail(ErrorCode::invalid, "name is missing");
  auto draft = changed({}, *change);
  if (!change->avatar) {
    const auto others = world.sign_in->members.profiles(viewer.facts.account_id);
    if (!others) return std::unexpected(others.error());
    draft.avatar = members::kAvatars.at(others->size() % members::kAvatars.size());
  }
  auto profile = world.sign_in->members.create_profile(viewer.facts.account_id, draft);
  if (profile) profile = with_pin(world, request, *profile, *change);
  if (!profile) return std::unexpected(profile.error());
  return private_json(profile_json(*profile));
}

Result<http::Response> change_profile(const ControlWorld& world, http::Request& request,
                                      const Viewer& viewer) {
  auto profile = own_profile(world, request, viewer);
  if (!profile) return std::unexpected(profile.error());
  const auto change = change_of(request);
  if (!change) return std::unexpected(change.error());
  const bool is_own = profile->id == viewer.facts.profile_id;
  if (!viewer.may_manage && !(is_own && change->is_cosmetic())) return is_limited();
  profile = world.sign_in->members.update_profile(
      profile->id, changed(static_cast<const members::ProfileDraft&>(*profile), *change));
  if (profile) profile = with_pin(world, request, *profile, *change);
  if (!profile) return std::unexpected(profile.error());
  return private_json(profile_json(*profile));
}

Result<http::Response> erase_profile(const ControlWorld& world, const http::Request& request,
                                     const Viewer& viewer) {
  const auto profile = own_profile(world, request, viewer);
  if (!profile) return std::unexpected(profile.error());
  if (!viewer.may_manage) return is_limited();
  if (auto erased = world.sign_in->sign_in.erase_profile(profile->id); !erased) {
    return std::unexpected(erased.error());
  }
  return http::Response::empty(204);
}

Result<http::Response> select_profile(const ControlWorld& world, http::Request& request,
                                      const Viewer& viewer) {
  const auto profile = own_profile(world, request, viewer);
  if (!profile) return std::unexpected(profile.error());
  const auto body = http::read_body(request, kSignInBodyBytesMax);
  if (!body) return std::unexpected(body.error());
  const auto pin = parse_select(*body);
  if (!pin) return std::unexpected(pin.error());
  const auto session = world.sign_in->sessions.find(viewer.facts.session_id);
  if (!session) return std::unexpected(session.error());
  const auto chosen = world.sign_in->sign_in.choose_profile(*session, profile->id, *pin,
                                                            password_deadline(world, request));
  if (!chosen) return std::unexpected(chosen.error());
  if (!chosen->done) return throttled(request, chosen->wait);
  auto response = private_json(profile_json(chosen->done->profile));
  if (chosen->done->cookie) {
    response.headers.add("Set-Cookie",
                         guard::session_set_cookie(*chosen->done->cookie, is_secure(request)));
    response.headers.set("Cache-Control", "no-store");
  }
  return response;
}

http::Route list_route() {
  auto made = sign_in_route(http::Method::get, "/v1/profiles", "listProfiles",
                            "Who watches by this account.", "account");
  made.response_schema = reference("Profiles");
  return made;
}

http::Route create_route() {
  auto made = sign_in_route(http::Method::post, "/v1/profiles", "createProfile",
                            "One more profile; name is needed.", "account");
  made.request_schema = reference("ProfileChange");
  made.response_schema = reference("Profile");
  made.problem_statuses = {401, 403, 429};
  return made;
}

http::Route change_route() {
  auto made = sign_in_route(http::Method::patch, "/v1/profiles/{id}", "changeProfile",
                            "Changes what the body names of a profile.", "account");
  made.request_schema = reference("ProfileChange");
  made.response_schema = reference("Profile");
  made.problem_statuses = {401, 403, 404};
  return made;
}

http::Route erase_route() {
  auto made = sign_in_route(http::Method::delete_, "/v1/profiles/{id}", "eraseProfile",
                            "Erases a profile and its history for good.", "account");
  made.success_status = 204;
  made.problem_statuses = {401, 403, 404};
  return made;
}

http::Route select_route() {
  auto made = sign_in_route(http::Method::post, "/v1/profiles/{id}/select", "selectProfile",
                            "This browser watches as that profile from now on.", "account");
  made.request_schema = reference("SelectRequest");
  made.response_schema = reference("Profile");
  made.problem_statuses = {401, 403, 404, 429};
  return made;
}

}  // namespace

void add_profile_routes(http::Router& router, const ControlWorld& world) {
  const auto add = [&](http::Route route, auto handler) {
    router.add(std::move(route),
               for_account(world, guard::AccountRole::viewer,
                           [&world, handler](http::Request& request, const Viewer& viewer) {
                             return handler(world, request, viewer);
                           }));
  };
  add(list_route(), [](const ControlWorld& its_world, http::Request&, const Viewer& viewer) {
    return list_profiles(its_world, viewer);
  });
  add(create_route(), create_profile);
  add(change_route(), change_profile);
  add(erase_route(), erase_profile);
  add(select_route(), select_profile);
}

std::vector<http::Route> profile_routes() {
  return {list_route(), create_route(), change_route(), erase_route(), select_route()};
}

}  // namespace matinee::api
