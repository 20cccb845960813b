// Goal: for every route of control and insight, and for what the edge serves by itself, exactly
// those get in whom the route's `access` names; a route without one fails here.
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "api/control_test_world.h"
#include "api/insight_routes.h"
#include "api/member_calls.h"
#include "edge/route_plan.h"

namespace matinee::api {
namespace {

using guard::AccountRole;

// Whom a request can come from.
const std::vector<std::string> kVisitors{"stranger", "viewer", "editor",     "owner",
                                         "child",    "gate",   "locked gate"};

// The whole policy: who gets in by which access. "child" is the owner's account in a child's
// profile; "gate" a viewer who chose no profile; "locked gate" an owner whose own profile asks for
// a PIN and who chose none.
const std::map<std::string, std::set<std::string>> kPolicy{
    {"public", {"stranger", "viewer", "editor", "owner", "child", "gate", "locked gate"}},
    {"account", {"viewer", "editor", "owner", "child", "gate", "locked gate"}},
    {"profile", {"viewer", "editor", "owner", "child"}},
    {"editor", {"editor", "owner"}},
    {"owner", {"owner"}},
    {"internal", {}},
    {"admin", {}}};

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

bool is_denial(int status, const Json& json) {
  if (status == 401) return true;
  if (status != 403 || !json.is_object() || !json.contains("detail")) return false;
  const std::string detail = json["detail"];
  return detail == kChooseProfileFirst || detail.starts_with(kNeedsRole);
}

class AccessMatrix : public ControlTest {
 protected:
  ControlMembers members() override { return member_calls(sign_in_->world); }

  void SetUp() override {
    ControlTest::SetUp();
    for (const auto& [name, role] :
         {std::pair("viewer", AccountRole::viewer), std::pair("editor", AccountRole::editor),
          std::pair("owner", AccountRole::owner), std::pair("gate", AccountRole::viewer),
          std::pair("locked gate", AccountRole::owner)}) {
      add_visitor(name, role);
    }
    owners_["child"] = owners_.at("owner");
    owners_["child"].profile_id =
        sign_in_->members
            .create_profile(owners_.at("owner").account_id,
                            {.name = "Kid", .kind = members::ProfileKind::child})
            ->id;
    ASSERT_TRUE(sign_in_->members.set_pin(owners_.at("locked gate").profile_id, "a hash"));
    owners_["gate"].profile_id = {};
    owners_["locked gate"].profile_id = {};
  }
  void add_visitor(const std::string& name, AccountRole role) {
    const auto account = store::transact<members::Account>(*database_, [&](store::SqlRunner& sql) {
      return sign_in_->accounts.create(sql, name, role, "");
    });
    ASSERT_TRUE(account);
    const auto profile = sign_in_->members.create_profile(account->id, {.name = name});
    ASSERT_TRUE(profile);
    owners_[name] = {account->tenant_id, account->id, profile->id};
  }
  // Anew for each request: some of them end the session.
  http::SessionFacts session_of(const std::string& visitor, std::string* cookie) {
    const auto made = sign_in_->sessions.create(owners_.at(visitor));
    EXPECT_TRUE(made);
    *cookie = "matinee_session=" + made->cookie;
    const auto profile = sign_in_->members.profile(made->session.owner.profile_id);
    return {made->session.id, made->session.owner.tenant_id, made->session.owner.account_id,
            made->session.owner.profile_id, profile ? profile->pseudonym : Pseudonym{}};
  }

  using Ask = std::function<std::pair<int, Json>(const http::Route&, const std::string& visitor)>;
  static void check(const http::Route& route, const Ask& ask) {
    const std::string what = std::string(http::name_of(route.method)) + " " + route.path;
    const auto policy = kPolicy.find(route.access);
    ASSERT_NE(policy, kPolicy.end()) << what << " says no access: " << route.access;
    for (const std::string& visitor : kVisitors) {
      const auto [status, json] = ask(route, visitor);
      EXPECT_NE(status, 500) << what << " for " << visitor << ": " << json;
      const bool is_in = !is_denial(status, json) &&
                         !(route.access == "admin" && (status == 404 || status == 405));
      EXPECT_EQ(is_in, policy->second.contains(visitor))
          << what << " (" << route.access << ") for " << visitor << ": " << status << " " << json;
    }
  }

