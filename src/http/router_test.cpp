// Goal: a path leads to the one route meant, and the table describes itself as OpenAPI.
#include "http/router.h"

#include <gtest/gtest.h>

#include <string>

#include "base/json.h"
#include "http/openapi.h"

namespace matinee::http {
namespace {

Handler says(std::string text) {
  return [text](Request&) -> Result<Response> { return Response::text(200, text); };
}

Router films() {
  Router router;
  router.add(
      {.path = "/v1/titles",
       .operation_id = "listTitles",
       .summary = "Titles",
       .response_schema = R"({"$ref":"#/components/schemas/Titles"})",
       .query = {{.name = "limit", .summary = "At most", .schema = R"({"type":"integer"})"}}},
      says("list"));
  router.add({.path = "/v1/titles/{id}",
              .operation_id = "getTitle",
              .summary = "One title",
              .problem_statuses = {404}},
             says("one"));
  router.add({.path = "/v1/titles/new", .operation_id = "newTitle"}, says("new"));
  router.add({.method = Method::post,
              .path = "/v1/plays",
              .operation_id = "createPlay",
              .priority = Priority::play_start,
              .retry_safe = true,
              .request_schema = R"({"type":"object"})",
              .response_schema = R"({"type":"object"})",
              .success_status = 201},
             says("play"));
  router.add({.method = Method::delete_,
              .path = "/v1/titles/{id}",
              .operation_id = "dropTitle",
              .visibility = Visibility::admin},
             says("drop"));
  router.add(
      {.path = "/internal/session", .operation_id = "session", .visibility = Visibility::internal},
      says("session"));
  router.add({.path = "/{path...}", .operation_id = "asset", .visibility = Visibility::internal},
             says("asset"));
  return router;
}

TEST(Router, RefusesAQueryThatCannotBeRead) {
  Router router;
  std::optional<std::string> seen;
  router.add({.path = "/list", .operation_id = "list", .query = {{.name = "after"}}},
             [&](Request& request) -> Result<Response> {
               seen = request.query("after");
               return Response::empty(204);
             });
  router.add({.path = "/page", .operation_id = "page"},
             [](Request&) -> Result<Response> { return Response::empty(204); });
  const std::pair<const char*, int> cases[] = {
      {"/list?after=a%20b", 204}, {"/list?after=%zz", 400}, {"/list?after=1&x=%", 400},
      {"/list?%4=1", 400},        {"/list", 204},           {"/page?campaign=100%", 204}};
  for (const auto& [target, status] : cases) {
    Request request;
    request.target = target;
    EXPECT_EQ(router.handle(request).status, status) << target;
  }
  Request request;
  request.target = "/list?after=a%20b";
  EXPECT_EQ(router.handle(request).status, 204);
  EXPECT_EQ(seen, "a b");
}

TEST(Router, FindsTheRoute) {
  const Router router = films();
  struct Case {
    Method method;
    const char* path;
    ListenerKind listener;
    const char* operation;  // or a status
    const char* parameter;
  };
  const auto inner = ListenerKind::internal;
  const Case cases[] = {
      {Method::get, "/v1/titles", inner, "listTitles", ""},
      {Method::head, "/v1/titles", inner, "listTitles", ""},
      {Method::get, "/v1/titles/7", inner, "getTitle", "7"},
      {Method::get, "/v1/titles/a%20b%2Fc", inner, "getTitle", "a b/c"},
      {Method::get, "/v1/titles/new", inner, "newTitle", ""},
      {Method::post, "/v1/plays", inner, "createPlay", ""},
      {Method::get, "/v1/titles/%zz", inner, "400", ""},
      {Method::get, "/v1/titles/%00", inner, "400", ""},
      {Method::post, "/v1/titles", inner, "405", ""},
      {Method::delete_, "/v1/titles/7", inner, "405", ""},
      {Method::delete_, "/v1/titles/7", ListenerKind::admin, "dropTitle", "7"},
      {Method::get, "/", inner, "asset", ""},
      {Method::get, "/app/x.js", inner, "asset", "app/x.js"},
      {Method::get, "/v1/titles/7/8", inner, "asset", "v1/titles/7/8"},
      {Method::post, "/nowhere", inner, "405", ""},
  };
  for (const Case& test : cases) {
    const auto found = router.match(test.method, test.path, test.listener);
    if (const auto* miss = std::get_if<RouteMiss>(&found)) {
      EXPECT_EQ(std::to_string(miss->status), test.operation) << test.path;
      continue;
    }
    const auto& match = std::get<RouteMatch>(found);
    EXPECT_EQ(match.route->operation_id, test.operation) << test.path;
    const std::string first = match.parameters.empty() ? "" : match.parameters[0].second;
    EXPECT_EQ(first, test.parameter) << test.path;
  }
}

TEST(Router, NamesTheMethodsOfAPath) {
  const Router router = films();
  Request request;
  request.method = Method::put;
  request.target = "/v1/titles/7?x=1";
  const Response refused = router.handle(request);
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.headers.value_of("allow"), "GET, HEAD");
  request.method = Method::options;
  const Response allowed = router.handle(request);
  EXPECT_EQ(allowed.status, 204);
  EXPECT_EQ(allowed.headers.value_of("allow"), "GET, HEAD, OPTIONS");
}

TEST(RouterDeathTest, RefusesTwoRoutesForOnePath) {
  Router router = films();
  EXPECT_DEATH(router.add({.path = "/v1/titles/{other}", .operation_id = "again"}, says("again")),
               "template_shape");
}

TEST(OpenApi, DescribesPublicRoutes) {
  const Router router = films();
  const auto text = openapi_document(
      router, {.version = "1.2.3", .schemas = {{"Titles", R"({"type":"object"})"}}});
  const auto parsed = parse_json(text);
  ASSERT_TRUE(parsed);
  const Json& document = *parsed;
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  EXPECT_EQ(document["paths"].size(), 4U) << "no internal, no admin routes";
  const Json& list = document["paths"]["/v1/titles"]["get"];
  EXPECT_EQ(list["operationId"], "listTitles");
  EXPECT_EQ(list["parameters"][0]["name"], "limit");
  EXPECT_EQ(list["parameters"][0]["schema"]["type"], "integer");
  EXPECT_EQ(list["responses"]["200"]["content"]["application/json"]["schema"]["$ref"],
            "#/components/schemas/Titles");
  const Json& one = document["paths"]["/v1/titles/{id}"];
  EXPECT_EQ(one.size(), 1U);
  EXPECT_EQ(one["get"]["parameters"][0]["in"], "path");
  EXPECT_EQ(one["get"]["responses"]["404"]["content"]["application/problem+json"]["schema"]["$ref"],
            "#/components/schemas/Problem");
  const Json& play = document["paths"]["/v1/plays"]["post"];
  EXPECT_EQ(play["x-priority"], "play-start");
  EXPECT_TRUE(play["requestBody"]["required"].get<bool>());
  EXPECT_TRUE(play["responses"].contains("201"));
  EXPECT_TRUE(document["components"]["schemas"].contains("Problem"));
}

}  // namespace
}  // namespace matinee::http
