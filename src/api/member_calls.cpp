#include "api/member_calls.h"

#include <optional>
#include <utility>

namespace matinee::api {
namespace {

// The session's profile; none when it was erased meanwhile.
Result<std::optional<members::Profile>> profile_of(const SignInWorld& world,
                                                   const guard::Session& session) {
  std::optional<members::Profile> none;
  if (session.owner.profile_id.is_nil()) return none;
  auto profile = world.members.profile(session.owner.profile_id);
  if (profile) return std::optional(std::move(*profile));
  if (profile.error().code == ErrorCode::not_found) return none;
  return std::unexpected(profile.error());
}

http::SessionFacts facts_of(const guard::Session& session,
                            const std::optional<members::Profile>& profile) {
  return {session.id, session.owner.tenant_id, session.owner.account_id,
          profile ? profile->id : ProfileId{}, profile ? profile->pseudonym : Pseudonym{}};
}

Result<ResolvedSession> resolve(const SignInWorld& world, std::string_view cookie_header) {
  const auto cookie = guard::session_cookie_of(cookie_header);
  if (!cookie) return fail(ErrorCode::unauthorized, "sign in first");
  const auto session = world.sessions.resolve(*cookie);
  if (!session) return std::unexpected(session.error());
  const auto profile = profile_of(world, *session);
  if (!profile) return std::unexpected(profile.error());
  return ResolvedSession{facts_of(*session, *profile), session->expires};
}

Result<Viewer> viewer_of(const SignInWorld& world, const http::SessionFacts& vouched) {
  const auto session = world.sessions.find(vouched.session_id);
  if (!session) return std::unexpected(session.error());
  const auto account = world.accounts.find(session->owner.account_id);
  if (!account && account.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::unauthorized, "the session's account is gone");
  }
  if (!account) return std::unexpected(account.error());
  const auto profile = profile_of(world, *session);
  if (!profile) return std::unexpected(profile.error());
  const auto may_manage = world.sign_in.may_manage(*session, *profile);
  if (!may_manage) return std::unexpected(may_manage.error());
  Viewer viewer{.facts = facts_of(*session, *profile), .role = account->role};
  viewer.may_manage = *may_manage;
  if (*profile) {
    viewer.visibility.maturity_max = (*profile)->maturity_max;
    viewer.language = (*profile)->language;
  }
  return viewer;
}

Result<OpenedSession> open_demo(const SignInWorld& world, bool secure) {
  auto made = world.sign_in.sign_in_owner("this machine", "");
  if (!made) return std::unexpected(made.error());
  const auto profile = profile_of(world, made->session);
  if (!profile) return std::unexpected(profile.error());
  return OpenedSession{{facts_of(made->session, *profile), made->session.expires},
                       guard::session_set_cookie(made->cookie, secure)};
}

}  // namespace

ControlMembers member_calls(const SignInWorld& world) {
  ControlMembers calls;
  calls.resolve = [&world](std::string_view header) { return resolve(world, header); };
  calls.viewer = [&world](const http::SessionFacts& facts) { return viewer_of(world, facts); };
  calls.profile_key = [&world](ProfileId id) { return world.members.profile_key(id); };
  if (world.demo) calls.open = [&world](bool secure) { return open_demo(world, secure); };
  return calls;
}

}  // namespace matinee::api