  std::map<std::string, guard::SessionOwner> owners_;
};

TEST_F(AccessMatrix, OfControl) {
  int rows = 0;
  for (const http::Route& route : router_.routes()) {
    // What comes with the token of a play in its path asks for that, and for the edge.
    if (route.path.starts_with("/m/")) continue;
    ++rows;
    for (const bool vouched : {false, true}) {
      if (vouched && route.access == "internal") continue;  // those do not take a viewer's session
      check(route, [&](const http::Route& its, const std::string& visitor) {
        http::Headers headers;
        vouched_for_.reset();
        if (visitor != "stranger") {
          std::string cookie;
          const auto facts = session_of(visitor, &cookie);
          if (vouched) vouched_for_ = facts;
          if (!vouched) headers.add("Cookie", cookie);
        }
        if (vouched) headers.add("Authorization", "edge");
        const auto answer = send(its.method, example_of(its.path), "{}", headers);
        return std::pair(answer.status, answer.json);
      });
    }
  }
  EXPECT_GE(rows, 30);
}

TEST_F(AccessMatrix, OfInsight) {
  events::ProfileKeys keys{[](ProfileId) -> Result<guard::SecretKey> {
                             return fail(ErrorCode::unavailable, "no keys here");
                           },
                           clock_};
  auto log = store::open_event_log("mem://?partitions=1", {files_, clock_, random_});
  ASSERT_TRUE(log);
  Metrics metrics;
  events::Intake intake(**log, keys, clock_, random_, metrics);
  const InsightWorld world{intake,
                           [](Pseudonym) -> decltype(InsightWorld::history_of)::result_type {
                             return fail(ErrorCode::unavailable, "no history here");
                           },
                           authorize()};
  http::Router router;
  add_insight_routes(router, world);
  for (const http::Route& route : router.routes()) {
    check(route, [&](const http::Route& its, const std::string& visitor) {
      http::Request request;
      request.method = its.method;
      request.target = example_of(its.path);
      request.context.listener = http::ListenerKind::internal;
      if (its.access != "internal") request.headers.add("Authorization", "edge");
      std::string cookie;
      if (visitor != "stranger") request.context.session = session_of(visitor, &cookie);
      http::TextReader reader("{\"events\":[]}");
      request.set_body(reader);
      const http::Response response = router.handle(request);
      const auto* text = std::get_if<std::string>(&response.body);
      auto json = parse_json(text != nullptr ? *text : "null");
      return std::pair(response.status, json ? *json : Json(nullptr));
    });
  }
}

// What the edge answers by itself: health, and media whose path carries its own token; of all else
// it knows nothing. A new kind of answerer needs a row here.
TEST(AccessOfTheEdge, IsHealthAndSignedMediaOnly) {
  struct Row {
    const char* path;
    edge::Answerer answerer;
  };
  for (const auto& [path, answerer] :
       {Row{"/healthz", edge::Answerer::health}, Row{"/readyz", edge::Answerer::health},
        Row{"/m/token/0000/v.m4s", edge::Answerer::media}, Row{"/metrics", edge::Answerer::nobody},
        Row{"/internal/revocations", edge::Answerer::nobody},
        Row{"/admin/login", edge::Answerer::nobody}, Row{"/objects/abc", edge::Answerer::nobody}}) {
    for (const auto method : {http::Method::get, http::Method::post, http::Method::delete_}) {
      const auto plan = edge::plan_route(method, path, {});
      ASSERT_TRUE(plan) << path;
      if (plan->answerer == edge::Answerer::nobody) continue;  // a malformed media path
      EXPECT_EQ(plan->answerer, answerer) << path;
    }
  }
}

}  // namespace
}  // namespace matinee::api
