// Goal: every journey of a browser works over the API: claim, sign in, choose a profile, invite,
// sign out; and every cookie is handed out and taken back as it should be.
#include "api/sign_in_routes.h"

#include <gtest/gtest.h>

#include "api/control_test_world.h"
#include "api/member_calls.h"
#include "api/sign_in_requests.h"

namespace matinee::api {
namespace {

using namespace std::chrono_literals;

const std::string kPassword = "correct horse";

// A browser keeps its cookies.
class SignInRoutes : public ControlTest {
 protected:
  SignInRoutes() { client_address_ = "192.168.1.7"; }
  ControlMembers members() override { return member_calls(sign_in_->world); }

  Answer ask(http::Method method, const std::string& path, const Json& body = nullptr) {
    http::Headers headers{{"User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0"}};
    std::string cookies;
    for (const auto& [name, value] : jar_) {
      cookies.append(cookies.empty() ? "" : "; ").append(name).append("=").append(value);
    }
    if (!cookies.empty()) headers.add("Cookie", cookies);
    auto answer = send(method, path, body.is_null() ? "" : to_text(body), headers);
    for (const http::Headers::Field field : answer.headers) {
      if (!http::equal_ignoring_case(field.name, "Set-Cookie")) continue;
      const std::string pair(field.value.substr(0, field.value.find(';')));
      const std::size_t equals = pair.find('=');
      jar_[pair.substr(0, equals)] = pair.substr(equals + 1);
      if (pair.size() == equals + 1) jar_.erase(pair.substr(0, equals));
    }
    return answer;
  }
  Answer read(const std::string& path) { return ask(http::Method::get, path); }
  Answer write_to(const std::string& path, const Json& body = nullptr) {
    return ask(http::Method::post, path, body);
  }
  std::string state() { return read("/v1/me").json["state"]; }
  static std::string token_of(const Json& link) {
    const std::string url = link["url"];
    return url.substr(url.find('#') + 1);
  }
  Answer claim(const std::string& name = "Anna") {
    const auto link = admin(http::Method::post, "/admin/claim");
    EXPECT_EQ(link.status, 200) << link.body;
    return write_to("/v1/claim",
                    {{"token", token_of(link.json)}, {"name", name}, {"password", kPassword}});
  }

  std::map<std::string, std::string> jar_;
};

TEST_F(SignInRoutes, TheLinkFromTheTerminalMakesTheOwner) {
  EXPECT_EQ(state(), "unclaimed");
  const auto link = admin(http::Method::post, "/admin/claim");
  EXPECT_TRUE(link.json["url"].get<std::string>().starts_with("/claim#"));
  EXPECT_EQ(link.json["expires_at_ms"], to_ms(clock_.now()) + 600'000);
  const auto wrong = write_to(
      "/v1/claim", {{"token", std::string(43, 'A')}, {"name", "Eve"}, {"password", kPassword}});
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(state(), "unclaimed");
  const auto claimed = write_to(
      "/v1/claim", {{"token", token_of(link.json)}, {"name", "Anna"}, {"password", kPassword}});
  ASSERT_EQ(claimed.status, 200) << claimed.body;
  EXPECT_EQ(claimed.json["state"], "ready");
  EXPECT_EQ(claimed.json["account"]["role"], "owner");
  EXPECT_EQ(claimed.json["profile"]["name"], "Anna");
  EXPECT_EQ(claimed.headers.value_of("Cache-Control"), "no-store");
  EXPECT_EQ(read("/v1/me").json, claimed.json);
  EXPECT_EQ(read("/v1/home").status, 200);
  EXPECT_EQ(admin(http::Method::post, "/admin/claim").status, 409);
}

TEST_F(SignInRoutes, SigningInGivesAnewCookieAndEndsTheOneBefore) {
  claim();
  const auto first = jar_;
  const auto answer = write_to("/v1/sign-in", {{"name", "anna"}, {"password", kPassword}});
  ASSERT_EQ(answer.status, 200);
  EXPECT_NE(jar_.at("matinee_session"), first.at("matinee_session"));
  const auto second = std::exchange(jar_, first);
  EXPECT_EQ(state(), "signed_out") << "a session that was left is over";
  jar_ = second;
  EXPECT_EQ(state(), "ready");
  EXPECT_EQ(write_to("/v1/sign-in", {{"name", "anna"}, {"password", "wrong"}}).status, 403);
  EXPECT_EQ(state(), "ready") << "a wrong guess ends nothing";
}

TEST_F(SignInRoutes, TooManyGuessesSayWhenToComeBack) {
  claim();
  jar_.clear();
  Answer last;
  for (int i = 0; i < 6; ++i) {
    last = write_to("/v1/sign-in", {{"name", "Anna"}, {"password", "guess"}});
  }
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.headers.value_of("Retry-After"), "31");
  EXPECT_EQ(last.json["code"], "limited");
}

TEST_F(SignInRoutes, SessionsAreListedByDeviceAndCanBeEnded) {
  claim();
  const auto phone = jar_;
  jar_.clear();
  ASSERT_EQ(
      write_to("/v1/sign-in", {{"name", "Anna"}, {"password", kPassword}, {"device", "TV"}}).status,
      200);
  const auto sessions = read("/v1/sessions").json["sessions"];
  ASSERT_EQ(sessions.size(), 2U);
  std::string other;
  for (const auto& session : sessions) {
    const bool current = session["current"];
    EXPECT_EQ(session["device"], current ? "TV" : "Firefox on Linux");
    if (!current) other = session["id"];
  }
  EXPECT_EQ(ask(http::Method::delete_, "/v1/sessions/" + other).status, 204);
  EXPECT_EQ(ask(http::Method::delete_, "/v1/sessions/" + other).status, 404);
  EXPECT_EQ(ask(http::Method::delete_, "/v1/sessions/" + SessionId{}.to_string()).status, 404);
  EXPECT_EQ(state(), "ready");
  jar_ = phone;
  EXPECT_EQ(state(), "signed_out");
  EXPECT_EQ(read("/v1/sessions").status, 401);
}

TEST_F(SignInRoutes, SigningOutTakesTheCookieBackAndIsFineTwice) {
  claim();
  const auto kept = jar_;
  const auto answer = write_to("/v1/sign-out");
  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(jar_.contains("matinee_session"));
  EXPECT_TRUE(jar_.contains("matinee_device")) << "the browser stays a known one";
  EXPECT_EQ(state(), "signed_out");
  EXPECT_EQ(write_to("/v1/sign-out").status, 204);
  jar_ = kept;
  EXPECT_EQ(state(), "signed_out");
}

TEST_F(SignInRoutes, ProfilesAreMadeChangedChosenAndErased) {
  claim();
  const auto kid = write_to("/v1/profiles", {{"name", "Kid"}, {"kind", "child"}});
  ASSERT_EQ(kid.status, 200) << kid.body;
  EXPECT_EQ(kid.json["maturity_max"], 6);
  EXPECT_EQ(kid.json["avatar"], "moon");
  const std::string kid_path = "/v1/profiles/" + kid.json["id"].get<std::string>();
  const auto own = read("/v1/me").json["profile"];
  const std::string own_path = "/v1/profiles/" + own["id"].get<std::string>();
  auto changed = ask(http::Method::patch, own_path,
                     {{"pin", "2468"}, {"language", "de"}, {"autoplay", false}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json["has_pin"], true);
  EXPECT_EQ(changed.json["language"], "de");
  EXPECT_EQ(changed.json["name"], "Anna");
  for (const Json& bad : {Json{{"pin", "12"}}, Json{{"language", "!"}}, Json{{"avatar", "me"}},
                          Json{{"maturity_max", 19}}, Json{{"name", ""}}, Json::array()}) {
    EXPECT_EQ(ask(http::Method::patch, own_path, bad).status, 400) << bad;
  }

  const auto before = jar_;
  ASSERT_EQ(write_to(kid_path + "/select").status, 200);
  EXPECT_EQ(jar_, before);
  EXPECT_EQ(read("/v1/me").json["profile"]["name"], "Kid");
  EXPECT_EQ(write_to("/v1/profiles", {{"name", "More"}}).status, 403);
  EXPECT_EQ(ask(http::Method::patch, kid_path, {{"maturity_max", nullptr}}).status, 403);
  EXPECT_EQ(ask(http::Method::patch, own_path, {{"avatar", "star"}}).status, 403);
  EXPECT_EQ(ask(http::Method::patch, kid_path, {{"avatar", "star"}}).status, 200);
  EXPECT_EQ(ask(http::Method::delete_, own_path).status, 403);
  EXPECT_EQ(read("/v1/members").status, 403) << "an owner's child is no owner";
  EXPECT_EQ(write_to(own_path + "/select").status, 403);
  EXPECT_EQ(write_to(own_path + "/select", {{"pin", "1111"}}).status, 403);
  ASSERT_EQ(write_to(own_path + "/select", {{"pin", "2468"}}).status, 200);
  EXPECT_NE(jar_.at("matinee_session"), before.at("matinee_session"));

  EXPECT_EQ(ask(http::Method::delete_, kid_path).status, 204);
  EXPECT_EQ(ask(http::Method::delete_, kid_path).status, 404);
  EXPECT_EQ(read("/v1/profiles").json["profiles"].size(), 1U);
  ASSERT_EQ(ask(http::Method::delete_, own_path).status, 204);
  EXPECT_EQ(state(), "gate");
  EXPECT_EQ(read("/v1/home").status, 403) << "nobody watches yet";
}

TEST_F(SignInRoutes, AnInvitationLetsOnePersonInWithItsRole) {
  claim();
  clock_.advance(1ms);
  const auto invitation = write_to("/v1/invitations", {{"role", "editor"}, {"note", "Ben"}});
  ASSERT_EQ(invitation.status, 200);
  EXPECT_TRUE(invitation.json["url"].get<std::string>().starts_with("/invite#"));
  EXPECT_EQ(read("/v1/invitations").json["invitations"][0]["note"], "Ben");
  const auto owner = std::exchange(jar_, {});
  const Json join{{"token", token_of(invitation.json)}, {"name", "Ben"}, {"password", kPassword}};
  const auto joined = write_to("/v1/invitations/accept", join);
  ASSERT_EQ(joined.status, 200) << joined.body;
  EXPECT_EQ(joined.json["account"]["role"], "editor");
  EXPECT_EQ(write_to("/v1/invitations/accept", join).status, 403);
  EXPECT_EQ(read("/v1/members").status, 403);
  const auto ben = std::exchange(jar_, owner);
  const auto members = read("/v1/members").json["members"];
  ASSERT_EQ(members.size(), 2U);
  const std::string path = "/v1/members/" + members[1]["id"].get<std::string>();
  EXPECT_EQ(ask(http::Method::patch, path, {{"role", "viewer"}}).status, 204);
  jar_ = ben;
  EXPECT_EQ(state(), "signed_out") << "another role begins with another sign-in";
  jar_ = owner;
  EXPECT_EQ(ask(http::Method::delete_, path).status, 204);
  EXPECT_EQ(read("/v1/members").json["members"].size(), 1U);
  const std::string own = "/v1/members/" + members[0]["id"].get<std::string>();
  EXPECT_EQ(ask(http::Method::delete_, own).status, 409);
  EXPECT_EQ(ask(http::Method::patch, own, {{"role", "viewer"}}).status, 409);
  const auto second = write_to("/v1/invitations", {{"role", "viewer"}});
  EXPECT_EQ(
      ask(http::Method::delete_, "/v1/invitations/" + second.json["id"].get<std::string>()).status,
      204);
  EXPECT_TRUE(read("/v1/invitations").json["invitations"].empty());
}

TEST_F(SignInRoutes, TheOperatorGetsASessionForScripts) {
  EXPECT_EQ(admin(http::Method::post, "/admin/login", Json::object()).status, 404);
  claim();
  jar_.clear();
  const auto login = admin(http::Method::post, "/admin/login", Json::object());
  ASSERT_EQ(login.status, 200);
  const std::string cookie = login.json["cookie"];
  EXPECT_TRUE(cookie.starts_with("matinee_session="));
  EXPECT_EQ(get("/v1/home", {{"Cookie", cookie}}).status, 200);
  EXPECT_EQ(admin(http::Method::post, "/admin/login", {{"profile", "None"}}).status, 404);
  EXPECT_EQ(admin(http::Method::get, "/admin/members").json["members"].size(), 1U);
  EXPECT_EQ(admin(http::Method::post, "/admin/invitations", {{"role", "king"}}).status, 400);
  for (const char* path : {"/admin/login", "/admin/claim", "/admin/invitations"}) {
    EXPECT_EQ(post(path, Json::object()).status, 405) << path << " on another socket";
  }
}

TEST_F(SignInRoutes, WhatIsTakenAwayCountsAtOnceThoughTheEdgeStillVouches) {
  claim();
  const auto session = sign_in_->sessions.resolve(jar_.at("matinee_session"));
  ASSERT_TRUE(session);
  vouched_for_ =
      http::SessionFacts{session->id, session->owner.tenant_id, session->owner.account_id,
                         session->owner.profile_id, Pseudonym::generate(clock_, random_)};
  const http::Headers edge{{"Authorization", "edge"}};
  EXPECT_EQ(get("/v1/home", edge).status, 200);
  EXPECT_EQ(get("/v1/members", edge).status, 200);
  ASSERT_TRUE(sign_in_->sessions.revoke(session->id));
  EXPECT_EQ(get("/v1/home", edge).status, 401);
  EXPECT_EQ(get("/v1/me", edge).json["state"], "signed_out");
}

TEST_F(SignInRoutes, BodiesAreRefusedForWhatTheyAre) {
  for (const char* path : {"/v1/claim", "/v1/sign-in", "/v1/invitations/accept"}) {
    for (const Json& body : {Json::object(), Json::array(), Json{{"name", 5}},
                             Json{{"token", "x"}, {"name", "x"}, {"password", nullptr}}}) {
      EXPECT_EQ(write_to(path, body).status, 400) << path << body;
    }
    EXPECT_EQ(send(http::Method::post, path, std::string(10'000, 'x')).status, 413) << path;
  }
}

TEST(DeviceNames, AreWhatAPersonWouldSay) {
  EXPECT_EQ(device_of_user_agent("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 "
                                 "Safari/537.36 Edg/126.0"),
            "Edge on Linux");
  EXPECT_EQ(device_of_user_agent("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) Version/17.5 "
                                 "Mobile/15E148 Safari/604.1"),
            "Safari on iPhone");
  EXPECT_EQ(device_of_user_agent("curl/8.0"), "curl");
  EXPECT_EQ(device_of_user_agent(""), "a device");
}

}  // namespace
}  // namespace matinee::api
